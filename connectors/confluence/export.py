"""A Confluence site or space from the XML export that its administrator has downloaded, without a connection.

The documents have the ids that the live connector gives them, so a source may change from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.archives import Archive
from connectors.confluence import export_entities
from connectors.confluence.export_access import ReadAccess
from connectors.confluence.export_document import PageReader, Site
from connectors.confluence.export_index import PAGES, TITLES, Bodies, Index, build
from connectors.confluence.permissions import logged_in
from connectors.documents import Document, Failure
from connectors.errors import UnreadableError
from connectors.exports import ExportConnector

_ENTITIES = "entities.xml"
_DESCRIPTOR = "exportDescriptor.properties"
_MAX_DESCRIPTOR = 1_000_000


class ConfluenceExportConnector(ExportConnector):
    """Reads `entities.xml` once, keeps the bodies in a file, and makes one document after the other."""

    type = "confluence"
    reader_version = 2

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        spaces: Sequence[str] = (),
        access: Iterable[str] | None = None,
        url: str = "",
    ) -> None:
        """`url` is the site's address, for links; `access` as `ReadAccess` has it."""
        super().__init__(name, path)
        self._spaces = frozenset(spaces)
        self._access = None if access is None else frozenset(access)
        self._url = url.rstrip("/")

    def settings(self) -> list[Any]:
        """Spaces, access and address."""
        access = None if self._access is None else sorted(self._access)
        return [sorted(self._spaces), access, self._url]

    def recognize(self, archive: Archive) -> str:
        """`an export of Confluence`; `UnreadableError` if it has no objects of Confluence's."""
        if export_entities.ROOT not in archive.head(_entities(archive), 1 << 16):
            raise UnreadableError("its entities.xml is not that of a Confluence export")
        return "an export of Confluence"

    def items(self, archive: Archive) -> Iterator[Document | Failure]:
        """The current pages and blog posts with their files, and the titles of folders."""
        entities = _entities(archive)
        prefix = entities.removesuffix(_ENTITIES)
        with closing(Bodies()) as bodies:
            with archive.open(entities) as stream:
                index = build(export_entities.read(stream), bodies)
            access = ReadAccess(index, self._access)
            yield from self._closed_spaces(index, access)
            site = _site(archive, prefix, self._url)
            reader = PageReader(self.name, archive, prefix, index, access, site)
            for content in index.contents.values():
                if content.kind in PAGES | TITLES and content.current and self._wants(index, content.space):
                    yield from reader.read(content)

    def _wants(self, index: Index, space: str) -> bool:
        return not self._spaces or (space in index.spaces and index.spaces[space].key in self._spaces)

    def _closed_spaces(self, index: Index, access: ReadAccess) -> Iterator[Failure]:
        for identifier, space in index.spaces.items():
            if self._wants(index, identifier) and access.lacks_logged_in(identifier):
                yield Failure(f"space {space.key}", logged_in(space.key), warning=True)
                continue
            if self._wants(index, identifier) and not access.of_space(identifier):
                known = identifier in index.space_grants
                reason = (
                    "lets nobody read it" if known else "not in the export; set `access` to say who may read"
                )
                yield Failure(f"space {space.key}", f"its permissions: {reason}", warning=True)
        found = {space.key for space in index.spaces.values()}
        for key in sorted(self._spaces - found):
            yield Failure(f"space {key}", "not in the export; correct `spaces`", warning=True)


def _entities(archive: Archive) -> str:
    """The name of the file of objects, which lies in a folder if somebody has packed the export again."""
    names = [name for name in archive.names if name == _ENTITIES or name.endswith(f"/{_ENTITIES}")]
    if not names:
        raise UnreadableError(
            "it has no entities.xml: in Confluence, export the space as XML, not HTML or PDF"
        )
    return min(names, key=len)


def _site(archive: Archive, prefix: str, url: str) -> Site:
    told: dict[str, str] = {}
    if f"{prefix}{_DESCRIPTOR}" in archive:
        text = archive.read(f"{prefix}{_DESCRIPTOR}", _MAX_DESCRIPTOR).decode("latin-1")
        for line in text.splitlines():
            key, _, value = line.partition("=")
            told[key.strip()] = value.strip()
    return Site(url, told.get("source") == "cloud", _zone(told.get("timezoneId", "")))


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, KeyError):  # a zone that nobody knows is a KeyError
        return UTC
