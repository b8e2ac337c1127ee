"""The pages of an export that other pages show inside their own: found by space and title, never in a circle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from connectors.confluence import storage
from connectors.confluence.export_index import PAGES, Content, Index
from connectors.confluence.notes import Include
from connectors.confluence.storage import StoragePage
from connectors.documents import Section

_MAX_DEPTH = 5
_MAX_SECTIONS = 5_000
"""Pages that include pages that include pages grow beyond any use."""


@dataclass(slots=True)
class Included:
    """The sections of a page with all that it includes, the pages that they come from, and what was not found."""

    sections: list[Section]
    pages: list[Content] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Includes:
    """Resolves includes; `read` makes the sections of a body."""

    def __init__(self, index: Index, read: Callable[[str], StoragePage]) -> None:
        self._index = index
        self._read = read
        self._titled = {
            (self._key(content), content.kind.lower(), content.title.casefold()): content
            for content in index.contents.values()
            if content.kind in PAGES and content.current
        }

    def into(self, page: Content, read: StoragePage) -> Included:
        """The sections of `page`, which `read` has, with what it includes in its places."""
        result = Included([])
        result.sections = self._merged(read, page, [page.id], result)
        return result

    def _merged(
        self, read: StoragePage, page: Content, path: Sequence[str], result: Included
    ) -> list[Section]:
        sections = list(read.sections)
        for include in sorted(read.includes, key=lambda include: -include.position):
            place = min(include.position, len(sections) - 1)
            inner = self._inner(include, page, path, result) if place >= 0 else []
            if len(sections) + len(inner) > _MAX_SECTIONS:
                result.problems.append(f"the included page {include.page.title!r} makes it too long")
                continue
            sections[place + 1 : place + 1] = [_under(sections[place], section) for section in inner]
        return sections

    def _inner(self, include: Include, page: Content, path: Sequence[str], result: Included) -> list[Section]:
        title = include.page.title
        key = include.page.space or self._key(page)
        found = self._titled.get((key, include.page.kind, " ".join(title.split()).casefold()))
        if found is None:
            result.problems.append(f"the included page {title!r} of space {key} is not in the export")
            return []
        if found.id in path or len(path) > _MAX_DEPTH:
            result.problems.append(f"the page {title!r} includes itself")
            return []
        result.pages.append(found)
        body, wiki_markup = self._index.body_of(found)
        whole = include.excerpt is None
        read = self._read(body) if whole else storage.excerpt(body, include.excerpt or "")
        if read is None or wiki_markup:
            result.problems.append(f"the page {title!r} has no such excerpt")
            return []
        return self._merged(read, found, [*path, found.id], result)

    def _key(self, content: Content) -> str:
        space = self._index.spaces.get(content.space)
        return space.key if space else ""


def _under(host: Section, section: Section) -> Section:
    path = (*host.heading_path, *section.heading_path)
    return replace(section, heading_path=path, anchor=section.anchor or host.anchor)
