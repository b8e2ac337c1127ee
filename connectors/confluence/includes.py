"""The pages that other pages show inside their own: found by space and title, read once, never in a circle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.confluence import cql, storage
from connectors.confluence.client import ConfluenceApi
from connectors.confluence.heavy import PAGE_DETAILS
from connectors.confluence.node import Node
from connectors.confluence.notes import Include, PageRef
from connectors.confluence.people import People
from connectors.confluence.placing import Placing
from connectors.confluence.site import Site
from connectors.confluence.storage import StoragePage
from connectors.documents import Section

_MAX_DEPTH = 5
_KEPT = 16
Key = tuple[str, str, str]
"""A space, a kind (`page` or `blogpost`) and a title."""
ReadBody = Callable[[Node], str]


@dataclass(slots=True)
class Included:
    """The sections of a page with all that it includes; `keys` name it, `nodes` are what was found.

    `problems` are what could not be included, `trouble` what failed for now.
    """

    sections: list[Section]
    keys: list[Key] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)


class Includes:
    """Resolves includes. Raises what the API says if it fails for now."""

    def __init__(
        self, api: ConfluenceApi, site: Site, placing: Placing, read_body: ReadBody, people: People
    ) -> None:
        self._api = api
        self._site = site
        self._placing = placing
        self._read_body = read_body
        self._people = people
        self._absent: set[Key] = set()
        self._bodies: dict[tuple[str, int], str] = {}

    def find(self, key: Key) -> Node | None:
        """The page of this space, kind and title; None if there is none that the account may read."""
        space, kind, title = key
        node = self._site.titled(space, kind, title)
        if node is not None or key in self._absent:
            return node
        condition = cql.both(f"type = {kind}", f"space = {cql.quoted(space)}", f"title = {cql.quoted(title)}")
        for content in self._api.search(condition, PAGE_DETAILS, size=10):
            self._placing.adopt(content)
        node = self._site.titled(space, kind, title)
        if node is None:
            self._absent.add(key)
        return node

    def into(self, node: Node, page: StoragePage) -> Included:
        """The sections of `page`, which is that of `node`, with what it includes in its places."""
        result = Included([])
        result.sections = self._merged(page, node, [node.id], result)
        return result

    def _merged(self, page: StoragePage, node: Node, path: Sequence[str], result: Included) -> list[Section]:
        sections = list(page.sections)
        for include in sorted(page.includes, key=lambda include: -include.position):
            place = min(include.position, len(sections) - 1)
            inner = self._inner(include, node, path, result)
            if inner and place >= 0:
                sections[place + 1 : place + 1] = _under(sections[place], inner)
        return sections

    def _inner(self, include: Include, node: Node, path: Sequence[str], result: Included) -> list[Section]:
        key = key_of(include.page, node.space)
        result.keys.append(key)
        found = self.find(key)
        if found is None:
            result.problems.append(f"the included page {key[2]!r} of space {key[0]} is not there")
            return []
        if found.id in path or len(path) > _MAX_DEPTH:
            result.problems.append(f"the page {key[2]!r} includes itself")
            return []
        result.nodes.append(found)
        body = self._body(found)
        read = _read(body, include.excerpt, {})
        if read and (names := self._people.names(read.users, result.trouble)):
            read = _read(body, include.excerpt, names)
        if read is None:
            result.problems.append(f"the page {key[2]!r} has no such excerpt")
            return []
        return self._merged(read, found, [*path, found.id], result)

    def _body(self, node: Node) -> str:
        key = (node.id, node.version)
        if key not in self._bodies:
            while len(self._bodies) >= _KEPT:
                del self._bodies[next(iter(self._bodies))]
            self._bodies[key] = self._read_body(node)
        return self._bodies[key]


def key_of(ref: PageRef, home: str) -> Key:
    """The space, kind and title that a reference on a page of the space `home` means."""
    return ref.space or home, ref.kind, ref.title


def _read(body: str, excerpt: str | None, names: Mapping[str, str]) -> StoragePage | None:
    if excerpt is None:
        return storage.read(body, user_names=names)
    return storage.excerpt(body, excerpt, user_names=names)


def _under(host: Section, inner: list[Section]) -> list[Section]:
    path = host.heading_path
    return [
        replace(section, heading_path=(*path, *section.heading_path), anchor=section.anchor or host.anchor)
        for section in inner
    ]
