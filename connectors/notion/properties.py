"""The properties of a Notion page: all its types as lines `Name: value`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from connectors.documents import Section, SectionKind
from connectors.notion import urls
from connectors.notion.block_text import Names, NotionFile, file_of, file_text
from connectors.notion.rich_text import User, date_text, pieces_in, plain, render, user_of, users_in
from connectors.notion.values import JsonObject, as_list, as_object, as_text, number_text, one_line, whole


@dataclass(frozen=True, slots=True)
class NotionProperties:
    """What the properties of a page say: `section` is None if all are empty.

    `related` are the ids of the pages that its relations lead to. `skipped` counts types that are not known;
    their `plain_text` is in the section all the same.
    """

    title: str
    section: Section | None
    skipped: Mapping[str, int]
    related: tuple[str, ...]
    files: tuple[NotionFile, ...]
    users: tuple[User, ...]


def to_section(properties: object, names: Names | None = None) -> Section | None:
    """One key-value section of all properties of a page that have a value; None if none has."""
    return read(properties, names).section


def read(properties: object, names: Names | None = None, *, with_title: bool = True) -> NotionProperties:
    """What the `properties` of a page say, in their order, the title first. Never raises on any JSON.

    `names` says what related pages and users are called. Without `with_title` the title, which is the
    document's own, is no line of the section.
    """
    known = {whole(as_text(name)): as_object(value) for name, value in as_object(properties).items()}
    titles = [name for name, value in known.items() if value.get("type") == "title"]
    shown = [*(titles if with_title else ()), *(name for name in known if name not in titles)]
    lines = [line for name in shown if (line := _line(name, value_text(known[name], names)))]
    text = whole("\n".join(lines))
    kinds = [as_text(value.get("type")) for value in known.values()]
    return NotionProperties(
        title=title_of(properties),
        section=Section(SectionKind.KEY_VALUE, text) if text else None,
        skipped=dict(Counter(one_line(kind) or "(no type)" for kind in kinds if kind not in _READERS)),
        related=tuple(dict.fromkeys(page for value in known.values() for page in _related(value))),
        files=tuple(file for value in known.values() for file in _files_of(value)),
        users=tuple({user.id: user for value in known.values() for user in _users_of(value)}.values()),
    )


def title_of(properties: object) -> str:
    """The words of the title among `properties`, on one line; '' if there is none."""
    values = map(as_object, as_object(properties).values())
    return next((one_line(plain(v.get("title"))) for v in values if v.get("type") == "title"), "")


def value_text(value: object, names: Names | None = None) -> str:
    """The value of one property as a person reads it; '' if it is empty."""
    return _value(as_object(value), names or {})


def _line(name: str, text: str) -> str:
    """One property; further lines of a long text are indented."""
    return f"{one_line(name)}: " + text.replace("\n", "\n  ") if text else ""


def _value(value: JsonObject, names: Names) -> str:
    kind = as_text(value.get("type"))
    if kind in _READERS:
        return _READERS[kind](value.get(kind), names).strip()
    return _pieces(value)


def _pieces(value: object) -> str:
    return render(list(pieces_in(value))).strip()


def _text(held: object, names: Names) -> str:
    return as_text(held)


def _url(held: object, names: Names) -> str:
    return urls.kept(as_text(held))


def _number(held: object, names: Names) -> str:
    return number_text(held)


def _checkbox(held: object, names: Names) -> str:
    return ("No", "Yes")[held] if isinstance(held, bool) else ""


def _rich(held: object, names: Names) -> str:
    return render(held)


def _option(held: object, names: Names) -> str:
    return one_line(as_text(as_object(held).get("name")))


def _options(held: object, names: Names) -> str:
    return _joined(_option(option, names) for option in as_list(held))


def _date(held: object, names: Names) -> str:
    return date_text(held)


def _user(held: object, names: Names) -> str:
    user = user_of(held)
    return one_line(user.name or names.get(urls.bare_id(user.id), "")) if user else ""


def _people(held: object, names: Names) -> str:
    return _joined(_user(user, names) for user in as_list(held))


def _files(held: object, names: Names) -> str:
    return _joined(file_text(as_object(file)) for file in as_list(held))


def _relation(held: object, names: Names) -> str:
    """The names of the related pages; those that are not known are counted, as an id tells nobody anything."""
    pages = [urls.bare_id(page) for page in _ids(held)]
    known = [one_line(names.get(page, "")) for page in pages]
    unknown = known.count("")
    rest = f"{unknown} page{'s' if unknown > 1 else ''}" if unknown else ""
    return _joined([*known, rest])


def _formula(held: object, names: Names) -> str:
    result = as_object(held)
    kind = as_text(result.get("type"))
    return _RESULTS[kind](result.get(kind), names) if kind in _RESULTS else _pieces(held)


def _rollup(held: object, names: Names) -> str:
    """A rollup's number or date, or its values; Notion has no rollups of rollups."""
    rollup = as_object(held)
    if rollup.get("type") != "array":
        return _formula(held, names)
    items = [as_object(item) for item in as_list(rollup.get("array"))]
    return _joined(_pieces(item) if item.get("type") == "rollup" else _value(item, names) for item in items)


