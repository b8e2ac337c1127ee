"""An answer about a value says what each source says of it, each cited, and marks what is outdated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.citations import citation_of
from answers.faithfulness import shown_text, unfaithful
from answers.model import Answer, Claim, Finding
from answers.outdated import outdated_last
from answers.sides import Comparison, asked_values, marked, names_in, summary, wants_value, with_sides
from cluster.findings import Finding as Found
from cluster.findings import FindingType, Side, Tier
from cluster.findings.account import Account, Subject, Verdict
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject
from index.chunk_store import Card
from index.intent import intent_of
from index.ranking import Candidate
from tests.unit.findings_world import a_page, a_workload
from tests.unit.index_fakes import a_chunk, document

SEEN = datetime(2026, 11, 29, 19, 43, tzinfo=UTC)
LIVE = a_page("```yaml\nreplicas: 4\n```\n", "live.md")
CODE = a_page("```yaml\nreplicas: 5\n```\n", "cart.md")
PAGE = a_page("# Costs\n\n| Service | Pods |\n|---|---|\n| cart | 3 |\n", "costs.md")
STORED = {d.id: d for d in (LIVE, CODE, PAGE)}
SUBJECT = Subject(
    "production", live=ObservedObject("prod", "prod", LIVE.id, a_workload("cart", 4)), cluster="prod"
)


def stored(ids: Sequence[str]) -> dict[str, Document]:
    return {ident: STORED[ident] for ident in ids if ident in STORED}


def a_side(document: Document, quote: str, tier: Tier) -> Side:
    start = document.text.index(quote)
    return Side(document.id, start, start + len(quote), quote, tier, SEEN)


RUNS = a_side(LIVE, "replicas: 4", Tier.LIVE)
SETS = a_side(CODE, "replicas: 5", Tier.CODE)
SAYS = a_side(PAGE, "| cart | 3 |", Tier.PROSE)
WRONG = Found(
    FindingType.CONTRADICTION, "`Costs` gives Deployment shop/cart 3, but in cluster prod it is 4.", SAYS, RUNS,
    "prod", "Deployment shop/cart", "replicas",
)  # fmt: skip


def a_comparison(*accounts: Account) -> Comparison:
    return Comparison(
        SUBJECT.called, "replicas", [Account(Tier.LIVE, "prod", "4", (RUNS,), Verdict.HOLDS, SEEN), *accounts]
    )


def a_candidate(name: str, score: float) -> Candidate:
    page = document(f"{name}.md", "text")
    return Candidate(a_chunk(name, "text", page.id), Card.of(page), frozenset(), score=score)


def an_answer(*findings: Finding) -> Answer:
    start = LIVE.text.index("replicas")
    quote = "replicas: 4"
    cited = citation_of(LIVE, start, start + len(quote), 1)
    return Answer("1", "how many replicas has cart", f"`{quote}` [1]", abstained=False, confidence=0.9,
                  claims=(Claim(quote, (1,)),), citations=(cited,), findings=findings)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("how many replicas has checkout in production", ["replicas"]),
        ("how many cart pods at least and how much ram can each take?", ["memory limit", "replicas"]),
        ("which image does payments run", ["image"]),
        ("which version of checkout runs", ["image"]),
        ("what build of cart is live", ["image"]),
        ("memory request of cart", ["memory request"]),
        ("cpu limit of cart", ["cpu limit"]),
        ("what time does the reconcile job start", ["schedule"]),
        ("which port does cart listen on", ["port"]),
        ("domain of the shop", ["host"]),
        ("max storefront replicas in staging", ["replicas"]),
        ("production cart how many replica", ["replicas"]),
        ("how do I roll back checkout", []),
        ("who owns cart", []),
        ("why does payments have its own nodes", []),
        ("are the reports important", []),
    ],
)
def test_the_values_that_a_question_asks_for(question: str, values: list[str]) -> None:
    assert asked_values(question) == values


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("how many replicas has cart", True),
        ("memory limit of cart", True),
        ("is the memory limit of cart 512Mi?", True),
        ("is the memory limit of cart in the docs still right?", True),
        ("who raised the memory limit of cart?", False),
        ("since when has cart 5 replicas?", False),
        ("is cart out of memory?", False),
        ("redis memory is almost full, can I run FLUSHALL", False),
        ("the new image of cart is broken, how do I roll back", False),
        ("why does cart have 5 replicas", False),
        ("checkout 新版本出问题了，怎么回滚？", False),
        ("cart 有几个副本", True),
    ],
)
def test_who_asks_how_or_why_gets_no_comparison(question: str, wanted: bool) -> None:
    assert wants_value(question, intent_of(question)) is wanted


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("how many replicas has cart", ["cart"]),
        ("replicas of payments-webhooks", ["payments-webhooks"]),
        ("replicas of payments webhooks", ["payments-webhooks"]),
        ("replicas of payments and payments-webhooks", ["payments-webhooks"]),
        ("the cart's image", ["cart"]),
        ("how many carts", []),
        ("cart-service replicas", []),
        ("discarted", []),
    ],
)
def test_the_names_that_a_question_says(question: str, names: list[str]) -> None:
    assert names_in(question, ["cart", "payments", "payments-webhooks"]) == names


def test_a_contradiction_is_told_first_with_every_side_cited() -> None:
    told = with_sides(
        an_answer(),
        [
            a_comparison(
                Account(Tier.CODE, "production/cart.yaml", "5", (SETS,), Verdict.SCALED),
                Account(Tier.PROSE, "Costs", "3", (SAYS,), Verdict.CONTRADICTS, finding=WRONG),
            )
        ],
        stored,
    )
    assert told.answer == (
        "*Replicas of Deployment shop/cart: cluster prod has 4 (as of 2026-11-29 19:43 UTC); manifest "
        "production/cart.yaml sets 5, which the autoscaler may change; page “Costs” says 3, which contradicts it.*\n\n"
        "- `replicas: 4` [1]\n- `replicas: 5` [2]\n- `| cart | 3 |` [3]\n\n"
        "`replicas: 4` [1]"
    )
    assert [c.quote for c in told.citations] == ["replicas: 4", "replicas: 5", "| cart | 3 |"]
    assert told.findings == (Finding("contradiction", WRONG.as_of, (3, 1)),)
    assert unfaithful(told, STORED.get)[1] == []


def test_agreement_comes_behind_the_answer() -> None:
    told = with_sides(
        an_answer(), [a_comparison(Account(Tier.PROSE, "Costs", "4", (SAYS,), Verdict.AGREES))], stored
    )
    assert told.answer.startswith("`replicas: 4` [1]\n\n*Replicas of")
    assert told.findings == ()


def test_what_was_found_before_keeps_its_sources() -> None:
    answer = an_answer(Finding("drift", "`cart.md` sets another value.", (2, 1)))
    start = CODE.text.index("replicas")
    drift = citation_of(CODE, start, start + len("replicas: 5"), 2)
    told = with_sides(
        replace(answer, citations=(*answer.citations, drift)),
        [a_comparison(Account(Tier.PROSE, "Costs", "4", (SAYS,), Verdict.AGREES))],
        stored,
    )
    assert {c.number for c in told.citations} == {1, 2, 3}


def test_what_holds_comes_first_where_the_answer_does_not_tell_it() -> None:
    start = PAGE.text.index("| cart")
    answer = Answer("1", "q", "`| cart | 3 |` [1]", abstained=False, confidence=0.9,
                    claims=(Claim("| cart | 3 |", (1,)),),
                    citations=(citation_of(PAGE, start, start + 12, 1),))  # fmt: skip
    account = Account(Tier.CODE, "cart.yaml", "4", (SETS,), Verdict.AGREES)
    told = with_sides(answer, [a_comparison(account)], stored)
    assert told.answer.startswith("*Replicas of Deployment shop/cart: cluster prod has 4")
    assert told.answer.endswith(answer.answer)


def test_one_source_alone_is_no_comparison() -> None:
    answer = an_answer()
    assert with_sides(answer, [a_comparison()], stored) is answer


def test_a_quote_that_the_document_no_longer_holds_is_left_out() -> None:
    old = Side(CODE.id, 0, 5, "other", Tier.CODE, SEEN)
    told = with_sides(
        an_answer(),
        [a_comparison(Account(Tier.CODE, "cart.yaml", "5", (old,), Verdict.CONTRADICTS))],
        stored,
    )
    assert "other" not in shown_text(told)
    assert unfaithful(told, STORED.get)[1] == []


def test_outdated_pages_are_named_last_resort_in_the_sentence() -> None:
    account = Account(Tier.PROSE, "Old", "4", (SAYS,), Verdict.AGREES, outdated="names what is gone")
    assert summary(a_comparison(account)).endswith("page “Old” says the same (the page is outdated).")


def test_an_answer_that_quotes_an_outdated_page_says_so_first() -> None:
    start = PAGE.text.index("| cart")
    cited = citation_of(PAGE, start, start + 12, 1)
    stale = Finding("stale", "`Costs` names Deployment a, which cluster prod does not have.", (1, 1))
    answer = Answer("1", "q", "text", abstained=False, confidence=1, claims=(Claim("| cart | 3 |", (1,)),),
                    citations=(cited,), findings=(stale,))  # fmt: skip
    assert marked(answer).answer == f"*Outdated: {stale.text}*\n\ntext"
    assert marked(an_answer()) == an_answer()


def test_outdated_pages_are_used_last() -> None:
    ranked = [a_candidate("old", 4.0), a_candidate("new", 3.5), a_candidate("far", 1.0)]
    ids = [c.card.document_id for c in ranked]
    order = outdated_last(ranked, {ids[0]})
    assert [c.card.document_id for c in order] == [ids[1], ids[0], ids[2]]
    assert outdated_last(ranked, frozenset()) == ranked


@given(st.text(max_size=60), st.lists(st.text("abc-", min_size=1, max_size=8), max_size=5))
def test_any_question_can_be_read(question: str, names: list[str]) -> None:
    assert len(asked_values(question)) <= 2
    assert set(names_in(question, names)) <= set(names)
