"""Puts picked units into Markdown with citation markers, a value first where one was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import groupby

from answers.chinese.frame import introduction
from answers.citations import citation_of
from answers.lead import Idf, Lead, lead_of
from answers.model import Citation, Claim
from answers.render import blocks, heading
from answers.units import Unit, UnitKind
from index.intent import Expect
from index.query import Query

_NEAR = 60
"""Characters between two units that one quote may bridge."""
_LONGEST_QUOTE = 1_500
_REFERS_BACK = re.compile(r"(?:This|These|That|Those|It|They|Both|Such|Here)\b")

_Part = tuple[str, tuple[str, ...]]
"""A document and the headings in it under which a unit stands."""


@dataclass(slots=True)
class Draft:
    """An answer in the making."""

    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)


def compose(
    units: Sequence[Unit], query: Query, scores: dict[str, float], idf: Idf, beside: Sequence[Unit] = ()
) -> Draft:
    """The draft that says `units`, grouped by heading, each with its citation.

    Where the question asks for a value, the line that holds it comes first, then the part it stands in; else the
    part that answers best does. The others keep their order, and all do where steps are asked for. Citations are
    numbered in the order in which the text names them. `scores` holds each document's retrieval score, `idf` gives
    a term's rarity. `beside` are those of `units` that answer another part of the question: they come second.
    """
    draft = Draft()
    leads = _leads(units, query, idf)
    first = [lead.unit for _, lead in leads] or _best(units, query) or (units[:1] if beside else [])
    units = _in_order(units, [{_part(u) for u in first}, {_part(u) for u in beside}])
    numbers = _cite(units, [lead.unit for _, lead in leads], draft, scores)
    parts: list[str] = []
    if query.chinese and units and len(leads) < 2:
        lead = leads[0][1] if leads else Lead(units[0], "")
        parts.append(introduction(lead.unit, query.intent.wanted, lead.key, lead.path, lead.text))
    if len(leads) > 1:
        parts.append("\n".join(f"- {name}: {lead.text} [{numbers[id(lead.unit)]}]" for name, lead in leads))
    elif leads:
        parts.append(f"{leads[0][1].text} [{numbers[id(leads[0][1].unit)]}]")
    said = {id(lead.unit) for _, lead in leads if _may_move(lead.unit, units)}
    rest = [u for u in units if id(u) not in said]
    for _, group in groupby(rest, key=_part):
        members = list(group)
        parts += [heading(members[0]), *blocks(members, [numbers[id(u)] for u in members])]
    draft.text = "\n\n".join(parts)
    draft.claims = [Claim(u.text, (numbers[id(u)],)) for u in units]
    return draft


def _part(unit: Unit) -> _Part:
    return unit.document.id, unit.section.heading_path


def _leads(units: Sequence[Unit], query: Query, idf: Idf) -> list[tuple[str, Lead]]:
    """What to say first: one line, or one of each environment that the question compares, with its name."""
    sides = [
        (name, lead_of([u for u in units if u.document.environment == name], query, idf))
        for name in sorted(query.environments)
    ]
    found = [(name, lead) for name, lead in sides if lead]
    if len(found) > 1:
        return found
    lead = lead_of(units, query, idf)
    return [("", lead)] if lead else []


def _best(units: Sequence[Unit], query: Query) -> list[Unit]:
    """The unit that answers best, unless steps are asked for: they keep their order."""
    in_order = Expect.STEPS in query.intent.wanted or not units
    return [] if in_order else [max(units, key=lambda u: u.score)]


def _in_order(units: Sequence[Unit], fronts: Sequence[Set[_Part]]) -> list[Unit]:
    """`units` with the parts of the first of `fronts` before those of the next, and the others behind."""
    return sorted(units, key=lambda u: next((i for i, f in enumerate(fronts) if _part(u) in f), len(fronts)))


def _may_move(lead: Unit, units: Sequence[Unit]) -> bool:
    """Whether the lead is a sentence that nothing behind it refers to, so that it need not be said twice."""
    if lead.kind is not UnitKind.SENTENCE:
        return False
    position = next(i for i, u in enumerate(units) if u is lead)
    return not (position + 1 < len(units) and _REFERS_BACK.match(units[position + 1].text))


def _cite(
    units: Sequence[Unit], leads: Sequence[Unit], draft: Draft, scores: dict[str, float]
) -> dict[int, int]:
    """One citation for each run of units that stand close together; the number of each unit's by its id()."""
    runs: list[list[Unit]] = []
    for unit in units:
        last = runs[-1] if runs else None
        if (
            last
            and unit.document.id == last[-1].document.id
            and 0 <= unit.start - last[-1].end <= _NEAR
            and unit.end - last[0].start <= _LONGEST_QUOTE
        ):
            last.append(unit)
        else:
            runs.append([unit])
    order = {id(lead): i for i, lead in enumerate(leads)}
    # Stable: only what leads moves to the front, in the order in which it is said.
    runs.sort(key=lambda run: min((order[id(u)] for u in run if id(u) in order), default=len(order)))
    numbers: dict[int, int] = {}
    for number, run in enumerate(runs, 1):
        document, end = run[0].document, max(u.end for u in run)
        draft.citations.append(citation_of(document, run[0].start, end, number, scores.get(document.id, 0.0)))
        numbers.update({id(unit): number for unit in run})
    return numbers
