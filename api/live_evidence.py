"""Logs and metrics of a live cluster for an investigation, from sources that the caller may read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime

from api.connectors import live_scope, live_target, metrics_of
from api.scripts import CALLER, groups_of
from api.settings import KubernetesSource, PrometheusSource, Settings
from cluster.fresh import Fresh
from connectors.errors import KubeloreError
from incidents.collectors import logs, measured
from incidents.evidence import Evidence, Unread


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which cluster, until when, and for whom (None: whoever owns the configuration)."""

    cluster: str
    until: datetime
    principals: frozenset[str] | None


def fresh_look(settings: Settings, asked: Asked, namespace: str) -> tuple[Fresh | None, str]:
    """What the cluster says at this moment of a namespace ('' for all); None with the reason where it says nothing."""
    from connectors.kubernetes.live.look import look

    source = next(_of_cluster(settings, asked), None)
    if source is None:
        return None, ""
    target = live_target(source, source.impersonate or "")
    try:
        found = look(source.name, asked.cluster, target, live_scope(source), namespace)
    except KubeloreError as error:
        return None, str(error)
    return Fresh(found.objects, found.listed, datetime.now(UTC)), ""


def _of_cluster(settings: Settings, asked: Asked) -> Iterator[KubernetesSource]:
    return (
        source
        for source in settings.live_clusters
        if source.cluster_name == asked.cluster and _may_read(source, asked.principals)
    )


def observed(settings: Settings, evidence: Evidence, asked: Asked, *, with_logs: bool = True) -> Evidence:
    """The evidence with logs and metrics; what does not answer is told in `unread` and stops nothing."""
    read = _with_logs(settings, evidence, asked) if with_logs else evidence
    return _with_metrics(settings, read, asked)


def _may_read(source: KubernetesSource | PrometheusSource, principals: frozenset[str] | None) -> bool:
    return principals is None or bool(principals & set(source.access))


def _with_logs(settings: Settings, evidence: Evidence, asked: Asked) -> Evidence:
    from connectors.kubernetes.live.logs import ContainerLogs

    source = next((one for one in _of_cluster(settings, asked) if one.logs), None)
    if source is None:
        return evidence
    user, groups = _identity(source, asked.principals)
    try:
        with closing(ContainerLogs(live_target(source, user), groups)) as reader:
            return logs.collect(evidence, reader, asked.until)
    except KubeloreError as error:
        return evidence.missing(Unread("logs", str(error)))


def _identity(source: KubernetesSource, principals: frozenset[str] | None) -> tuple[str, tuple[str, ...]]:
    """As whom logs are read: as commands are run. Whoever owns the configuration reads as the source."""
    if source.scripts.identity == "caller" and principals is not None:
        return CALLER, groups_of(principals)
    return source.impersonate or "", ()


def _with_metrics(settings: Settings, evidence: Evidence, asked: Asked) -> Evidence:
    found = [
        source
        for source in settings.metric_servers
        if source.cluster in (None, asked.cluster) and _may_read(source, asked.principals)
    ]
    with ExitStack() as opened:
        servers: list[measured.MetricServer] = []
        for source in found:
            try:
                servers += _opened(source, opened)
            except KubeloreError as error:
                evidence = evidence.missing(Unread(f"metrics of {source.name}", str(error)))
        return measured.collect(evidence, servers, asked.until)


def _opened(source: PrometheusSource, opened: ExitStack) -> Iterator[measured.MetricServer]:
    api = opened.enter_context(closing(metrics_of(source)))
    yield measured.MetricServer(source.name, api, source.labels)
