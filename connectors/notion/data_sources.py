"""A Notion database or one of its data sources: what it is, and its rows as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.documents import Section, SectionKind
from connectors.notion.block_text import Names
from connectors.notion.properties import value_text
from connectors.notion.rich_text import plain, render
from connectors.notion.values import JsonObject, as_list, as_object, as_text, one_line, whole


def title_of(source: object) -> str:
    """The words of the title of a database or data source, on one line."""
    data = as_object(source)
    return one_line(plain(data.get("title")) or as_text(data.get("name")))


def describe(source: object) -> list[Section]:
    """The description of a database or data source, and which values its properties may have.

    Never raises on any JSON.
    """
    data = as_object(source)
    text = whole(render(data.get("description"))).strip()
    lines = [_choices(name, value) for name, value in _properties(data).items()]
    sections = [
        Section(SectionKind.PARAGRAPH, text),
        Section(SectionKind.KEY_VALUE, "\n".join(filter(None, lines))),
    ]
    return [section for section in sections if section.text]


def to_table(rows: Iterable[object], source: object = None, names: Names | None = None) -> Section | None:
    """One table of `rows`, the pages that a query gave: a header and a line each; None without any text.

    The title is the first column; the others have the order of `source`, the data source, or else of the
    rows. Columns without a value are left out. Never raises on any JSON.
    """
    pages = [_properties(as_object(row)) for row in rows]
    schema = _properties(as_object(source))
    columns = list(dict.fromkeys(name for held in (schema, *pages) for name in held))
    titles = [name for name in columns if any(_is_title(held.get(name)) for held in (schema, *pages))]
    columns = [*titles, *(name for name in columns if name not in titles)]
    cells = [[one_line(value_text(page.get(name), names)) for name in columns] for page in pages]
    used = [number for number in range(len(columns)) if any(row[number] for row in cells)]
    if not used:
        return None
    header = [one_line(columns[number]) for number in used]
    body = [_row([row[number] for number in used]) for row in cells if any(row)]
    return Section(SectionKind.TABLE, "\n".join([_row(header), "|" + " --- |" * len(used), *body]))


def _properties(data: JsonObject) -> JsonObject:
    return {as_text(name): value for name, value in as_object(data.get("properties")).items()}


def _is_title(value: object) -> bool:
    return as_object(value).get("type") == "title"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _choices(name: str, value: object) -> str:
    """A property's description and its options; '' if it has neither."""
    schema = as_object(value)
    held = as_object(schema.get(as_text(schema.get("type"))))
    options = [as_text(as_object(option).get("name")) for option in as_list(held.get("options"))]
    words = [as_text(schema.get("description")), ", ".join(filter(None, options))]
    text = one_line(" ".join(filter(None, words)))
    return f"{one_line(name)}: {text}" if text else ""
