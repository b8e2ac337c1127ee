"""What a question found in the documents, cut into what can be quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from answers.confidence import Evidence
from answers.passages import Passage, widen
from answers.select import score_units
from answers.units import Unit, units_of
from connectors.documents import Document
from index.query import Query
from index.ranking import Candidate
from index.rarity import Rarity

WIDEST = 3_200
"""Characters that the best passage may grow to around the match."""
WIDE = 1_600
"""The same of the further passages of the best file."""


@dataclass(slots=True)
class Study:
    """What a question found, before anything is said."""

    query: Query
    rarity: Rarity
    ranked: list[Candidate]
    passages: list[Passage]
    documents: dict[str, Document]
    units: list[Unit]
    ranks: list[int]
    """Of each unit: the rank of its file, 0 for the best."""
    evidence: Evidence
    beside: list[Unit]
    """What further files say to parts of the question that they answer better than the best file."""
    elsewhere: bool = False
    """Whether the source that the question names has no answer, and this is of others."""
    chosen: list[Unit] = field(default_factory=list)
    """What the answer shows, in its order; none where it abstains."""


def units_of_passages(
    passages: Sequence[Passage], documents: dict[str, Document], query: Query, rarity: Rarity
) -> tuple[list[Unit], list[int]]:
    """The units of the passages, those of the best file widened, scored; and the rank of each one's file."""
    units: list[Unit] = []
    ranks: list[int] = []
    seen: set[tuple[str, int]] = set()
    for rank, passage in enumerate(passages):
        document = documents.get(passage.candidate.card.document_id)
        if document is None:
            continue
        wide = widen(passage, document, WIDEST if rank == 0 else WIDE) if passage.place == 0 else passage
        found = [u for u in units_of(document, wide.start, wide.end) if (document.id, u.start) not in seen]
        seen |= {(document.id, u.start) for u in found}
        score_units(found, query, rarity.idf)
        units += found
        ranks += [passage.place] * len(found)
    return units, ranks
