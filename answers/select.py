"""Scores units by how well their words answer the question, and picks those that are worth saying."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from answers.units import Unit, UnitKind
from index.intent import VALUES, Expect, Intent
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


def pick(units: Sequence[Unit], regions: Sequence[int], most: int) -> list[Unit]:
    """The units worth saying, at most `most` characters of them, in the order of the text.

    `regions` holds the rank of each unit's passage, 0 for the best one. That passage is told whole, as a reader
    needs the lines around the one that matches; of further passages only what matches as well.
    """
    if not units:
        return []
    worth = [u.score - 0.15 * region for u, region in zip(units, regions, strict=True)]
    best = max(worth)
    main = [i for i in range(len(units)) if regions[i] == 0 and not _is_noise(units[i])]
    rest = [i for i in range(len(units)) if regions[i] and worth[i] >= 0.5 * best and not _is_noise(units[i])]
    order = sorted(main, key=lambda i: -worth[i]) + sorted(rest, key=lambda i: -worth[i])
    chosen: set[int] = set()
    length = 0
    for i in order:
        group = {i, *_company(units, i)} - chosen
        size = sum(units[j].end - units[j].start for j in group)
        if chosen and length + size > most:
            continue
        chosen |= group
        length += size
    return [units[i] for i in sorted(chosen)]


_NOISE = re.compile(r"\s*(?:\[[^\]]+\]:\s|!\[|<!--|<%|<img\b|\[TOC\])|[\W_]*$")


def _is_noise(unit: Unit) -> bool:
    """Whether nobody would quote it: link definitions, pictures, front matter, bare punctuation."""
    front_matter = unit.document.kind == "page" and unit.kind is UnitKind.SETTING and unit.section.start < 10
    return front_matter or bool(_NOISE.match(unit.text))


def _company(units: Sequence[Unit], i: int) -> set[int]:
    """The unit before `i` if it leads to it, and the one behind if `i` leads there; alone they say nothing."""
    unit = units[i]
    company: set[int] = set()
    if i and _leads(units[i - 1], unit):
        company.add(i - 1)
    if i + 1 < len(units) and _leads(unit, units[i + 1]):
        company.add(i + 1)
    return company


def _leads(a: Unit, b: Unit) -> bool:
    return (
        a.document.id == b.document.id
        and a.text.rstrip().endswith(":")
        and b.section.heading_path == a.section.heading_path
    )
