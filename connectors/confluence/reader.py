"""Walks the tree of a page and writes its text: the blocks of HTML and those of Confluence's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from connectors.confluence import adf, inline, resources
from connectors.confluence.inline import Inline, nothing
from connectors.confluence.macros import Child, Macros, Visit
from connectors.confluence.notes import Notes
from connectors.confluence.tables import is_layout, span
from connectors.confluence.tree import (
    CONFIGURATION,
    HEADINGS,
    MACROS,
    Element,
    plain_text,
    raw_pieces,
)
from connectors.confluence.writer import Writer

_BLOCKS = frozenset(
    """p div blockquote section article aside header footer main nav address figure figcaption caption details
    summary fieldset legend center dl dt dd hr thead tbody tfoot
    ac:layout ac:layout-section ac:layout-cell ac:adf-content ac:caption""".split()
)
_LISTS = frozenset({"ul", "ol", "ac:task-list"})
_SKIPPED = CONFIGURATION | {"at:declarations"}


class Reader:
    """Reads one page into a writer. Nothing here recurs: markup may be nested to any depth."""

    def __init__(self, writer: Writer, notes: Notes, user_names: Mapping[str, str]) -> None:
        self._writer = writer
        self._macros = Macros(writer, notes, user_names)
        self._inline = Inline(writer, notes, self._macros)

    def read(self, nodes: Iterable[Child]) -> None:
        """Write everything in `nodes`."""
        # Kept here and not in `self`: a cycle would hold the page until the next garbage collection.
        handlers: dict[str, Callable[[Element], Visit]] = {
            **{tag: partial(begin, self) for tag, begin in _HANDLERS.items()},
            **{tag: partial(begin, self._inline) for tag, begin in inline.HANDLERS.items()},
        }
        pending: list[tuple[Iterator[Child], Callable[[], None]]] = [(iter(nodes), nothing)]
        while pending:
            children, close = pending[-1]
            for child in children:
                if isinstance(child, str):
                    self._writer.text(child)
                elif not isinstance(child, Element):
                    child()
                elif not (handler := handlers.get(child.tag)):
                    pending.append((iter(child.children), nothing))
                    break
                elif visit := handler(child):
                    pending.append((iter(visit[0]), visit[1]))
                    break
            else:
                pending.pop()
                close()

    def _block(self, element: Element) -> Visit:
        end = self._writer.end_paragraph
        end()
        return (element.children, end) if element.children else None

    def _skip(self, _: Element) -> Visit:
        return None

    def _style(self, element: Element) -> Visit:
        """Read only the macros that stand in a style or script, where none belongs: they may hold code."""
        macros = [piece for piece in raw_pieces(element, MACROS) if isinstance(piece, Element)]
        return (macros, self._writer.end_paragraph) if macros else None

    def _heading(self, element: Element) -> Visit:
        if not self._writer.open_heading():
            return element.children, self._writer.end_paragraph
        self._inline.enter_heading()

        def close() -> None:
            self._inline.leave_heading()
            self._writer.close_heading(int(element.tag[1]))

        return element.children, close

    def _list(self, element: Element) -> Visit:
        start = element.attributes.get("start", "")
        number = int(start) if start.isascii() and start.isdecimal() and len(start) < 7 else 1
        self._writer.open_list(number if element.tag == "ol" else None)
        return element.children, self._writer.close_list

    def _item(self, element: Element, box: str = "", content: Sequence[Child] | None = None) -> Visit:
        writer = self._writer
        alone = not writer.in_list
        if alone:
            writer.open_list(None)
        writer.open_item(box)
        if content is None:
            content = element.children
        return content, partial(_close_both, writer) if alone else writer.close_item

    def _task(self, element: Element) -> Visit:
        done = resources.words_of(element.first("ac:task-status")) == "complete"
        return self._item(element, "[x]" if done else "[ ]")

    def _table(self, element: Element) -> Visit:
        if not is_layout(element) and self._writer.open_table():
            return element.children, self._writer.close_table
        return element.children, self._writer.end_paragraph

    def _row(self, element: Element) -> Visit:
        if self._writer.in_table:
            self._writer.open_row()
        return element.children, self._writer.end_paragraph

    def _cell(self, element: Element) -> Visit:
        if not self._writer.in_table:
            self._writer.end_paragraph()
            return element.children, self._writer.end_paragraph
        self._writer.open_cell()
        known = element.attributes
        columns, rows = span(known.get("colspan")), span(known.get("rowspan"))
        return element.children, partial(self._writer.close_cell, columns, rows, element.tag == "th")

    def _preformatted(self, element: Element) -> Visit:
        content: list[Child] = []
        for piece in raw_pieces(element, MACROS):
            if isinstance(piece, Element):
                content.append(piece)
            elif piece.strip():
                content.append(partial(self._macros.verbatim, piece, resources.language_of(element)))
        return content, self._writer.end_paragraph

    def _plain_body(self, element: Element) -> Visit:
        self._macros.verbatim(plain_text(element))
        return None

    def _macro(self, element: Element) -> Visit:
        return self._macros.visit(element)

    def _adf(self, element: Element) -> Visit:
        """Read a block of the new editor."""
        content = adf.content(element)
        kind = element.attributes.get("type", "").replace("-", "").lower()
        if kind == "panel":
            return self._macros.admonition(adf.panel_type(element), "", content)
        if kind == "decisionitem":
            return self._item(element, content=content)
        if kind.endswith("extension"):
            self._macros.unknown(adf.app_name(element))
            for code in adf.marked_texts(element):
                self._macros.verbatim(code)
        self._writer.end_paragraph()
        return content, self._writer.end_paragraph

    def _rich_body(self, element: Element) -> Visit:
        self._writer.gap()
        return element.children, self._writer.gap


def _close_both(writer: Writer) -> None:
    writer.close_item()
    writer.close_list()


_HANDLERS: Mapping[str, Callable[[Reader, Element], Visit]] = {
    "ac:adf-extension": Reader._adf,
    "ac:adf-node": Reader._adf,
    "ac:macro": Reader._macro,
    "ac:plain-text-body": Reader._plain_body,
    "ac:rich-text-body": Reader._rich_body,
    "ac:structured-macro": Reader._macro,
    "ac:task": Reader._task,
    "li": Reader._item,
    "pre": Reader._preformatted,
    "table": Reader._table,
    "td": Reader._cell,
    "th": Reader._cell,
    "tr": Reader._row,
    **dict.fromkeys(_BLOCKS, Reader._block),
    **dict.fromkeys(_LISTS, Reader._list),
    **dict.fromkeys(_SKIPPED, Reader._skip),
    **dict.fromkeys(("script", "style"), Reader._style),
    **dict.fromkeys(HEADINGS, Reader._heading),
}
