"""Laws of the converter: it reads anything, in linear time, and loses no word and no character of code."""

from __future__ import annotations

import gc
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.confluence.storage import excerpt, read, to_sections
from connectors.documents import SectionKind, assemble
from tests.unit.confluence_pages import cdata, code, codes, lost, macro, plain, rich
from tests.unit.confluence_strategies import PAGES, SOUP, Piece, joined


@given(st.lists(PAGES, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_page_keeps_every_word_and_every_character_of_code(pieces: list[Piece]) -> None:
    page = joined(pieces)
    found = read(page.markup)
    assert not found.tolerant
    assert lost(page.tokens, found.sections) == []
    assert codes(found.sections) == page.codes


@given(
    st.lists(PAGES, max_size=3), st.integers(0, 50), st.sampled_from(["<p>", "</div>", "<br>", "a & b < c"])
)
@settings(max_examples=100, deadline=None)
def test_broken_markup_keeps_them_too(pieces: list[Piece], gone: int, noise: str) -> None:
    page = joined(pieces)
    ends = page.markup.split("</p>")
    broken = "</p>".join(ends[: gone + 1]) + "".join(ends[gone + 1 :]) + noise
    found = read(broken)
    assert found.tolerant
    assert lost(page.tokens, found.sections) == []
    assert codes(found.sections) == page.codes


@given(st.lists(PAGES, max_size=3))
@settings(max_examples=50, deadline=None)
def test_headings_and_spans_are_true(pieces: list[Piece]) -> None:
    sections = to_sections(joined(pieces).markup)
    text, placed = assemble(sections)
    headings = [section for section in placed if section.kind is SectionKind.HEADING]
    for section in placed:
        assert text[section.start : section.end] == section.text
        above = [heading for heading in headings if heading.start < section.start]
        names = iter([heading.text for heading in above])
        assert all(name in names for name in section.heading_path)  # in the order of the page
        nearest = section if section.kind is SectionKind.HEADING else above[-1] if above else None
        assert section.anchor == (nearest.anchor if nearest else "")
    assert len({heading.anchor for heading in headings}) == len(headings)


@given(SOUP)
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_raises(text: str) -> None:
    for section in read(text, data_center_title=text, user_names={"x": text}).sections:
        section.text.encode()  # no lone surrogate gets out: nothing could store it
    excerpt(text)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<div>", "</div>"), ("<ul><li>", "</li></ul>"), ("<ol><li>y", "</li></ol>"), ("<strong>", "</strong>"),
        ("<table><tr><td>", "</td></tr></table>"), ("<code>", "</code>"), ("<a href='x'>", "</a>"), ("<h2>", "</h2>"),
        ("<ac:link><ac:link-body>", "</ac:link-body></ac:link>"),
        ("<ac:image><ac:caption>", "</ac:caption></ac:image>"),
        ("<ac:structured-macro ac:name='info'><ac:rich-text-body>", "</ac:rich-text-body></ac:structured-macro>"),
        ("<ac:structured-macro ac:name='excerpt'><ac:rich-text-body>", "</ac:rich-text-body></ac:structured-macro>"),
        ("<ac:structured-macro ac:name='what'>", "</ac:structured-macro>"), ("<p>", ""), ("<td>", ""),
        ("<ac:adf-extension><ac:adf-node type='panel'>", "</ac:adf-node></ac:adf-extension>"),
        ("<ac:task-list><ac:task><ac:task-body>", "</ac:task-body></ac:task></ac:task-list>"),
    ],
)  # fmt: skip
def test_ten_thousand_levels_are_read_with_the_code_at_the_bottom(begin: str, end: str) -> None:
    deep = begin * 10_000 + "word" + code("a:\n  b") + end * 10_000
    sections = to_sections(deep)
    assert codes(sections) == Counter(["a:\n  b"])
    assert lost(Counter(["word"]), sections) == []


def test_merged_cells_cannot_blow_a_page_up() -> None:
    rows = "<tr><td colspan='1000' rowspan='65534'>" + "word " * 50 + "</td></tr>"
    body = f"<table>{rows * 500}</table>"
    assert sum(len(section.text) for section in to_sections(body)) < 8 * len(body)


ENTITIES = "".join(f'<!ENTITY x{i} "{f"&x{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "body",
    [
        f'<!DOCTYPE x [<!ENTITY x0 "ha">{ENTITIES}]><p>safe &x9;</p>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><p>safe &f;</p>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><p>safe &f;</p>',
    ],
)
def test_entities_neither_grow_nor_fetch(body: str) -> None:
    (section,) = to_sections(body)
    assert section.text.startswith("safe &")
    assert len(section.text) < 20


