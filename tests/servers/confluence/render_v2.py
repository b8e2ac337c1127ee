"""What all of version 2 of the REST API shares: bodies, versions, sorting and pages of results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote_plus

from tests.servers.confluence.bodies import show_body
from tests.servers.confluence.call import ApiError, Call, iso
from tests.servers.confluence.content import Attachment, Version
from tests.servers.web import Json, Reply


def show_body_v2(call: Call, identifier: str, body: str, form: str, *, single: bool = True) -> Json:
    """A body in the form asked for; lists know fewer forms."""
    if not form:
        return {}
    known = ("storage", "atlas_doc_format", *(("view", "export_view", "styled_view") if single else ()))
    if form not in known:
        raise ApiError(400, f"Invalid value {form} for body-format", "INVALID_REQUEST_PARAMETER")
    return {form: {"representation": form, "value": show_body(call.site, identifier, body, form)}}


def download_link(held: Attachment) -> str:
    """Where the bytes are, below the site's context."""
    version = held.version
    query = f"version={version.number}&modificationDate={int(version.when * 1000)}&api=v2"
    return f"/download/attachments/{held.page}/{slug(held.title)}?{query}"


def show_version_v2(version: Version) -> Json:
    """One edit."""
    return {
        "number": version.number,
        "createdAt": iso(version.when),
        "authorId": version.by,
        "message": "",
        "minorEdit": version.minor,
    }


def id_of(thing: Any) -> int:
    """The number in an id."""
    return int(thing.id.removeprefix("att"))


def sorting(name: str) -> Callable[[Any], Any]:
    """A key whose ascending order is the one asked for."""
    sign = -1 if name.startswith("-") else 1
    keys: dict[str, Callable[[Any], Any]] = {
        "id": lambda thing: [sign * id_of(thing)],
        "created-date": lambda thing: [sign * thing.created, id_of(thing)],
        "modified-date": lambda thing: [sign * thing.version.when, id_of(thing)],
        "title": lambda thing: [[sign * ord(letter) for letter in thing.title], id_of(thing)],
    }
    if name.removeprefix("-") not in keys:
        raise ApiError(400, f"Invalid value {name} for sort", "INVALID_REQUEST_PARAMETER")
    return keys[name.removeprefix("-")]


def slug(title: str) -> str:
    """A title as addresses hold it."""
    return quote_plus(title)


def one(call: Call, shown: Json) -> Reply:
    """A single thing, with the link that only single things have."""
    return Reply(data={**shown, "_links": {**shown.get("_links", {}), "base": call.base}})


def listed(
    call: Call,
    items: Sequence[Any],
    show: Callable[[Any], Json],
    key: Callable[[Any], Any],
    default: int = 25,
) -> Reply:
    """A page of results, with the next one in the body and in the `Link` header."""
    shown, following = call.by_cursor(items, key, show, default=default)
    links, header = {"base": call.base}, f'<{call.base}>; rel="base"'
    if following:
        links["next"] = following
        header = f'<{following}>; rel="next", {header}'
    return Reply(data={"results": shown, "_links": links}, headers={"Link": header})
