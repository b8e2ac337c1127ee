"""Which objects a page names, and which words are no objects."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import ANY, ResourceRef, Section, SectionKind
from connectors.mentions import LIMIT, find


def named(text: str, kind: SectionKind = SectionKind.PARAGRAPH) -> list[str]:
    """The mentions in one section, as `Kind/namespace/name`."""
    return [str(ref) for ref in find([Section(kind, text)])]


def in_code(text: str) -> list[str]:
    return named(text, SectionKind.CODE)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("kubectl -n apps rollout restart deploy/cart", ["Deployment/apps/cart"]),
        ("kubectl rollout status deployment cart --namespace=shop", ["Deployment/shop/cart"]),
        ("k get pods -n x", []),
        ("k describe po cart-7d4b9-x2x -n shop", ["Pod/shop/cart-7d4b9-x2x"]),
        ("$ kubectl delete pod a-1 b-2", ["Pod/a-1", "Pod/b-2"]),
        ("kubectl logs cart-0 -c app --tail 20 -nshop", ["Pod/shop/cart-0"]),
        ("kubectl exec -it deploy/cart -- bash service/x", ["Deployment/cart"]),
        ("kubectl create job --from=cronjob/mirror manual-run -n apps",
         ["CronJob/apps/mirror", "Job/apps/manual-run"]),
        ("kubectl create secret generic db-creds --from-literal=a=b", ["Secret/db-creds"]),
        ("kubectl label node worker-1 disk=ssd -n shop", ["Node/worker-1"]),
        ("kubectl drain worker-1 --ignore-daemonsets", ["Node/worker-1"]),
        ("kubectl get hpa,pvc -A", []),
        ("kubectl get configmap cart-config -o yaml | grep pod/x-1", ["ConfigMap/cart-config", "Pod/x-1"]),
        ("kubectl scale \\\n  --replicas=2 sts/kafka \\\n  -n data", ["StatefulSet/data/kafka"]),
        ("kubectl get prometheusrules.monitoring.coreos.com cart-rules", ["PrometheusRule/cart-rules"]),
        ("kubectl port-forward svc/cart 8080:80", ["Service/cart"]),
    ],
)  # fmt: skip
def test_commands_name_objects(command: str, expected: list[str]) -> None:
    assert in_code(command) == expected
    assert named(f"Run `{command}` now.") == expected or "`" in command or "\n" in command


@pytest.mark.parametrize(
    "text",
    [
        "kubectl -n apps delete pod <pod>",
        "kubectl rollout restart deploy/$APP",
        "kubectl rollout restart deploy/${APP}-web",
        "kubectl get deploy {{ .Release.Name }}",
        "kubectl describe pod POD_NAME",
        "kubectl logs my-pod",
        "cd deployments/cluster-infrastructure && terraform plan",
        "cat service/cart/main.go",
        "Content-Type: application/json",
        "rules: pods/exec, deployments/scale",
        "https://example.org/deployment/cart",
        "the k8s pod/node split",
    ],
)
def test_placeholders_and_paths_are_no_names(text: str) -> None:
    assert in_code(text) == []


def test_prose_needs_a_kind_beside_a_name_in_backticks() -> None:
    assert named("Restart the `cart` deployment, then the pod `cart-0`.") == ["Deployment/cart", "Pod/cart-0"]
    assert named("A config map called `cart-env` and the `shop` namespace") == [
        "ConfigMap/cart-env",
        "Namespace/shop",
    ]
    assert named("the cart deployment and our service team") == []
    assert named("the `deployment` service") == []


def test_kind_and_name_joined_by_a_slash() -> None:
    assert named("See Deployment/cart-web for more.") == ["Deployment/cart-web"]
    assert named("a Service/team split") == []
    assert named("restart `sts/kafka`") == ["StatefulSet/kafka"]


def test_manifests_in_code_blocks() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: env\n  namespace: shop\n---\nkind: [broken\n"
    assert in_code(text) == ["ConfigMap/shop/env"]
    assert in_code("apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .x }}\n") == []


def test_tables_with_kind_and_name_columns() -> None:
    head = "| Name | Kind | Namespace |\n|---|---|---|\n"
    text = head + "| `cart` | Deployment | shop |\n| x | Widget | shop |\n| y |"
    assert named(text, SectionKind.TABLE) == ["Deployment/shop/cart"]


def test_a_known_namespace_replaces_an_unknown_one() -> None:
    sections = [
        Section(SectionKind.PARAGRAPH, "The `cart` deployment."),
        Section(SectionKind.CODE, "kubectl -n shop get deploy cart"),
    ]
    assert find(sections) == (ResourceRef("Deployment", "cart", "shop", ANY),)


def test_result_is_sorted_and_bounded() -> None:
    found = find([Section(SectionKind.CODE, "\n".join(f"kubectl logs pod-{n}" for n in range(LIMIT + 50)))])
    assert len(found) == LIMIT
    assert list(found) == sorted(found)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("kubectl get pod/-n`|<>${}\n \\aA0.:")), max_size=200))
def test_never_raises_and_names_are_in_the_text(text: str) -> None:
    for kind in SectionKind:
        for ref in find([Section(kind, text)]):
            assert ref.name in text
