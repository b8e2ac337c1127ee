"""Which change began what a finding tells: one at its object, or at what that depends on, before it showed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from cluster.changes import Action, Change, ChangeType, Origin
from cluster.edges.base import node_id
from connectors.documents import ANY
from incidents.finding import Finding
from incidents.fitting import fit
from incidents.situation import Situation
from incidents.travel import Travel

_SLACK = timedelta(seconds=60)
_NEAR = (1.0, 0.75, 0.5)
"""What a change counts at the finding's own object, one step away, and two."""
_HALF_LIFE = timedelta(hours=12)
_LEAST_NAME = 4
"""Letters of a name from which on its occurrence is no chance."""
_LEAST = 0.35
"""How near and fitting a change must be; how old it is, only decides between such."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The change that began a finding, and how well it fits (0 to 1)."""

    change: Change
    weight: float


class Beginnings:
    """The changes of a situation, by where failure goes from their objects."""

    def __init__(self, situation: Situation, travel: Travel, changes: Sequence[Change]) -> None:
        self._situation = situation
        self._changes = changes
        self._travel = travel

    @cached_property
    def _reach(self) -> dict[str, dict[str, int]]:
        ids = {ident_of(change) for change in self._changes}
        return {ident: self._travel.reached(ident, len(_NEAR) - 1) for ident in ids}

    @cached_property
    def _first_signs(self) -> dict[tuple[str, str], datetime]:
        """When each event happened first, by its object and text."""
        return {
            (str(event.object), event.text): at
            for event in self._situation.evidence.events
            if (at := event.first_at or event.at) is not None
        }

    def of(self, found: Finding) -> Begun | None:
        """The likeliest change that began the finding; None where no change is near, or all came later."""
        onset = self._onset(found)
        best: Begun | None = None
        for change in self._changes:
            weight = self._weight(change, found, onset)
            if weight > 0 and (best is None or (weight, change.at) > (best.weight, best.change.at)):
                best = Begun(change, weight)
        return best

    def around(self, objects: Iterable[str]) -> list[Change]:
        """The changes of these objects, or of what one of them hangs on directly; not that something new was made.

        A change of Terraform's values is told where it names one of the objects.
        """
        wanted = set(objects)
        names = {ident.rpartition("/")[2] for ident in wanted}
        return [
            one
            for one in self._changes
            if _mentions(one, names)
            or (
                (one.action is not Action.ADDED or one.type is ChangeType.NODE_JOINED)
                and any(ident in wanted for ident, steps in self._reach[ident_of(one)].items() if steps <= 1)
            )
        ]

    def _onset(self, found: Finding) -> datetime | None:
        """The first sign of the finding that has a time."""
        dated = [
            self._first_signs.get((piece.object, piece.text), piece.at)
            for piece in found.evidence
            if piece.at
        ]
        return min([one for one in (*dated, found.since) if one is not None], default=None)

    def _weight(self, change: Change, found: Finding, onset: datetime | None) -> float:
        distance = self._reach[ident_of(change)].get(found.object)
        began = change.after or change.at
        if distance is None or (onset is not None and began > onset + _SLACK):
            return 0.0
        strength = _NEAR[distance] * fit(change, found)
        if strength < _LEAST:
            return 0.0
        until = onset or self._situation.evidence.taken_at or change.at
        age = max((until - change.at) / _HALF_LIFE, 0.0)
        return strength * math.pow(0.5, age)


def _mentions(change: Change, names: set[str]) -> bool:
    """Whether a change of Terraform's values names an object as a whole word."""
    if change.type is not ChangeType.TERRAFORM:
        return False
    said = " ".join((change.ref.name, *(f"{one.path} {one.old} {one.new}" for one in change.fields)))
    return any(
        len(name) >= _LEAST_NAME and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said)
        for name in names
    )


def ident_of(change: Change) -> str:
    """The id of the changed object in the resource graph."""
    ref = change.ref
    return node_id(ref.cluster, "" if ref.namespace == ANY else ref.namespace, ref.kind, ref.name)


def undoing(change: Change) -> str:
    """How the change is taken back, as a sentence; '' where that is not known."""
    if change.origin is Origin.COMMIT:
        return f"Revert {change.through}."
    if change.action is not Action.CHANGED or change.type is ChangeType.SCALE:
        return ""
    by_tool = f"take it back in what {change.through} is made from" if change.through else ""
    ref = change.ref
    if ref.kind in ("Deployment", "StatefulSet", "DaemonSet") and any(
        one.path.startswith("spec.template.") for one in change.fields
    ):
        place = f" -n {ref.namespace}" if ref.namespace != ANY else ""
        undo = f"`kubectl rollout undo {ref.kind.lower()}/{ref.name}{place}` goes back to the revision before"
        return f"{undo}; {by_tool}, or it comes again." if by_tool else f"{undo}."
    return f"{by_tool[:1].upper()}{by_tool[1:]}." if by_tool else ""
