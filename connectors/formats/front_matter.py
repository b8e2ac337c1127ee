"""The metadata block at the top of a page: YAML between `---` lines or TOML between `+++` lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from connectors.dates import to_date
from connectors.formats.lines import Lines

_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
_KEY_LINE = re.compile(r"^([A-Za-z_][\w.-]*)\s*[:=]\s*(.*)$")
_PLUMBING = frozenset({
    "title", "layout", "weight", "order", "nav_order", "sidebar_position", "sidebar_label", "slug", "draft",
    "permalink", "aliases", "hide", "toc", "template", "id", "type", "date", "parent_title", "source_url",
})  # fmt: skip
"""Keys that steer the site's generator and answer nobody's question."""
_LOOKED_AT_KEYS = ("last_reviewed_on", "last_reviewed", "last_updated", "updated", "lastmod")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the block says, and where it is.

    `first` to before `last` are the lines inside its fences, `after` is the first line behind it.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    first: int = 0
    last: int = 0
    after: int = 0
    problem: str = ""

    @property
    def title(self) -> str:
        """The page's title, or ''."""
        return _words(self.values.get("title"))

    @property
    def author(self) -> str:
        """Who wrote it, or ''."""
        return _words(self.values.get("author")) or ", ".join(_items(self.values.get("authors")))

    @property
    def labels(self) -> tuple[str, ...]:
        """Tags, categories and the section of the site, each once, in order."""
        found = [item for key in ("tags", "categories", "section") for item in _items(self.values.get(key))]
        return tuple(dict.fromkeys(found))

    @property
    def updated_at(self) -> datetime | None:
        """The latest among the keys that mean "looked at on", else the `date`, which often is that of writing."""
        dates = (to_date(_words(self.values.get(key))) for key in _LOOKED_AT_KEYS)
        return max(filter(None, dates), default=to_date(_words(self.values.get("date"))))

    @property
    def informative(self) -> bool:
        """Whether it says something to a reader: an owner, a section, a review date."""
        return any(str(key).lower() not in _PLUMBING for key in self.values)


def read(lines: Lines) -> FrontMatter:
    """The front matter of a text, empty if it has none. Never raises; broken YAML is read line by line."""
    opening = lines[0].rstrip().removeprefix("\ufeff")
    ends = _FENCES.get(opening)
    if ends is None:
        return FrontMatter()
    last = next((number for number in range(1, len(lines)) if lines[number].rstrip() in ends), None)
    if last is None:
        return FrontMatter()
    body = [lines[number] for number in range(1, last)]
    problem = ""
    try:
        text = "\n".join(body)
        # The base loader makes only strings, lists and mappings: safe, and no date or number is reshaped.
        values = tomllib.loads(text) if opening == "+++" else yaml.load(text, yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError):
        values = {found[1]: found[2] for line in body if (found := _KEY_LINE.match(line))}
        problem = "front matter is not valid; its lines were read one by one" if values else ""
    if values is None:
        values = {}
    if not isinstance(values, dict) or (not values and any(line.strip() for line in body)):
        return FrontMatter()
    return FrontMatter(values, 1, last, last + 1, problem)


def _words(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float | datetime) else ""


def _items(value: Any) -> Iterable[str]:
    values = value if isinstance(value, list) else _words(value).split(",")
    return [words for item in values if (words := _words(item))]
