"""Scores units by how well their words answer the question, and picks those that are worth saying."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.intent import VALUES, Expect, Intent
from answers.units import Unit, UnitKind
from index.query import Query
from index.tokens import terms

HEAD_SHARE = 0.6
"""What a question's word is worth that stands in the unit's headings and not in the unit."""
RELATED_SHARE = 0.5
NEIGHBOUR_SHARE = 0.25


def score_units(units: Sequence[Unit], query: Query, idf: Callable[[str], float]) -> None:
    """Set each unit's `score` between 0 and about 1.5: the share of the question it covers, and its shape."""
    weights = {term: idf(term) for term in query.terms}
    related = {term: weight * idf(term) for term, weight in query.related.items()}
    total = sum(weights.values()) or 1.0
    present = [set(terms(u.text)) for u in units]
    for i, (unit, words) in enumerate(zip(units, present, strict=True)):
        around = set(terms(" ".join((*unit.section.heading_path, unit.section.context, unit.header))))
        near = (present[i - 1] if i else set()) | (present[i + 1] if i + 1 < len(units) else set())
        own = sum(v for t, v in weights.items() if t in words)
        head = sum(v for t, v in weights.items() if t not in words and t in around)
        neighbour = sum(v for t, v in weights.items() if t not in words and t not in around and t in near)
        alike = sum(v for t, v in related.items() if t in words)
        cover = (own + HEAD_SHARE * head + RELATED_SHARE * alike + NEIGHBOUR_SHARE * neighbour) / total
        unit.signals = {"own": own / total, "cover": min(1.0, cover), "shape": shape(unit, query.intent)}
        unit.score = min(1.2, cover) + 0.35 * unit.signals["shape"] - _thinness(unit)


def shape(unit: Unit, intent: Intent) -> float:
    """How far the unit has the form that the question expects, 0 to 1."""
    text = unit.text
    best = 0.0
    for expect in intent.wanted:
        if expect in VALUES and VALUES[expect].search(text):
            best = max(best, 1.0)
        elif expect is Expect.STEPS:
            commands = unit.kind is UnitKind.CODE
            best = max(best, 0.8 if commands else 0.5 if unit.kind is UnitKind.ITEM or "`" in text else 0.0)
    return best


def _thinness(unit: Unit) -> float:
    """A malus for units that say too little to stand alone."""
    length = len(unit.text)
    if length < 20 and unit.kind in (UnitKind.SENTENCE, UnitKind.ITEM):
        return 0.3
    return 0.15 if unit.text.rstrip().endswith(":") else 0.0


def pick(units: Sequence[Unit], shares: Sequence[float], most: int) -> list[Unit]:
    """Up to `most` units worth saying and what they cannot be understood without, in the order of the text.

    `shares` holds each unit's passage's score relative to the best passage's.
    """
    worth = [u.score + 0.3 * share for u, share in zip(units, shares, strict=True)]
    if not worth:
        return []
    best = max(worth)
    order = sorted(range(len(units)), key=lambda i: (-worth[i], i))
    chosen: set[int] = set()
    for i in order:
        if len(chosen) >= most or worth[i] < 0.55 * best:
            break
        chosen.add(i)
        chosen.update(_company(units, i))
    return [units[i] for i in sorted(chosen, key=lambda i: (units[i].document.id, units[i].start))]


def _company(units: Sequence[Unit], i: int) -> set[int]:
    """The units that belong with unit `i`: the sentence that leads to a block, the block that a sentence leads to."""
    unit = units[i]
    company: set[int] = set()
    before = units[i - 1] if i and units[i - 1].document.id == unit.document.id else None
    if unit.kind in (UnitKind.CODE, UnitKind.ITEM, UnitKind.ROW) and before is not None:
        if before.kind is UnitKind.SENTENCE and before.text.rstrip().endswith(":"):
            company.add(i - 1)
    if unit.text.rstrip().endswith(":"):
        following = i + 1
        while following < min(len(units), i + 7) and units[following].section.heading_path == unit.section.heading_path:
            if following > i + 1 and units[following].kind is not units[i + 1].kind:
                break
            company.add(following)
            following += 1
    if unit.kind is UnitKind.ITEM:
        company |= {j for j, u in enumerate(units) if u.section is unit.section and abs(i - j) <= 4}
    return company
