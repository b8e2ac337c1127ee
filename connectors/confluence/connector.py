"""Spaces of a Confluence site as documents: pages, blog posts, folders, whiteboards and attached files.

Who may read a document follows from Confluence: the space's permission, every ancestor's restriction and the page's
own. What the space lets everybody read has the source's `access`; so has what it lets all read who are logged in, if
`access` does not hold `public`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice

from connectors import attachments
from connectors.base import Crawl
from connectors.confluence import state
from connectors.confluence.client import ConfluenceApi
from connectors.confluence.crawl import ConfluenceCrawl
from connectors.confluence.lookups import Lookups, Space
from connectors.confluence.oauth import OAuthLogin
from connectors.confluence.pace import Pace
from connectors.confluence.permissions import LOGGED_IN, logged_in
from connectors.documents import PUBLIC, Checkpoint, CheckReport, Document, Failure, Unchanged
from connectors.errors import KubeloreError, TemporaryError, UnreachableError
from connectors.http.credentials import Basic, Credentials, Token
from connectors.http.policy import Policy
from connectors.http.rate import Time

READER_VERSION = 3
"""Raise it when the documents made from the same answers change: all pages are then read again."""


_LISTED = 20


class ConfluenceConnector:
    """Crawls what an account may see; what did not change is only named.

    `user` and `token` are an account's address and API token (Cloud) or name and password (Data Center); without a
    `user`, `token` is a personal access token. `oauth` stands in their place.
    """

    type = "confluence"

    def __init__(
        self,
        name: str,
        url: str,
        token: str = "",
        *,
        user: str = "",
        oauth: OAuthLogin | None = None,
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
        self._credentials: Credentials = Basic(user, token) if user else Token(token)
        self._oauth = oauth
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
        try:
            with closing(self._api()) as api:
                return self._checked(api)
        except KubeloreError as error:
            return CheckReport(False, str(error), unreachable=isinstance(error, UnreachableError))

    def _checked(self, api: ConfluenceApi) -> CheckReport:
        who = api.get("rest/api/user/current")
        if who.get("type") == "anonymous":
            return CheckReport(False, "the site does not know the account; give valid credentials")
        lookups = Lookups(api)
        found = list(lookups.spaces(self._spaces))
        missing = sorted(set(self._spaces) - {space.key for space in found})
        if missing:
            return CheckReport(False, unknown_spaces(self.name, missing, lookups.spaces(())))
        if not found:
            return CheckReport(
                False,
                f"the account of source {self.name} may not view any space; give it the right to view those to read",
            )
        closed = list(_closed(lookups, found[:5], is_open=PUBLIC in self._access))
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
        url, site, cloud, credentials = self._url, "", self._cloud, self._credentials
        if self._oauth:
            found = self._oauth.endpoint(self._clock, self._policy)
            url, site, cloud, credentials = found.url, found.site, found.cloud, found.credentials
        return ConfluenceApi(
            url,
            credentials,
            cloud=cloud,
            site=site,
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


def unknown_spaces(source: str, missing: Sequence[str], there: Iterable[Space]) -> str:
    """That some keys name no space that can be read, and which ones there are."""
    some = [space.key for space in islice(there, _LISTED + 1)]
    listed = ", ".join(some[:_LISTED]) + (", …" if len(some) > _LISTED else "")
    known = f"it may view {listed}" if some else "it may view no space at all"
    return (
        f"the account of source {source} may not view space {', '.join(missing)}, or it does not exist; {known}:"
        " correct the source's `spaces` (a key stands in a page's address, /spaces/KEY/), or give the account the"
        " right to view it"
    )


def _closed(lookups: Lookups, spaces: Iterable[Space], *, is_open: bool) -> Iterator[str]:
    """What keeps people out of a space, because nobody can tell who may view it."""
    for space in spaces:
        try:
            readers = lookups.space_readers(space)
            if is_open and readers and LOGGED_IN in readers:
                yield logged_in(space.key)
        except KubeloreError as error:
            yield f"space {space.key}: {error}; until then nobody may read its pages"
