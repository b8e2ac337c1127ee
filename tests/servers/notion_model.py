"""A Notion workspace in memory: what the fake server serves, and what tests change between requests."""

from __future__ import annotations

import copy
import itertools
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.unit.http_fakes import FakeTime
from tests.unit.notion_blocks import block, rich

Json = dict[str, Any]

ADA = "a4f789cc-7bc8-4cf0-82b9-a8ba7d985ecf"
BOT = "7775f3a3-893f-43fa-b625-460c61094c78"


@dataclass
class NotionWorkspace:
    """Pages, databases, blocks and comments; every change moves `last_edited_time`, rounded down to the minute.

    `unlisted` are ids that search does not show yet, `unshared` ids that the integration may not see.
    """

    time: FakeTime = field(default_factory=FakeTime)
    pages: dict[str, Json] = field(default_factory=dict)
    databases: dict[str, Json] = field(default_factory=dict)
    sources: dict[str, Json] = field(default_factory=dict)
    blocks: dict[str, Json] = field(default_factory=dict)
    below: dict[str, list[str]] = field(default_factory=dict)
    comments: list[Json] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    users: list[Json] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)
    unshared: set[str] = field(default_factory=set)
    capabilities: set[str] = field(default_factory=lambda: {"content", "comments", "users"})
    _ids: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.users += [
            {"object": "user", "id": ADA, "name": "Ada", "avatar_url": None, "type": "person", "person": {}},
            {"object": "user", "id": BOT, "name": "kubelore", "avatar_url": None, "type": "bot", "bot": {}},
        ]

    # ---- changes ------------------------------------------------------------------------------------

    def add_page(self, title: str, *blocks: Json, parent: str = "", **properties: Json) -> str:
        """A page at the top, below a page or inside a block, or as a row of a data source."""
        identifier = self._new_id()
        values = {"title": {"id": "title", "type": "title", "title": rich(title)}}
        if parent in self.sources:
            values = {"Name": values["title"], **properties}
        self.pages[identifier] = {
            "object": "page",
            "id": identifier,
            **self._stamps(),
            "cover": None,
            "icon": None,
            "parent": self._parent(parent),
            "in_trash": False,
            "is_locked": False,
            "properties": values,
            "url": f"https://app.notion.com/p/{identifier.replace('-', '')}",
            "public_url": None,
        }
        self.below[identifier] = []
        self._put(identifier, blocks)
        self._show(identifier, "child_page", title, parent)
        return identifier

    def add_database(self, title: str, *sources: str, parent: str = "", description: str = "") -> list[str]:
        """A database with its data sources; gives its id and theirs."""
        identifier = self._new_id()
        self.databases[identifier] = {
            "object": "database",
            "id": identifier,
            "created_time": self.minute(),
            "last_edited_time": self.minute(),
            "title": rich(title),
            "description": rich(description) if description else [],
            "parent": self._parent(parent),
            "is_inline": False,
            "in_trash": False,
            "data_sources": [],
            "url": f"https://app.notion.com/p/{identifier.replace('-', '')}",
        }
        made = [identifier]
        for name in sources or (title,):
            source = self._new_id()
            self.databases[identifier]["data_sources"].append({"id": source, "name": name})
            self.sources[source] = {
                "object": "data_source",
                "id": source,
                **self._stamps(),
                "title": rich(name),
                "description": [],
                "properties": {"Name": {"id": "title", "name": "Name", "type": "title", "title": {}}},
                "parent": {"type": "database_id", "database_id": identifier},
                "database_parent": self._parent(parent),
                "in_trash": False,
            }
            made.append(source)
        self._show(identifier, "child_database", title, parent)
        return made

    def write(self, page: str, *blocks: Json) -> None:
        """Replace what a page says; its child pages stay."""
        kept = [child for child in self.below[page] if self.blocks[child]["type"].startswith("child_")]
        self.below[page] = kept
        self._put(page, blocks)
        self.touch(page)

    def rewrite(self, page: str, text: str) -> None:
        """Change the words of the first block of a page, which stays the same block."""
        held = self.blocks[self.below[page][0]]
        held[held["type"]]["rich_text"] = rich(text)
        self.touch(page)

    def rename(self, identifier: str, title: str) -> None:
        """Give a page or database another title."""
        if identifier in self.databases:
            self.databases[identifier]["title"] = rich(title)
        else:
            for value in self.pages[identifier]["properties"].values():
                if value["type"] == "title":
                    value["title"] = rich(title)
        if identifier in self.blocks:
            own = self.blocks[identifier]
            own[own["type"]]["title"] = title
        self.touch(identifier)

    def set_property(self, page: str, name: str, value: Json) -> None:
        """Set a property of a page."""
        self.pages[page]["properties"][name] = value
        self.touch(page)

    def trash(self, identifier: str) -> None:
        """Move a page or database into the trash, with all below it."""
        if self._hold(identifier)["in_trash"]:
            return
        self._hold(identifier)["in_trash"] = True
        self._unshow(identifier)
        self.touch(identifier)

    def restore(self, identifier: str) -> None:
        """Bring it back; one that is not in the trash stays as it is, and does not stand on its parent twice."""
        held = self._hold(identifier)
        if not held["in_trash"]:
            return
        held["in_trash"] = False
        kind = "child_database" if identifier in self.databases else "child_page"
        self._show(identifier, kind, self.title(identifier), self._container(held["parent"]))
        self.touch(identifier)

    def move(self, identifier: str, parent: str = "") -> None:
        """Put a page elsewhere; like Notion, it keeps its time of edit."""
        self._unshow(identifier)
        self._hold(identifier)["parent"] = self._parent(parent)
        self._show(identifier, "child_page", self.title(identifier), parent)

    def comment(self, page: str, text: str, block: str = "") -> None:
        """Comment on a page; its time of edit stays."""
        parent = {"type": "block_id", "block_id": block} if block else {"type": "page_id", "page_id": page}
        self.comments.append(
            {
                "object": "comment",
                "id": self._new_id(),
                "parent": parent,
                "discussion_id": self._new_id(),
                "created_by": {"object": "user", "id": ADA},
                "rich_text": rich(text),
            }
        )

    def resolve(self, text: str) -> None:
        """Settle the discussions that begin with this comment: Notion shows them no more."""
        self.comments = [c for c in self.comments if c["rich_text"][0]["plain_text"] != text]

    def attach(self, name: str, data: bytes) -> Json:
        """A file block; the link to its bytes is signed anew, for an hour, whenever it is asked for."""
        self.files[name] = data
        return block("file", name=name, type="file", file={"url": f"file:{name}"}, caption=[])

    def touch(self, identifier: str) -> None:
        """Note an edit now."""
        self._hold(identifier)["last_edited_time"] = self.minute()

    # ---- views --------------------------------------------------------------------------------------

    def minute(self) -> str:
        """The present time as Notion writes it."""
        return datetime.fromtimestamp(self.time.at, UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")

    def title(self, identifier: str) -> str:
        """What a page or database is called."""
        held = self._hold(identifier)
        texts = held.get("title")
        if texts is None:
            texts = next(v["title"] for v in held["properties"].values() if v["type"] == "title")
        return "".join(piece["plain_text"] for piece in texts)

    def parent(self, identifier: str) -> str:
        """The id of what a page, database or block lies right below; '' at the top."""
        return self._container(self._hold(identifier)["parent"])

    def is_live(self, identifier: str) -> bool:
        """Whether the integration may see a page, database, data source or block."""
        seen: set[str] = set()
        while identifier and identifier not in seen:
            seen.add(identifier)
            held = self._find(identifier)
            if held is None or identifier in self.unshared or held.get("in_trash"):
                return False
            identifier = self._container(held["parent"])
            if identifier in self.unshared:
                return True  # shared by itself, though what is above is not
        return True

    def exists(self, identifier: str) -> bool:
        """Whether it can be asked for; what is in the trash can."""
        return self._find(identifier) is not None and identifier not in self.unshared

    def truth(self) -> set[str]:
        """The ids of all documents that a complete crawl must find."""
        return {name for name in (*self.pages, *self.databases) if self.is_live(name)}

    def rows(self, source: str) -> list[Json]:
        """The live pages of a data source."""
        rows = (page for page in self.pages.values() if page["parent"].get("data_source_id") == source)
        return [row for row in rows if self.is_live(row["id"])]

    def listed(self) -> list[Json]:
        """What search shows: the oldest edit first."""
        found = [o for o in (*self.pages.values(), *self.sources.values()) if self.is_live(o["id"])]
        found = [o for o in found if o["id"] not in self.unlisted]
        return sorted(found, key=lambda o: (o["last_edited_time"], o["id"]))

    # ---- inside -------------------------------------------------------------------------------------

    def _new_id(self) -> str:
        return str(uuid.UUID(int=0x393ABC1E << 96 | 0x4000_8000 << 60 | next(iter(self._ids))))

    def _stamps(self) -> Json:
        by = {"object": "user", "id": ADA}
        now = self.minute()
        return {"created_time": now, "last_edited_time": now, "created_by": by, "last_edited_by": by}

    def _hold(self, identifier: str) -> Json:
        found = self._find(identifier)
        assert found is not None, f"no {identifier}"
        return found

    def _find(self, identifier: str) -> Json | None:
        for held in (self.pages, self.databases, self.sources, self.blocks):
            if identifier in held:
                return held[identifier]
        return None

    def _parent(self, parent: str) -> Json:
        if not parent:
            return {"type": "workspace", "workspace": True}
        if parent in self.pages:
            return {"type": "page_id", "page_id": parent}
        if parent in self.sources:
            database = self.sources[parent]["parent"]["database_id"]
            return {"type": "data_source_id", "data_source_id": parent, "database_id": database}
        return {"type": "block_id", "block_id": parent}

    def _container(self, parent: Json) -> str:
        return str(parent.get(parent["type"])) if parent["type"] != "workspace" else ""

    def _put(self, parent: str, blocks: Iterable[Json]) -> None:
        for given in blocks:
            held = copy.deepcopy(given)
            if held["id"] in self.blocks or held["id"].startswith("00000000"):
                held["id"] = self._new_id()
            children = held.pop("children", [])
            held["parent"] = self._parent(parent)
            held["has_children"] = bool(children) or held["has_children"]
            self.blocks[held["id"]] = held
            self.below.setdefault(parent, []).append(held["id"])
            self._put(held["id"], children)

    def _show(self, identifier: str, kind: str, title: str, parent: str) -> None:
        """Let the block of a child page stand in its parent, which is an edit of it."""
        if not parent or parent in self.sources:
            return
        self.blocks[identifier] = block(kind, id=identifier, title=title)
        self.blocks[identifier]["parent"] = self._parent(parent)
        self.below.setdefault(parent, []).append(identifier)
        self._edited_around(parent)

    def _unshow(self, identifier: str) -> None:
        for parent, children in self.below.items():
            if identifier in children:
                children.remove(identifier)
                self._edited_around(parent)

    def _edited_around(self, identifier: str) -> None:
        while identifier and identifier not in self.pages:
            held = self.blocks[identifier]
            held["has_children"] = bool(self.below.get(identifier))
            identifier = self._container(held["parent"])
        if identifier:
            self.touch(identifier)
