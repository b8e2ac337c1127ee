"""Ranks services by how likely they are the origin of what a target suffers, from calls and metrics alone.

Three things speak for a service: the target calls it, directly or through others; its metric is off, in robust
terms, when the target's is, and less so when the target is well; and both rise and fall together. A service that
calls another one which is off as well is explained by it. What only a caller measured of an address is weaker than
what a service says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import networkx
import numpy

from incidents.metrics.changes import spread
from incidents.metrics.series import Numbers

_CLEAR = 3.0
_NOTICED = 2.0
"""Deviations with the target from which on what is called explains its caller."""
_FEWEST = 10
_CAP = 30.0
_VIEW = re.compile(r"_(?:remote|client)$")
"""How tracing names what only the other side of a call has measured."""
_EXPLAINED, _SEEN_FROM_OUTSIDE = 0.35, 0.5


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric of one service: its usual values, and those of the time in question.

    `floor` is the least deviation that counts; `good_is_high` is true for availability and the like.
    """

    service: str
    usual: Numbers
    now: Numbers
    floor: float = 0.0
    good_is_high: bool = False

    def deviations(self) -> Numbers:
        """How far each value is off for the worse, in robust deviations; NaN where it is not known."""
        usual = self.usual[numpy.isfinite(self.usual)]
        if len(usual) < _FEWEST:
            return numpy.full(len(self.now), numpy.nan)
        middle = float(numpy.median(usual))
        relative = 0.0 if self.good_is_high else 0.05
        found = (self.now - middle) / spread(usual, middle, self.floor, relative)
        return -found if self.good_is_high else found


@dataclass(frozen=True, slots=True)
class Suspect:
    """A service with its score and why it has it."""

    service: str
    score: float
    why: str


def rank(calls: Mapping[str, Collection[str]], target: str, measured: Collection[Measured]) -> list[Suspect]:
    """The services that the target depends on, itself included, the likeliest origin first."""
    graph = networkx.DiGraph((caller, callee) for caller, callees in calls.items() for callee in callees)
    graph.add_node(target)
    within = dict(networkx.single_source_shortest_path_length(graph, target))
    deviations = {one.service: one.deviations() for one in measured if one.service in within}
    suffers = deviations.get(target, numpy.array([]))
    off = {name: _off(values, suffers) for name, values in deviations.items()}
    suspects = [_suspect(graph, name, off, _together(deviations.get(name), suffers)) for name in within]
    return sorted(suspects, key=lambda one: (-one.score, within[one.service], one.service))


def is_off(measured: Measured, times: int = 2) -> bool:
    """Whether a metric has left its usual range for the worse, more than once."""
    return int((measured.deviations() >= _CLEAR).sum()) >= times


def _off(values: Numbers, suffers: Numbers) -> float:
    """How far off a service is when the target suffers, less how far it is when the target does not.

    The less of its deviation comes and goes with the target's, the less the target can owe to it.
    """
    if len(values) != len(suffers) or not numpy.isfinite(suffers).any():
        return _middle(values)
    worst = float(numpy.nanmax(suffers))
    bad = suffers >= max(worst / 2, 1e-9)
    if not bad.any():
        return 0.0
    then, otherwise = _middle(values[bad]), max(_middle(values[~bad]), 0.0)
    return min((then - otherwise) * (then - otherwise) / then, _CAP) if then > otherwise else 0.0


def _middle(values: Numbers) -> float:
    known = values[numpy.isfinite(values)]
    return float(numpy.median(known)) if len(known) else 0.0


def _suspect(graph: networkx.DiGraph, name: str, off: Mapping[str, float], along: float) -> Suspect:
    bad = off.get(name, 0.0)
    score = bad * (0.5 + 0.5 * max(along, 0.0))
    why = [f"{bad:.1f} deviations off with the target", f"rises and falls with it at {along:.2f}"]
    below = [one for one in graph.successors(name) if one != name and not _VIEW.search(one)]
    worst = max(below, key=lambda one: off.get(one, 0.0), default=None)
    if worst is not None and off.get(worst, 0.0) >= max(_NOTICED, 0.3 * bad):
        score *= _EXPLAINED
        why.append(f"it calls {worst}, which is off too")
    if _VIEW.search(name):
        score *= _SEEN_FROM_OUTSIDE
        why.append("measured by its callers only")
        behind = _behind(graph, name, off)
        if behind:
            score *= _EXPLAINED
            why.append(f"{behind}, which the same callers call, is off too")
    return Suspect(name, score, "; ".join(why))


def _behind(graph: networkx.DiGraph, view: str, off: Mapping[str, float]) -> str:
    """The service that an address may stand for: one that reports itself, is off, and has a caller in common; or ''."""
    beside = {other for caller in graph.predecessors(view) for other in graph.successors(caller)}
    known = [other for other in beside if not _VIEW.search(other) and off.get(other, 0.0) >= _NOTICED]
    return max(known, key=lambda other: (off[other], other), default="")


def _together(values: Numbers | None, suffers: Numbers) -> float:
    """The rank correlation of two rows of deviations; 0 where too few are known."""
    if values is None or len(values) != len(suffers):
        return 0.0
    both = numpy.isfinite(values) & numpy.isfinite(suffers)
    left, right = values[both], suffers[both]
    if both.sum() < 3 or numpy.ptp(left) == 0 or numpy.ptp(right) == 0:
        return 0.0
    ranks = [numpy.argsort(numpy.argsort(row)).astype(numpy.float64) for row in (left, right)]
    return float(numpy.corrcoef(ranks[0], ranks[1])[0, 1])
