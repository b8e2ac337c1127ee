"""What blocks without a structure of their own say: prose, links, files, equations, child pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connectors.notion import urls
from connectors.notion.rich_text import plain, render
from connectors.notion.values import JsonObject, as_object, as_text, one_line

MEDIA = frozenset({"image", "video", "file", "pdf", "audio"})

Names = Mapping[str, str]
"""What pages, databases and users are called, by their ids without dashes: the connector knows them."""


@dataclass(frozen=True, slots=True)
class NotionFile:
    """A file on a page. Its `url` is for fetching it at once: it may expire and must never be stored."""

    block_id: str
    kind: str
    name: str
    url: str = field(repr=False)
    external: bool


def prose(kind: str, payload: JsonObject, names: Names) -> str:
    """The words of a block, as Markdown; '' for a type that has none or is not known."""
    return _PROSE[kind][1](payload, names) if kind in _PROSE else ""


def key_of(kind: str) -> str:
    """The key of a block's own object under which `prose` finds rich text; '' if it reads none."""
    return _PROSE[kind][0] if kind in _PROSE else ""


def file_of(kind: str, payload: JsonObject, block_id: str) -> NotionFile | None:
    """The file of a media block or of an item of a files property; None if it has no address."""
    url, external = _address(payload)
    name = one_line(as_text(payload.get("name"))) or urls.file_name(url)
    return NotionFile(block_id, kind, name, url, external) if url else None


def file_text(payload: JsonObject) -> str:
    """The name of a file, linked if its address lasts; the address if it has no name."""
    url, external = _address(payload)
    name = one_line(as_text(payload.get("name"))) or urls.file_name(url)
    return urls.link(name, urls.kept(url) if external else "")


def page_text(identifier: str, names: Names) -> str:
    """A link to the page or database, under its name where that is known."""
    if not identifier:
        return ""
    return urls.link(one_line(names.get(urls.bare_id(identifier), "")), urls.page_url(identifier))


def _address(payload: JsonObject) -> tuple[str, bool]:
    external = as_text(as_object(payload.get("external")).get("url"))
    return external or as_text(as_object(payload.get("file")).get("url")), bool(external)


def _rich(payload: JsonObject, names: Names) -> str:
    return render(payload.get("rich_text"))


def _equation(payload: JsonObject, names: Names) -> str:
    expression = as_text(payload.get("expression")).strip()
    return f"$${expression}$$" if expression else ""


def _link(payload: JsonObject, names: Names) -> str:
    return _lines(urls.kept(as_text(payload.get("url"))), render(payload.get("caption")))


def _media(payload: JsonObject, names: Names) -> str:
    return _lines(file_text(payload), render(payload.get("caption")))


def _page_link(payload: JsonObject, names: Names) -> str:
    kind = as_text(payload.get("type"))
    return page_text(as_text(payload.get(kind)), names) if kind in ("page_id", "database_id") else ""


def _title(payload: JsonObject, names: Names) -> str:
    return one_line(as_text(payload.get("title")) or plain(payload.get("title")))


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


_RICH_TYPES = (
    "paragraph", "quote", "callout", "toggle", "template", "bulleted_list_item", "numbered_list_item", "to_do",
    *(f"heading_{level}" for level in range(1, 7)),
)  # fmt: skip
_PROSE: dict[str, tuple[str, Callable[[JsonObject, Names], str]]] = {
    **dict.fromkeys(_RICH_TYPES, ("rich_text", _rich)),
    **dict.fromkeys(("bookmark", "embed", "link_preview"), ("caption", _link)),
    **dict.fromkeys(MEDIA, ("caption", _media)),
    **dict.fromkeys(("child_page", "child_database", "meeting_notes", "transcription"), ("title", _title)),
    "equation": ("", _equation),
    "link_to_page": ("", _page_link),
}
TYPES = frozenset(_PROSE)
"""The types that `prose` reads."""
