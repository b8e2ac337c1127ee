"""The types everyone speaks: what a connector yields, the index stores and an answer cites.

All are immutable values. A `Document` is lossless: `text` holds every character that may be quoted,
and each section says which characters of it are its own (`text[start:end] == section.text`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

PUBLIC = "public"
"""The principal that stands for every caller."""

OBJECT = "object"
"""The kind of document that a running object is; documents of all other kinds were written by somebody."""

ANY = "*"
"""In a `ResourceRef`: the cluster or namespace is not known or does not matter."""

RESOLVED = "resolved"
"""The language of a section that says what the references of the block before it stand for; it shares its lines."""


class SectionKind(StrEnum):
    """What a block of a document is; decides how it is cut, ranked and shown."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    CODE = "code"
    ADMONITION = "admonition"
    KEY_VALUE = "key_value"


@dataclass(frozen=True, slots=True)
class Section:
    """One typed block of a document with its exact text.

    `anchor` is where a link lands: a line range `L10-L22`, a heading id, a Notion block id or a manifest
    field path. `heading_path` holds the headings above it, outermost first. `context` holds words that help
    to find the block but are not in it (the description of the variable that a value sets); they are
    searched and never quoted. `start` and `end` count characters of the document's text.
    """

    kind: SectionKind
    text: str
    anchor: str = ""
    heading_path: tuple[str, ...] = ()
    language: str | None = None
    context: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, order=True)
class ResourceRef:
    """The identity of a Kubernetes object, joining manifests, Terraform and pages."""

    kind: str
    name: str
    namespace: str = ANY
    cluster: str = ANY

    def __str__(self) -> str:
        """`Deployment/shop/cart`, or `Deployment/cart` where the namespace is not known."""
        return "/".join(part for part in (self.kind, self.namespace, self.name) if part != ANY)


@dataclass(frozen=True, slots=True, order=True)
class TerraformRef:
    """The identity of a Terraform block: its address, such as `module.rds.aws_db_instance.main`."""

    address: str

    def __str__(self) -> str:
        return self.address


@dataclass(frozen=True, slots=True)
class Document:
    """One thing the team wrote or runs: a page, a file, a Terraform block, a Kubernetes object.

    `id` is stable across renames of the title (see design.md for its forms). `kind` is one of `page`,
    `terraform`, `manifest`, `object`, `values`, `config`, `template`. `path` is relative to the source's root, with
    `/`; None where there is no file. `url` is a deep link or ''. `environment` is the canonical name of the
    environment it is about ('' if any). `access` lists the principals that may read it; empty means nobody.
    """

    id: str
    title: str
    text: str
    sections: tuple[Section, ...]
    source: str
    kind: str
    path: str | None = None
    url: str = ""
    version: str = ""
    updated_at: datetime | None = None
    author: str = ""
    breadcrumbs: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    environment: str = ""
    namespace: str = ""
    resource: ResourceRef | None = None
    terraform: TerraformRef | None = None
    creates: tuple[ResourceRef, ...] = ()
    mentions: tuple[ResourceRef, ...] = ()
    access: frozenset[str] = frozenset()

    @property
    def content_hash(self) -> str:
        """SHA-256 of everything that a reader or the index could see change, except dates and access."""
        parts = asdict(replace(self, updated_at=None, version="", author="", access=frozenset()))
        del parts["access"]
        canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """A JSON-serialisable dictionary from which `from_json` makes an equal document."""
        data = asdict(self)
        data["updated_at"] = self.updated_at.isoformat() if self.updated_at else None
        data["access"] = sorted(self.access)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Document:
        """The document that `to_json` described."""
        values = dict(data)
        values["sections"] = tuple(
            Section(**{**s, "kind": SectionKind(s["kind"]), "heading_path": tuple(s["heading_path"])})
            for s in data["sections"]
        )
        stamp = data.get("updated_at")
        values["updated_at"] = datetime.fromisoformat(stamp).astimezone(UTC) if stamp else None
        for name in ("breadcrumbs", "labels"):
            values[name] = tuple(data.get(name) or ())
        for name in ("creates", "mentions"):
            values[name] = tuple(ResourceRef(**r) for r in data.get(name) or ())
        values["resource"] = ResourceRef(**data["resource"]) if data.get("resource") else None
        values["terraform"] = TerraformRef(**data["terraform"]) if data.get("terraform") else None
        values["access"] = frozenset(data.get("access") or ())
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Failure:
    """One item that a crawl could not use: reported in the run's ledger, never fatal.

    `item` is the document id or path. `skipped` is true for what was left out by rule (binary, over the
    size limit), false for what should have worked. `temporary` says whether the next run may succeed.
    A `warning` tells of a document that is yielded all the same, with something in it read around.
    """

    item: str
    reason: str
    skipped: bool = False
    temporary: bool = False
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Documents that still exist as the last crawl saw them, so that nobody has to read them again."""

    ids: tuple[str, ...]


Checkpoint = Mapping[str, Any]
"""What a connector needs to continue where a finished crawl ended; JSON-serialisable, opaque to others."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """How far a crawl has come, told in the middle of it, so that a dead run does not read everything again.

    A crawl that begins with `checkpoint` names everything that was yielded before the milestone and is still so as
    unchanged, and yields the rest. As any crawl it says of everything that exists that it does: only its end, never
    a milestone, shows what is gone. Documents that were not yielded are as the checkpoint says that the crawl began
    with; that of a crawl which began without one says nothing of them.
    """

    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `Connector.check` found: reachable or not, and how a person would fix it."""

    ok: bool
    message: str
    details: tuple[str, ...] = field(default=())
    unreachable: bool = False


def assemble(sections: Iterable[Section], separator: str = "\n\n") -> tuple[str, tuple[Section, ...]]:
    """The text of a document made of `sections` joined by `separator`, and the sections with their spans."""
    parts: list[str] = []
    placed: list[Section] = []
    position = 0
    for section in sections:
        if placed:
            parts.append(separator)
            position += len(separator)
        parts.append(section.text)
        placed.append(replace(section, start=position, end=position + len(section.text)))
        position += len(section.text)
    return "".join(parts), tuple(placed)


def line_anchor(first: int, last: int) -> str:
    """`L10-L22` for lines 10 to 22 (counted from 1), `L10` for a single line."""
    return f"L{first}" if first >= last else f"L{first}-L{last}"