def _unique_id(held: object, names: Names) -> str:
    parts = [as_text(as_object(held).get("prefix")), number_text(as_object(held).get("number"))]
    return "-".join(filter(None, parts)) if parts[1] else ""


def _verification(held: object, names: Names) -> str:
    """`verified by Ada (2026-01-01 → 2026-04-01)`: until when somebody vouches for the page."""
    verification = as_object(held)
    by = _user(verification.get("verified_by"), names)
    date = date_text(verification.get("date"))
    parts = [as_text(verification.get("state")), by and f"by {by}", date and f"({date})"]
    return " ".join(filter(None, parts))


def _place(held: object, names: Names) -> str:
    place = as_object(held)
    words = [one_line(as_text(place.get(key))) for key in ("name", "address")]
    point = [number_text(place.get(key)) for key in ("lat", "lon")]
    return _joined([*words, f"({', '.join(point)})" if all(point) else ""])


def _nothing(held: object, names: Names) -> str:
    return ""


def _joined(texts: Iterator[str] | list[str]) -> str:
    return ", ".join(filter(None, texts))


def _ids(held: object) -> list[str]:
    return [page for page in (as_text(as_object(item).get("id")) for item in as_list(held)) if page]


def _related(value: JsonObject) -> list[str]:
    return _ids(value.get("relation")) if value.get("type") == "relation" else []


def _files_of(value: JsonObject) -> Iterator[NotionFile]:
    for item in as_list(value.get("files")) if value.get("type") == "files" else ():
        file = file_of("file", as_object(item), as_text(value.get("id")))
        if file:
            yield file


def _users_of(value: JsonObject) -> Iterator[User]:
    kind = as_text(value.get("type"))
    held = value.get(kind)
    yield from users_in(held)
    for user in as_list(held) if kind == "people" else [held] if kind.endswith("_by") else []:
        found = user_of(user)
        if found:
            yield found


_RESULTS = {"string": _text, "number": _number, "boolean": _checkbox, "date": _date}
"""What a formula may give."""
_READERS: dict[str, Callable[[object, Names], str]] = {
    **dict.fromkeys(("title", "rich_text"), _rich),
    **dict.fromkeys(("email", "phone_number", "created_time", "last_edited_time", "last_visited_time"), _text),
    **dict.fromkeys(("select", "status"), _option),
    **dict.fromkeys(("created_by", "last_edited_by"), _user),
    "url": _url,
    "number": _number,
    "multi_select": _options,
    "date": _date,
    "people": _people,
    "files": _files,
    "checkbox": _checkbox,
    "formula": _formula,
    "relation": _relation,
    "rollup": _rollup,
    "unique_id": _unique_id,
    "verification": _verification,
    "button": _nothing,
    "place": _place,
}  # fmt: skip
