"""Reads what stands inside a line: links, marked text, pictures, emoji, people, dates and places of comments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from connectors.confluence import resources
from connectors.confluence.macros import Child, Macros, Visit
from connectors.confluence.notes import Notes
from connectors.confluence.tree import Element, raw_text
from connectors.confluence.writer import Writer

_TICKS = "`"
_STRUCK = "~~"
_HEADING = "heading"


class Inline:
    """Writes inline elements, and remembers what the text that is read stands in."""

    def __init__(self, writer: Writer, notes: Notes, macros: Macros) -> None:
        self._writer = writer
        self._notes = notes
        self._macros = macros
        self._inside: set[str] = set()

    def enter_heading(self) -> None:
        """Say that a heading begins: text in it is not marked."""
        self._inside.add(_HEADING)

    def leave_heading(self) -> None:
        """Say that the heading ends."""
        self._inside.discard(_HEADING)

    def _break(self, element: Element) -> Visit:
        self._writer.line_break()
        return element.children, nothing

    def _marked(self, element: Element, sign: str) -> Visit:
        """Read text that Markdown would put between two signs; they are left out of headings."""
        if self._inside & {sign, _TICKS, _HEADING}:
            return element.children, nothing
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
            return content, nothing
        self._inside.add("link")
        mark = self._writer.mark()

        def close() -> None:
            self._inside.discard("link")
            words = self._writer.take(mark)
            if words is None:
                self._writer.atom(href)
            elif self._inside & {_TICKS, _HEADING} and words.strip():
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
        return element.children, nothing

    def _time(self, element: Element) -> Visit:
        if not element.has_words:
            self._writer.atom(element.attributes.get("datetime", ""))
        return element.children, self._writer.gap

    def _attachment(self, element: Element) -> Visit:
        if attachment := resources.attachment_of(element):
            self._notes.attachments[attachment] = None
        return element.children, nothing

    def _user(self, element: Element) -> Visit:
        self._macros.mention(resources.user_of(element))
        return element.children, nothing

    def _comment_marker(self, element: Element) -> Visit:
        if reference := element.attributes.get("ref"):
            self._notes.comment_markers[reference] = f"comment {reference}"
            self._writer.place(f"comment {reference}")
        return element.children, nothing

    def _variable(self, element: Element) -> Visit:
        self._writer.atom(f"${element.attributes.get('name', '')}")
        return element.children, nothing


def nothing() -> None:
    """What is done at the end of an element that needs nothing."""


def _between(sign: str, line: str) -> str:
    core = line.strip()
    return line.replace(core, f"{sign}{core}{sign}", 1) if core and sign not in core else line


HANDLERS: Mapping[str, Callable[[Inline, Element], Visit]] = {
    "a": Inline._anchor,
    "ac:emoticon": Inline._emoji,
    "ac:image": Inline._picture,
    "ac:inline-comment-marker": Inline._comment_marker,
    "ac:link": Inline._confluence_link,
    "at:var": Inline._variable,
    "br": Inline._break,
    "img": Inline._picture,
    "ri:attachment": Inline._attachment,
    "ri:user": Inline._user,
    "time": Inline._time,
    **dict.fromkeys(("code", "kbd", "samp", "tt"), partial(Inline._marked, sign=_TICKS)),
    **dict.fromkeys(("del", "s", "strike"), partial(Inline._marked, sign=_STRUCK)),
}
"""By tag: what begins to read an element."""
