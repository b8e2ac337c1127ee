"""What logs and metrics add to causes: news of a workload's logs since it began, and where its metrics turned."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cluster.edges.base import Item
from incidents.causes import Ranked
from incidents.evidence import Piece, PieceType
from incidents.logs.news import News, news
from incidents.metrics.inflections import Measured, measured
from incidents.panels import panel
from incidents.situation import Situation

_MOST_LOGS = 3
"""Causes whose logs are compared."""
_PIECES_EACH = 2
_MOST_PANELS = 8
_PANELS_EACH = 4
_ENOUGH = 3
"""Panels of metrics that turned beside which none is shown that did not."""
_EARLIER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was observed at a time, in words, with the excerpt that shows it."""

    at: datetime
    text: str
    piece: Piece


class Observations:
    """The logs and metrics of what an incident touches. `ranked` are the causes that are told, the root first."""

    def __init__(self, situation: Situation, ranked: Sequence[Ranked], objects: Collection[str]) -> None:
        """`objects` are the ids of all that is in the causal graph."""
        self._situation = situation
        self._root = ranked[0].finding.object if ranked else ""
        self._measured = measured(situation, objects) if ranked else []
        self._news = {one.finding.object: self._of_logs(one) for one in ranked[:_MOST_LOGS]}

    def pieces(self, one: Ranked) -> Iterator[Piece]:
        """Excerpts that go with a cause, and that it does not cite itself."""
        known = {(piece.type, piece.text) for piece in one.finding.evidence}
        # What a log line says may stand in the evidence already, without the stack trace behind it.
        lines = {piece.text for piece in one.finding.evidence if piece.type is PieceType.LOG}
        logs = [
            found.piece
            for found in self._news.get(one.finding.object, [])
            if not any(line in found.piece.text for line in lines)
        ]
        turns = [
            found.piece()
            for found in self._measured
            if found.item.id == one.finding.object and found.shift is not None
        ]
        for group in (logs, turns):
            fresh = [piece for piece in group if (piece.type, piece.text) not in known]
            yield from fresh[:_PIECES_EACH]

    def told(self) -> list[Told]:
        """What belongs into the timeline."""
        found = []
        for several in self._news.values():
            found += [Told(one.piece.at, one.text, one.piece) for one in several if one.piece.at is not None]
        for each in _few(self._measured, _PIECES_EACH):
            if each.turned_at is not None:
                piece = each.piece()
                found.append(Told(each.turned_at, piece.text, piece))
        return found

    def panels(self, path: Collection[str]) -> list[dict[str, Any]]:
        """What is drawn of metrics: of the root, then of what lies on the way from it, then of the rest."""

        def order(one: Measured) -> tuple[bool, bool, bool]:
            return (one.shift is None, one.item.id != self._root, one.item.id not in path)

        turned = [one for one in self._measured if one.shift is not None]
        # What did not turn says something only where there is room for it.
        chosen = turned if len(turned) >= _ENOUGH else self._measured
        return [panel(one) for one in _few(sorted(chosen, key=order), _PANELS_EACH)][:_MOST_PANELS]

    def _of_logs(self, one: Ranked) -> list[News]:
        item = self._item(one.finding.object)
        logs = self._situation.logs(self._situation.workload(item)) if item is not None else []
        return news(logs, self._onset(one)) if logs else []

    def _item(self, ident: str) -> Item | None:
        return next((item for item in self._situation.cluster.items if item.id == ident), None)

    def _onset(self, one: Ranked) -> datetime | None:
        """When it began: with the change that began it, else some minutes before the first sign that has a time.

        What a process says comes before what the cluster notices of it.
        """
        if one.begun is not None:
            return one.begun.change.at
        signs = [piece.at for piece in one.finding.evidence if piece.at and piece.type is not PieceType.LOG]
        signs += [alert.starts_at for alert in self._situation.evidence.alerts if alert.starts_at]
        signs += [
            at for each in self._measured if each.item.id == one.finding.object and (at := each.turned_at)
        ]
        first = min(signs, default=None)
        return first - _EARLIER if first is not None else None


def _few(found: Sequence[Measured], each: int) -> Iterator[Measured]:
    """The first ones of every object."""
    counted: dict[str, int] = {}
    for one in found:
        counted[one.item.id] = counted.get(one.item.id, 0) + 1
        if counted[one.item.id] <= each:
            yield one
