"""Finds what a setting is in the other environments, where a question names none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from answers.lead import Lead, settings_at
from answers.units import Unit, units_of
from connectors.documents import Document
from connectors.environments import without
from index.chunk_store import Card
from index.ranking import Candidate

Documents = Callable[[Sequence[str]], dict[str, Document]]


def other_values(lead: Lead | None, ranked: Sequence[Candidate], documents: Documents) -> list[Unit]:
    """The units that set what `lead` sets in other environments, if one of them sets it otherwise.

    Only files that differ from the lead's by their environment count, at the same place, and only where the keys
    name one line: what is equal everywhere needs to be said once, and what cannot be told apart is left out.
    """
    if lead is None or not lead.keys or not lead.unit.document.environment:
        return []
    own = Card.of(lead.unit.document)
    twins = [c.card.document_id for c in ranked if _is_twin(c.card, own)]
    found: dict[str, Lead] = {}
    for document in documents(list(dict.fromkeys(twins))).values():
        lines = settings_at(_units_above(document, lead.unit.section.heading_path), lead.keys)
        if len(lines) == 1:
            found[document.environment] = lines[0]
    if all(other.text == lead.text for other in found.values()):
        return []
    return [found[name].unit for name in sorted(found)]


def _is_twin(card: Card, own: Card) -> bool:
    """Whether its file differs from `own` by its environment alone."""
    names = [without(c.environment, c.path or c.document_id) for c in (card, own)]
    return (
        card.source == own.source and card.environment not in ("", own.environment) and names[0] == names[1]
    )


def _units_above(document: Document, headings: tuple[str, ...]) -> list[Unit]:
    """The units under these headings or the first of them: a short block is not cut as far down as a long one."""
    sections = [s for s in document.sections if s.heading_path == headings[: len(s.heading_path)]]
    return [u for s in sections for u in units_of(document, s.start, s.end) if u.section is s]
