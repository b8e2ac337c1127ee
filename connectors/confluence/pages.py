"""Reads the bodies of pages and the comments on them, many at a time, and around those that the server fails on."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from connectors.confluence import comments, cql
from connectors.confluence.client import ConfluenceApi
from connectors.confluence.comments import Comment
from connectors.confluence.heavy import FILE_DETAILS, LIGHT_DETAILS, PAGE_DETAILS
from connectors.confluence.node import ATTACHMENT, PAGES, Node
from connectors.confluence.values import JsonObject, as_text, at
from connectors.errors import KubeloreError, TemporaryError, UnreachableError, UnreadableError
from connectors.http.errors import CutError, MissingError, ServerFaultError, TooLargeError

BATCH = 50
"""Pages with their bodies in one request: Data Center gives no more."""
_TOO_MUCH = (ServerFaultError, CutError, TooLargeError, MissingError)
_COMMENT_DETAILS = (
    "version", "container", "ancestors", "extensions.inlineProperties", "extensions.resolution", "body.storage"
)  # fmt: skip


@dataclass(slots=True)
class Read:
    """What was read of one page: its answer, or why there is none; `content` and `error` None: it is not there.

    `comments_error` tells why there are no comments.
    """

    node: Node
    content: JsonObject | None = None
    error: KubeloreError | None = None
    comments: tuple[Comment, ...] = ()
    comments_error: KubeloreError | None = None

    @property
    def body(self) -> str:
        """The body, in storage format or as it is shown."""
        return body_of(self.content or {}) or ""


class PageReader:
    """Reads pages in batches, those that are `heavy` alone."""

    def __init__(self, api: ConfluenceApi, heavy: Container[str] = ()) -> None:
        self._api = api
        self._heavy_before = heavy

    def read(self, nodes: Sequence[Node]) -> Iterator[Read]:
        """Each of `nodes`, in their order; whatever fails, fails alone."""
        for start in range(0, len(nodes), BATCH):
            part = nodes[start : start + BATCH]
            found = {node.id: Read(node) for node in part}
            alone = [node for node in part if node.id in self._heavy_before or node.id in self._api.heavy]
            self._bodies([node for node in part if node not in alone], found)
            for node in alone:
                self._bodies([node], found)
            pages = [node for node in part if node.kind in PAGES and found[node.id].content is not None]
            self._comments(pages, found)
            yield from found.values()

    def body(self, node: Node) -> str:
        """The body of one page; raises if it cannot be read."""
        found = {node.id: Read(node)}
        self._bodies([node], found)
        read = found[node.id]
        if read.error is not None:
            raise read.error
        return read.body

    def _bodies(self, nodes: Sequence[Node], found: dict[str, Read]) -> None:
        try:
            for content in self._search(nodes, "body.storage"):
                if as_text(content.get("id")) in found:
                    found[as_text(content.get("id"))].content = content
        except UnreachableError:
            raise
        except _TOO_MUCH as error:
            if len(nodes) > 1:
                half = len(nodes) // 2
                self._bodies(nodes[:half], found)
                self._bodies(nodes[half:], found)
            else:
                self._heavy(nodes[0], found, error)
        except (TemporaryError, UnreadableError) as error:
            for node in nodes:
                found[node.id].error = error

    def _heavy(self, node: Node, found: dict[str, Read], error: KubeloreError) -> None:
        """Read a page that the server cannot give whole: as it is shown to readers, or without its restriction."""
        read = found[node.id]
        self._api.heavy.add(node.id)
        for body, details in (("body.view", PAGE_DETAILS), ("body.storage", LIGHT_DETAILS)):
            try:
                for content in self._search([node], body, details):
                    read.content = content
                return
            except UnreachableError:
                raise
            except (TemporaryError, UnreadableError):
                continue
        read.error = error

    def _search(
        self, nodes: Sequence[Node], body: str, of_pages: Sequence[str] = PAGE_DETAILS
    ) -> Iterator[JsonObject]:
        for are_files, details in ((False, (*of_pages, body)), (True, FILE_DETAILS)):
            ids = [node.id for node in nodes if (node.kind == ATTACHMENT) == are_files]
            if ids:
                # Who asks halves the ids, so that it is known which of them the server fails on.
                where = cql.one_of("id", ids)
                yield from self._api.search(where, details, size=BATCH, enough=BATCH, shrinks=False)

    def _comments(self, nodes: Sequence[Node], found: dict[str, Read]) -> None:
        if not nodes:
            return
        where = cql.both("type = comment", cql.one_of("container", [node.id for node in nodes]))
        try:
            listed = self._api.search(where, _COMMENT_DETAILS, size=BATCH, shrinks=len(nodes) == 1)
            held = [comments.parse(item) for item in listed]
        except UnreachableError:
            raise
        except _TOO_MUCH as error:
            if len(nodes) > 1:
                half = len(nodes) // 2
                self._comments(nodes[:half], found)
                self._comments(nodes[half:], found)
            else:
                found[nodes[0].id].comments_error = error
            return
        except (TemporaryError, UnreadableError) as error:
            for node in nodes:
                found[node.id].comments_error = error
            return
        for node in nodes:
            found[node.id].comments = tuple(comment for comment in held if comment.page == node.id)


def body_of(content: JsonObject) -> str | None:
    """The body of an answer; None if it holds none."""
    for form in ("storage", "view"):
        value = at(content, "body", form, "value")
        if isinstance(value, str):
            return value
    return None
