"""Metrics of the workloads in question and their nodes, from servers with Prometheus's API."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import numpy

from cluster.edges.base import Item
from cluster.values import text
from connectors.errors import KubeloreError, UnreachableError
from incidents.collectors import queries
from incidents.collectors.names import Names
from incidents.collectors.queries import Join, Query
from incidents.collectors.windows import Window, window
from incidents.evidence import Evidence, Unread
from incidents.metrics.series import Numbers, Series
from incidents.situation import Situation

_COARSER = 4.0
"""How much longer the steps of a query are that the server found too large."""
_SECONDS = 30.0
_MOST_QUERIES = 40
_NAMESPACES = ("namespace", "kubernetes_namespace", "exported_namespace")
_NODE_METRICS = "node_cpu_seconds_total|node_memory_Mem(?:Available|Total)_bytes|node_netstat_Tcp_RetransSegs"


class MeasuredSeries(Protocol):
    """One series: its labels, times (seconds since 1970) and values."""

    @property
    def labels(self) -> Mapping[str, str]: ...

    @property
    def times(self) -> Sequence[float]: ...

    @property
    def values(self) -> Sequence[float]: ...


class MeasuredRange(Protocol):
    """What a query gave, and what the server says is wrong with it."""

    @property
    def series(self) -> Sequence[MeasuredSeries]: ...

    @property
    def warnings(self) -> Sequence[str]: ...


class MetricApi(Protocol):
    """A server of metrics; all methods raise errors of `connectors.errors`."""

    def names(self, selector: str, start: float, end: float) -> list[str]:
        """The names of metrics."""
        ...

    def labels(self, selector: str, start: float, end: float) -> list[Mapping[str, str]]:
        """The labels of series."""
        ...

    def range(self, query: str, start: float, end: float, step: float) -> MeasuredRange:
        """The values of a query."""
        ...


@dataclass(frozen=True, slots=True)
class MetricServer:
    """A server, its name in the configuration, and the labels that the series of the cluster have."""

    name: str
    api: MetricApi
    labels: Mapping[str, str]


def collect(
    evidence: Evidence,
    servers: Iterable[MetricServer],
    until: datetime,
    monotonic: Callable[[], float] = time.monotonic,
) -> Evidence:
    """The evidence with the series of the namespace's workloads and nodes; what is missing is told in `unread`."""
    situation = Situation(evidence)
    for server in servers:
        work = _Work(situation, server, window(evidence, until), monotonic)
        try:
            work.run()
        except KubeloreError as error:
            work.gaps.append(str(error))
        gaps = [Unread(f"metrics of {server.name}", reason) for reason in dict.fromkeys(work.gaps)]
        found = work.series()
        sources = (*evidence.metric_sources, *([server.name] if found else []))
        evidence = replace(evidence, series=(*evidence.series, *found), metric_sources=sources).missing(*gaps)
    return evidence


