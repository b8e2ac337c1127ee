"""Uses outdated pages last: a page that names what is gone answers only where no other page does nearly as well."""

from __future__ import annotations

from collections.abc import Sequence, Set

from index.ranking import Candidate

SHARE = 0.8
"""What the score of an outdated page's passage is worth beside the others'."""


def outdated_last(ranked: Sequence[Candidate], outdated: Set[str]) -> list[Candidate]:
    """`ranked` in the order that it has once the passages of the documents `outdated` count less."""
    if not any(c.card.document_id in outdated for c in ranked):
        return list(ranked)
    for c in ranked:
        if c.card.document_id in outdated:
            c.score *= SHARE
    return sorted(ranked, key=lambda c: (-c.score, c.chunk.id))
