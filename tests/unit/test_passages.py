"""Which passages an answer may draw on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from answers.passages import Passage, choose, places, widen
from connectors.formats.as_read import plain
from index.query import analyse
from tests.unit.answer_fakes import a_candidate, a_page

QUERY = analyse("how do I restart the cart?")
PAGE = a_page(
    "# Cart\n\nThe cart holds goods.\n\n## Restart\n\nDrain it first.\n\nThen restart it.\n\n## Owners\n\nTeam till.\n"
)
OTHER = a_page("# Till\n\nThe till restarts itself.\n", "till.md")
THIRD = a_page("# Lunch\n\nLunch is at noon.\n", "lunch.md")


def test_one_place_a_file_best_first() -> None:
    ranked = [
        a_candidate(PAGE, "Drain it first.", 2.0),
        a_candidate(PAGE, "Team till.", 1.9),
        a_candidate(OTHER, "The till restarts itself.", 1.8),
    ]
    assert [c.card.path for c in places(ranked, QUERY)] == ["guide.md", "till.md"]


def test_near_copies_go_last() -> None:
    ranked = [
        a_candidate(PAGE, "Drain it first.", 2.0, family="f"),
        a_candidate(OTHER, "The till restarts itself.", 1.9, family="f"),
        a_candidate(THIRD, "Lunch is at noon.", 1.8),
    ]
    assert [c.card.path for c in places(ranked, QUERY)] == ["guide.md", "lunch.md", "till.md"]


def test_a_further_file_takes_part_only_if_it_is_close() -> None:
    best, close, far = (
        a_candidate(PAGE, "Drain it first.", 2.0),
        a_candidate(OTHER, "The till restarts itself.", 1.8),
        a_candidate(THIRD, "Lunch is at noon.", 1.0),
    )
    chosen = choose([best, close, far], QUERY, others=2)
    assert [(p.candidate.card.path, p.place, p.share) for p in chosen] == [
        ("guide.md", 0, 1.0),
        ("till.md", 1, 0.9),
    ]
    assert [p.place for p in choose([best, close, far], QUERY, others=0)] == [0]


def test_weak_chunks_of_the_best_file_stay_out() -> None:
    ranked = [a_candidate(PAGE, "Drain it first.", 2.0), a_candidate(PAGE, "Team till.", 0.5)]
    assert len(choose(ranked, QUERY, others=2)) == 1


def test_nothing_is_chosen_from_nothing() -> None:
    assert choose([], QUERY, others=2) == []


def a_passage(quote: str) -> Passage:
    candidate = a_candidate(PAGE, quote, 1.0)
    return Passage(candidate, candidate.chunk.start, candidate.chunk.end, 1.0, 0)


def text_of(passage: Passage) -> str:
    return PAGE.text[passage.start : passage.end]


def test_a_short_page_is_told_whole() -> None:
    wide = text_of(widen(a_passage("Then restart it."), PAGE, 2_000))
    assert "The cart holds goods." in wide
    assert "Team till." in wide


def test_of_a_longer_page_the_part_under_the_heading() -> None:
    assert text_of(widen(a_passage("Then restart it."), PAGE, 40)) == "Drain it first.\n\nThen restart it."


@given(st.integers(0, 200), st.sampled_from(["The cart holds goods.", "Drain it first.", "Team till."]))
def test_a_passage_never_shrinks_and_grows_by_whole_blocks(most: int, quote: str) -> None:
    before = a_passage(quote)
    wide = widen(before, PAGE, most)
    assert wide.start <= before.start < before.end <= wide.end
    assert len(plain(text_of(wide))) <= max(most, len(quote))
    bounds = {s.start for s in PAGE.sections} | {s.end for s in PAGE.sections}
    assert {wide.start, wide.end} <= bounds
