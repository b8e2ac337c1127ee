"""Investigations of what is kept of a live cluster, with the changes before and the team's own pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from api.commits import CommitsRequest, commit_changes
from api.errors import NotThereError, UnclearError
from api.live_evidence import Asked, fresh_look, observed
from api.moments import in_order
from api.runbooks import code_search, page_search
from api.services import Services
from api.workloads import focused
from cluster.fresh import Fresh
from incidents.alert_links import with_links
from incidents.collectors import kept
from incidents.evidence import Alert, Evidence, Unread
from incidents.investigate import investigate
from incidents.report import Investigation
from incidents.rule_files import with_rule_files
from incidents.runbooks import with_runbooks
from index.search_types import EVERYONE

_COMMITS = timedelta(days=1)
"""How far back commits are evidence, as other changes are."""
_CLUSTER_LABELS = ("cluster", "cluster_name", "k8s_cluster", "kubernetes_cluster")


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """Where and when to look: '' for the only cluster and all namespaces, None for now and the hour before.

    `workload` is the one that is asked about, as `NAMESPACE/NAME` or `KIND/NAME`; '' for all.
    """

    cluster: str = ""
    namespace: str = ""
    workload: str = ""
    start: datetime | None = None
    end: datetime | None = None
    alerts: tuple[Alert, ...] = ()

    @property
    def place(self) -> str:
        """The namespace, that of the alerts where none is asked for and they agree."""
        if self.namespace:
            return self.namespace
        return _agreed(self.alerts, ("namespace", "exported_namespace", "kubernetes_namespace"))


def evidence_of(services: Services, request: LiveRequest, principals: frozenset[str] | None) -> Evidence:
    """What `principals` may read (None: everything) of the cluster: what is kept, logs and metrics; with the alerts.

    Raises `NotThereError` and `UnclearError` where it is not clear which cluster, namespace, workload or time is meant.
    """
    clusters = services.clusters
    known, store = clusters.known(principals), clusters.store
    if store is None or not known:
        raise NotThereError("nothing is kept of a live cluster")
    may_read: Callable[[str], bool] = clusters.past_reader(principals)
    cluster = _chosen(request, known)
    asked = Asked(cluster, request.end or datetime.now(UTC), principals)
    in_order(request.start, asked.until)

    def read(fresh: Fresh | None = None) -> Evidence:
        return kept.read(store, cluster, request.place, request.start, request.end, may_read, fresh)

    fresh, gap = None, ""
    if request.end is None:
        fresh, gap = fresh_look(services.settings, asked, _place(request, read))
    found = focused(replace(read(fresh), alerts=request.alerts), request.workload)
    if gap:
        as_of = f"; objects are as of {found.taken_at:%Y-%m-%d %H:%M:%S}Z" if found.taken_at else ""
        found = found.missing(Unread(f"cluster {cluster}", f"{gap}{as_of}, and no logs were read"))
    found = _with_commits(services, found, cluster, principals)
    return observed(services.settings, found, asked, with_logs=not gap)


def _place(request: LiveRequest, read: Callable[[], Evidence]) -> str:
    """The namespace that is asked about; of a workload that is known, its own; '' for all."""
    if request.place or not request.workload:
        return request.place
    try:
        return focused(read(), request.workload).namespace
    except (NotThereError, UnclearError):
        return ""  # it may be newer than what is kept


def _with_commits(
    services: Services, evidence: Evidence, cluster: str, principals: frozenset[str] | None
) -> Evidence:
    """The evidence with what commits of the day before changed."""
    until = evidence.taken_at or datetime.now(UTC)
    asked = CommitsRequest(until - _COMMITS, until, principals, cluster)
    changes = (*evidence.changes, *commit_changes(services.settings, asked))
    return replace(evidence, changes=tuple(sorted(changes, key=lambda one: one.at)))


def investigate_live(
    services: Services, request: LiveRequest, principals: frozenset[str] | None
) -> Investigation:
    """The report on a live cluster, of what `principals` may read (None: everything, and public pages)."""
    start = time.perf_counter()
    report = investigate(evidence_of(services, request, principals))
    search_as = EVERYONE if principals is None else principals
    told = with_runbooks(report, page_search(services, search_as), [one.name for one in request.alerts])
    told = with_rule_files(told, code_search(services, search_as), [one.name for one in request.alerts])
    told = with_links(told, request.alerts)
    return replace(told, took_ms=round((time.perf_counter() - start) * 1000))


def cluster_of(services: Services, request: LiveRequest, principals: frozenset[str] | None) -> str:
    """The cluster that a request is about."""
    return _chosen(request, services.clusters.known(principals))


def _chosen(request: LiveRequest, known: list[str]) -> str:
    asked = request.cluster
    if asked and asked not in known:
        raise NotThereError(f"there is no cluster {asked!r}; there is {', '.join(known)}")
    told = _agreed(request.alerts, _CLUSTER_LABELS)
    if asked or told in known:
        return asked or told
    if len(known) > 1:
        raise UnclearError(f"say which cluster (`--cluster`, or `cluster` in a request): {', '.join(known)}")
    return known[0]


def _agreed(alerts: tuple[Alert, ...], labels: tuple[str, ...]) -> str:
    """The one value that all alerts with such a label give it; '' where they differ."""
    values = {next((one.labels[name] for name in labels if one.labels.get(name)), "") for one in alerts} - {
        ""
    }
    return values.pop() if len(values) == 1 else ""
