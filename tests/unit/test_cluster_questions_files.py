"""Questions for settings in files of ConfigMaps, and for what no object stands for: groups, revisions, second parts."""

from __future__ import annotations

import pytest

from tests.unit.cluster_questions import (
    LiveCluster,
    a_container,
    a_deployment,
    a_pod,
    a_service,
    an_object,
    shop,
)

_ALERTS = """global:
  resolve_timeout: 5m
route:
  receiver: crew
receivers:
- name: crew
  pager_configs:
  - rota: '#night-shift'
- name: nobody
"""
_CATALOG = '{\n  "items": [\n    {"name": "Mug", "price": 9},\n    {"name": "Poster", "price": 25}\n  ]\n}\n'
_INI = "[auth.anonymous]\nenabled = true\norg_role = Viewer\n[log]\nmode = console\n"


def _mounting(name: str, config: str, **container: object) -> dict[str, object]:
    volume = {"name": "config", "configMap": {"name": config}}
    return a_deployment(name, "shop", 1, a_container(name, f"{name}:1", **container), volumes=[volume])


_NOTIFIER = _mounting("notifier", "notifier-files")
_BOARD = _mounting(
    "board",
    "board",
    env=[{"name": "JAVA_OPTS", "value": "-Xmx300m"}],
    resources={"limits": {"memory": "1Gi"}},
)
_OLD = a_pod(a_deployment("board", "shop", 1, a_container("board", "board:0")), "node-a")[0]
_OLD["metadata"] |= {
    "name": "board-1a",
    "uid": "old",
    "annotations": {"deployment.kubernetes.io/revision": "3"},
}
_NEW = a_pod(_BOARD, "node-a")
_NEW[0]["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "4"}
_IDLE = {
    "type": "ScalingActive",
    "status": "False",
    "reason": "AmbiguousSelector",
    "message": "several scale the same",
}
LIVE = LiveCluster(
    [
        *shop(), _NOTIFIER, _BOARD, _OLD, *_NEW,
        an_object("v1", "ConfigMap", "notifier-files", "shop", data={"alerts.yml": _ALERTS}),
        an_object("v1", "ConfigMap", "board", "shop", data={"board.ini": _INI}),
        an_object("v1", "ConfigMap", "gift-catalog", "shop", data={"gifts.json": _CATALOG}),
        a_service("board", "shop", 80), {**a_service("board", "shop", 80), "metadata": {"name": "panel", "namespace": "shop", "uid": "p"}},
        an_object(
            "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "helpers",
            roleRef={"kind": "ClusterRole", "name": "view"}, subjects=[{"kind": "Group", "name": "night-helpers"}],
        ),
        an_object("autoscaling/v2", "HorizontalPodAutoscaler", "board", "shop",
                  spec={"maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "board", "apiVersion": "apps/v1"}},
                  status={"conditions": [_IDLE]}),
        an_object("v1", "PersistentVolumeClaim", "board-data", "shop", spec={"storageClassName": "gone"}, status={"phase": "Pending"}),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Where does notifier write to? I mean which pager rota.", ["rota: '#night-shift'"]),
        ("which receiver is set under route in the notifier config?", ["receiver: crew", "night-shift"]),
        ("which receivers does notifier define?", ["name: crew", "name: nobody"]),
        ("How many receivers are configured in notifier-files?", ["2 receivers in file alerts.yml"]),
        ("What org role do anonymous visitors of board get according to its ini file?", ["org_role = Viewer"]),
        ("What's the priciest thing in the gift catalogue file, and how many items does it list?", ["Poster: 25", "2 items"]),
        ("resolve timeout of notifier?", ["resolve_timeout: 5m"]),
    ],
)  # fmt: skip
def test_settings_in_files_of_config_maps_are_told(question: str, told: list[str]) -> None:
    answer = LIVE.told(question).answer
    assert all(one in answer for one in told), answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "Which role do members of the night-helpers group get?",
            ["Group night-helpers has ClusterRole view"],
        ),
        ("which groups have roles?", ["Group night-helpers has ClusterRole view"]),
        ("What image did board run in its previous revision?", ["Revision 3", "board:0", "Revision 4"]),
        ("how many old replica sets does board keep for a rollback?", ["at most 10", "1 old ReplicaSet"]),
        ("why is autoscaling of board inactive?", ["AmbiguousSelector: several scale the same"]),
        ("Do the services board and panel select different pods or the same ones?", ["have the same pods"]),
        ("Do cart and board run the same image?", ["Different images"]),
        ("heap of board vs its memory limit?", ["-Xmx300m", "memory: 1Gi"]),
        (
            "which storage class do board's claims want and does it exist?",
            ["StorageClass gone does not exist"],
        ),
    ],
)
def test_what_no_object_stands_for_is_told(question: str, told: list[str]) -> None:
    answer = LIVE.told(question).answer
    assert all(one in answer for one in told), answer


@pytest.mark.parametrize(
    "question",
    [
        "which mail server does notifier use?",
        "which receivers of notifier are firing right now?",
        "How far behind is the consumer group of cart?",
        "how much of its heap does board use right now?",
    ],
)
def test_what_no_file_tells_is_not_told(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained, answer


def test_each_cluster_is_held_against_itself_alone() -> None:
    here = [
        a_deployment(name, "shop", 1, a_container("main", image))
        for name, image in (("pen", "ink:1"), ("pad", "ink:1"))
    ]
    there = [
        a_deployment(name, "shop", 1, a_container("main", image))
        for name, image in (("pen", "ink:2"), ("pad", "paper:1"))
    ]
    config = {"app.yml": "retries:\n  max_attempts: 4\n"}
    clusters = LiveCluster(
        [*shop(), *here, an_object("v1", "ConfigMap", "pen-config", "shop", data=config)],
        also={"staging": there},
    )
    answer = clusters.told("do pen and pad run the same image?").answer
    assert "Cluster prod: Deployment shop/pen and Deployment shop/pad have the same images" in answer
    assert "Cluster staging: Different images" in answer
    assert "Different" not in clusters.told("do pen and pad run the same image in prod?").answer
    assert "max_attempts: 4" in clusters.told("max attempts of retries in pen-config?").answer