class _Work:
    """What one server is asked, and what it answered."""

    def __init__(
        self, situation: Situation, server: MetricServer, during: Window, monotonic: Callable[[], float]
    ) -> None:
        self.gaps: list[str] = []
        self._situation = situation
        self._names = Names(situation)
        self._server = server
        self._api = server.api
        self._window = during
        self._monotonic = monotonic
        self._ends = monotonic() + _SECONDS
        self._asked = 0
        self._rows: dict[tuple[str, str], list[Numbers]] = defaultdict(list)
        self._joins: dict[tuple[str, str], Query] = {}

    def series(self) -> list[Series]:
        """One series for each workload or node and metric."""
        times = self._window.times
        found = []
        for key, rows in self._rows.items():
            subject, metric = key
            joined = _joined(rows, self._joins[key])
            if numpy.isfinite(joined).any():
                found.append(Series(subject, metric, times, joined))
        return found

    def run(self) -> None:
        """Asks for everything that the server has of the workloads, then of their nodes."""
        where, names = self._place()
        if not names:
            place = f"namespace {self._situation.namespace}" if self._situation.namespace else "any namespace"
            self.gaps.append(f"the server measures nothing in {place}")
            return
        for query in queries.of_pods(names, where, self._window.span):
            self._measure(query, self._names.workload)
        for calls in queries.calls_in(names):
            self._calls(calls, where)
        self._nodes()

    def _place(self) -> tuple[str, list[str]]:
        """How series of the namespace are chosen, and the names of their metrics."""
        namespace = self._situation.namespace
        for label in _NAMESPACES:
            fixed = queries.selector(self._server.labels)
            chosen = f'{label}="{queries.quoted(namespace)}"' if namespace else f'{label}!=""'
            where = ",".join(filter(None, (chosen, fixed)))
            names = self._api.names(f"{{{where}}}", self._window.start, self._window.end)
            if names:
                return where, names
        return "", []

    def _calls(self, calls: queries.Calls, where: str) -> None:
        sample = self._sample(f"{calls.counter}{{{where}}}")
        label = _label(sample, queries.LABELS, self._names.workload)
        if not label:
            return
        # A mesh counts each call on both sides: what the callee says is what it serves.
        sides = {one.get("reporter") for one in sample}
        where += ',reporter="destination"' if "destination" in sides else ""
        for query in queries.of_calls(calls, where, label, queries.code_label(sample), self._window.span):
            self._measure(query, self._names.workload)

    def _nodes(self) -> None:
        where = queries.selector(self._server.labels)
        chosen = ",".join(filter(None, (f'__name__=~"{_NODE_METRICS}"', where)))
        names = self._api.names(f"{{{chosen}}}", self._window.start, self._window.end)
        if not names:
            return
        sample = self._sample(f"{sorted(names)[-1]}{{{where}}}")
        label = _label(sample, queries.NODE_LABELS, self._names.node)
        used = {text(pod.value, "spec.nodeName") for pod in self._situation.pods}

        def of(name: str) -> Item | None:
            item = self._names.node(name)
            return item if item is not None and item.name in used else None

        for query in queries.of_nodes(names, where, label, self._window.span) if label else ():
            self._measure(query, of)

    def _sample(self, selector: str) -> list[Mapping[str, str]]:
        """The labels of some series; none where they cannot be had, which stops nothing else."""
        try:
            return self._api.labels(selector, self._window.start, self._window.end)
        except UnreachableError:
            raise
        except KubeloreError as error:
            self.gaps.append(str(error))
            return []

    def _measure(self, query: Query, subject: Callable[[str], Item | None]) -> None:
        if self._asked >= _MOST_QUERIES or self._monotonic() > self._ends:
            self.gaps.append(f"time is over: not everything was asked for in {_SECONDS:.0f} seconds")
            return
        self._asked += 1
        try:
            answer = self._range(query)
        except UnreachableError:
            raise
        except KubeloreError as error:
            self.gaps.append(f"{query.metric}: {error}")
            return
        self.gaps += [f"{query.metric}: {said}" for said in answer.warnings]
        taken: dict[tuple[str, str], list[Numbers]] = defaultdict(list)
        for one in answer.series:
            item = subject(one.labels.get(query.label, ""))
            if item is not None:
                row = self._row(one) * query.factor
                taken[item.name, query.metric].append(row)
        for key, rows in taken.items():
            # Programs with two libraries count the same calls twice: the first metric stands.
            if key not in self._rows:
                self._rows[key], self._joins[key] = rows, query

    def _range(self, query: Query) -> MeasuredRange:
        """The values; once more in longer steps where the server finds it too much."""
        during = self._window
        try:
            return self._api.range(query.text, during.start, during.end, during.step)
        except KubeloreError as error:
            if getattr(error, "status", 0) not in (400, 422):
                raise
            return self._api.range(query.text, during.start, during.end, during.step * _COARSER)

    def _row(self, one: MeasuredSeries) -> Numbers:
        """The values of a series at the window's times; NaN where there is none."""
        row = numpy.full(self._window.points, numpy.nan)
        places = numpy.rint((numpy.asarray(one.times) - self._window.start) / self._window.step).astype(int)
        for place, value in zip(places, one.values, strict=True):
            if 0 <= place < len(row):
                row[place] = value
        return row


def _joined(rows: Sequence[Numbers], query: Query) -> Numbers:
    """The series of all pods of a workload as one; NaN where none of them has a value."""
    table = numpy.vstack(rows)
    known = numpy.isfinite(table)
    filled = numpy.where(known, table, -numpy.inf if query.join is Join.WORST else 0.0)
    joined = filled.max(axis=0) if query.join is Join.WORST else filled.sum(axis=0)
    if query.join is Join.MEAN:
        joined = joined / numpy.maximum(known.sum(axis=0), 1)
    return numpy.where(known.any(axis=0), joined, numpy.nan)


def _label(
    sample: Sequence[Mapping[str, str]], choices: Sequence[str], subject: Callable[[str], Item | None]
) -> str:
    """The label whose values name most of what is looked for; the first of several; '' if none does."""
    counted = {name: len(set(_found(sample, name, subject))) for name in choices}
    best = max(counted.values(), default=0)
    return next((name for name in choices if best and counted[name] == best), "")


def _found(
    sample: Sequence[Mapping[str, str]], label: str, subject: Callable[[str], Item | None]
) -> Iterator[str]:
    for value in {one[label] for one in sample if one.get(label)}:
        item = subject(value)
        if item is not None:
            yield item.id
