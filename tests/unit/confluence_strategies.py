"""Hypothesis strategies for storage-format bodies together with what must be found in their sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from hypothesis import strategies as st

from tests.unit.confluence_pages import cdata, macro, plain, rich

_IN_WORDS = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zs", "Zl", "Zp"))
TOKENS = st.one_of(
    st.text(_IN_WORDS, min_size=1, max_size=12),
    st.sampled_from(["kubectl", "a|b", "`x`", "&amp;", "<p>", "]]>", "[link](x)", "- ", "1.", "~~", "#"]).map(
        str.strip
    ),
)
CODE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.lists(
        st.sampled_from(
            ["]]>", "]]", ">", "<![CDATA[", "]]]]><![CDATA[>", "&lt;", "&nbsp;", "<p>", "</ac:plain-text-body>",
             "<!--", "-->", "<?", "?>", "\r\n", "\n", "\t", "  ", "\x00", "|", "key: value", "`"]
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """Markup, the tokens of its visible text and the texts of its code."""

    markup: str
    tokens: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    def wrapped(self, wrap: Callable[[str], str]) -> Piece:
        return Piece(wrap(self.markup), self.tokens, self.codes)


def joined(pieces: Sequence[Piece]) -> Piece:
    tokens, code = Counter[str](), Counter[str]()
    for piece in pieces:
        tokens += piece.tokens
        code += piece.codes
    return Piece("".join(piece.markup for piece in pieces), tokens, code)


def _words(tokens: list[str]) -> Piece:
    return Piece(escape(" ".join(tokens)), Counter(tokens))


def _code(text: str) -> Piece:
    return Piece(macro("code", plain(text), language="yaml"), Counter(), Counter([text] if text else []))


def _titled(name: str, title: list[str], inside: Piece) -> Piece:
    words = " ".join(title)
    return Piece(macro(name, rich(inside.markup), title=words), inside.tokens + Counter(title), inside.codes)


WORDS = st.lists(TOKENS, min_size=1, max_size=4).map(_words)
_WRAPS: list[Callable[[str], str]] = [
    lambda x: f"<strong>{x}</strong>", lambda x: f"<code>{x}</code>", lambda x: f"<del>{x}</del>",
    lambda x: f'<a href="https://example.com/a?b=1&amp;c=(2)">{x}</a>',
    lambda x: f'<ac:link><ri:page ri:content-title="Other page"/><ac:link-body>{x}</ac:link-body></ac:link>',
    lambda x: f'<ac:inline-comment-marker ac:ref="r">{x}</ac:inline-comment-marker>',
    lambda x: f"<ac:placeholder>{x}</ac:placeholder>", lambda x: f'<span style="color: red">{x}</span>',
    lambda x: f"<br/>{x}<br/>", lambda x: f'{x} <ac:emoticon ac:name="tick"/>',
    lambda x: f'{x}<ac:link><ri:user ri:account-id="u1"/></ac:link>',
    lambda x: f'{x}<time datetime="2024-02-22"/>', lambda x: f"{x}{macro('anchor', title='there')}",
    lambda x: f"{x}{macro('mystery')}", lambda x: macro("excerpt", rich(x)),
]  # fmt: skip
_INLINE = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(
            lambda pieces: joined([piece.wrapped(lambda x: f" {x} ") for piece in pieces])
        ),
        st.builds(lambda piece, wrap: piece.wrapped(wrap), inner, st.sampled_from(_WRAPS)),
    ),
    max_leaves=4,
)
_LINKED_TEXT = st.lists(TOKENS, min_size=1, max_size=3).map(
    lambda tokens: Piece(
        '<ac:link><ri:attachment ri:filename="a.pdf"/>'
        f"<ac:plain-text-link-body>{cdata(' '.join(tokens))}</ac:plain-text-link-body></ac:link>",
        Counter(tokens),
    )
)
_STATUS = TOKENS.map(lambda token: Piece(macro("status", title=token, colour="Red"), Counter([token])))
_LINE = st.one_of(_INLINE, _LINKED_TEXT, _STATUS)
_LEAVES = st.one_of(
    _LINE.map(lambda piece: piece.wrapped(lambda x: f"<p>{x}</p>")),
    st.builds(
        lambda piece, level: piece.wrapped(lambda x: f"<h{level}>{x}</h{level}>"), WORDS, st.integers(1, 6)
    ),
    CODE.map(_code),
    CODE.map(lambda t: Piece(macro("noformat", plain(t)), Counter(), Counter([t] if t else []))),
)


def _list(tag: str, items: list[Piece]) -> Piece:
    inside = joined([item.wrapped(lambda x: f"<li>{x}</li>") for item in items])
    return inside.wrapped(lambda x: f"<{tag}>{x}</{tag}>")


def _tasks(items: list[Piece]) -> Piece:
    def task(markup: str) -> str:
        settings = "<ac:task-id>7</ac:task-id><ac:task-status>complete</ac:task-status>"
        return f"<ac:task>{settings}<ac:task-body>{markup}</ac:task-body></ac:task>"

    inside = joined([item.wrapped(task) for item in items])
    return inside.wrapped(lambda x: f"<ac:task-list>{x}</ac:task-list>")


def _table(rows: list[list[tuple[Piece, int, int]]]) -> Piece:
    def cell(piece: Piece, columns: int, down: int) -> Piece:
        return piece.wrapped(lambda x: f'<td colspan="{columns}" rowspan="{down}">{x}</td>')

    def row(cells: list[tuple[Piece, int, int]]) -> Piece:
        return joined([cell(*parts) for parts in cells]).wrapped(lambda x: f"<tr>{x}</tr>")

    return joined([row(cells) for cells in rows]).wrapped(lambda x: f"<table><tbody>{x}</tbody></table>")


def _panel(inside: Piece) -> Piece:
    node = '<ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute>'
    return inside.wrapped(
        lambda x: (
            f"<ac:adf-extension>{node}<ac:adf-content>{x}</ac:adf-content></ac:adf-node></ac:adf-extension>"
        )
    )


def _blocks(inner: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    some = st.lists(inner, min_size=1, max_size=3)
    title = st.lists(TOKENS, min_size=1, max_size=2)
    cell = st.tuples(st.one_of(inner, _LINE), st.integers(1, 3), st.integers(1, 3))
    return st.one_of(
        some.map(joined),
        st.builds(_list, st.sampled_from(["ul", "ol"]), st.lists(st.one_of(inner, _LINE), max_size=3)),
        st.lists(st.one_of(inner, _LINE), max_size=3).map(_tasks),
        st.lists(st.lists(cell, max_size=3), max_size=3).map(_table),
        st.builds(
            lambda name, words, pieces: _titled(name, words, joined(pieces)),
            st.sampled_from(["info", "note", "warning", "tip", "panel", "expand", "localtab"]), title, some,
        ),
        st.builds(
            lambda name, pieces: joined(pieces).wrapped(lambda x: macro(name, rich(x), width="50%")),
            st.sampled_from(["section", "column", "details", "excerpt", "table-filter", "toc-zone"]), some,
        ),
        some.map(joined).map(_panel),
        some.map(joined).map(lambda piece: piece.wrapped(lambda x: f"<blockquote>{x}</blockquote>")),
        some.map(joined).map(
            lambda p: p.wrapped(
                lambda x: "<ac:layout><ac:layout-section><ac:layout-cell>"
                f"{x}</ac:layout-cell></ac:layout-section></ac:layout>"
            )
        ),
    )  # fmt: skip


PAGES = st.recursive(_LEAVES, _blocks, max_leaves=12)
"""Well-formed bodies."""

SOUP = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            ["<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<h1>",
             "</h1>", "<ac:link>", "</ac:link>", "<ri:page ri:content-title='x'/>", "<![CDATA[", "]]>", "<!--", "-->",
             "<ac:structured-macro ac:name='code'>", "<ac:plain-text-body>", "</ac:plain-text-body>", "<br>", "<pre>",
             "</ac:structured-macro>", "<ac:parameter ac:name='title'>", "</ac:parameter>", "<code>", "</code>", "&",
             "<ac:image>", "<ac:task-list>", "<ac:task>", "<ac:adf-extension>", "<a href=x>", "</a>", "&#0;", "&nbsp;",
             "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "<?xml version='1.0'?>", "\ud800", "\x00", "</root>", "<root>",
             "<ac:structured-macro ac:name='info'>", "<ac:rich-text-body>", "<td colspan=9 rowspan=9>", "<tr", "='"]
        ),
    ),
    max_size=25,
).map("".join)  # fmt: skip
"""Texts that look like markup and are none."""
