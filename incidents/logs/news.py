"""What the logs of a workload say since an incident began that they did not say, or said less often, before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from incidents.bundles.units import moment_in
from incidents.evidence import Log, Piece, PieceType
from incidents.logs.excerpts import begins_trace, excerpt, is_frame, is_severe
from incidents.logs.templates import Templates

_MOST_LINES = 4_000
"""Lines of one workload that are compared, the last ones."""
_RISING = 3.0
_MORE = 5
"""So many more lines than the rate before would give make a template rise."""
_LONGEST = 2_000
_FEWEST_MINUTES = 1.0


class Kind(StrEnum):
    """How a line is news."""

    NEW = "new"
    RISING = "rising"
    FIRST_ERROR = "first error"


@dataclass(frozen=True, slots=True)
class News:
    """A template that is new or rises: how often it came since then, and before. `piece` is its first line since."""

    kind: Kind
    template: str
    count: int
    before: int
    piece: Piece
    severe: bool

    @property
    def text(self) -> str:
        """The news in words."""
        first = self.piece.text.splitlines()[0] if self.piece.text else ""
        if self.kind is Kind.FIRST_ERROR:
            return f"first error: {first}"
        if self.kind is Kind.NEW:
            return f"new in the log, {self.count} {'times' if self.count > 1 else 'time'}: {first}"
        return f"more often in the log, {self.count} times after {self.before} before: {first}"


@dataclass(frozen=True, slots=True)
class _Line:
    log: Log
    place: int
    at: datetime
    template: int


def news(logs: Iterable[Log], onset: datetime | None, most: int = 3) -> list[News]:
    """The most telling news of one workload's logs since `onset`, failures first; [] where lines have no times.

    Where nothing was written before `onset`, as by pods that are new, there is nothing to compare with: then the
    first error alone is told.
    """
    templates = Templates()
    lines = _lines(logs, templates)
    if not lines:
        return []
    before = [one for one in lines if onset is not None and one.at < onset]
    since = [one for one in lines if onset is None or one.at >= onset]
    told = list(_compared(before, since, templates)) if before and since else []
    first = _first_error(since or lines, templates)
    if first is not None and not any(one.piece == first.piece for one in told):
        told.append(first)
    told.sort(key=lambda one: (not one.severe, one.kind is not Kind.FIRST_ERROR, -one.count))
    return told[:most]


def _lines(logs: Iterable[Log], templates: Templates) -> list[_Line]:
    """The lines with a time, in order of time; frames of stack traces belong to the line before them."""
    stamped = []
    for log in logs:
        last: datetime | None = None
        for place, line in enumerate(log.lines):
            last = log.at(place) or moment_in(line) or last
            if last is not None and not is_frame(line):
                stamped.append((last, log, place))
    stamped.sort(key=lambda one: one[0])
    kept = stamped[-_MOST_LINES:]
    return [_Line(log, place, at, templates.number(log.lines[place])) for at, log, place in kept]


def _compared(before: Sequence[_Line], since: Sequence[_Line], templates: Templates) -> Iterator[News]:
    """New and rising templates."""
    earlier: dict[int, int] = defaultdict(int)
    for one in before:
        earlier[one.template] += 1
    later: dict[int, list[_Line]] = defaultdict(list)
    for one in since:
        later[one.template].append(one)
    share = _minutes(since) / _minutes(before)
    for number, found in later.items():
        expected = earlier[number] * share
        if not earlier[number]:
            kind = Kind.NEW
        elif len(found) >= _RISING * expected and len(found) - expected >= _MORE:
            kind = Kind.RISING
        else:
            continue
        severe = is_severe(found[0].log.lines[found[0].place])
        if severe or len(found) >= _MORE:
            yield News(kind, templates.text(number), len(found), earlier[number], _piece(found[0]), severe)


def _first_error(since: Sequence[_Line], templates: Templates) -> News | None:
    """The first failure, rather one that a stack trace follows."""
    severe = [one for one in since if is_severe(one.log.lines[one.place])]
    if not severe:
        return None
    traced = (one for one in severe if begins_trace(one.log.lines, one.place))
    first = next(traced, severe[0])
    count = sum(one.template == first.template for one in since)
    return News(Kind.FIRST_ERROR, templates.text(first.template), count, 0, _piece(first), True)


def _piece(line: _Line) -> Piece:
    log = line.log
    owner = (
        "/".join(part for part in ("Pod", log.namespace, log.owner) if part) if log.container else log.owner
    )
    return Piece(PieceType.LOG, excerpt(log.lines, line.place)[:_LONGEST], owner, line.at)


def _minutes(lines: Sequence[_Line]) -> float:
    length = (lines[-1].at - lines[0].at).total_seconds() / 60
    return max(length, _FEWEST_MINUTES)
