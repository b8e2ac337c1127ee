"""Streams the objects of an export's `entities.xml`, one after the other, whatever its size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, cast

from lxml import etree

from connectors.errors import UnreadableError

ROOT = b"<hibernate-generic"
_CHUNK = 1 << 18
_HEAD = 1 << 16
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_STAND_IN = 0x10FF00
"""Control characters, which XML forbids or changes, pass the parser as private characters from here on."""
_CONTROLS = {code: chr(_STAND_IN + code).encode() for code in (*range(9), *range(11, 32))}
_RETURN = 13
_STAND_INS = re.compile(f"[{chr(_STAND_IN)}-{chr(_STAND_IN + 31)}]")
_CDATA_END = re.compile(r"\]\] >(?=\s*</ac:|<!\[CDATA\[>)")


class Stream(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, b'' at the end."""
        ...


@dataclass(slots=True)
class Entity:
    """One object: its class, its id, its plain values, and the class and id of what it refers to."""

    kind: str
    id: str = ""
    values: dict[str, str] = field(default_factory=dict)
    references: dict[str, tuple[str, str]] = field(default_factory=dict)
    collections: dict[str, list[str]] = field(default_factory=dict)

    def value(self, *names: str) -> str:
        """The first of these values that is not empty, without white space around it, or ''."""
        return next((text for name in names if (text := self.values.get(name, "").strip())), "")

    def reference(self, *names: str) -> str:
        """The id of the first of these that refers to something, or ''."""
        return next((self.references[name][1] for name in names if name in self.references), "")


def read(stream: Stream) -> Iterator[Entity]:
    """Every object of the file; `UnreadableError` if it is not such a file, or is not whole."""
    head = stream.read(_HEAD)
    _check(head)
    # A file of which the lines end with a carriage return, too, was rewritten: they are no part of any page.
    controls = {
        code: mark for code, mark in _CONTROLS.items() if code != _RETURN or _RETURN not in _lead(head)
    }
    parser = etree.XMLPullParser(
        events=("start", "end"), huge_tree=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    depth = 0
    try:
        while head:
            parser.feed(_replace(head, controls))
            for event, found in parser.read_events():
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 1:
                    element = cast(etree._Element, found)
                    if element.tag == "object":
                        yield _entity(element)
                    _forget(element)
            head = stream.read(_CHUNK)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"entities.xml is damaged or not whole ({error.msg})") from None


def storage_body(text: str) -> str:
    """A page's body as the export holds it, in storage format again.

    The export writes the body in a CDATA section of its own, for which it puts a blank into each `]]>` inside.
    A `]] >` that somebody has written, as in a shell's `[[ -f x ]] > y`, ends no element and stays.
    """
    return _CDATA_END.sub("]]>", text)


def _check(head: bytes) -> None:
    start = head.find(ROOT)
    if start < 0:
        raise UnreadableError("entities.xml is not that of a Confluence export")
    if _DECLARATION.search(head, 0, start):  # entities that name each other fill any memory
        raise UnreadableError("entities.xml has a document type, which no export of Confluence has")


def _lead(head: bytes) -> bytes:
    return head[: max(0, head.find(b"<property"))]


def _replace(data: bytes, controls: dict[int, bytes]) -> bytes:
    for code in controls.keys() & set(data):
        data = data.replace(bytes((code,)), controls[code])
    return data


def _forget(element: etree._Element) -> None:
    """Free an object that was read, and remove those before it: the parser may still hold the last one."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (earlier := element.getprevious()) is not None:
        parent.remove(earlier)


def _entity(element: etree._Element) -> Entity:
    entity = Entity(element.get("class", ""))
    for child in element:
        name = child.get("name", "")
        if child.tag == "id":
            entity.id = _text(child).strip()
        elif child.tag == "property":
            target = child.find("id")
            if target is None:
                entity.values[name] = _text(child)
            elif identifier := _text(target).strip():
                entity.references[name] = (child.get("class", ""), identifier)
        elif child.tag == "collection":
            ids = (_text(found).strip() for found in child.iterfind("element/id"))
            entity.collections[name] = [identifier for identifier in ids if identifier]
    return entity


def _text(element: etree._Element) -> str:
    return _STAND_INS.sub(lambda match: chr(ord(match[0]) - _STAND_IN), "".join(map(str, element.itertext())))
