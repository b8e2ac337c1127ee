"""Takes a question that asks for several things apart, and finds the file that answers one of them better."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.query import environments_in
from index.ranking import Candidate
from index.tokens import query_terms

LEAD = 0.1
"""How far a further file must be ahead, of 2: that it is the best for the whole question, and for the part."""
HELD = 0.5
"""The share of the part's words that it must hold."""
MORE = 0.25
"""How much more of them it must hold than the best file for the whole question does."""
LEAST_TERMS = 3
"""Words that a part must hold to be asked alone: "which image" means another thing alone."""

_ASK = (
    r"(?:what|which|who|whom|whose|where|when|why|how|is|are|was|were|do|does|did|can|could|should|may|must|will|has"
    r"|have|(?:to|at|by|on|in|from|over|for|since) (?:what|which|whom|when|where|how))\b"
)
_ADDS = r"(?:and|or|plus|&|\+)"
_BETWEEN = re.compile(
    rf"\s*[,;.!?]?\s+{_ADDS}\s+(?:also\s+|then\s+)?(?={_ASK})|(?<=[?!.])\s+|[,;]\s+(?={_ASK})|(?<=？)(?=.)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"(?:.*[:–-]\s)?{_ASK}", re.IGNORECASE)
_ADDED = re.compile(rf"\s*[,;.!?]?\s+{_ADDS}\s", re.IGNORECASE)
_REFERS = re.compile(
    r"\b(?:it|its|they|them|their|that|this|those|these|there|each|both|ones?|same|then)\b", re.IGNORECASE
)
"""Words that mean something named before: such a part says nothing alone."""


def parts_of(question: str) -> tuple[str, ...]:
    """The things that `question` asks for, each as a question that says alone what it means; none if it asks for one.

    A part that names no environment is asked of the one that stands before it.
    """
    cuts = [(0, 0), *((m.start(), m.end()) for m in _BETWEEN.finditer(question)), (len(question), 0)]
    pieces = [(question[a:b].strip(" ,;.!?"), question[a:]) for (_, a), (b, _) in pairwise(cuts)]
    asked = [
        (piece, behind)
        for number, (piece, behind) in enumerate(pieces)
        # What comes first is asked for too where more is added to it: "size of the disk and how many nodes".
        if _ASKS.match(piece) or (not number and _ADDED.match(behind[len(piece) :]))
    ]
    if len(asked) < 2:
        return ()
    parts = []
    for piece, behind in asked:
        if len(query_terms(piece)) < LEAST_TERMS or _REFERS.search(piece):
            continue
        before = environments_in(question[: len(question) - len(behind)])
        named = environments_in(piece) or len(before) != 1
        parts.append(piece if named else f"{piece} in {next(iter(before))}")
    return tuple(parts)


def elsewhere(whole: Sequence[Candidate], part: Sequence[Candidate]) -> Candidate | None:
    """The chunk that answers a part, of another file than the best one for the whole question; None if that does.

    `whole` and `part` are ranked for the whole question and for the part alone. What a file is worth is what it is
    worth for both, each as a share of the best: the part alone has forgotten what the question is about.
    """
    if not whole or not part:
        return None
    for_whole, for_part, held = _shares(whole), _shares(part), _held(part)
    worth = {file: share + for_part.get(file, 0.0) for file, share in for_whole.items()}
    main = whole[0].card.file
    least = max(HELD, held.get(main, 0.0) + MORE)
    able = [file for file in worth if held.get(file, 0.0) >= least]
    best = max(able, key=lambda file: worth[file], default=main)
    if worth[best] < worth[main] + LEAD:
        return None
    return next(c for c in part if c.card.file == best)


def _shares(ranked: Sequence[Candidate]) -> dict[tuple[str, str], float]:
    """The score of each file's best chunk as a share of the best of all."""
    shares: dict[tuple[str, str], float] = {}
    for candidate in ranked:
        shares.setdefault(candidate.card.file, candidate.score / ranked[0].score)
    return shares


def _held(ranked: Sequence[Candidate]) -> dict[tuple[str, str], float]:
    """Of each file: the largest share of the question's words, by rarity, that one of its chunks holds."""
    held: dict[tuple[str, str], float] = {}
    for candidate in ranked:
        file = candidate.card.file
        held[file] = max(held.get(file, 0.0), candidate.signals["coverage"])
    return held
