"""Markdown (CommonMark, tables, front matter, admonitions) as typed sections with exact lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin

from connectors.documents import SectionKind
from connectors.formats import front_matter, plain
from connectors.formats.lines import Lines
from connectors.formats.parsed import ParsedText
from connectors.formats.sections import MAX_TITLE, SectionBuilder

_ALERT = re.compile(
    r"\s*>\s*(?:\[!\w+\]|[^\w>]{0,8}(?:note|tip|important|warning|caution|danger)\b)", re.IGNORECASE
)
_ADMONITION_NAME = re.compile(
    r"^\{?\s*\.?(note|tip|hint|info|important|warning|caution|danger|error|success|attention|example"
    r"|callout[\w-]*)\b",
    re.IGNORECASE,
)
_GOVSPEAK = re.compile(r"^(\$[A-Z]+)\n.*\n\1$|^\^.+\^$|^%.+%$", re.DOTALL)
_INVISIBLE = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)+|\s*<(script|style)\b.*", re.DOTALL | re.IGNORECASE)
_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*)</h\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_HEADING_ID = re.compile(r"\s*\{[:#][^}]*\}\s*$")
_LANGUAGE = re.compile(r"[\s{.]*(?:language-)?([A-Za-z][\w+#-]*)(?![\w+#-]*=)")
_MAX_LINES = 50_000
"""The parser keeps about 4 KB for each table row: a generated file of more lines would fill the memory."""
_CODE = frozenset({"fence", "code_block"})


def parse(text: str) -> ParsedText:
    """The sections of a Markdown text, its title, labels, author and date.

    Headings are sections of their own. A list holds its nested blocks, but code in it is a section of its own
    between the parts of the list; so is code in an admonition. Code comes without its fence lines, in a quote
    with the quote's markers. Every other line of the source is in exactly one section, except thematic breaks
    and what no reader sees (comments, scripts, styles). Never raises on any text.
    """
    lines = Lines(text)
    if len(lines) > _MAX_LINES:
        problem = f"{len(lines):,} lines are too many for Markdown; read as plain text"
        return replace(plain.parse(text), problems=(problem,))
    matter = front_matter.read(lines)
    builder = SectionBuilder(lines)
    if matter.informative:
        builder.add(SectionKind.KEY_VALUE, matter.first, matter.last)
    builder.ignore(0, matter.after)
    # Blank lines in place of the front matter, and no line ends but ours: line numbers stay the file's.
    # A line end at the end lets the content of a fence that nobody closed count its last line too.
    body = ["" if number < matter.after else line.replace("\r", " ") for number, line in enumerate(lines)]
    root = SyntaxTreeNode(_parser().parse("\n".join([*body, ""])))
    _Blocks(lines, builder).add_all(root.children)
    return ParsedText(
        title=matter.title or builder.title,
        sections=builder.sections(),
        labels=matter.labels,
        author=matter.author,
        updated_at=matter.updated_at,
        problems=(matter.problem,) if matter.problem else (),
    )


def heading(source: str) -> tuple[int, str]:
    """The level and the words of a heading, given its own lines as `parse` found them."""
    nodes = SyntaxTreeNode(_parser().parse(source)).children
    if nodes and nodes[0].type == "heading" and nodes[0].children:
        return int(nodes[0].tag[1:]), _plain(nodes[0].children[0].content)
    html = _HTML_HEADING.fullmatch(source.strip())
    return (int(html[1]), " ".join(_TAG.sub(" ", html[2]).split())) if html else (1, source.strip())


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").use(admon_plugin)
    parser.use(container_plugin, "block", validate=lambda parameters, *_: bool(parameters.strip()))
    # Sections are whole blocks: what is inside a line is parsed for headings alone.
    parser.core.ruler.disable(["inline", "text_join"])
    return parser


class _Blocks:
    """Adds the blocks of a syntax tree to an builder."""

    def __init__(self, lines: Lines, builder: SectionBuilder) -> None:
        self._lines = lines
        self._sections = builder

    def add_all(self, nodes: Sequence[SyntaxTreeNode]) -> None:
        for node in nodes:
            if node.map is not None:
                self._add(node, *node.map)

    def _add(self, node: SyntaxTreeNode, first: int, last: int) -> None:
        if node.type == "heading":
            title = _plain(node.children[0].content) if node.children else ""
            self._sections.add_heading(int(node.tag[1:]), title, first, last)
        elif node.type in _CODE:
            self._add_code(node)
        elif node.type in {"bullet_list", "ordered_list"}:
            self._add_around_code(SectionKind.LIST, node, first, last)
        elif node.type == "table":
            self._sections.add(SectionKind.TABLE, first, last)
        elif node.type == "admonition":
            self._add_around_code(SectionKind.ADMONITION, node, first, last)
        elif node.type == "container_block":
            self._add_container(node, first, last)
        elif node.type == "hr":
            self._sections.ignore(first, last)
        elif node.type == "html_block":
            self._add_html(node.content, first, last)
        elif node.type == "blockquote" and _ALERT.match(self._lines[first]):
            self._sections.add(SectionKind.ADMONITION, first, last)
        else:
            self._add_paragraph(node, first, last)

    def _add_paragraph(self, node: SyntaxTreeNode, first: int, last: int) -> None:
        content = node.children[0].content if node.type == "paragraph" and node.children else ""
        callout = _GOVSPEAK.match(content.strip())
        self._sections.add(SectionKind.ADMONITION if callout else SectionKind.PARAGRAPH, first, last)

    def _add_html(self, content: str, first: int, last: int) -> None:
        start = content.lstrip().lower()
        if _INVISIBLE.fullmatch(content):
            self._sections.ignore(first, last)
        elif heading := _HTML_HEADING.fullmatch(content.strip()):
            self._sections.add_heading(
                int(heading[1]), " ".join(_TAG.sub(" ", heading[2][:MAX_TITLE]).split()), first, last
            )
        elif start.startswith("<pre"):
            self._sections.add(SectionKind.CODE, first, last)
        else:
            kind = SectionKind.TABLE if start.startswith("<table") else SectionKind.PARAGRAPH
            self._sections.add(kind, first, last)

    def _add_container(self, node: SyntaxTreeNode, first: int, last: int) -> None:
        closed = last < len(self._lines) and self._lines[last].lstrip().startswith(":::")
        holds_headings = any(child.type == "heading" for child in node.children)
        if closed and not holds_headings and _ADMONITION_NAME.match(node.info.strip()):
            self._add_around_code(SectionKind.ADMONITION, node, first, last)
        else:
            self.add_all(node.children)
        if closed:
            self._sections.ignore(last, last + 1)

    def _add_code(self, node: SyntaxTreeNode) -> tuple[int, int]:
        first, last = node.map or (0, 0)
        if node.type == "fence":
            self._sections.ignore(first, last)
            # The closing line may be missing: the content says how many lines are code.
            first, last = first + 1, min(last, first + 1 + node.content.count("\n"))
        language = _LANGUAGE.match(node.info) if node.type == "fence" else None
        self._sections.add(SectionKind.CODE, first, last, language[1].lower() if language else None)
        return node.map or (0, 0)

    def _add_around_code(self, kind: SectionKind, node: SyntaxTreeNode, first: int, last: int) -> None:
        starts = [child.map[0] for child in node.children if child.map] if kind is SectionKind.LIST else []
        for code in _code_below(node):
            code_first, code_last = self._add_code(code)
            self._sections.add_cut(kind, starts, first, code_first)
            first = code_last
        self._sections.add_cut(kind, starts, first, last)


def _code_below(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    for child in node.children:
        if child.type in _CODE and child.map is not None:
            yield child
        elif child.type != "blockquote":
            yield from _code_below(child)


def _plain(source: str) -> str:
    """The words of a line without its markup."""
    tokens: list[Token] = []
    parser = _parser()
    parser.inline.parse(_HEADING_ID.sub("", source[:MAX_TITLE]), parser, {}, tokens)
    return " ".join("".join(_words(tokens)).split())


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in {"text", "code_inline", "text_special"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "
        elif token.type == "image":
            yield from _words(token.children or [])
