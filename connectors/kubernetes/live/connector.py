"""The `kubernetes` source over a running cluster: each object is a document, and each namespace an overview.

Who may read the source's `access` may read all of it: a cluster's own rights are those of Kubelore's account.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing

from connectors.base import Crawl, News
from connectors.documents import PUBLIC, Checkpoint, CheckReport, Document, Failure
from connectors.errors import ConfigurationError, KubeloreError, TemporaryError, UnreachableError
from connectors.http.errors import ForbiddenError
from connectors.http.policy import Policy
from connectors.http.rate import Time
from connectors.kubernetes.live import state
from connectors.kubernetes.live.client import JSON, METADATA_LIST, PAGE, KubernetesApi
from connectors.kubernetes.live.connection import Connection, Target
from connectors.kubernetes.live.crawl import MILESTONE_DOCUMENTS, LiveCrawl
from connectors.kubernetes.live.discovery import Resource, discover, version_of
from connectors.kubernetes.live.documents import Origin
from connectors.kubernetes.live.news import LiveNews, noted, tell
from connectors.kubernetes.live.reader import ObjectReader
from connectors.kubernetes.live.selection import Scope
from connectors.kubernetes.live.watch import ClusterWatch, Pace
from connectors.kubernetes.observed import ObjectObserver

_NARROW = "grant the account `list`, or name the namespaces in which it has it in `namespaces.include`"


class KubernetesLiveConnector:
    """Crawls what an account may list of a cluster; objects that did not change are only named.

    `cluster` is the name people use for it. The `observer` is told of every object, changed or not. Lists come in
    pages of `page` objects; a milestone follows so many documents.
    """

    type = "kubernetes"

    def __init__(
        self,
        name: str,
        target: Target,
        *,
        cluster: str = "",
        scope: Scope | None = None,
        access: Iterable[str] = (PUBLIC,),
        observer: ObjectObserver | None = None,
        clock: Time | None = None,
        policy: Policy | None = None,
        pace: Pace | None = None,
        page: int = PAGE,
        milestone: int = MILESTONE_DOCUMENTS,
    ) -> None:
        self._name = name
        self._target = target
        self.cluster = cluster or target.context or name
        self._origin = Origin(name, self.cluster, frozenset(access))
        self._scope = scope or Scope()
        self._observer = observer
        self._clock = clock
        self._policy = policy
        self._pace = pace or Pace()
        self._page = page
        self._milestone = milestone
        self._work: LiveCrawl | None = None

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        return self._name

    @property
    def expected(self) -> int:
        """About how many documents a first crawl will give; 0 where not all is new."""
        return self._work.expected if self._work else 0

    def check(self) -> CheckReport:
        """Whether the cluster answers and accepts the account, and which kinds it may not list."""
        try:
            with closing(self._api()) as api:
                return self._checked(api)
        except KubeloreError as error:
            return CheckReport(False, str(error), unreachable=isinstance(error, UnreachableError))

    def _checked(self, api: KubernetesApi) -> CheckReport:
        version = version_of(api)
        found = discover(api)
        chosen = [resource for resource in found.resources if self._scope.has_kind(resource)]
        refused = [reason for resource in chosen if (reason := self._refusal(api, resource))]
        details = [*(f"{name}: {reason}" for name, reason in sorted(found.broken.items())), *refused]
        readable = len(chosen) - len(refused)
        remedy = "; " + _NARROW if refused and not self._scope.namespaces.literals else ""
        if not readable:
            return CheckReport(
                False, f"nothing can be listed in cluster {self.cluster}{remedy}", tuple(details)
            )
        runs = f"runs Kubernetes {version}" if version else "answers"
        message = f"cluster {self.cluster} {runs}; {readable} of {len(chosen)} kinds can be listed"
        return CheckReport(True, message, tuple(details))

    def _refusal(self, api: KubernetesApi, resource: Resource) -> str:
        """Why a kind cannot be listed in any of the namespaces, or ''."""
        reason = ""
        for place in self._scope.places(resource):
            reason = self._refusal_in(api, resource, place)
            if not reason:
                break
        return reason

    def _refusal_in(self, api: KubernetesApi, resource: Resource, place: str) -> str:
        accept = METADATA_LIST if resource.kind == "Secret" and not resource.group else JSON
        try:
            api.get(resource.path(place), {"limit": "1"}, accept=accept)
        except (UnreachableError, ConfigurationError):
            raise
        except ForbiddenError:
            return f"{resource.full_name} may not be listed"
        except KubeloreError as error:
            return str(error)
        return ""

    def crawl(self, checkpoint: Checkpoint | None = None) -> Crawl:
        """Documents of new and changed objects, `Unchanged` for the others; see `connectors.base`."""
        return (yield from self._crawl(checkpoint, self._observer))

    def _crawl(self, checkpoint: Checkpoint | None, observer: ObjectObserver | None) -> Crawl:
        settings = self._fingerprint()
        with closing(self._api()) as api:
            reader = ObjectReader(self._origin)
            known = state.load(checkpoint, settings)
            work = self._work = LiveCrawl(
                api, reader, self._scope, known, settings, observer, self._milestone
            )
            yield from work.items()
        return state.dump(work.state, settings)

    def watch(self, checkpoint: Checkpoint, stop: threading.Event) -> Generator[News, None, None]:
        """What changes after `checkpoint`; see `connectors.base.Watchable`."""
        settings = self._fingerprint()
        if checkpoint.get("settings") != settings:
            return
        with closing(self._api()) as api:
            reader = ObjectReader(self._origin)
            watch = ClusterWatch(api, reader, self._scope, settings, checkpoint, stop, self._pace)
            yield from watch.news()

    def note(self, checkpoint: Checkpoint, news: News) -> Checkpoint | None:
        """The checkpoint that covers the news too; the observer is told of them."""
        if checkpoint.get("settings") != self._fingerprint() or not isinstance(news, LiveNews):
            return None
        if self._observer:
            tell(self._observer, self._name, news)
        return noted(checkpoint, news)

    def list_ids(self) -> Iterator[str]:
        """The id of every document, by listing everything; `TemporaryError` if a kind cannot be listed."""
        for item in self._crawl(None, None):
            if isinstance(item, Document):
                yield item.id
            elif isinstance(item, Failure) and item.temporary:
                raise TemporaryError(f"{item.item}: {item.reason}; not all documents are known")

    def _api(self) -> KubernetesApi:
        return KubernetesApi(
            Connection(self._target),
            impersonate=self._target.impersonate,
            clock=self._clock,
            policy=self._policy,
            page=self._page,
        )

    def _fingerprint(self) -> str:
        scope = self._scope
        parts = [state.READER_VERSION, self._name, self.cluster, sorted(self._origin.access)]
        parts += [
            scope.namespaces.include,
            scope.namespaces.exclude,
            scope.kinds.include,
            scope.kinds.exclude,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
