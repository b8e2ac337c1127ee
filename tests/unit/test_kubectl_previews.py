"""Which commands may be tried with a server-side dry run: those that name what they change, and change nothing."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.kubectl import check
from cluster.kubectl.parsing import NotAllowedError
from cluster.kubectl.previews import DRY_RUN, PREVIEWS, understood_preview
from cluster.scripts.changes import change_of

TRIED = """
kubectl scale deploy/cart --replicas=0 -n shop
kubectl scale deployment cart --replicas 3 --current-replicas=2
kubectl -n shop scale sts/redis --replicas=1
kubectl set image deploy/cart app=registry.example/cart:v2@sha256:0a -n shop
kubectl set image deployment cart *=cart:v2
kubectl set resources deploy/cart --limits=cpu=500m,memory=1Gi --requests=cpu=100m -c app
kubectl label pod cart-1 tier=web old- -n shop
kubectl label node/n1 example.com/role=db --overwrite
kubectl annotate deploy cart note=see-the-runbook
kubectl rollout undo deploy/cart --to-revision=3
kubectl cordon node-1
kubectl uncordon node-1
kubectl delete pod cart-1 -n shop
kubectl delete deploy/cart svc/cart
"""
REFUSED = """
kubectl scale deploy/cart --replicas=0
kubectl scale deploy/cart --replicas=0 --dry-run=none
kubectl scale deploy/cart --replicas=0 --dry-run=client
kubectl scale deploy/cart --replicas=0 --dry-run
kubectl scale deploy/cart --replicas=0 --dry-run server
kubectl scale deploy/cart --replicas=0 --dry-run=server --dry-run=none
kubectl scale deploy/cart --replicas=0 --dry-run=none --dry-run=server
kubectl scale deploy/cart --replicas=0 --dry-run=server --dry-run=server
kubectl scale deploy/cart --replicas --dry-run=server
kubectl scale deploy/cart --replicas=0 --dry_run=server
kubectl scale deploy/cart --replicas=0 -- --dry-run=server
kubectl scale --all --replicas=0 --dry-run=server
kubectl scale deploy -l app=cart --replicas=0 --dry-run=server
kubectl scale -f x.yaml --replicas=0 --dry-run=server
kubectl scale deploy --replicas=0 --dry-run=server
kubectl scale deploy/cart --replicas=0 --dry-run=server --as=admin
kubectl scale deploy/cart --replicas=0 --dry-run=server --server=https://x
kubectl scale deploy/cart --replicas=0 --dry-run=server --context=other
kubectl delete pods --all --dry-run=server
kubectl delete all cart --dry-run=server
kubectl delete pods --dry-run=server
kubectl delete secret db --dry-run=server
kubectl delete pod,secret/db --dry-run=server
kubectl delete pod cart-1 --force --dry-run=server
kubectl delete pod cart-1 --grace-period=0 --dry-run=server
kubectl delete --raw /api/v1/namespaces/shop --dry-run=server
kubectl label secret db a=b --dry-run=server
kubectl label pod cart-1 --dry-run=server
kubectl label pod cart-1 --list --dry-run=server
kubectl label a=b pod cart-1 --dry-run=server
kubectl set image deploy/cart --dry-run=server
kubectl set env deploy/cart --from=secret/db --dry-run=server
kubectl set image deploy/cart app=web:2 --local -f x --dry-run=server
kubectl apply -f x.yaml --dry-run=server
kubectl create deployment x --image=y --dry-run=server
kubectl patch deploy cart -p {} --dry-run=server
kubectl edit deploy/cart --dry-run=server
kubectl drain node-1 --dry-run=server
kubectl exec cart-1 --dry-run=server -- sh
kubectl run x --image=y --dry-run=server
kubectl rollout restart deploy/cart --dry-run=server
kubectl cordon --selector=a=b --dry-run=server
kubectl cordon --dry-run=server
kubectl get pods --dry-run=server
kubectl --dry-run=server delete pod cart-1
rm x --dry-run=server
./kubectl delete pod cart-1 --dry-run=server
"""


@pytest.mark.parametrize("line", TRIED.strip().splitlines())
def test_a_change_of_named_objects_is_tried(line: str) -> None:
    argv = shlex.split(line)
    change = change_of(argv)
    assert change is not None
    assert change.preview.count(DRY_RUN) == 1
    understood_preview(change.preview)
    with pytest.raises(NotAllowedError):
        understood_preview(argv)
    # Neither ever runs as a command that reads.
    assert not check(argv).allowed
    assert not check(list(change.preview)).allowed


@pytest.mark.parametrize("line", REFUSED.strip().splitlines())
def test_nothing_else_is(line: str) -> None:
    with pytest.raises(NotAllowedError):
        understood_preview(shlex.split(line))


def test_the_configured_context_may_be_named() -> None:
    argv = shlex.split("kubectl scale deploy/cart --replicas=0 --dry-run=server --context=prod")
    assert understood_preview(argv, context="prod").verb == ("scale",)


_WORDS = st.sampled_from(
    ["kubectl", "--dry-run=server", "--dry-run=none", "--dry-run", "server", "--", "-", "-f", "x", "a=b", "a-",
     "deploy/cart", "secret/db", "pod", "cart", "--replicas", "--replicas=1", "-n", "shop", "--all", "-l", "--as=a",
     *{word for verb in PREVIEWS for word in verb}]
)  # fmt: skip


@given(st.lists(_WORDS, max_size=9))
def test_whatever_is_tried_holds_the_dry_run_once_and_names_no_secret(words: list[str]) -> None:
    argv = ["kubectl", *words]
    try:
        command = understood_preview(argv)
    except NotAllowedError:
        return
    assert [word for word in argv if word.startswith("--dry-run")] == [DRY_RUN]
    assert command.verb in PREVIEWS
    assert not any(word in argv for word in ("--", "-f", "--all", "-l", "secret/db", "--as=a"))
