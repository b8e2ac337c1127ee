"""What the commands and routes need of the rest of Kubelore, and how they come by it.

`api.wiring` builds the real thing from the settings; tests put another in its place (`opener`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # Imported for types only: `kubelore --help` must not pay for any of it.
    from answers.history import History
    from answers.model import Answer
    from api.clusters import Clusters
    from api.findings import Findings
    from api.schemas import RunModel, SourceModel
    from api.settings import Settings
    from connectors.base import Connector
    from connectors.documents import Document
    from index.search_types import Filters, SearchResult
    from index.vectors import Vectors


class Searcher(Protocol):
    """Retrieval."""

    def search(self, query: str, k: int, filters: Filters) -> list[SearchResult]:
        """The best `k` passages, best first."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, by the index's own model."""
        ...


class Answerer(Protocol):
    """Answers."""

    def ask(self, question: str, filters: Filters, tell: Callable[[str], None] | None = None) -> Answer:
        """One cited answer, or an abstention; `tell` is given verified parts of it while a model writes."""
        ...


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What a run shall do; no `sources` means all."""

    sources: tuple[str, ...] = ()
    full: bool = False
    dry_run: bool = False
    confirm_deletions: bool = False


class IngestProgress(Protocol):
    """Is told what a run does, from the run's thread."""

    def started(self, run_id: str) -> None:
        """The run holds the lock and has an id; a dry run has none and does not call this."""
        ...

    def seen(self, source: str, count: int, total: int = 0) -> None:
        """So many items of the source have been seen, of about `total` (0: nobody knows); 0 when its crawl begins."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """One finding of `kubelore doctor`; `unreachable` if a source or server did not answer."""

    name: str
    ok: bool
    message: str
    unreachable: bool = False


class Services(Protocol):
    """Everything behind the command line and the REST API; safe to use from several threads."""

    settings: Settings

    @property
    def searcher(self) -> Searcher:
        """Retrieval over the newest finished run; raises `IndexEmptyError` before the first."""
        ...

    @property
    def answerer(self) -> Answerer:
        """Answers from the newest finished run; raises `IndexEmptyError` before the first."""
        ...

    @property
    def clusters(self) -> Clusters:
        """The objects of live clusters and of manifests, their picture, and scripts on them."""
        ...

    @property
    def findings(self) -> Findings:
        """What documents say of clusters that is gone, wrong or otherwise by now."""
        ...

    @property
    def questions(self) -> History:
        """What was asked before, and what was said of the answers."""
        ...

    def ready(self) -> bool:
        """Whether the index is open and holds documents."""
        ...

    def index_problem(self) -> str:
        """Why answers are not what they could be, and what to run; '' where there is nothing to say."""
        ...

    def connectors(self) -> list[Connector]:
        """The configured sources."""
        ...

    def document(self, document_id: str, principals: frozenset[str] | None) -> Document | None:
        """The stored document, if one of `principals` may read it (None: without that check)."""
        ...

    def page_ids(self) -> list[str]:
        """The ids of all pages: what people wrote to be read, of every source of such."""
        ...

    def variants(self, document_id: str, principals: frozenset[str]) -> list[str]:
        """The ids that `principals` may read of the same Kubernetes object in one environment or file each.

        Such an id is `document_id` with `@` and the environment or path behind.
        """
        ...

    def sources(self, principals: frozenset[str] | None) -> list[SourceModel]:
        """The configured sources with the number of their documents that `principals` may read."""
        ...

    def runs(self, limit: int) -> list[RunModel]:
        """The newest runs, newest first, without their items."""
        ...

    def run(self, run_id: str) -> RunModel | None:
        """One run with its items."""
        ...

    def ingest(self, options: IngestOptions, progress: IngestProgress, stop: threading.Event) -> RunModel:
        """Run now, to the end or until `stop` is set.

        Raises `AlreadyRunningError` if another run is under way.
        """
        ...

    def checks(self) -> Sequence[Check]:
        """What `kubelore doctor` looks at."""
        ...

    def close(self) -> None:
        """Release files and locks."""
        ...


def _open_wiring(settings: Settings) -> Services:
    from api.wiring import Wiring

    return Wiring(settings)


opener: Callable[[Settings], Services] = _open_wiring
"""Builds the services from the settings; tests replace it."""


def open_services(settings: Settings) -> Services:
    """The services for `settings`; the caller closes them."""
    return opener(settings)
