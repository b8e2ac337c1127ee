"""Checks an answer against the stored documents before it is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from answers.model import Citation, Claim
from connectors.documents import Document

_WORD = re.compile(r"\w")
_NOT_BEFORE = r"(?<!\w)(?<!\w[.,:/-])"
_NOT_BEHIND = r"(?!\w|[.,:/-]\w)"
"""`5 minutes` does not stand in `1.5 minutes`, nor `1.2` in `1.2.3`."""


def verified(
    claims: Sequence[Claim], citations: Sequence[Citation], documents: Mapping[str, Document]
) -> tuple[list[Claim], list[Citation]]:
    """The claims that stand in a quote that they cite, each with those citations alone, and the citations used.

    A citation counts if its quote is exactly the characters of the stored document at its span. What fails is
    left out, so that nothing unverified is ever shown.
    """
    exact = {c.number: c for c in citations if _is_exact(c, documents.get(c.document_id))}
    kept: list[Claim] = []
    for claim in claims:
        carried = tuple(n for n in claim.citations if n in exact and stands_in(claim.text, exact[n].quote))
        if carried:
            kept.append(replace(claim, citations=carried))
    used = {n for claim in kept for n in claim.citations}
    return kept, [c for number, c in exact.items() if number in used]


def stands_in(claim: str, quote: str) -> bool:
    """Whether `quote` holds `claim` sign for sign, from word to word; only blanks and line breaks may differ."""
    said = " ".join(claim.split())
    if not _WORD.search(said):
        return False
    before = _NOT_BEFORE if _WORD.match(said) else ""
    behind = _NOT_BEHIND if _WORD.match(said[-1]) else ""
    return re.search(before + re.escape(said) + behind, " ".join(quote.split())) is not None


def _is_exact(citation: Citation, document: Document | None) -> bool:
    return (
        document is not None
        and 0 <= citation.start < citation.end
        and citation.quote == document.text[citation.start : citation.end]
    )
