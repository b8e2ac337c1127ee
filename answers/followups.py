"""Questions that a reader may ask next, made from the places that were found and not told."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from index.query import Query
from index.ranking import Candidate

MOST = 3
_LONGEST = 90
"""Characters of a heading; a longer one is no topic."""
_CLOSE = 0.5
"""A place counts from this share of the best score on."""


def followups(
    ranked: Sequence[Candidate], told: Collection[tuple[str, str]], query: Query
) -> tuple[str, ...]:
    """Up to three questions about the best pages' headings that the answer did not use, best first.

    `ranked` holds only what the caller may read. `told` names the places that the answer cites, each as the
    document's id and its innermost heading.
    """
    form = (
        "《{title}》中关于“{heading}”怎么说？"
        if query.chinese
        else "What does “{title}” say about “{heading}”?"
    )
    asked: dict[str, None] = {}
    seen = {heading for _, heading in told}
    for candidate in ranked:
        card, path = candidate.card, candidate.chunk.heading_path
        if card.kind != "page" or not path or path[-1] in seen or path[-1] == card.title:
            continue
        if len(path[-1]) > _LONGEST or candidate.score < _CLOSE * ranked[0].score:
            continue
        seen.add(path[-1])
        asked[form.format(title=card.title, heading=path[-1])] = None
        if len(asked) == MOST:
            break
    return tuple(asked)
