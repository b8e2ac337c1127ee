"""Puts picked units into Markdown with citation markers, a value first where one was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from answers.links import deep_link
from answers.model import Citation, Claim
from answers.render import blocks, heading, inline_code, linked
from answers.units import Unit, UnitKind
from index.chunks import anchor_of
from index.intent import VALUES, Expect
from index.query import Query
from index.tokens import terms

_NEAR = 60
"""Characters between two units that one quote may bridge."""
_LONGEST_QUOTE = 1_500
_LONGEST_LEAD = 300
_LINK = re.compile(r"!?\[[^\]]*\]\([^)]*\)|<[^>\s]+>")
_MARKED = re.compile(r"`+[^`]+`+|\*\*.+?\*\*|__.+?__", re.DOTALL)


@dataclass(slots=True)
class Draft:
    """An answer in the making."""

    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)


def compose(units: Sequence[Unit], query: Query, scores: dict[str, float]) -> Draft:
    """The draft that says `units`, grouped by heading, each with its citation.

    Where the question asks for a value, the best unit that holds one comes first. Citations are numbered in
    the order in which the text names them. `scores` holds each document's retrieval score.
    """
    draft = Draft()
    lead = max((u for u in units if lead_text(u, query)), key=lambda u: u.score, default=None)
    numbers = _cite(units, lead, draft, scores)
    rest = list(units)
    parts: list[str] = []
    if lead is not None:
        parts.append(f"{lead_text(lead, query)} [{numbers[id(lead)]}]")
        if lead.kind is UnitKind.SENTENCE:
            rest = [u for u in units if u is not lead]
    for _, group in groupby(rest, key=lambda u: (u.document.id, u.section.heading_path)):
        members = list(group)
        parts += [heading(members[0]), *blocks(members, [numbers[id(u)] for u in members])]
    draft.text = "\n\n".join(parts)
    draft.claims = [Claim(u.text, (numbers[id(u)],)) for u in units]
    return draft


def lead_text(unit: Unit, query: Query) -> str:
    """What to say first where a value is asked for: the setting's line, or the sentence with its value in bold.

    Of several lines with such a value, the one that shares most words with the question; '' if there is none.
    """
    if unit.kind not in (UnitKind.SETTING, UnitKind.SENTENCE):
        return ""
    setting = unit.kind is UnitKind.SETTING
    lines = [
        line for line in (unit.text.splitlines() if setting else [unit.text]) if len(line) <= _LONGEST_LEAD
    ]
    for expect in query.intent.wanted:
        if expect not in VALUES or expect in (Expect.REASON, Expect.PLACE):
            continue
        found = [line for line in lines if VALUES[expect].search(line)]
        if found and setting:
            return inline_code(max(found, key=lambda line: _shared(line, query)).strip().rstrip(","))
        if found:
            return _bold(linked(unit.text, unit.document.text), VALUES[expect])
    return ""


def _shared(line: str, query: Query) -> float:
    words = set(terms(line))
    return sum(t in words for t in query.terms) + sum(w for t, w in query.related.items() if t in words)


def _bold(sentence: str, value: re.Pattern[str]) -> str:
    """`sentence` with its first value in bold, unless it stands out already; what a link holds is no value."""
    links = [m.span() for m in _LINK.finditer(sentence)]
    marked = [m.span() for m in _MARKED.finditer(sentence)]
    for found in value.finditer(sentence):
        if _within(found, links):
            continue
        if _within(found, marked):
            break
        return f"{sentence[: found.start()]}**{found[0]}**{sentence[found.end() :]}"
    return sentence


def _within(found: re.Match[str], spans: Sequence[tuple[int, int]]) -> bool:
    return any(a < found.end() and found.start() < b for a, b in spans)


def _cite(units: Sequence[Unit], lead: Unit | None, draft: Draft, scores: dict[str, float]) -> dict[int, int]:
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
    runs.sort(key=lambda run: not any(u is lead for u in run))  # stable: only the lead's moves to the front
    numbers: dict[int, int] = {}
    for number, run in enumerate(runs, 1):
        draft.citations.append(_citation(run, number, scores))
        numbers.update({id(unit): number for unit in run})
    return numbers


def _citation(run: Sequence[Unit], number: int, scores: dict[str, float]) -> Citation:
    document, start, end = run[0].document, run[0].start, max(u.end for u in run)
    anchor = anchor_of(document, start, end)
    return Citation(
        number=number,
        document_id=document.id,
        title=document.title,
        url=deep_link(document, anchor),
        source=document.source,
        kind=document.kind,
        breadcrumbs=document.breadcrumbs,
        path=document.path,
        anchor=anchor,
        quote=document.text[start:end],
        updated_at=document.updated_at.isoformat() if document.updated_at else None,
        score=round(scores.get(document.id, 0.0), 4),
        start=start,
        end=end,
    )
