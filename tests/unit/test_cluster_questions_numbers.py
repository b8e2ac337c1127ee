"""Questions for numbers: extremes with their value, ranks, bounds, splits, sums, shares, comparisons, versions in use."""

from __future__ import annotations

import pytest

from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, an_object, shop


def _claim(name: str, size: str, phase: str, storage_class: str = "") -> dict[str, object]:
    spec: dict[str, object] = {"resources": {"requests": {"storage": size}}}
    if storage_class:
        spec["storageClassName"] = storage_class
    return an_object("v1", "PersistentVolumeClaim", name, "data-plane", spec=spec, status={"phase": phase})


def _volume(name: str, phase: str) -> dict[str, object]:
    return an_object(
        "v1", "PersistentVolume", name, spec={"capacity": {"storage": "4Gi"}}, status={"phase": phase}
    )


def _sized(name: str, image: str, memory: str, *more: dict[str, object]) -> dict[str, object]:
    first = a_container("main", image, resources={"limits": {"memory": memory}, "requests": {"cpu": "250m"}})
    return a_deployment(name, "data-plane", 1, first, *more)


LIVE = LiveCluster(
    [
        *shop(),
        an_object("v1", "Namespace", "data-plane", status={"phase": "Active"}),
        _claim("tiny", "1Gi", "Bound", "fast"),
        _claim("wide-claim", "20Gi", "Pending", "fast"),
        _claim("middle-claim", "5Gi", "Bound", "slow"),
        _volume("vol-one", "Bound"),
        _volume("vol-two", "Available"),
        _sized("ingest-a", "registry.io/tools/probe:1.2", "256Mi"),
        _sized("ingest-b", "quay.io/probe:1.4", "1Gi", a_container("side", "envoy:1.30")),
        an_object("v1", "ConfigMap", "many-keys", "data-plane", data={"a": "1", "b": "2", "c": "3"}),
    ]
)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "Which claim wants the most space, and how much is that?",
            ["data-plane/wide-claim, with 20Gi", "storage: 20Gi"],
        ),
        ("What's the chunkiest claim of ours?", ["data-plane/wide-claim, with 20Gi"]),
        ("Of all controllers, which one has the highest desired replica number?", ["blog/frontend, with 5"]),
        ("Which pod has been bounced the most, and how often?", ["cart-5d-x7k2p, with 7 restarts"]),
        (
            "Which deployment hogs the biggest memory limit and what is it set to?",
            ["data-plane/ingest-b, with 1Gi"],
        ),
        (
            "Who packs the most containers into one pod?",
            ["Most containers: Deployment data-plane/ingest-b, with 2"],
        ),
        (
            "Name the ConfigMap with the most keys and say its number",
            ["ConfigMap data-plane/many-keys, with 3 keys"],
        ),
        ("what are the top 2 claims by size", ["the first 2", "wide-claim 20Gi", "middle-claim 5Gi"]),
        ("second largest claim?", ["Second most size", "data-plane/middle-claim, with 5Gi"]),
        ("Which namespace leads in number of deployments?", ["shop has the most: 3 Deployments"]),
        ("Where do most of the pending claims live?", ["data-plane has the most: 1 PersistentVolumeClaim"]),
        (
            "Which claims ask for 5Gi or more?",
            ["2 PersistentVolumeClaims of 3", "data-plane/wide-claim 20Gi", "data-plane/middle-claim 5Gi"],
        ),
        ("deployments with between 2 and 4 replicas", ["2 Deployments of", "shop/redis 3 replicas"]),
        ("Anything restarted more than 5 times?", ["cart 7 restarts"]),
        ("How many claims are Bound and how many still Pending?", ["2 PersistentV", "1 PersistentV"]),
        ("Of our volumes, how many are Bound and how many are not?", ["1 PersistentVolume of 2"]),
        ("claims by storage class", ["by storage class: fast 2, slow 1"]),
        ("How many different storage classes do the claims use?", ["2 different ones"]),
        ("images by registry", ["registry.io 4", "docker.io", "quay.io 1"]),
        ("Sum of the storage that all claims ask for?", ["3 PersistentVolumeClaims together: size 26Gi"]),
        ("What share of the claims is Pending?", ["1 of 3 PersistentVolumeClaims in state pending: 33.3%"]),
        (
            "Which claim is bigger: wide-claim or middle-claim?",
            ["wide-claim 20Gi", "middle-claim 5Gi", "the most in"],
        ),
        (
            "Do all workloads that use probe use the same tag?",
            ["Not the same everywhere", "registry.io/tools/probe:1.2", "quay.io/probe:1.4"],
        ),
        ("Do all claims have a storage class?", ["Yes: all 3 PersistentVolumeClaims"]),
        ("Are all claims bound?", ["No: 2 of 3 PersistentVolumeClaims", "wide"]),
        (
            "Does every namespace have a network policy?",
            ["No: 4 of 4 Namespaces have no NetworkPolicies"],
        ),
        ("How many config maps have a name that starts with many?", ["1 ConfigMap of 2"]),
        ("persistent volumes that nobody has claimed yet?", ["1 PersistentVolume of 2", "vol-two"]),
    ],
)
def test_numbers_are_told_with_what_they_stand_for(question: str, told: list[str]) -> None:
    answer = LIVE.told(question)
    assert not [words for words in told if words not in answer.answer], answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Which pod burns the most CPU at this very moment?",
        "Which deployment was edited most often?",
        "how many pods use more than 80% of their memory",
        "how many deployments have an even number of replicas",
        "Do all pods of shop run on different nodes?",
        "which pod is the biggest",
        "which deployments have less memory than cart",
    ],
)
def test_numbers_that_no_object_holds_are_not_told(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained, answer.answer
