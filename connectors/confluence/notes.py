"""What a page refers to, gathered while it is read, so that the connector can look it up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page or blog post by its title; `space` is '' for the space of the page that refers to it."""

    title: str
    space: str = ""
    kind: str = "page"


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """An attached file by its name; `page` is None for a file of the page itself."""

    filename: str
    page: PageRef | None = None


@dataclass(frozen=True, slots=True)
class Include:
    """A page that another shows inside its own: whole, or its excerpt called `excerpt` ('' for the first).

    What is included belongs right after the section number `position` (counted from 0), which names it.
    """

    page: PageRef
    excerpt: str | None
    position: int


@dataclass(slots=True)
class Notes:
    """Everything noted so far; dictionaries stand for ordered sets."""

    unknown_macros: Counter[str] = field(default_factory=Counter)
    urls: dict[str, None] = field(default_factory=dict)
    pages: dict[PageRef, None] = field(default_factory=dict)
    users: dict[str, None] = field(default_factory=dict)
    attachments: dict[AttachmentRef, None] = field(default_factory=dict)
    diagrams: dict[str, None] = field(default_factory=dict)
    includes: list[tuple[PageRef, str | None, str]] = field(default_factory=list)
    comment_markers: dict[str, str] = field(default_factory=dict)
