"""The wording of a question tells the form of its answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.intent import VALUES, Expect, asks_person, intent_of


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How do I roll back checkout?", Expect.STEPS),
        ("如何回滚？", Expect.STEPS),
        ("How long are dumps kept?", Expect.DURATION),
        ("备份保留多久", Expect.DURATION),
        ("How many replicas has cart?", Expect.NUMBER),
        ("How big is the disk?", Expect.SIZE),
        ("Which version of Postgres runs?", Expect.VERSION),
        ("Which build of cart is on staging?", Expect.VERSION),
        ("How much money did the outage cost?", Expect.MONEY),
        ("What instance type do nodes use?", Expect.INSTANCE_TYPE),
        ("What is the VPC CIDR?", Expect.NETWORK),
        ("Which Slack channel is it?", Expect.CHANNEL),
        ("Where is the bucket defined?", Expect.PLACE),
        ("Why did we choose Argo?", Expect.REASON),
        ("Which env var turns it on?", Expect.VARIABLE),
        ("Who do we email about DNS?", Expect.EMAIL),
        ("What is the latest we can ship on a Friday?", Expect.TIME),
        ("Below what utilisation is a node removed?", Expect.NUMBER),
        ("What share of traces do we sample?", Expect.NUMBER),
        ("What is the memory limit of cart?", Expect.SIZE),
        ("The biggest upload that is scanned, in MB?", Expect.SIZE),
        ("When does the backup run?", Expect.TIME),
        ("On which days may we release?", Expect.TIME),
        ("By when must I reply?", Expect.TIME),
        ("How fast do they reply?", Expect.DURATION),
        ("How early do I book leave?", Expect.DURATION),
        ("Is Redis shared?", Expect.YES_NO),
        ("Tell me about payments", Expect.ANYTHING),
        ("", Expect.ANYTHING),
    ],
)
def test_expected_form(question: str, expected: Expect) -> None:
    assert intent_of(question).wanted[0] is expected


def test_a_reason_is_no_list_of_steps() -> None:
    assert Expect.STEPS not in intent_of("Why can we not do it, how do we decide?").wanted


@pytest.mark.parametrize(
    ("question", "live"),
    [
        ("Which pods are failing right now?", True),
        ("How much did we spend last month?", True),
        ("How do I see what runs right now?", False),
        ("What is the limit set to today?", False),
        ("What is the CIDR?", False),
    ],
)
def test_values_of_the_moment(question: str, live: bool) -> None:
    assert intent_of(question).live is live


@pytest.mark.parametrize(
    ("question", "person"),
    [
        ("who raised the memory limit of cart?", True),
        ("谁提高了 cart 的内存限制？", True),
        ("who do I ask about limits, and how fast do they answer?", False),
        ("谁批准，多久？", False),
        ("which team set the limit?", False),
    ],
)
def test_who_alone_asks_for_no_amount(question: str, person: bool) -> None:
    assert asks_person(question) is person
    assert not (person and intent_of(question).wants_value)


def test_wants_value() -> None:
    assert intent_of("How many replicas?").wants_value
    assert not intent_of("Why Argo?").wants_value
    assert not intent_of("Where is it?").wants_value


@pytest.mark.parametrize(
    ("expect", "yes", "no"),
    [
        (Expect.DURATION, "kept for 120 days", "kept forever"),
        (Expect.DURATION, "backup_retention_period = 7", "backup_window"),
        (Expect.NUMBER, "minReplicas: 3", "m6g v1.29.3 abc"),
        (Expect.SIZE, "storage: 20Gi", "storage: large"),
        (Expect.VERSION, "engine 14.9", "engine"),
        (Expect.INSTANCE_TYPE, "db.r7g.4xlarge", "large.txt"),
        (Expect.NETWORK, "10.0.0.0/16", "1.2.3"),
        (Expect.CHANNEL, "ask in #platform-help", "# Heading"),
        (Expect.PLACE, "see values.yaml", "see below"),
        (Expect.TIME, 'cron: "0 2 * * *"', "cron"),
        (Expect.TIME, "raised on 2026-03-14", "raised 2026 times"),
        (Expect.TIME, "the upgrade is on 19 January", "19 nodes"),
        (Expect.TIME, "since May 2026", "you may 10 times"),
        (Expect.REASON, "because it is cheap", "it is cheap"),
    ],
)
def test_values_are_recognised(expect: Expect, yes: str, no: str) -> None:
    assert VALUES[expect].search(yes)
    assert not VALUES[expect].search(no)


@given(st.text(max_size=300))
def test_any_text_has_an_intent(text: str) -> None:
    assert intent_of(text).wanted
