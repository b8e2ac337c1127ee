"""Questions about state, numbers and pod specs: traits of pods, times, variables, values, events, images."""

from __future__ import annotations

import pytest

from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, an_object, shop

_LATER = "2026-11-23T05:40:00Z"
_AGENT = a_deployment(
    "agent", "ops", 2,
    a_container(
        "main", "agent:1.4", args=["--verbose"], env=[
            {"name": "HOOK_URL", "value": "http://hooks"},
            {"name": "ADMIN_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "agent-secret", "key": "admin"}}},
        ],
        securityContext={"privileged": True, "capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]}},
        livenessProbe={"exec": {"command": ["alive"]}},
    ),
    hostNetwork=True, terminationGracePeriodSeconds=90, tolerations=[{"operator": "Exists"}],
    initContainers=[a_container("prepare", "prepare:1")],
    volumes=[{"name": "logs", "hostPath": {"path": "/var/log"}}, {"name": "tmp", "emptyDir": {}}],
    affinity={"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}},
)  # fmt: skip
_AGENT["metadata"]["creationTimestamp"] = _LATER
_GUARD = a_deployment(
    "guard", "ops", 2,
    a_container("main", "agent:1.4", securityContext={"readOnlyRootFilesystem": True, "runAsNonRoot": True, "runAsUser": 1000}),
    terminationGracePeriodSeconds=30, automountServiceAccountToken=False,
)  # fmt: skip
_BARE = an_object(
    "v1", "Pod", "lonely", "ops", spec={"containers": [a_container("main", "agent:1.4")]},
    status={"phase": "Running", "qosClass": "BestEffort"},
)  # fmt: skip
_JOB = an_object(
    "batch/v1", "Job", "load", "batch", spec={"backoffLimit": 4}, status={"completionTime": _LATER}
)
_CLAIMS = [
    an_object(
        "v1", "PersistentVolumeClaim", name, "ops", status={"phase": "Pending"},
        spec={"storageClassName": kind, "resources": {"requests": {"storage": size}}},
    )
    for name, kind, size in (("data", "speedy", "1Gi"), ("logs", "cheap", "3Gi"))
]  # fmt: skip
_WARNING = an_object(
    "v1", "Event", "data.1", "ops", type="Warning", reason="ProvisioningFailed", message="class speedy not found", count=1,
    involvedObject={"kind": "PersistentVolumeClaim", "name": "data", "namespace": "ops"}, lastTimestamp=_LATER,
)  # fmt: skip
LIVE = LiveCluster(
    [
        *shop(),
        an_object("v1", "Namespace", "ops", status={"phase": "Active"}),
        _AGENT,
        _GUARD,
        _BARE,
        _JOB,
        *_CLAIMS,
        _WARNING,
    ]
)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What uses the host network?", ["1 workload of", "ops/agent", "hostNetwork: true"]),
        ("who in ops adds NET_ADMIN?", ["1 workload of 2", "ops/agent"]),
        ("does anything add SYS_TIME?", ["No workload"]),
        ("which workloads mount a path of the host", ["1 workload of", "ops/agent", "path: /var/log"]),
        ("which workloads of ops have an emptyDir?", ["1 workload of 2", "ops/agent"]),
        ("list everything with a pod anti-affinity", ["1 workload of", "ops/agent"]),
        ("which workloads are probed by an exec probe?", ["1 workload of", "ops/agent"]),
        ("what in ops could run as root?", ["1 workload of 2", "ops/agent"]),
        ("which ops workloads are non-root?", ["1 workload of 2", "ops/guard"]),
        ("which workloads switch off automounting of the service account token?", ["ops/guard"]),
        ("how many pods are best effort?", ["1 Pod of", "ops/lonely"]),
        ("pods without a controller?", ["1 Pod of", "ops/lonely"]),
        ("which deployments in ops run unprivileged?", ["1 Deployment of 2", "ops/guard"]),
    ],
)
def test_objects_are_found_by_their_traits(question: str, told: list[str]) -> None:
    answer = LIVE.told(question)
    assert not [words for words in told if words not in answer.answer], answer.answer
    assert answer.script is not None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("is agent privileged?", ["privileged: true"]),
        ("is the root filesystem of agent read-only?", ["has no readOnlyRootFilesystem set"]),
        ("which user id does guard run as?", ["runAsUser: 1000"]),
        ("does guard run as root?", ["kept from root"]),
        ("which capabilities does agent add?", ["NET_ADMIN"]),
        ("is agent's anti-affinity hard or soft?", ["soft (preferredDuringScheduling"]),
        ("does guard have init containers?", ["has no init containers"]),
        ("what arguments does agent get?", ["--verbose"]),
        ("which host namespaces does agent share?", ["hostNetwork true"]),
        ("is node-a schedulable?", ["has no unschedulable set"]),
        ("which hook url is agent given?", ["HOOK_URL"]),
        ("is the admin password of agent taken from a secret?", ["agent-secret", "key: admin"]),
    ],
)
def test_what_a_named_object_is_set_up_with_is_told(question: str, told: list[str]) -> None:
    answer = LIVE.told(question)
    assert not [words for words in told if words not in answer.answer], answer.answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("which deployments were created after 05:30?", ["1 Deployment of", "ops/agent", _LATER]),
        ("how many deployments were created before 2026-11-23T05:30:00Z?", ["5 Deployments of 6"]),
        ("which deployments were created between 05:39 and 05:41?", ["1 Deployment of", "ops/agent"]),
        ("which jobs finished after 05:30?", ["1 Job of 1", "batch/load"]),
        ("which workload has the longest grace period?", ["Most terminationGracePeriodSeconds", "ops/agent"]),
        ("which job has a backoff limit of 4?", ["1 Job of 1"]),
        ("claims of class speedy?", ["1 PersistentVolumeClaim of 2", "ops/data"]),
        ("who sets HOOK_URL?", ["1 workload of", "ops/agent"]),
        ("sum of the storage of all claims", ["2 PersistentVolumeClaims together: size 4096Mi"]),
        ("which image is used by the most workloads?", ["Used most: agent:1.4, by 2 workloads"]),
        ("how many different images run in ops?", ["1 different image in 2 workloads in ops"]),
        ("any provisioning failures among the events?", ["1 warnings", "class speedy not found"]),
        ("which of the pods on node-a are not ready?", ["1 Pod of 2", "shop/cart-5d"]),
        ("which pods would be hit if I drain node-b?", ["1 Pod", "shop/redis-5d"]),
        ("does each deployment in ops have all its replicas?", ["All 2 Deployments are healthy"]),
    ],
)
def test_times_numbers_and_values_are_conditions(question: str, told: list[str]) -> None:
    answer = LIVE.told(question)
    assert not [words for words in told if words not in answer.answer], answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "does harbor use a hostPath volume?",
        "tolerations of the cilium agents?",
        "how busy is node-a?",
        "how long do requests to cart take?",
        "what is the admin password of agent?",
        "why does agent run privileged?",
    ],
)
def test_what_is_not_there_or_not_told_is_declined(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained, answer.answer


@pytest.mark.parametrize("question", ["what happened?", "what restarted and why?", "what is not up to date?"])
def test_what_else_is_asked_of_everything_is_not_answered_with_what_is_unwell(question: str) -> None:
    pods = [_pending(f"crate-{place}", "0/3 nodes are available") for place in range(5)]
    answer = LiveCluster([an_object("v1", "Namespace", "yard"), *pods]).ask(question)
    assert answer is None or "not as they should be" not in answer.answer


def _pending(name: str, message: str) -> dict[str, object]:
    return an_object(
        "v1", "Pod", name, "yard",
        spec={"containers": [a_container("app", "app:1")]},
        status={
            "phase": "Pending",
            "conditions": [
                {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message,
                 "lastTransitionTime": "2026-11-23T04:10:00Z"}
            ],
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    "question",
    ["which pods are pending and why?", "what is broken and why?", "what is failing in yard and since when?"],
)
def test_of_many_that_are_unwell_each_says_why_and_since_when(question: str) -> None:
    messages = [f"0/3 nodes are available: {n} too many shelves." for n in range(5)]
    pods = [_pending(f"crate-{place}", message) for place, message in enumerate(messages)]
    answer = LiveCluster([an_object("v1", "Namespace", "yard"), *pods]).told(question).answer
    assert all(message in answer for message in messages), answer
    assert "2026-11-23T04:10:00Z" in answer
