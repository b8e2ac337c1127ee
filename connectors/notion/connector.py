"""A Notion workspace as documents: all that is shared with one integration, or what lies below some roots.

Notion does not tell who may read a page. Whoever is in the source's `access` may read all of it: what is shared
with the integration decides. How late what is seen: docs/decisions/0011-notion.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from notion_client.helpers import extract_notion_id

from connectors import attachments
from connectors.base import Crawl
from connectors.documents import PUBLIC, Checkpoint, CheckReport, Document, Failure
from connectors.errors import (
    ConfigurationError,
    KubeloreError,
    TemporaryError,
    UnreachableError,
    UnreadableError,
)
from connectors.http.errors import ForbiddenError
from connectors.http.policy import Policy
from connectors.http.rate import Time
from connectors.notion import state
from connectors.notion.client import API, NotionApi
from connectors.notion.comments import BlockComments
from connectors.notion.crawl import NotionCrawl
from connectors.notion.pace import Pace
from connectors.notion.pages import PageReader
from connectors.notion.values import as_object, as_text
from connectors.notion.workspace import Workspace

READER_VERSION = 2
"""Raise it when the documents made from the same answers change: all pages are then read again."""


class NotionConnector:
    """Crawls what an integration may see; pages that were not edited are only named."""

    type = "notion"

    def __init__(
        self,
        name: str,
        token: str,
        *,
        roots: Sequence[str] = (),
        access: Iterable[str] = (PUBLIC,),
        url: str = API,
        max_file_bytes: int = attachments.MAX_BYTES,
        block_comments: int = 50,
        clock: Time | None = None,
        policy: Policy | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.requests = 0
        """How many the last crawl has sent."""
        self._name = name
        self._token = token
        self._access = frozenset(access)
        self._url = url
        self._max_file_bytes = max_file_bytes
        self._block_comments = block_comments
        self._clock = clock
        self._policy = policy
        self._pace = pace or Pace()
        self._given_roots = tuple(roots)

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        return self._name

    def check(self) -> CheckReport:
        """Whether Notion accepts the token, anything is shared with the integration, and what it may not read."""
        try:
            with closing(self._api()) as api:
                return self._checked(api)
        except KubeloreError as error:
            return CheckReport(False, str(error), unreachable=isinstance(error, UnreachableError))

    def _checked(self, api: NotionApi) -> CheckReport:
        bot = as_object(api.me().get("bot"))
        some = self._roots[0] if self._roots else as_text((next(api.search(), None) or {}).get("id"))
        for root in self._roots:
            if not self._exists(api, root):
                return CheckReport(
                    False,
                    f"root {root} is not shared with the integration of source {self.name}, or it is in the trash;"
                    " share it in Notion (page menu, Connections), or correct the source's `roots`",
                )
        if not some:
            return CheckReport(
                False,
                "nothing is shared with the integration; share pages in Notion (page menu, Connections)",
            )
        name = as_text(bot.get("workspace_name")) or "of Notion"
        return CheckReport(True, f"the workspace {name} is readable", tuple(_lacks(api, some)))

    def crawl(self, checkpoint: Checkpoint | None = None) -> Crawl:
        """Documents of new and edited pages, `Unchanged` for the others; see `connectors.base`."""
        settings = self._fingerprint()
        known = state.load(checkpoint, settings)
        api = self._api()
        reader = PageReader(api, {}, BlockComments(api, self._block_comments), self._max_file_bytes)
        work = NotionCrawl(api, reader, self._name, self._access, self._roots, known, self._pace)
        try:
            yield from work.items()
        finally:
            self.requests = api.requests
            api.close()
        return work.memory.to_json()

    def list_ids(self) -> Iterator[str]:
        """The id of every document, by reading everything; `TemporaryError` if a part cannot be read."""
        for item in self.crawl(None):
            if isinstance(item, Document):
                yield item.id
            elif isinstance(item, Failure) and item.temporary:
                raise TemporaryError(f"{item.item}: {item.reason}; not all documents are known")

    def _api(self) -> NotionApi:
        return NotionApi(
            self._token,
            url=self._url,
            clock=self._clock,
            policy=self._policy,
            max_file_bytes=self._max_file_bytes,
        )

    def _exists(self, api: NotionApi, root: str) -> bool:
        workspace = Workspace(api)
        try:
            return workspace.find(root) is not None
        finally:
            workspace.close()

    @property
    def _roots(self) -> tuple[str, ...]:
        return tuple(map(self._root, self._given_roots))

    def _root(self, root: str) -> str:
        found = extract_notion_id(root)
        if not found:
            raise ConfigurationError(
                f"root {root!r} of source {self._name} is neither a Notion id nor a link;"
                " copy the page's link in Notion"
            )
        return found

    def _fingerprint(self) -> str:
        parts = [
            READER_VERSION,
            self._name,
            self._url,
            sorted(self._access),
            self._roots,
            self._max_file_bytes,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _lacks(api: NotionApi, page: str) -> Iterator[str]:
    """What the integration may not read beside the pages, and which capability it needs for that."""
    for what, asked in (("comments", api.comments(page)), ("the names of authors", api.users())):
        try:
            next(asked, None)
        except ForbiddenError as error:
            yield f"{what} are not read: {error}"
        except UnreadableError:
            continue  # what was found is no page; the crawl tells of what it cannot read
