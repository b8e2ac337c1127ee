"""Questions for a field in words that are not its name: of a named object, or which objects set it."""

from __future__ import annotations

from typing import Any

import pytest

from answers.cluster.second.again import SecondReader
from answers.cluster.specs.glossary import entries, entries_of
from tests.unit.cluster_questions import LiveCluster, a_container, a_deployment, shop
from tests.unit.test_cluster_questions_again import Words


def _made(name: str, grace: int, strategy: str, **pod: Any) -> dict[str, Any]:
    value = a_deployment(name, "shop", 1, a_container("main", "app:1"))
    value["spec"]["strategy"] = {"type": strategy}
    value["spec"]["template"]["spec"] |= {"terminationGracePeriodSeconds": grace, **pod}
    return value


LIVE = LiveCluster(
    [
        *shop(),
        _made("ledger", 1800, "Recreate", hostIPC=True, hostPID=True),
        _made("mailer", 5, "RollingUpdate"),
        _made("printer", 5, "RollingUpdate"),
    ],
    second=SecondReader(lambda: Words("zzyzx")),
)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("how long does ledger get to shut down before it is killed?", "terminationGracePeriodSeconds: 1800"),
        ("how is a new version of mailer rolled out, pods replaced during an update?", "type: RollingUpdate"),
        ("can mailer see all processes of the machine it runs on?", "hostPID, which Deployment shop/mailer does not set"),
    ],
)  # fmt: skip
def test_a_named_object_is_told_by_the_field_that_its_words_mean(question: str, told: str) -> None:
    answer = LIVE.told(question)
    assert told in answer.answer
    assert answer.citations


@pytest.mark.parametrize(
    ("question", "named", "others"),
    [
        ("which deployments have all old pods stopped entirely before the new ones are started?", "ledger", "mailer"),
        ("which deployments have half an hour as the time to wind down, exit cleanly and drain?", "ledger", "mailer"),
        ("what shares memory with processes of the machine?", "ledger", "printer"),
    ],
)  # fmt: skip
def test_the_objects_are_told_that_set_what_the_words_mean(question: str, named: str, others: str) -> None:
    answer = LIVE.told(question)
    assert named in answer.answer
    assert others not in answer.answer
    assert "1 " in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "why does ledger get so long to shut down before it is killed?",
        "how long does the zzyzx get to shut down before it is killed?",
        "how long does billing-api get to shut down before it is killed?",
    ],
)
def test_what_happened_or_what_is_not_there_is_not_told_by_a_field(question: str) -> None:
    answer = LIVE.ask(question)
    assert answer is None or answer.abstained or "terminationGracePeriodSeconds" not in answer.answer


def test_every_entry_says_something_of_a_field() -> None:
    assert all(one.tail and one.text and "{" not in one.text for one in entries())
    probes = entries_of("pod.containers.readinessProbe.httpGet.path")
    assert any("ready for traffic" in one.text for one in probes)
    assert not any(one.tail.startswith("liveness") for one in probes)
