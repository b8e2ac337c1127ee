"""The change timeline: what differs between versions, and what the cluster remembers."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.changes import Action, Change, ChangeType, Origin
from cluster.changes.fields import differences
from cluster.changes.timeline import Past, timeline
from cluster.store import Version
from connectors.kubernetes.observed import FieldManager, ObservedObject
from tests.unit.incident_outputs import deployment, node, pod, service

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SINCE = NOON - timedelta(hours=12)
IMAGE = "spec.template.spec.containers[server].image"


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def observed(value: dict[str, Any], *managers: FieldManager) -> ObservedObject:
    name = value["metadata"]["name"]
    return ObservedObject("prod", "prod", f"kubernetes:prod/{value['kind']}/{name}", value, NOON, managers)


def history(
    *versions: tuple[datetime, dict[str, Any] | None], managers: tuple[FieldManager, ...] = ()
) -> list[Version]:
    ref = next(observed(value).ref for _, value in versions if value)
    return [Version(at, ref, observed(value, *managers) if value else None) for at, value in versions]


def changed(value: dict[str, Any], path: str, new: Any) -> dict[str, Any]:
    """A copy with one field set; None removes it."""
    found: dict[str, Any] = copy.deepcopy(value)
    inner: Any = found
    *above, last = path.split("/")
    for key in above:
        inner = inner[int(key)] if key.isdigit() else inner.setdefault(key, {})
    if new is None:
        inner.pop(last, None)
    else:
        inner[last] = new
    return found


CONTAINER = "spec/template/spec/containers/0"


def told(*versions: dict[str, Any] | None, **more: Any) -> list[Change]:
    """The changes between versions that were seen ten minutes apart."""
    dated = [(minutes(10 * place), value) for place, value in enumerate(versions)]
    return timeline(Past([history(*dated)], **more), SINCE, minutes(600))


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        (f"{CONTAINER}/image", "cart:2", ChangeType.IMAGE),
        (f"{CONTAINER}/env", [{"name": "A", "value": "1"}], ChangeType.ENVIRONMENT),
        (f"{CONTAINER}/envFrom", [{"configMapRef": {"name": "a"}}], ChangeType.ENVIRONMENT),
        (f"{CONTAINER}/resources", {"limits": {"memory": "1Gi"}}, ChangeType.RESOURCES),
        (f"{CONTAINER}/readinessProbe", {"httpGet": {"port": 9}}, ChangeType.PROBE),
        (f"{CONTAINER}/args", ["--debug"], ChangeType.CONFIGURATION),
        ("spec/replicas", 5, ChangeType.SCALE),
        ("spec/selector/matchLabels/app", "other", ChangeType.SELECTOR),
        ("spec/template/metadata/labels/app", "other", ChangeType.OTHER),
        ("spec/template/spec/nodeSelector", {"disk": "ssd"}, ChangeType.TOPOLOGY),
        ("spec/template/spec/serviceAccountName", "root", ChangeType.RBAC),
        ("spec/strategy", {"type": "Recreate"}, ChangeType.CONFIGURATION),
        ("spec/template/metadata/annotations", {"checksum/config": "ab"}, ChangeType.CONFIGURATION),
        (
            "spec/template/metadata/annotations",
            {"kubectl.kubernetes.io/restartedAt": "now"},
            ChangeType.OTHER,
        ),
        ("metadata/labels", {"team": "money"}, ChangeType.OTHER),
    ],
)
def test_the_type_of_a_change(path: str, value: Any, kind: ChangeType) -> None:
    (found,) = told(deployment("cart"), changed(deployment("cart"), path, value))

    assert (found.type, found.action, found.object) == (kind, Action.CHANGED, "Deployment/shop/cart")


def test_fields_with_old_and_new_values() -> None:
    (found,) = told(deployment("cart"), changed(deployment("cart"), f"{CONTAINER}/image", "cart:2"))

    assert [one.to_json() for one in found.fields] == [{"path": IMAGE, "old": "cart:1", "new": "cart:2"}]
    assert found.text == "Deployment cart: image changed: containers[server].image from cart:1 to cart:2"


def test_other_kinds() -> None:
    settings = {
        "kind": "ConfigMap",
        "apiVersion": "v1",
        "metadata": {"name": "a", "namespace": "shop"},
        "data": {"a": "1"},
    }
    role = {
        "kind": "Role",
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "metadata": {"name": "a"},
        "rules": [],
    }
    front = service("cart")

    assert told(settings, changed(settings, "data/a", "2"))[0].type is ChangeType.CONFIGURATION
    assert told(role, changed(role, "rules", [{"verbs": ["get"]}]))[0].type is ChangeType.RBAC
    assert told(front, changed(front, "spec/selector/app", "x"))[0].type is ChangeType.SELECTOR
    assert told(front, changed(front, "spec/ports/0/targetPort", 81))[0].type is ChangeType.CONFIGURATION


def test_nodes() -> None:
    one = node("worker-1")
    joined = changed(one, "metadata/creationTimestamp", minutes(5).isoformat())
    down = copy.deepcopy(one)
    down["status"]["conditions"][0]["status"] = "Unknown"

    assert [c.type for c in told(joined)] == [ChangeType.NODE_JOINED]
    assert told(one, None)[0].type is ChangeType.NODE_LEFT
    (cordoned,) = told(one, changed(one, "spec/unschedulable", True))
    assert (cordoned.type, cordoned.text) == (ChangeType.NODE_CORDONED, "Node worker-1: cordoned")
    assert told(one, down)[0].type is ChangeType.TOPOLOGY


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("status", {"readyReplicas": 1}),
        ("metadata/generation", 7),
        ("metadata/annotations", {"deployment.kubernetes.io/revision": "7"}),
        ("spec/template/spec/volumes", []),
    ],
)
def test_noise_is_no_change(path: str, value: Any) -> None:
    assert told(deployment("cart"), changed(deployment("cart"), path, value)) == []


def test_what_controllers_make_is_no_change() -> None:
    one = pod(deployment("cart"))
    assert told(one, changed(one, "spec/nodeName", "worker-2"), None) == []


def test_what_was_there_before_is_not_new_and_what_was_made_is() -> None:
    old = changed(deployment("cart"), "metadata/creationTimestamp", "2020-01-01T00:00:00Z")
    new = changed(deployment("cart"), "metadata/creationTimestamp", minutes(-5).isoformat())

    assert told(old) == []
    (made,) = told(new)
    assert (made.action, made.at) == (Action.ADDED, minutes(-5))


def test_an_object_made_anew_tells_what_is_different() -> None:
    found = told(deployment("cart"), None, changed(deployment("cart"), f"{CONTAINER}/image", "cart:2"))

    assert [(one.type, one.action) for one in found if one.fields] == [(ChangeType.IMAGE, Action.CHANGED)]
    assert Action.REMOVED in {one.action for one in found}


def test_who_and_when() -> None:
    early = FieldManager("helm", "Update", minutes(-90), "", ("spec.replicas",))
    late = FieldManager("kubectl-set", "Update", minutes(4), "", (IMAGE,))
    new = changed(deployment("cart"), f"{CONTAINER}/image", "cart:2")
    versions = history((NOON, deployment("cart")), (minutes(10), new), managers=(early, late))

    (found,) = timeline(Past([versions]), SINCE, minutes(60))

    assert (found.by, found.at, found.after) == ("kubectl-set", minutes(4), None)


def test_without_a_manager_it_lies_between_two_crawls() -> None:
    new = changed(deployment("cart"), f"{CONTAINER}/image", "cart:2")
    (found,) = told(deployment("cart"), new, crawls=(NOON, minutes(8), minutes(10)))

    assert (found.after, found.at, found.by) == (minutes(8), minutes(10), "")


@pytest.mark.parametrize(
    ("metadata", "told_as"),
    [
        ({"annotations": {"meta.helm.sh/release-name": "cart"}, "labels": {"helm.sh/chart": "shop-1.2"}},
         "Helm release cart, chart shop-1.2"),
        ({"annotations": {"argocd.argoproj.io/tracking-id": "cart:apps/Deployment:shop/cart"}},
         "Argo CD application cart"),
    ],
)  # fmt: skip
def test_tools_that_own_the_object(metadata: dict[str, Any], told_as: str) -> None:
    one = deployment("cart")
    one["metadata"] |= metadata
    (found,) = told(one, changed(one, f"{CONTAINER}/image", "cart:2"))

    assert found.through == told_as


def replica_set(number: int, image: str, at: datetime, **annotations: str) -> ObservedObject:
    of = changed(deployment("cart"), f"{CONTAINER}/image", image)
    template = copy.deepcopy(of["spec"]["template"])
    template["metadata"]["labels"]["pod-template-hash"] = f"h{number}"
    metadata = {
        "name": f"cart-h{number}", "namespace": "shop", "creationTimestamp": at.isoformat(),
        "annotations": {"deployment.kubernetes.io/revision": str(number), **annotations},
        "ownerReferences": [{"kind": "Deployment", "name": "cart", "uid": "d-cart", "controller": True}],
    }  # fmt: skip
    return observed(
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": {"template": template}}
    )


def test_rollout_history_is_read_though_nobody_watched() -> None:
    past = Past(
        revisions=[
            replica_set(2, "cart:2", minutes(-10), **{"kubernetes.io/change-cause": "release 2"}),
            replica_set(1, "cart:1", minutes(-900)),
        ],
        workloads=[observed(deployment("cart"))],
    )

    (found,) = timeline(past, SINCE, minutes(60))

    assert (found.type, found.at, found.origin, found.reason) == (
        ChangeType.IMAGE, minutes(-10), Origin.ROLLOUT, "release 2",
    )  # fmt: skip
    assert (found.fields[0].old, found.fields[0].new, len(found.fields)) == ("cart:1", "cart:2", 1)


def test_controller_revisions_too() -> None:
    def revision(number: int, image: str) -> ObservedObject:
        template = {"spec": {"containers": [{"name": "db", "image": image}]}, "$patch": "replace"}
        metadata = {
            "name": f"db-{number}", "namespace": "shop", "creationTimestamp": minutes(number).isoformat(),
            "ownerReferences": [{"kind": "StatefulSet", "name": "db", "controller": True}],
        }  # fmt: skip
        value = {
            "kind": "ControllerRevision",
            "apiVersion": "apps/v1",
            "revision": number,
            "metadata": metadata,
        }
        return observed({**value, "data": {"spec": {"template": template}}})

    owner = observed(
        {"kind": "StatefulSet", "apiVersion": "apps/v1", "metadata": {"name": "db", "namespace": "shop"}}
    )
    past = Past(revisions=[revision(1, "pg:16"), revision(2, "pg:17")], workloads=[owner])

    (found,) = timeline(past, SINCE, minutes(60))

    assert (found.object, found.type, found.at) == ("StatefulSet/shop/db", ChangeType.IMAGE, minutes(2))


def test_a_rollout_that_was_seen_is_told_once_at_its_time() -> None:
    new = changed(deployment("cart"), f"{CONTAINER}/image", "cart:2")
    past = Past(
        [history((NOON, deployment("cart")), (minutes(60), new))],
        [replica_set(1, "cart:1", minutes(-900)), replica_set(2, "cart:2", minutes(20))],
        [observed(new)],
    )

    (found,) = timeline(past, SINCE, minutes(90))

    assert (found.at, found.after, found.origin) == (minutes(20), None, Origin.VERSIONS)


def test_a_rollback_whose_time_is_unknown_is_not_told_at_a_wrong_time() -> None:
    back = replica_set(3, "cart:1", minutes(-900), **{"deployment.kubernetes.io/revision-history": "1"})
    past = Past(
        revisions=[replica_set(2, "cart:2", minutes(-10)), back], workloads=[observed(deployment("cart"))]
    )

    assert timeline(past, minutes(-2000), minutes(60)) == []


def autoscaler(least: int, most: int) -> ObservedObject:
    spec = {
        "scaleTargetRef": {"kind": "Deployment", "name": "cart"},
        "minReplicas": least,
        "maxReplicas": most,
    }
    metadata = {"name": "cart", "namespace": "shop"}
    return observed(
        {
            "kind": "HorizontalPodAutoscaler",
            "apiVersion": "autoscaling/v2",
            "metadata": metadata,
            "spec": spec,
        }
    )


@pytest.mark.parametrize(
    ("replicas", "manager", "by"),
    [
        (5, "kube-controller-manager", "HorizontalPodAutoscaler cart"),
        (5, "", "HorizontalPodAutoscaler cart"),
        (5, "kubectl", "kubectl"),
        (50, "", ""),
    ],
)
def test_scaling_by_an_autoscaler_is_its_doing(replicas: int, manager: str, by: str) -> None:
    wrote = FieldManager(manager, "Update", minutes(5), "scale", ("spec.replicas",)) if manager else None
    versions = history(
        (NOON, deployment("cart")),
        (minutes(10), deployment("cart", replicas)),
        managers=(wrote,) if wrote else (),
    )

    (found,) = timeline(Past([versions], autoscalers=[autoscaler(2, 9)]), SINCE, minutes(60))

    assert (found.type, found.by) == (ChangeType.SCALE, by)


def test_releases_of_helm_and_argo() -> None:
    labels = {"name": "cart", "version": "5", "owner": "helm"}
    secret = {
        "kind": "Secret", "apiVersion": "v1", "type": "helm.sh/release.v1",
        "metadata": {"name": "sh.helm.release.v1.cart.v5", "namespace": "shop", "labels": labels,
                     "creationTimestamp": minutes(-5).isoformat()},
    }  # fmt: skip
    entries = [
        {"revision": "aaa", "deployedAt": minutes(-30).isoformat()},
        {"revision": "bbb", "deployedAt": minutes(-3).isoformat(), "initiatedBy": {"username": "ellie"}},
    ]
    app = {
        "kind": "Application", "apiVersion": "argoproj.io/v1alpha1",
        "metadata": {"name": "cart", "namespace": "argocd"},
        "status": {"history": entries},
    }  # fmt: skip

    (helm,) = told(secret)
    assert "revision set to 5, by helm (Helm release cart)" in helm.text
    assert [one.by for one in told(app)] == ["argocd", "ellie"]


def test_texts_of_several_lines_tell_the_lines_that_differ() -> None:
    (found,) = differences("a\nb\nc", "a\nx\nc", "data.file")

    assert (found.old, found.new) == ("b", "x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab\n", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    | st.lists(st.fixed_dictionaries({"name": st.sampled_from("xyz"), "v": inner}), max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_equal_values_have_no_differences(value: Any) -> None:
    assert list(differences(value, copy.deepcopy(value))) == []


@given(JSON, JSON)
def test_differences_turn_around(old: Any, new: Any) -> None:
    there = {(one.path, str(one.old), str(one.new)) for one in differences(old, new)}
    back = {(one.path, str(one.new), str(one.old)) for one in differences(new, old)}

    assert there == back


@given(
    st.lists(JSON, min_size=1, max_size=4),
    st.sampled_from(["ConfigMap", "Deployment", "Node", "Role", "Odd"]),
)
def test_any_history_gives_changes_in_order(specs: list[Any], kind: str) -> None:
    values = [
        {"kind": kind, "metadata": {"name": "a", "namespace": "shop"}, "spec": spec, "data": spec}
        for spec in specs
    ]

    found = told(*values)

    assert [one.at for one in found] == sorted(one.at for one in found)
    assert all(one.text and one.to_json()["object"] for one in found)
