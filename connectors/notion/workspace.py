"""The pages and databases that a crawl has heard of: who lies below whom, and what they are called."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from typing import Any, cast

from connectors.http.errors import ForbiddenError, MissingError, RejectedError
from connectors.notion import data_sources, properties, urls
from connectors.notion.client import NotionApi
from connectors.notion.node import Node
from connectors.notion.values import JsonObject, as_list, as_object, as_text, one_line

_MAX_DEPTH = 100


class Workspace:
    """Nodes by id. The objects of pages wait in a file, so that memory stays flat however many there are.

    `kinds` says of some ids whether they are databases, so that they need be asked for once only.
    """

    def __init__(
        self, api: NotionApi, names: dict[str, str] | None = None, kinds: Mapping[str, Node] | None = None
    ) -> None:
        self._api = api
        self.nodes: dict[str, Node] = {}
        self.names = {} if names is None else names
        self.absent: set[str] = set()
        self._kinds = kinds or {}
        self._below: dict[str, list[str]] = {}
        self._databases: dict[str, JsonObject] = {}
        self._sources: dict[str, int] = {}
        self._page_of_block: dict[str, str] = {}
        self._page_of_child: dict[str, str] = {}
        self._trashed: set[str] = set()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 lives as long as the crawl; has no name on the disk

    def close(self) -> None:
        """Forget the waiting objects."""
        self._file.close()

    def know(self, nodes: Iterable[Node], absent: Iterable[str]) -> None:
        """Take over what an earlier crawl has found."""
        for node in nodes:
            self._put(node)
        self.absent.update(absent)

    def add(self, item: JsonObject) -> Node | None:
        """The node of a page, database or data source (its database's); None for what is in the trash."""
        kind, identifier = as_text(item.get("object")), as_text(item.get("id"))
        if item.get("in_trash") is True or item.get("archived") is True:
            return None
        if kind == "data_source":
            return self._add_source(item)
        if kind not in ("page", "database") or not identifier:
            return None
        is_database = kind == "database"
        title = data_sources.title_of(item) if is_database else properties.title_of(item.get("properties"))
        node = Node(identifier, is_database, as_text(item.get("last_edited_time")), title)
        self._hang(node, as_object(item.get("parent")))
        before = self.nodes.get(identifier)
        if before is not None and before.edited > node.edited:
            return before  # search lags: it may show an older state than the data source or the page itself
        if is_database:
            self._databases[identifier] = item
        elif not _has_hosted_files(item):
            node.place = self._keep(item)
        self._put(node)
        return node

    def _add_source(self, source: JsonObject) -> Node | None:
        database = as_text(as_object(source.get("parent")).get("database_id"))
        if not database:
            return None
        self._sources[as_text(source.get("id"))] = self._keep(source)
        if database not in self.nodes:
            node = Node(database, True, "", data_sources.title_of(source))
            self._hang(node, as_object(source.get("database_parent")))
            self._put(node)
        return self.nodes[database]

    def waiting(self, node: Node) -> JsonObject | None:
        """The object of a page, as it was heard of or else as it is now, and then its node too; None if it is gone."""
        if node.place >= 0:
            return self._kept(node.place)
        found = self._api.page(node.id)
        if self.add(found) is None:
            self._note_trashed(node.id)
            return None
        return found

    def source(self, identifier: str) -> JsonObject:
        """The object of a data source, as it was heard of or else as it is now."""
        place = self._sources.get(identifier, -1)
        return self._api.data_source(identifier) if place < 0 else self._kept(place)

    def find(self, identifier: str) -> Node | None:
        """The node with this id, asked for where it is not known; None if it does not exist or is not shared.

        Raises `TemporaryError` where that cannot be found out now.
        """
        if identifier in self.nodes:
            return self.nodes[identifier]
        if identifier in self.absent or identifier in self._trashed or not identifier:
            return None
        return self.ask(identifier)

    def ask(self, identifier: str) -> Node | None:
        """The node with this id as it is now; None if it is gone. Raises as `find` does, and changes nothing then."""
        rejected: RejectedError | None = None
        for call in self._calls(identifier):
            try:
                found = call(identifier)
            except (MissingError, ForbiddenError):
                continue
            except RejectedError as error:  # "is a database, not a page"
                rejected = error
                continue
            node = self.add(found)
            if node is None:
                self._note_trashed(identifier)
            return node
        if rejected:
            raise rejected
        self._forget(identifier)
        self.absent.add(identifier)
        return None

    def _calls(self, identifier: str) -> list[Any]:
        known = self._kinds.get(identifier)
        if known is None:
            return [self._api.page, self._api.database]
        return [self._api.database if known.is_database else self._api.page]

    def children(self, identifier: str) -> list[str]:
        """The nodes that say that they lie right below this one."""
        return self._below.get(identifier, [])

    def stands_on(self, child: str, page: str) -> None:
        """Note that a page shows another page or database somewhere among its blocks."""
        self._page_of_child[child] = page

    def database(self, node: Node) -> JsonObject:
        """The object of a database, as it was heard of or else as it is now; its node is as new, or gone, then."""
        if node.id not in self._databases:
            found = self._api.database(node.id)
            if self.add(found) is None:
                self._note_trashed(node.id)
            self._databases[node.id] = found
        return self._databases[node.id]

    def parent_of(self, node: Node) -> Node | None:
        """The page or database right above, looked for where it is not known; None at the top."""
        if node.parent_is_block:
            page = self._page_of_child.get(node.id) or self._container(node.parent)
            node.parent, node.parent_is_block = page, False
        return self.find(node.parent)

    def known_parent(self, identifier: str) -> str:
        """The id of what lies right above, as far as that is known without asking; '' if it is not."""
        node = self.nodes.get(identifier)
        if node is None or node.parent_is_block:
            return self._page_of_child.get(identifier, "")
        return node.parent

    def above(self, node: Node) -> list[Node] | None:
        """All that lies above as far as it is shared, the highest first; None below something in the trash."""
        found: list[Node] = []
        seen = {node.id}
        top, parent = node, self.parent_of(node)
        while parent and parent.id not in seen and len(found) < _MAX_DEPTH:
            found.append(parent)
            seen.add(parent.id)
            top, parent = parent, self.parent_of(parent)
        return None if top.parent in self._trashed else found[::-1]

    def _container(self, block: str) -> str:
        """The page that a block stands on; '' if that is not shared."""
        path: list[str] = []
        page = block
        while page not in self._page_of_block and len(path) < _MAX_DEPTH:
            path.append(page)
            try:
                parent = as_object(self._api.block(page).get("parent"))
            except (MissingError, ForbiddenError):
                self._page_of_block[page] = ""
                break
            above = as_text(parent.get(as_text(parent.get("type"))))
            if parent.get("type") != "block_id":
                self._page_of_block[page] = above
                break
            page = above
        found = self._page_of_block.get(page, "")
        self._page_of_block.update(dict.fromkeys(path, found))
        return found

    def _hang(self, node: Node, parent: JsonObject) -> None:
        kind = as_text(parent.get("type"))
        if kind == "data_source_id":
            node.parent = as_text(parent.get("database_id")) or self._database_of(as_text(parent.get(kind)))
        else:
            node.parent = as_text(parent.get(kind)) if kind != "workspace" else ""
        node.parent_is_block = kind == "block_id"

    def _database_of(self, source: str) -> str:
        if source not in self._page_of_block:
            try:
                parent = as_object(self._api.data_source(source).get("parent"))
            except (MissingError, ForbiddenError):
                parent = {}
            self._page_of_block[source] = as_text(parent.get("database_id"))
        return self._page_of_block[source]

    def _put(self, node: Node) -> None:
        before = self.nodes.get(node.id)
        if before is None or before.parent != node.parent:
            self._below.setdefault(node.parent, []).append(node.id)
        self.nodes[node.id] = node
        self.names[urls.bare_id(node.id)] = one_line(node.title)

    def _note_trashed(self, identifier: str) -> None:
        self._forget(identifier)
        self._trashed.add(identifier)

    def _forget(self, identifier: str) -> None:
        self.nodes.pop(identifier, None)
        self.names.pop(urls.bare_id(identifier), None)

    def _keep(self, item: JsonObject) -> int:
        place = self._file.seek(0, 2)
        self._file.write(json.dumps(item).encode() + b"\n")
        return place

    def _kept(self, place: int) -> JsonObject:
        self._file.seek(place)
        return cast(JsonObject, json.loads(self._file.readline()))


def _has_hosted_files(page: JsonObject) -> bool:
    """Whether the object holds links that expire: it is then asked for again when they are needed."""
    values = map(as_object, as_object(page.get("properties")).values())
    files: list[Any] = [file for value in values for file in as_list(value.get("files"))]
    return any(as_object(file).get("file") for file in files)
