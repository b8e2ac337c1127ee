"""Walks the tree of a page and writes its text: HTML's elements and those of Confluence's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from connectors.confluence import adf, resources
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
    raw_text,
)
from connectors.confluence.writer import Writer

_BLOCKS = frozenset(
    """p div blockquote section article aside header footer main nav address figure figcaption caption details
    summary fieldset legend center dl dt dd hr thead tbody tfoot
    ac:layout ac:layout-section ac:layout-cell ac:adf-content ac:caption""".split()
)
_LISTS = frozenset({"ul", "ol", "ac:task-list"})
_SKIPPED = CONFIGURATION | {"at:declarations"}
_TICKS = "`"
_STRUCK = "~~"


class Reader:
    """Reads one page into a writer. Nothing here recurs: markup may be nested to any depth."""

    def __init__(self, writer: Writer, notes: Notes, user_names: Mapping[str, str]) -> None:
        self._writer = writer
        self._notes = notes
        self._macros = Macros(writer, notes, user_names)
        self._inside: set[str] = set()

    def read(self, nodes: Iterable[Child]) -> None:
        """Write everything in `nodes`."""
        pending: list[tuple[Iterator[Child], Callable[[], None]]] = [(iter(nodes), _nothing)]
        while pending:
            children, close = pending[-1]
            for child in children:
                if isinstance(child, str):
                    self._writer.text(child)
                elif not isinstance(child, Element):
                    child()
                elif not (handler := _HANDLERS.get(child.tag)):
                    pending.append((iter(child.children), _nothing))
                    break
                elif visit := handler(self, child):
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
        self._inside.add("heading")

        def close() -> None:
            self._inside.discard("heading")
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

    def _break(self, element: Element) -> Visit:
        self._writer.line_break()
        return element.children, _nothing

    def _macro(self, element: Element) -> Visit:
        return self._macros.visit(element)

    def _marked(self, element: Element, sign: str) -> Visit:
        """Read text that Markdown would put between two signs; they are left out of headings."""
        if self._inside & {sign, _TICKS, "heading"}:
            return element.children, _nothing
        self._inside.add(sign)
        mark = self._writer.mark()

        def close() -> None:
            self._inside.discard(sign)
            text = self._writer.take(mark) or ""
            self._writer.give_back("\n".join(_between(sign, line) for line in text.split("\n")))

        return element.children, close

    def _anchor(self, element: Element) -> Visit:
        href = element.attributes.get("href", "")
        if href and not href.startswith("#"):
            self._notes.urls[href] = None
        return self._link(element.children, partial(resources.markdown_link, href=href), href)

    def _confluence_link(self, element: Element) -> Visit:
        resource = next((child for child in element.elements() if child.tag.startswith("ri:")), None)
        if resource and resource.tag == "ri:user":
            self._mention_link(element, resource)
            return None
        target = resources.link_target(resource, element.attributes.get("anchor", ""), self._notes)

        def finish(words: str) -> str:
            core = " ".join(words.split())
            if not core:
                return target
            named = resource is None or not target or target in core
            return words if named else f"{words.rstrip()} ({target})"

        content: list[Child] = []
        for child in element.children:
            content.extend(resource.children if resource and child is resource else (child,))
        return self._link(content, finish, "")

    def _mention_link(self, element: Element, resource: Element) -> None:
        user = resources.user_of(resource)
        words = " ".join(raw_text(element).split())
        if user:
            self._macros.mention(user)
        self._writer.atom(words)

    def _link(self, content: Sequence[Child], finish: Callable[[str], str], href: str) -> Visit:
        """Read the words of a link, which `finish` completes; a link inside a link is only words."""
        if "link" in self._inside:
            return content, _nothing
        self._inside.add("link")
        mark = self._writer.mark()

        def close() -> None:
            self._inside.discard("link")
            words = self._writer.take(mark)
            if words is None:
                self._writer.atom(href)
            elif self._inside & {_TICKS, "heading"} and words.strip():
                self._writer.give_back(words)
            else:
                self._writer.give_back(finish(words))

        return content, close

    def _picture(self, element: Element) -> Visit:
        words = resources.picture_words(element, self._notes)
        caption = element.first("ac:caption")
        if caption is None and "layout" not in element.attributes:
            self._writer.atom(words)
            return element.children, self._writer.gap
        self._writer.end_paragraph()
        said = resources.words_of(caption) if "caption" not in self._inside else ""
        if said != " ".join(words.split()):
            self._writer.atom(words)
        self._inside.add("caption")

        def close() -> None:
            self._inside.discard("caption")
            self._writer.end_paragraph()

        return element.children, close

    def _emoji(self, element: Element) -> Visit:
        self._writer.text(resources.emoji(element))
        return element.children, _nothing

    def _time(self, element: Element) -> Visit:
        if not element.has_words:
            self._writer.atom(element.attributes.get("datetime", ""))
        return element.children, self._writer.gap

    def _attachment(self, element: Element) -> Visit:
        if attachment := resources.attachment_of(element):
            self._notes.attachments[attachment] = None
        return element.children, _nothing

    def _user(self, element: Element) -> Visit:
        self._macros.mention(resources.user_of(element))
        return element.children, _nothing

    def _comment_marker(self, element: Element) -> Visit:
        if reference := element.attributes.get("ref"):
            self._notes.comment_markers[reference] = f"comment {reference}"
            self._writer.place(f"comment {reference}")
        return element.children, _nothing

    def _variable(self, element: Element) -> Visit:
        self._writer.atom(f"${element.attributes.get('name', '')}")
        return element.children, _nothing

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


def _nothing() -> None:
    pass


def _close_both(writer: Writer) -> None:
    writer.close_item()
    writer.close_list()


def _between(sign: str, line: str) -> str:
    core = line.strip()
    return line.replace(core, f"{sign}{core}{sign}", 1) if core and sign not in core else line


_HANDLERS: Mapping[str, Callable[[Reader, Element], Visit]] = {
    "a": Reader._anchor,
    "ac:adf-extension": Reader._adf,
    "ac:adf-node": Reader._adf,
    "ac:emoticon": Reader._emoji,
    "ac:image": Reader._picture,
    "ac:inline-comment-marker": Reader._comment_marker,
    "ac:link": Reader._confluence_link,
    "ac:macro": Reader._macro,
    "ac:plain-text-body": Reader._plain_body,
    "ac:rich-text-body": Reader._rich_body,
    "ac:structured-macro": Reader._macro,
    "ac:task": Reader._task,
    "at:var": Reader._variable,
    "br": Reader._break,
    "img": Reader._picture,
    "li": Reader._item,
    "pre": Reader._preformatted,
    "ri:attachment": Reader._attachment,
    "ri:user": Reader._user,
    "table": Reader._table,
    "td": Reader._cell,
    "th": Reader._cell,
    "time": Reader._time,
    "tr": Reader._row,
    **dict.fromkeys(_BLOCKS, Reader._block),
    **dict.fromkeys(_LISTS, Reader._list),
    **dict.fromkeys(_SKIPPED, Reader._skip),
    **dict.fromkeys(("script", "style"), Reader._style),
    **dict.fromkeys(HEADINGS, Reader._heading),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), partial(Reader._marked, sign=_TICKS)),
    **dict.fromkeys(("del", "s", "strike"), partial(Reader._marked, sign=_STRUCK)),
}
