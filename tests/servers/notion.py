"""Serves a `NotionWorkspace` over real HTTP in Notion's wire format, with faults where a test wants them."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests.servers.faults import Fault
from tests.servers.notion_model import NotionWorkspace
from tests.servers.web import Asked, Reply, served

Json = dict[str, Any]
TOKEN = "ntn_token_of_the_fake_4711"
PAGE_SIZE = 100
_HOUR = 3600


class ApiError(Exception):
    """An answer without success."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class NotionServer:
    """The fake; `requests` lists what was asked, `faults` what goes wrong next."""

    def __init__(self, workspace: NotionWorkspace) -> None:
        self.workspace = workspace
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.url = ""
        self.latency = 0.0
        self.bugs: list[str] = []

    def paths(self, pattern: str) -> list[str]:
        """The requests that match."""
        return [request for request in self.requests if re.search(pattern, request)]

    # ---- serving ------------------------------------------------------------------------------------

    def now(self) -> float:
        """The workspace's clock."""
        return self.workspace.time.at

    def arrived(self, asked: Asked) -> None:
        """Listed before anything happens to it."""
        self.requests.append(asked.line)

    def reply(self, asked: Asked, fault: Fault | None) -> Reply:
        """The answer to a request; a bug of the fake is kept in `bugs` and answers 500."""
        query = {name: values[0] for name, values in asked.query.items()}
        try:
            if asked.path.startswith("/file/"):
                return Reply(raw=self.file(asked.path.removeprefix("/file/"), float(query["until"])))
            self._authorize(asked)
            return Reply(data=self._faulty(fault, asked, query))
        except ApiError as error:
            headers = fault.all_headers(self.now()) if fault and fault.kind == "status" else {}
            data = {"object": "error", "status": error.status, "code": error.code, "message": error.message}
            return Reply(error.status, data, headers)
        except Exception:  # noqa: BLE001 - whatever it is, the test has to hear of it
            self.bugs.append(traceback.format_exc())
            return Reply(500, {"object": "error", "status": 500, "code": "bug_of_the_fake", "message": ""})

    def _authorize(self, asked: Asked) -> None:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            raise ApiError(401, "unauthorized", "API token is invalid.")
        if asked.headers.get("notion-version") != "2026-03-11":
            raise ApiError(400, "missing_version", "Notion-Version header should be 2026-03-11")

    def _faulty(self, fault: Fault | None, asked: Asked, query: dict[str, str]) -> Json:
        kind = fault.kind if fault else ""
        if fault and kind == "status":
            raise ApiError(fault.status, fault.code, fault.message)
        if fault and kind == "action":
            fault.action()
        cursor = query.get("start_cursor") or asked.body.get("start_cursor")
        if kind == "expire" and cursor:
            raise ApiError(400, "validation_error", "The start_cursor provided is invalid.")
        data = self.answer(asked.method, asked.path, query, asked.body)
        if kind == "loop":
            data |= {"has_more": True, "next_cursor": cursor or "cursor-0"}
        if kind == "empty":
            data |= {"results": [], "has_more": True, "next_cursor": cursor or "cursor-0"}
        return data

    # ---- endpoints ----------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: dict[str, str], body: Json) -> Json:
        """The JSON of an answer; raises `ApiError`."""
        for pattern, wanted, endpoint in self._routes():
            match = re.fullmatch(pattern, path)
            if match and method == wanted:
                return endpoint({**query, **body}, *match.groups())
        raise ApiError(400, "invalid_request_url", "Invalid request URL.")

    def _routes(self) -> Sequence[tuple[str, str, Callable[..., Json]]]:
        one = "([0-9a-f-]{36})"
        return (
            ("/v1/users/me", "GET", self._me),
            ("/v1/users", "GET", self._users),
            ("/v1/search", "POST", self._search),
            (f"/v1/pages/{one}", "GET", self._page),
            (f"/v1/pages/{one}/properties/(.+)", "GET", self._property),
            (f"/v1/databases/{one}", "GET", self._database),
            (f"/v1/data_sources/{one}", "GET", self._source),
            (f"/v1/data_sources/{one}/query", "POST", self._query),
            (f"/v1/blocks/{one}", "GET", self._block),
            (f"/v1/blocks/{one}/children", "GET", self._children),
            ("/v1/comments", "GET", self._comments),
        )

    def _me(self, options: Json) -> Json:
        return {**self.workspace.users[1], "bot": {"owner": {"type": "workspace"}, "workspace_name": "Acme"}}

    def _users(self, options: Json) -> Json:
        self._need("users", "Insufficient permissions for this endpoint.")
        return self._list(self.workspace.users, options, "user")

    def _search(self, options: Json) -> Json:
        self._need("content", "Insufficient permissions for this endpoint.")
        listed = self.workspace.listed()
        if options.get("sort", {}).get("direction") != "ascending":
            listed = listed[::-1]
        return self._list(listed, options, "page_or_data_source")

    def _page(self, options: Json, identifier: str) -> Json:
        if identifier in self.workspace.databases:
            raise ApiError(400, "validation_error", f"Provided ID {identifier} is a database, not a page.")
        return self._shown(self._get(self.workspace.pages, identifier, "page"))

    def _property(self, options: Json, identifier: str, name: str) -> Json:
        page = self._get(self.workspace.pages, identifier, "page")
        value = next(value for value in page["properties"].values() if value["id"] == name)
        kind = value["type"]
        items = [{"object": "property_item", "id": name, "type": kind, kind: held} for held in value[kind]]
        return self._list(items, options, "property_item")

    def _database(self, options: Json, identifier: str) -> Json:
        return self._get(self.workspace.databases, identifier, "database")

    def _source(self, options: Json, identifier: str) -> Json:
        return self._get(self.workspace.sources, identifier, "data source")

    def _query(self, options: Json, identifier: str) -> Json:
        self._get(self.workspace.sources, identifier, "data source")
        rows = [self._shown(row) for row in self.workspace.rows(identifier)]
        return self._list(rows, options, "page_or_data_source")

    def _block(self, options: Json, identifier: str) -> Json:
        return self._shown(self._get(self.workspace.blocks, identifier, "block"))

    def _children(self, options: Json, identifier: str) -> Json:
        held = self.workspace.pages if identifier in self.workspace.pages else self.workspace.blocks
        self._get(held, identifier, "block")
        origin = self.workspace.blocks.get(identifier, {}).get("synced_block", {}).get("synced_from")
        if origin:  # a copy shows the blocks of its original
            identifier = origin["block_id"]
            self._get(self.workspace.blocks, identifier, "block")
        found = [self.workspace.blocks[name] for name in self.workspace.below.get(identifier, [])]
        return self._list([self._shown(block) for block in found], options, "block")

    def _comments(self, options: Json) -> Json:
        self._need("comments", "Insufficient permissions for this endpoint.")
        asked = options.get("block_id", "")
        self._get({**self.workspace.pages, **self.workspace.blocks}, asked, "block")
        # As Notion does: those on the page or block itself, and none on what is in it.
        found = [c for c in self.workspace.comments if asked == c["parent"][c["parent"]["type"]]]
        return self._list(found, options, "comment")

    # ---- what they share ----------------------------------------------------------------------------

    def _need(self, capability: str, message: str) -> None:
        if capability not in self.workspace.capabilities:
            raise ApiError(403, "restricted_resource", message)

    def _get(self, held: dict[str, Json], identifier: str, kind: str) -> Json:
        if identifier not in held or not self.workspace.exists(identifier):
            message = f"Could not find {kind} with ID: {identifier}. Make sure the relevant pages are shared."
            raise ApiError(404, "object_not_found", message)
        return held[identifier]

    def _list(self, items: Sequence[Json], options: Json, kind: str) -> Json:
        size = int(options.get("page_size", PAGE_SIZE))
        if not 1 <= size <= PAGE_SIZE:
            raise ApiError(400, "validation_error", "page_size should be at most 100")
        cursor = options.get("start_cursor")
        try:
            start = int(cursor.removeprefix("cursor-")) if cursor else 0
        except ValueError:
            raise ApiError(400, "validation_error", "The start_cursor provided is invalid.") from None
        end = start + size
        following = f"cursor-{end}" if end < len(items) else None
        return {
            "object": "list",
            "results": list(items[start:end]),
            "next_cursor": following,
            "has_more": following is not None,
            "type": kind,
            kind: {},
        }

    def _shown(self, item: Json) -> Json:
        """The object with links to files as they are signed now, and with long lists cut short."""
        text = re.sub(
            r'"file:([^"]+)"',
            lambda m: (
                f'"{self.url}/file/{m[1]}?X-Amz-Signature=s3cr3t&until={self.workspace.time.at + _HOUR}"'
            ),
            json.dumps(item),
        )
        shown: Json = json.loads(text)
        for value in shown.get("properties", {}).values():
            held = value.get(value.get("type"))
            if isinstance(held, list) and len(held) > 25:
                value[value["type"]] = held[:25]
                if value["type"] == "relation":
                    value["has_more"] = True
        return shown

    def file(self, name: str, until: float) -> bytes:
        """The bytes of a file, as long as its link is valid."""
        if self.workspace.time.at > until:
            raise ApiError(403, "AccessDenied", "Request has expired")
        return self.workspace.files[name]


@contextmanager
def serving(workspace: NotionWorkspace, port: int = 0) -> Iterator[NotionServer]:
    """The running fake of a workspace; its own bugs fail the test at the end."""
    fake = NotionServer(workspace)
    with served(fake, port):
        yield fake
    assert not fake.bugs, fake.bugs[0]
