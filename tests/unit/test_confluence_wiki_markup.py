"""Code in the wiki markup of old Confluence versions, which an unmigrated macro or an old export holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.confluence.storage import to_sections
from connectors.confluence.wiki_markup import Piece, pieces
from connectors.documents import SectionKind
from tests.unit.confluence_pages import macro, plain

WIKI = "h2. Restart\n\nRun:\n{code:yaml|title=Values}\na:\n  - b\n\n\tc\n{code}\nThen *wait*.\n"


def test_code_is_a_section_between_the_paragraphs_around_it() -> None:
    sections = to_sections(macro("unmigrated-wiki-markup", plain(WIKI)))
    assert [(section.kind, section.text) for section in sections] == [
        (SectionKind.PARAGRAPH, "h2. Restart\n\nRun:"),
        (SectionKind.PARAGRAPH, "Values"),
        (SectionKind.CODE, "a:\n  - b\n\n\tc"),
        (SectionKind.PARAGRAPH, "Then *wait*."),
    ]
    assert (sections[2].language, sections[2].context) == ("yaml", "Values")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{code}x{code}", [Piece("x", True)]),
        ("{code}\n  x  \n\n{code}", [Piece("  x  \n", True)]),
        ("{code}\r\na\r\nb\r\n{code}", [Piece("a\r\nb", True)]),
        ("{code:language=Bash|title=T}\nls\n{code}", [Piece("ls", True, "bash", "T")]),
        ("{code:title=run.sh|borderStyle=solid}\nls\n{code}", [Piece("ls", True, "", "run.sh")]),
        ("{noformat}{code}{noformat} a", [Piece("{code}", True), Piece(" a")]),
        ("{code}a{code}{code:sql}b{code}", [Piece("a", True), Piece("b", True, "sql")]),
        (r"a \{code} b", [Piece(r"a \{code} b")]),
        ("a {code} b", [Piece("a {code} b")]),
        ("a {noformat} b {code}c{code}", [Piece("a {noformat} b "), Piece("c", True)]),
        ("{codec}x{codec}", [Piece("{codec}x{codec}")]),
        ("", []),
    ],
)
def test_pieces(text: str, expected: list[Piece]) -> None:
    assert list(pieces(text)) == expected


@given(st.lists(st.sampled_from(["{code}", "{code:a}", "{noformat}", "\n", "word", " ", "\\"]), max_size=30))
def test_no_word_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    assert sum(piece.text.count("word") for piece in pieces(text)) == text.count("word")


@given(st.text(alphabet=st.characters(exclude_characters="{\\", exclude_categories=["Cs"])))
def test_code_is_exact(code: str) -> None:
    assert list(pieces("{code}\n" + code + "\n{code}"))[:1] == [Piece(code.removesuffix("\r"), True)]
