"""Puts picked units into Markdown with citation markers, a value first where one was asked for."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from answers.model import Citation, Claim
from answers.units import Unit, UnitKind
from index.chunks import anchor_of
from index.intent import VALUES, Expect, Intent

_NEAR = 60
"""Characters between two units that one quote may bridge."""
_LONGEST_QUOTE = 1_500
_LONGEST_LEAD = 300


@dataclass(slots=True)
class Draft:
    """An answer in the making."""

    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)


def compose(units: Sequence[Unit], lead: Unit | None, intent: Intent, scores: dict[str, float]) -> Draft:
    """The draft that says `units`, grouped by file, each with its citation; `lead`'s value comes first.

    `scores` holds each document's retrieval score.
    """
    draft = Draft()
    numbers = _cite(units, draft, scores)
    blocks: list[str] = []
    said: set[int] = set()
    if lead is not None:
        first = lead_text(lead, intent)
        if first:
            blocks.append(f"{first} [{numbers[id(lead)]}]")
            said = {id(lead)} if lead.kind is UnitKind.SENTENCE else set()
    rest = [u for u in units if id(u) not in said]
    for _, group in groupby(rest, key=lambda u: (u.document.id, u.section.heading_path)):
        members = list(group)
        blocks.append(_heading(members[0]))
        for kind, run in groupby(members, key=lambda u: (u.kind, numbers[id(u)], id(u.section))):
            blocks.append(_block(list(run), kind[1]))
    draft.text = "\n\n".join(block for block in blocks if block)
    draft.claims = [Claim(u.text, (numbers[id(u)],)) for u in units]
    return draft


def lead_text(unit: Unit, intent: Intent) -> str:
    """What to say first where a value is asked for: the setting's line, or the sentence with its value in bold."""
    if not intent.wants_value or unit.kind not in (UnitKind.SETTING, UnitKind.SENTENCE):
        return ""
    for expect in intent.wanted:
        pattern = VALUES.get(expect)
        if pattern is None or expect in (Expect.REASON, Expect.PLACE):
            continue
        for line in unit.text.splitlines() if unit.kind is UnitKind.SETTING else [unit.text]:
            found = pattern.search(line)
            if not found or len(line) > _LONGEST_LEAD:
                continue
            if unit.kind is UnitKind.SETTING:
                return f"`{line.strip().rstrip(',').replace('`', '')}`"
            return f"{line[: found.start()]}**{found[0]}**{line[found.end() :]}"
    return ""


def _cite(units: Sequence[Unit], draft: Draft, scores: dict[str, float]) -> dict[int, int]:
    """One citation for each run of units that stand close together; the number of each unit's by its id()."""
    numbers: dict[int, int] = {}
    run: list[Unit] = []
    for unit in units:
        joins = (
            run
            and unit.document.id == run[-1].document.id
            and 0 <= unit.start - run[-1].end <= _NEAR
            and unit.end - run[0].start <= _LONGEST_QUOTE
        )
        if run and not joins:
            _close(run, draft, scores, numbers)
            run = []
        run.append(unit)
    if run:
        _close(run, draft, scores, numbers)
    return numbers


def _close(run: Sequence[Unit], draft: Draft, scores: dict[str, float], numbers: dict[int, int]) -> None:
    document, start, end = run[0].document, run[0].start, max(u.end for u in run)
    number = len(draft.citations) + 1
    draft.citations.append(
        Citation(
            number=number,
            document_id=document.id,
            title=document.title,
            url=document.url,
            source=document.source,
            kind=document.kind,
            breadcrumbs=document.breadcrumbs,
            path=document.path,
            anchor=anchor_of(document, start, end),
            quote=document.text[start:end],
            updated_at=document.updated_at.isoformat() if document.updated_at else None,
            score=round(scores.get(document.id, 0.0), 4),
            start=start,
            end=end,
        )
    )
    numbers.update({id(unit): number for unit in run})


def _heading(unit: Unit) -> str:
    trail = [part for part in unit.section.heading_path if part and part != unit.document.title]
    place = " › ".join([unit.document.title, *trail])
    environment = unit.document.environment
    return f"**{place}**" + (f" ({environment})" if environment and environment not in place else "")


def _block(run: Sequence[Unit], number: int) -> str:
    kind = run[0].kind
    if kind in (UnitKind.CODE, UnitKind.SETTING):
        body = "\n".join(textwrap.dedent(u.text.rstrip()) for u in run)
        fence = "````" if "```" in body else "```"
        return f"{fence}{run[0].section.language or ''}\n{body}\n{fence}\n[{number}]"
    if kind is UnitKind.ROW:
        columns = run[0].header.count("|") - 1
        rows = "\n".join(u.text.strip() for u in run)
        return f"{run[0].header}\n|{'---|' * max(1, columns)}\n{rows}\n\n[{number}]"
    if kind is UnitKind.ITEM:
        return "\n".join(textwrap.dedent(u.text) for u in run) + f" [{number}]"
    return " ".join(u.text for u in run) + f" [{number}]"
