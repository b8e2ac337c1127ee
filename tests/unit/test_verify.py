"""Verification: nothing that is not in a document is shown."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from answers.model import Citation, Claim
from answers.verify import stands_in, verified
from tests.unit.answer_fakes import a_page

PAGE = a_page("Dumps are kept for 120 days. Snapshots are kept for 7 days only, in eu-west-2.")
DOCUMENTS = {PAGE.id: PAGE}


def a_citation(start: int, end: int, number: int = 1) -> Citation:
    return Citation(
        number, PAGE.id, PAGE.title, "", PAGE.source, PAGE.kind, (), PAGE.path, "L1", PAGE.text[start:end], None,
        0.0, start, end,
    )  # fmt: skip


def test_an_exact_claim_with_an_exact_quote_is_kept() -> None:
    claim, citation = Claim("Dumps are kept for 120 days.", (1,)), a_citation(0, 28)
    assert verified([claim], [citation], DOCUMENTS) == ([claim], [citation])


def test_a_quote_that_is_not_at_its_span_takes_its_claim_along() -> None:
    claim, citation = Claim("Dumps are kept for 120 days.", (1,)), a_citation(0, 28)
    for wrong in (
        replace(citation, start=1, end=29),
        replace(citation, quote="Dumps are kept for 121 days."),
        replace(citation, start=-len(PAGE.text), end=28 - len(PAGE.text)),
        replace(citation, document_id="files:docs/other.md"),
        replace(citation, quote="", start=5, end=5),
    ):
        assert verified([claim], [wrong], DOCUMENTS) == ([], [])


def test_a_claim_keeps_only_the_citations_that_carry_it() -> None:
    first, second = a_citation(0, 28), a_citation(29, 60, 2)
    claims, citations = verified([Claim("Dumps are kept", (1, 2, 9))], [first, second], DOCUMENTS)
    assert claims == [Claim("Dumps are kept", (1,))]
    assert citations == [first]


def test_blanks_and_line_breaks_may_differ() -> None:
    assert stands_in("kept for\n120  days", "They are kept\tfor 120\ndays.")


def test_a_part_of_a_word_or_number_does_not_stand() -> None:
    quote = "It takes 1.5 minutes on version 1.2.3 in eu-west-2."
    for part in ("5 minutes", "version 1.2", "in eu-west", "ersion", "west-2"):
        assert not stands_in(part, quote)
    assert stands_in("1.5 minutes", quote)
    assert stands_in("in eu-west-2", quote)


def test_chinese_needs_no_blanks() -> None:
    assert stands_in("每晚备份。", "数据库每晚。每晚备份。保留三十天。")


def test_an_empty_claim_stands_nowhere() -> None:
    assert not stands_in("", "words")
    assert not stands_in(" . ", "words . words")


WORDS = st.lists(st.from_regex(r"[a-z]{1,6}|[0-9]{1,4}", fullmatch=True), min_size=3, max_size=12)


@given(WORDS, st.data())
def test_a_changed_moved_or_added_word_is_rejected(words: list[str], data: st.DataObject) -> None:
    quote = " ".join(words)
    assert stands_in(quote, quote)
    at = data.draw(st.integers(0, len(words) - 1))
    word = data.draw(st.from_regex(r"[a-z]{1,6}|[0-9]{1,4}", fullmatch=True))
    assume(word != words[at])
    assert not stands_in(" ".join([*words[:at], word, *words[at + 1 :]]), quote)
    assert not stands_in(" ".join([*words[:at], word, *words[at:]]), quote)
    moved = [*words[:at], *words[at + 1 :], words[at]]
    assume(moved != words)
    assert not stands_in(" ".join(moved), quote)


@given(st.integers(0, 70), st.integers(0, 70), st.integers(-5, 5), st.text(max_size=5))
def test_a_moved_or_changed_quote_is_rejected(a: int, b: int, shift: int, noise: str) -> None:
    start, end = min(a, b), max(a, b) + 1
    citation = a_citation(start, end)
    claim = Claim(citation.quote, (1,))
    moved = replace(citation, start=start + shift, end=end + shift)
    changed = replace(citation, quote=citation.quote + noise)
    for wrong in (moved, changed):
        if wrong != citation and PAGE.text[max(0, wrong.start) : wrong.end] != wrong.quote:
            assert verified([claim], [wrong], DOCUMENTS) == ([], [])
