"""Questions that ask for several things, and the file that answers one of them better."""

from __future__ import annotations

import pytest

from answers.parts import elsewhere, parts_of
from index.ranking import Candidate
from tests.unit.answer_fakes import a_candidate, a_page


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "which build of payments is live and how many people approve the next release?",
            ("which build of payments is live", "how many people approve the next release"),
        ),
        (
            "size of the cart database + how many replicas does checkout have",
            ("size of the cart database", "how many replicas does checkout have"),
        ),
        (
            "baskets vanish! how long do carts live in redis? who owns the cart service",
            ("how long do carts live in redis", "who owns the cart service"),
        ),
        # What only makes sense behind another part is not asked alone.
        (
            "which bucket does tempo write to, and is versioning on for it?",
            ("which bucket does tempo write to",),
        ),
        ("how often does renovate run here and which image?", ("how often does renovate run here",)),
        # A part is asked of the environment that was named before it.
        (
            "how many cart pods run on production and what memory limit do carts have",
            ("how many cart pods run on production", "what memory limit do carts have in production"),
        ),
        # One thing is asked for.
        ("how do I restart the order worker?", ()),
        ("search and checkout are slow, what do I look at first", ()),
        ("who may read and write the orders bucket", ()),
        ("为什么用单独的节点？", ()),
        ("", ()),
    ],
)
def test_a_question_is_taken_apart_into_what_can_be_asked_alone(
    question: str, parts: tuple[str, ...]
) -> None:
    assert parts_of(question) == parts


def ranked(**scores: tuple[float, float]) -> list[Candidate]:
    """One chunk a file, with its score and the share of the question's words that it holds, best first."""
    found = []
    for name, (score, held) in scores.items():
        text = f"About {name}."
        candidate = a_candidate(a_page(text, f"{name}.md"), text, score)
        candidate.signals = {"coverage": held}
        found.append(candidate)
    return sorted(found, key=lambda c: -c.score)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        # Far better for the part, and holds its words.
        (ranked(approvals=(3.0, 0.9), payments=(1.8, 0.2)), "approvals.md"),
        # The best file for the whole question holds them as well.
        (ranked(approvals=(3.0, 0.9), payments=(1.8, 0.8)), None),
        # Hardly better.
        (ranked(approvals=(3.0, 0.9), payments=(2.5, 0.2)), None),
        # Nobody holds half of the words.
        (ranked(approvals=(3.0, 0.4), payments=(1.8, 0.0)), None),
        # What is good for the part has nothing to do with the question.
        (ranked(holidays=(3.0, 0.9), payments=(2.4, 0.2)), None),
        ([], None),
    ],
)
def test_a_part_is_answered_elsewhere_only_where_that_is_clearly_better(
    part: list[Candidate], expected: str | None
) -> None:
    whole = ranked(payments=(3.0, 0.6), approvals=(2.5, 0.3))
    found = elsewhere(whole, part)
    assert (found.card.path if found else None) == expected


def test_a_question_that_found_nothing_is_answered_nowhere() -> None:
    assert elsewhere([], ranked(cart=(3.0, 0.9))) is None
