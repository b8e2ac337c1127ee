"""When what happened: changes, dated evidence, and when a metric began to change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cluster.changes import Change, ChangeType
from connectors.redaction import redact
from incidents.causes import Ranked
from incidents.evidence import Piece, PieceType
from incidents.numbered import Numbered
from incidents.observations import Told
from incidents.report import Moment
from incidents.vocabulary import Rank

_MOST = 60
_MOST_CHANGES = 20
_MOST_OBSERVED = 20
_OF_TOPOLOGY = frozenset({
    ChangeType.TOPOLOGY, ChangeType.NODE_JOINED, ChangeType.NODE_LEFT, ChangeType.NODE_CORDONED,
})  # fmt: skip


def timeline(
    ranked: Sequence[Ranked], changes: Sequence[Change], pieces: Numbered, observed: Sequence[Told] = ()
) -> tuple[Moment, ...]:
    """The entries in order of time, the newest of too many."""
    told = [_of_change(one, pieces) for one in changes[-_MOST_CHANGES:]]
    told += _observed(observed[:_MOST_OBSERVED], pieces)
    known = {(one.at, one.object, one.text) for one in told}
    cited = {number for one in told for number in one.evidence}
    found = {
        key: entry
        for key, entry in _entries(ranked, pieces)
        if key not in known and not cited.intersection(entry.evidence)
    }
    ordered = sorted(found.values(), key=lambda moment: (moment.at, moment.object, moment.text))
    return tuple(sorted([*told, *ordered[-(_MOST - len(told)) :]], key=lambda moment: moment.at))


def piece_of(change: Change) -> Piece:
    """The change as evidence."""
    return Piece(PieceType.CHANGE, change.text, change.object, change.at)


def _observed(observed: Iterable[Told], pieces: Numbered) -> Iterator[Moment]:
    """What logs and metrics showed, each excerpt once."""
    seen: set[int] = set()
    for one in observed:
        number = pieces.number(one.piece)
        if number not in seen:
            seen.add(number)
            yield Moment(one.at, str(one.piece.type), one.piece.object, redact(one.text)[0], (number,))


def _of_change(change: Change, pieces: Numbered) -> Moment:
    number = pieces.number(piece_of(change))
    kind = "topology" if change.type in _OF_TOPOLOGY else "change"
    return Moment(change.at, kind, change.object, pieces.all[number - 1].text, (number,))


def _entries(
    ranked: Iterable[Ranked], pieces: Numbered
) -> Iterable[tuple[tuple[datetime, str, str], Moment]]:
    for one in ranked:
        for piece in one.finding.evidence:
            if piece.at is not None:
                number = pieces.number(piece)
                text = pieces.all[number - 1].text
                kind = str(piece.type) if piece.type is not PieceType.OBJECT else "topology"
                yield (
                    (piece.at, piece.object, text),
                    Moment(piece.at, kind, piece.object, text, (number,)),
                )
        since = one.finding.since
        if since is not None and one.finding.cause.rank is not Rank.SYMPTOM:
            shown = one.finding.shown
            yield (since, shown, one.finding.term), Moment(since, "metric", shown, one.finding.cause.title)
