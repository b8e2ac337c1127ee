"""A citation of some characters of a document, as every kind of answer makes it."""

from __future__ import annotations

from answers.links import deep_link
from answers.model import Citation
from connectors.documents import Document
from index.chunks import anchor_of


def citation_of(
    document: Document, start: int, end: int, number: int, score: float = 0.0, anchor: str | None = None
) -> Citation:
    """The citation of the characters `start:end`; without an `anchor`, theirs is found.

    `score` is the document's retrieval score.
    """
    place = anchor_of(document, start, end) if anchor is None else anchor
    return Citation(
        number=number,
        document_id=document.id,
        title=document.title,
        url=deep_link(document, place),
        source=document.source,
        kind=document.kind,
        breadcrumbs=document.breadcrumbs,
        path=document.path,
        anchor=place,
        quote=document.text[start:end],
        updated_at=document.updated_at.isoformat() if document.updated_at else None,
        score=round(score, 4),
        start=start,
        end=end,
    )
