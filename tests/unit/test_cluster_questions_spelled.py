"""Questions that spell out a field in its own words, of objects that hold, have or lack it."""

from __future__ import annotations

import pytest

from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, a_service, an_object, shop


def _service(name: str, **spec: object) -> dict[str, object]:
    service = a_service(name, "shop", 53)
    service["spec"] |= spec
    return service


_SCALER = {
    "maxReplicas": 5,
    "behavior": {"scaleDown": {"selectPolicy": "Max", "stabilizationWindowSeconds": 90}},
    "scaleTargetRef": {"kind": "Deployment", "name": "redis", "apiVersion": "apps/v1"},
}
_KEYS = a_deployment(
    "keys", "shop", 1,
    a_container("server", "keys:1", terminationMessagePolicy="FallbackToLogsOnError",
                volumeMounts=[{"name": "gpg", "mountPath": "/app/config/gpg"}]),
)  # fmt: skip
_KEYS["spec"]["strategy"] = {"type": "Recreate"}
LIVE = LiveCluster(
    [
        *shop(),
        _KEYS,
        _service("early", publishNotReadyAddresses=True),
        _service("late", publishNotReadyAddresses=False),
        an_object("v1", "PersistentVolumeClaim", "data", "shop", spec={"storageClassName": "fast-ssd"}, status={"phase": "Bound"}),
        an_object("v1", "PersistentVolumeClaim", "logs", "shop", spec={"storageClassName": "slow"}, status={"phase": "Bound"}),
        an_object("autoscaling/v2", "HorizontalPodAutoscaler", "redis", "shop", spec=_SCALER),
        an_object("autoscaling/v2", "HorizontalPodAutoscaler", "other", "shop", spec={**_SCALER, "behavior": {}}),
        an_object("acme.io/v1", "Widget", "main", "shop", spec={"relabelings": [{"sourceLabels": ["blog"]}]}),
        an_object("acme.io/v1", "Widget", "rest", "shop", spec={"relabelings": [{"sourceLabels": ["pod"]}]}),
        an_object(
            "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.acme.io",
            spec={"group": "acme.io", "scope": "Namespaced", "versions": [{"name": "v1", "served": True, "storage": True}],
                  "names": {"kind": "Widget", "plural": "widgets", "singular": "widget"}},
        ),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "told", "untold"),
    [
        ("List all services whose publish not ready addresses is true.", ["Service shop/early", "1 Service of"], ["shop/late"]),
        ("How many PVCs have storage class name set to fast-ssd?", ["1 PersistentVolumeClaim of 2", "shop/data"], ["shop/logs"]),
        ("Which PVCs use the storage class slow?", ["shop/logs"], ["shop/data"]),
        ("Count the autoscalers whose select policy is Max", ["1 HorizontalPodAutoscaler of 3 with selectPolicy Max"], ["shop/other"]),
        ("which hpas have a scale down stabilization window seconds of 90?", ["shop/redis"], ["shop/other"]),
        ("Show me the deployments with mount path /app/config/gpg", ["Deployment shop/keys"], ["shop/redis:"]),
        ("Which widgets have source labels set to blog?", ["Widget shop/main", "1 Widget of 2"], ["shop/rest"]),
        ("Number of deployments without volume mounts?", ["without volumeMounts"], ["shop/keys"]),
        ("Which deployments define a termination message policy?", ["shop/keys", "1 Deployment of"], ["shop/redis:"]),
        ("What is the label app.kubernetes.io/part-of of deployment keys?", ["app.kubernetes.io/part-of: shop"], []),
        ("How is deployment keys rolled out, Recreate or RollingUpdate?", ["type: Recreate"], []),
        ("what answers at http://early.shop.svc.cluster.local:53?", ["Service shop/early"], ["no object"]),
        ("What is the termination message policy of deployment keys?", ["FallbackToLogsOnError"], []),
        ("stabilization window seconds of hpa redis?", ["90"], ["No HorizontalPodAutoscaler"]),
    ],
)  # fmt: skip
def test_it_tells_the_field_that_is_spelled_out(question: str, told: list[str], untold: list[str]) -> None:
    answer = LIVE.told(question).answer
    assert all(one in answer for one in told), answer
    assert not any(one in answer for one in untold), answer


@pytest.mark.parametrize(
    ("question", "untold"),
    [
        ("which services that nobody calls have publish not ready addresses true?", "1 Service of"),
        (
            "which pvcs do not use the storage class slow?",
            "*1 PersistentVolumeClaim of 2 with storageClassName slow",
        ),
    ],
)
def test_it_reads_nothing_so_that_says_more(question: str, untold: str) -> None:
    assert untold not in LIVE.ask(question).answer


def test_the_field_is_that_of_the_cluster_which_is_named() -> None:
    wallet = a_deployment("wallet", "shop", 2, a_container("server", "wallet:1"))
    spec = {
        "maxReplicas": 5,
        "scaleTargetRef": {"kind": "Deployment", "name": "wallet", "apiVersion": "apps/v1"},
    }
    scaler = an_object("autoscaling/v2", "HorizontalPodAutoscaler", "wallet", "shop", spec=spec)
    clusters = LiveCluster([*shop(), wallet], also={"staging": [wallet, scaler]})
    assert "maxReplicas: 5" in clusters.told("max wallet replicas in staging").answer
    assert "maxReplicas: 5" not in clusters.ask("max wallet replicas in prod").answer
