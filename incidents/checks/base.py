"""What all checks share: making findings, and short names of what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.edges.base import Item
from incidents.evidence import Event, Piece
from incidents.finding import Finding
from incidents.situation import shown
from incidents.vocabulary import CAUSES

MOST_PIECES = 4
"""Pieces of evidence of one finding that are kept."""


def finding(
    term: str,
    item: Item,
    text: str,
    confidence: float,
    fix: str,
    evidence: Iterable[Piece] = (),
    about: Iterable[Item] = (),
    command: Iterable[str] = (),
) -> Finding:
    """A finding at an object."""
    assert term in CAUSES, term
    pieces = tuple(dict.fromkeys(evidence))[:MOST_PIECES]
    affected = tuple(dict.fromkeys(one.id for one in about))
    return Finding(term, item.id, shown(item), text, confidence, fix, pieces, affected, tuple(command))


def pieces(events: Iterable[Event]) -> Iterator[Piece]:
    """The events as evidence."""
    for event in events:
        yield event.piece()


def described(item: Item) -> tuple[str, ...]:
    """The command that describes an object."""
    place = ("-n", item.namespace) if item.namespace else ()
    return ("kubectl", "describe", item.kind.lower(), item.name, *place)


def got(item: Item, *more: str) -> tuple[str, ...]:
    """The command that prints an object."""
    place = ("-n", item.namespace) if item.namespace else ()
    return ("kubectl", "get", item.kind.lower(), item.name, *place, *more)


def port_of(value: object) -> int | str | None:
    """A port as a number or a name; None for what is neither."""
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None
