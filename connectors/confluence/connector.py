"""Spaces of a Confluence site as documents: pages, blog posts, folders, whiteboards and attached files.

Who may read a document follows from Confluence: the space's permission, every ancestor's restriction and the page's
own. What the space lets everybody read has the source's `access`; so has what it lets all read who are logged in, if
`access` does not hold `public`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

from connectors import attachments
from connectors.base import Crawl
from connectors.confluence import state
from connectors.confluence.client import ConfluenceApi
from connectors.confluence.crawl import ConfluenceCrawl
from connectors.confluence.lookups import Lookups, Space
from connectors.confluence.pace import Pace
from connectors.confluence.permissions import LOGGED_IN, logged_in
from connectors.documents import PUBLIC, Checkpoint, CheckReport, Document, Failure, Unchanged
from connectors.errors import KubeloreError, TemporaryError
from connectors.http.credentials import Basic, Credentials, Token
from connectors.http.policy import Policy
from connectors.http.rate import Time

READER_VERSION = 2
"""Raise it when the documents made from the same answers change: all pages are then read again."""


class ConfluenceConnector:
    """Crawls what an account may see; what did not change is only named.

    `user` and `token` are an account's address and API token (Cloud) or name and password (Data Center); without a
    `user`, `token` is a personal access token. `credentials` (OAuth 2) stand in their place.
    """

    type = "confluence"

    def __init__(
        self,
        name: str,
        url: str,
        token: str = "",
        *,
        user: str = "",
        credentials: Credentials | None = None,
        spaces: Sequence[str] = (),
        access: Iterable[str] = (PUBLIC,),
        cloud: bool | None = None,
        max_file_bytes: int = attachments.MAX_BYTES,
        clock: Time | None = None,
        policy: Policy | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._name = name
        self._url = url
        self._credentials = credentials or (Basic(user, token) if user else Token(token))
        self._spaces = tuple(dict.fromkeys(spaces))
        self._access = frozenset(access)
        self._cloud = cloud
        self._max_file_bytes = max_file_bytes
        self._clock = clock
        self._policy = policy
        self._pace = pace or Pace()
        self.requests = 0

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        return self._name

    def check(self) -> CheckReport:
        """Whether the site accepts the credentials, and shows the spaces and who may view them."""
        api = self._api()
        try:
            who = api.get("rest/api/user/current")
            if who.get("type") == "anonymous":
                return CheckReport(False, "the site does not know the account; give valid credentials")
            lookups = Lookups(api)
            found = list(lookups.spaces(self._spaces))
            missing = sorted(set(self._spaces) - {space.key for space in found})
            if missing or not found:
                what = f"space {', '.join(missing)}" if missing else "any space"
                return CheckReport(
                    False, f"the account of source {self.name} may not view {what}, or it does not exist"
                )
            closed = list(_closed(lookups, found[:5], is_open=PUBLIC in self._access))
        except KubeloreError as error:
            return CheckReport(False, str(error))
        finally:
            api.close()
        kind = "Cloud" if api.cloud else "Data Center"
        return CheckReport(
            not closed, f"{len(found)} spaces of Confluence {kind} are readable", tuple(closed)
        )

    def crawl(self, checkpoint: Checkpoint | None = None) -> Crawl:
        """Documents that are new or changed, `Unchanged` for the others; see `connectors.base`."""
        known = state.load(checkpoint, self._fingerprint())
        api = self._api()
        work = ConfluenceCrawl(
            api, self._name, self._spaces, self._access, known, self._max_file_bytes, self._pace
        )
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
            elif isinstance(item, Unchanged):
                yield from item.ids
            elif isinstance(item, Failure) and item.temporary:
                raise TemporaryError(f"{item.item}: {item.reason}; not all documents are known")

    def _api(self) -> ConfluenceApi:
        return ConfluenceApi(
            self._url,
            self._credentials,
            cloud=self._cloud,
            clock=self._clock,
            policy=self._policy,
            max_file_bytes=self._max_file_bytes,
        )

    def _fingerprint(self) -> str:
        parts = [
            READER_VERSION,
            self._name,
            self._url,
            sorted(self._access),
            self._spaces,
            self._cloud,
            self._max_file_bytes,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _closed(lookups: Lookups, spaces: Iterable[Space], *, is_open: bool) -> Iterator[str]:
    """What keeps people out of a space, because nobody can tell who may view it."""
    for space in spaces:
        try:
            readers = lookups.space_readers(space)
            if is_open and readers and LOGGED_IN in readers:
                yield logged_in(space.key)
        except KubeloreError as error:
            yield f"space {space.key}: {error}; until then nobody may read its pages"