def test_cdata_comes_through_whatever_is_around_it() -> None:
    text = 'a: "&nbsp;"\r\n\tb: <x>\x0c\x00'
    body = f"<p>a < b & c<ac:structured-macro ac:name=code><ac:plain-text-body>{cdata(text)}</ac:plain-text-body>"
    assert codes(to_sections(body)) == Counter([text])


def test_a_cdata_section_without_an_end_ends_with_its_body() -> None:
    body = macro("code", "<ac:plain-text-body><![CDATA[a\n b</ac:plain-text-body>") + "<p>after</p>"
    found = read(body)
    assert found.tolerant
    assert [section.text for section in found.sections] == ["a\n b", "after"]


CODE = macro("code", '<ac:parameter ac:name="language">yaml</ac:parameter>' + plain("  a: 1\n\tb"))


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (
            "<br><table><colgroup><col><col><tbody><tr><td>one</td><td>two</td></tr></tbody></table><p>end</p>",
            ["| one | two |", "end"],
        ),
        (
            macro("code", '<ac:parameter ac:name="language">yaml' + plain("a: 1\n  b")) + "<p>end<br>",
            ["a: 1\n  b", "end"],
        ),
        (
            macro("info", '<ac:parameter ac:name="title">Title' + rich("<p>important</p>")) + "<p>end<br>",
            ["Title\n\nimportant", "end"],
        ),
        (
            "<p><ac:link><ri:attachment ri:filename='f.pdf'><ac:plain-text-link-body>"
            + cdata("the words")
            + "</ac:plain-text-link-body></ac:link> end",
            ["the words (f.pdf) end"],
        ),
        ("<p><ac:link><ri:page ri:content-title='T'>words</ac:link> end", ["words (T) end"]),
        ("<p>Set <at:var at:name='port'> and go<br>", ["Set $port and go"]),
    ],
)
def test_an_element_whose_end_is_missing_takes_no_words_with_it(body: str, texts: list[str]) -> None:
    found = read(body)
    assert found.tolerant
    assert [section.text for section in found.sections] == texts


@pytest.mark.parametrize("tag", ["style", "script"])
def test_a_style_without_an_end_takes_no_code_and_no_block_with_it(tag: str) -> None:
    sections = to_sections(f"<p>a</p><{tag}>p {{}}{CODE}<p>b</p>")
    assert [section.text for section in sections] == ["a", "  a: 1\n\tb", "b"]
    closed = read(f"<p>a</p><{tag}>p {{}}{CODE} q {{}}</{tag}><p>b</p>")
    assert not closed.tolerant
    assert [section.text for section in closed.sections] == ["a", "  a: 1\n\tb", "b"]


def test_html_nested_deeper_than_a_browser_does_keeps_words_code_and_order() -> None:
    deep = "".join(f"<div><b>w{n} " for n in range(1_000)) + CODE + "<ul><li>end" + "</b></div>" * 1_000
    sections = to_sections(deep)
    words = " ".join(section.text for section in sections).split()
    assert [word for word in words if word.startswith("w")] == [f"w{n}" for n in range(1_000)]
    assert (sections[-2].text, sections[-1].text) == ("  a: 1\n\tb", "- end")


def test_the_page_of_an_attachment_without_an_end_is_kept() -> None:
    ref = '<ri:attachment ri:filename="f.pdf"><ri:page ri:content-title="Host">'
    (attachment,) = read(f"<p><ac:link>{ref}<ac:link-body>words</ac:link-body></ac:link>").attachments
    assert attachment.page is not None
    assert (attachment.filename, attachment.page.title) == ("f.pdf", "Host")


@pytest.mark.parametrize("tag", ["pre", "ri:attachment", "at:var", "colgroup"])
def test_a_macro_in_an_element_that_is_no_place_for_it_stays_exact(tag: str) -> None:
    page = read(f"<{tag}>before {CODE} after</{tag}>")
    assert not page.tolerant
    assert codes(page.sections)["  a: 1\n\tb"] == 1
    words = " ".join(section.text for section in page.sections)
    assert "before" in words
    assert "after" in words
    assert "yaml" not in words


def test_a_page_leaves_nothing_for_the_garbage_collector() -> None:
    body = (
        "<h1>a</h1><p><code>b</code> <a href='u'>c</a></p><ul><li>d</li></ul>"
        + code("e")
        + "<table><tr><td>f"
    )
    read(body)
    gc.collect()
    gc.disable()
    try:
        read(body)
        assert not gc.isenabled()  # as it was
        assert gc.collect() == 0
    finally:
        gc.enable()
    read(body)
    assert gc.isenabled()
