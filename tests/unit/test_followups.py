"""Questions that a reader may ask next."""

from __future__ import annotations

import pytest

from answers.followups import followups, question
from index.query import analyse
from tests.unit.answer_fakes import a_candidate, a_page

PAGE = a_page("# Cart\n\nThe cart holds goods.\n\n## Restart\n\nDrain it first.\n\n## Owners\n\nTeam till.\n")
VALUES = a_page("cart:\n  replicas: 3\n", "values.yaml", kind="values")
QUERY = analyse("restart the cart")
RANKED = [
    a_candidate(PAGE, "Drain it first.", 2.0),
    a_candidate(VALUES, "replicas: 3", 1.9),
    a_candidate(PAGE, "Team till.", 1.8),
    a_candidate(PAGE, "The cart holds goods.", 1.7),
]


def test_headings_of_good_pages_that_were_not_told() -> None:
    assert followups(RANKED, {(PAGE.id, "Restart")}, QUERY) == ("What about Owners? (Cart)",)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Roll back a deployment", "How do I roll back a deployment? (Runbook)"),
        ("Release process", "What about Release process? (Runbook)"),
        ("Release the lock", "How do I release the lock? (Runbook)"),
        ("Rotating credentials", "How does rotating credentials work? (Runbook)"),
        ("How to fail over", "How do I fail over? (Runbook)"),
        ("What to do first", "What should I do first? (Runbook)"),
        ("Why does it page?", "Why does it page? (Runbook)"),
        ("Restore the runbook", "How do I restore the runbook?"),
        ("SLOs", "What about SLOs? (Runbook)"),
    ],
)
def test_headings_become_questions_that_a_person_would_ask(heading: str, expected: str) -> None:
    assert question(heading, "Runbook") == expected


def test_headings_that_name_no_topic_make_none_and_numbers_are_dropped() -> None:
    page = a_page("# Long\n\n## Overview\n\nOne.\n\n## 2. `Drain` the node:\n\nTwo.\n")
    ranked = [a_candidate(page, text, 2.0) for text in ("One.", "Two.")]
    assert followups(ranked, set(), QUERY) == ("How do I drain the node? (Long)",)


def test_a_chinese_question_gets_chinese_ones() -> None:
    assert followups(RANKED, {(PAGE.id, "Restart")}, analyse("怎么重启购物车")) == (
        "《Cart》中关于“Owners”怎么说？",
    )


def test_places_far_behind_the_best_make_none() -> None:
    far = a_candidate(PAGE, "Team till.", 0.9)
    assert followups([RANKED[0], far], {(PAGE.id, "Restart")}, QUERY) == ()


def test_no_more_than_three_and_none_twice() -> None:
    text = "".join(f"## Part {i}\n\nText number {i}.\n\n" for i in range(5))
    page = a_page(f"# Long\n\n{text}")
    ranked = [a_candidate(page, f"Text number {i}.", 2.0) for i in (0, 0, 1, 2, 3)]
    assert followups(ranked, set(), QUERY) == tuple(f"What about Part {i}? (Long)" for i in range(3))


def test_nothing_found_makes_none() -> None:
    assert followups([], set(), QUERY) == ()
