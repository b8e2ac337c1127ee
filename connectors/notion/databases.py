"""Reads one database: what it is for, and the rows of each of its data sources as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from connectors.documents import Document, Section, SectionKind
from connectors.http.errors import ForbiddenError, MissingError
from connectors.notion import data_sources, page_document, properties, state, urls
from connectors.notion.client import NotionApi
from connectors.notion.page_document import Frame
from connectors.notion.values import JsonObject, as_list, as_object, as_text

SHOWN_ROWS = 500
"""Rows in the table of a data source; each row is a document of its own, however many there are."""


@dataclass(slots=True)
class DatabaseContent:
    """A database with its data sources and their first rows; `digest` differs when any of it has changed.

    It `is_whole` if every row was named.
    """

    database: JsonObject
    sources: list[tuple[JsonObject, list[JsonObject]]] = field(default_factory=list)
    problems: list[tuple[str, bool]] = field(default_factory=list)
    digest: str = ""
    edited: str = ""
    is_whole: bool = True

    def document(self, frame: Frame, names: dict[str, str]) -> Document:
        """Its document."""
        # Who wrote it is told of its data sources only.
        item = {**(self.sources[0][0] if self.sources else {}), **self.database}
        item["last_edited_time"] = self.edited
        return page_document.make(frame, item, self._sections(names), names)

    def _sections(self, names: dict[str, str]) -> Iterator[Section]:
        yield from data_sources.describe(self.database)
        for source, rows in self.sources:
            title = data_sources.title_of(source)
            path = (title,) if len(self.sources) > 1 and title else ()
            if path:
                yield Section(SectionKind.HEADING, title, urls.bare_id(as_text(source.get("id"))))
            table = data_sources.to_table(rows, source, names)
            for section in [*data_sources.describe(source), *([table] if table else [])]:
                yield Section(section.kind, section.text, heading_path=path)


def read(
    api: NotionApi,
    database: JsonObject,
    names: dict[str, str],
    source_of: Callable[[str], JsonObject],
    on_row: Callable[[JsonObject], None],
    *,
    all_rows: bool = True,
) -> DatabaseContent:
    """A database with what is in it; `on_row` gets every row, also those that no table shows, if `all_rows`.

    `source_of` gives the object of a data source.
    """
    content = DatabaseContent(database, edited=as_text(database.get("last_edited_time")))
    stamps: list[object] = [content.edited]
    for listed in as_list(database.get("data_sources")):
        identifier = as_text(as_object(listed).get("id"))
        try:
            source = source_of(identifier)
        except (MissingError, ForbiddenError):
            name = as_text(as_object(listed).get("name"))
            content.problems.append((f"data source {name} is not shared with the integration", True))
            content.is_whole = False
            continue
        stamps.append([identifier, as_text(source.get("last_edited_time"))])
        shown: list[JsonObject] = []
        for row in api.rows(identifier):
            if row.get("in_trash") is True:
                continue
            on_row(row)
            if len(shown) < SHOWN_ROWS and row.get("object") == "page":
                edited = as_text(row.get("last_edited_time"))
                content.edited = max(content.edited, edited)
                stamps.append([as_text(row.get("id")), edited])
                shown.append(row)
            if len(shown) == SHOWN_ROWS and not all_rows:
                content.is_whole = False
                break
        content.sources.append((source, shown))
    for _, rows in content.sources:
        for row in rows:
            related = properties.read(row.get("properties")).related
            stamps.append([names.get(urls.bare_id(page), "") for page in related])
    content.digest = state.digest(stamps)
    return content
