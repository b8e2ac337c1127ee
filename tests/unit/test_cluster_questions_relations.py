"""Questions about how objects hang together, who may do what, and any field, label or image that they have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from answers.cluster.around import is_denied
from tests.unit.cluster_questions import (
    Json,
    LiveCluster,
    a_container,
    a_deployment,
    a_service,
    an_object,
    shop,
)

_RBAC = "rbac.authorization.k8s.io/v1"


def _service(name: str, **spec: Any) -> Json:
    service = a_service(name, "shop", 53)
    service["spec"] |= spec
    return service


def _more() -> Iterable[Json]:
    yield an_object(
        "v1",
        "PersistentVolumeClaim",
        "data",
        "shop",
        spec={"storageClassName": "gone"},
        status={"phase": "Bound"},
    )
    yield an_object("storage.k8s.io/v1", "StorageClass", "fast", provisioner="csi.acme.io")
    claimed = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    yield a_deployment("store", "shop", 1, a_container("db", "mongo:7"), volumes=[claimed])
    yield a_deployment("backup", "shop", 1, a_container("db", "mongo:7"), automountServiceAccountToken=False)
    target = {"kind": "Deployment", "name": "ghost", "apiVersion": "apps/v1"}
    yield an_object(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "ghost",
        "shop",
        spec={"maxReplicas": 3, "scaleTargetRef": target},
    )
    udp = [{"name": "dns", "port": 53, "protocol": "UDP"}]
    yield _service("dns", ports=udp, sessionAffinity="ClientIP")
    labelled = _service("metrics")
    labelled["metadata"]["annotations"] = {"prometheus.io/scrape": "true"}
    yield labelled
    admin = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
    yield an_object(_RBAC, "ClusterRole", "all-of-it", rules=[admin])
    yield an_object(
        _RBAC, "ClusterRoleBinding", "all-of-it", roleRef={"kind": "ClusterRole", "name": "all-of-it"},
        subjects=[{"kind": "ServiceAccount", "name": "operator", "namespace": "shop"}, {"kind": "Group", "name": "wizards"}],
    )  # fmt: skip
    yield an_object("v1", "ServiceAccount", "operator", "shop")
    yield an_object(_RBAC, "Role", "nothing", "shop", rules=[])
    review = {"apiGroups": ["authentication.k8s.io"], "resources": ["tokenreviews"], "verbs": ["create"]}
    yield an_object(_RBAC, "ClusterRole", "reviewer", rules=[review])
    names = {"kind": "Widget", "plural": "widgets", "singular": "widget", "shortNames": ["wdg"]}
    versions = [{"name": "v1", "served": True, "storage": True}]
    yield an_object(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.acme.io",
        spec={"group": "acme.io", "names": names, "scope": "Namespaced", "versions": versions},
    )  # fmt: skip
    yield an_object(
        "acme.io/v1",
        "Widget",
        "main",
        "shop",
        spec={"parts": [{"name": "a"}, {"name": "b"}], "interval": "15s"},
    )
    yield an_object("acme.io/v1", "Widget", "slow", "shop", spec={"parts": [], "interval": "60s"})


LIVE = LiveCluster([*shop(), *_more()])


@pytest.mark.parametrize(
    ("question", "told", "untold"),
    [
        ("which deployments use a pvc?", ["Deployment shop/store"], ["shop/backup", "shop/cart"]),
        ("deployments in shop without a service", ["shop/store", "shop/cart"], ["Deployment shop/redis"]),
        ("is there an hpa pointing at a deployment that doesn't exist?", ["HorizontalPodAutoscaler shop/ghost"], ["shop/frontend"]),
        ("which pvcs ask for a storage class that does not exist", ["PersistentVolumeClaim shop/data", "gone"], []),
        ("which crds have instances", ["widgets.acme.io"], ["No CustomResourceDefinition"]),
        ("services speaking UDP?", ["Service shop/dns"], ["shop/redis"]),
        ("which widgets run every 15 seconds", ["Widget shop/main", "interval: 15s"], ["shop/slow"]),
        ("services in shop that are not ClusterIP", ["Service shop/frontend"], ["shop/redis"]),
        ("which services have session affinity turned on?", ["Service shop/dns"], ["shop/redis"]),
        ("which services are annotated for scraping?", ["Service shop/metrics", "prometheus.io/scrape"], ["shop/dns"]),
        ("does a role exist without any rules?", ["Role shop/nothing"], ["Role shop/reader"]),
        ("which cluster roles permit everything?", ["ClusterRole all-of-it"], ["reviewer"]),
        ("which service accounts may delete deployments?", ["ServiceAccount shop/operator"], ["shop/cart"]),
        ("which roles are not bound to anyone", ["Role shop/nothing"], ["Role shop/reader"]),
        ("which deployment has the most config maps mounted", ["Most ConfigMaps: Deployment shop/cart"], []),
        ("which namespaces have a service of type NodePort", ["1 of 3 Namespaces", "shop 1"], []),
        ("which groups have rights through cluster role bindings?", ["wizards"], []),
        ("workloads that switch off the automatic mounting of the service account token", ["shop/backup"], ["shop/store"]),
        ("who else runs the same image as store?", ["Deployment shop/backup"], ["shop/redis"]),
        ("which images are used by more than one workload?", ["mongo:7 (2)"], ["redis:7.2 ("]),
        ("short name of the widget crd", ["wdg"], []),
        ("how many parts does the widget main have?", ["Widget shop/main: 2 parts"], []),
    ],
)  # fmt: skip
def test_it_tells_what_hangs_together_or_holds_what_is_asked_for(
    question: str, told: list[str], untold: list[str]
) -> None:
    answer = LIVE.told(question).answer
    assert all(one in answer for one in told), answer
    assert not any(one in answer for one in untold), answer


@pytest.mark.parametrize(
    "question",
    [
        "who last used the cluster role all-of-it?",
        "how full is the claim data?",
        "which deployments name secrets that do not exist?",
        "are the rights of operator too permissive?",
    ],
)
def test_it_declines_what_objects_do_not_tell_of_them(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("services that are not of type x", True),
        ("deployments with a maxsurge other than x", True),
        ("services of type x", False),
        ("pods not ready that use x", False),
    ],
)
def test_a_value_is_denied_by_the_words_right_before_it(text: str, denied: bool) -> None:
    assert is_denied(text, text.index(" x") + 1) is denied
