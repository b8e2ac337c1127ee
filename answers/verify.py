"""Checks an answer against the stored documents before it is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from answers.model import Citation, Claim
from connectors.documents import Document

_WORD = re.compile(r"\w+")


def verified(
    claims: Sequence[Claim], citations: Sequence[Citation], documents: Mapping[str, Document]
) -> tuple[list[Claim], list[Citation]]:
    """The claims whose every word stands, in order, in a quote that they cite, and the citations that are exact.

    A citation is exact if its quote is the characters of the stored document at its span. What fails is left
    out, so that nothing unverified is ever shown.
    """
    exact = {
        c.number: c
        for c in citations
        if c.quote
        and c.document_id in documents
        and documents[c.document_id].text[c.start : c.end] == c.quote
    }
    kept = [
        claim
        for claim in claims
        if any(n in exact and stands_in(claim.text, exact[n].quote) for n in claim.citations)
    ]
    used = {n for claim in kept for n in claim.citations}
    return kept, [c for c in citations if c.number in exact and c.number in used]


def stands_in(claim: str, quote: str) -> bool:
    """Whether the words of `claim` occur in `quote` next to each other and in the same order."""
    said, given = _WORD.findall(claim), _WORD.findall(quote)
    return bool(said) and f" {' '.join(said)} " in f" {' '.join(given)} "
