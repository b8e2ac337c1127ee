"""Questions that a reader may ask next."""

from __future__ import annotations

from answers.followups import followups
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
    assert followups(RANKED, {(PAGE.id, "Restart")}, QUERY) == ("What does “Cart” say about “Owners”?",)


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
    assert followups(ranked, set(), QUERY) == tuple(
        f"What does “Long” say about “Part {i}”?" for i in range(3)
    )


def test_nothing_found_makes_none() -> None:
    assert followups([], set(), QUERY) == ()
