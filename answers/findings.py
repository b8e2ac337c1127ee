"""Adds to an answer what is known to be outdated or wrong in the documents that it cites."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from answers.citations import citation_of
from answers.model import Answer, Citation, Finding
from cluster.findings import Finding as Found
from cluster.findings import FindingType, Side, touching
from connectors.documents import OBJECT, Document

MOST = 5
"""Findings that one answer shows; `kubelore status --findings` lists all."""

Documents = Callable[[Sequence[str]], dict[str, Document]]


def with_findings(answer: Answer, findings: Sequence[Found], documents: Documents) -> Answer:
    """The answer with the findings that touch what it cites, both sides of each as citations.

    Those about the very lines that are cited come first. A finding is left out where a document no longer says what
    it quotes, and where the answer is about other objects. `findings` are those that the caller may read.
    """
    cited = {citation.document_id for citation in answer.citations}
    near = [found for found in touching(findings, cited) if not _is_of_others(found, answer.citations)]
    near.sort(key=lambda found: not _is_cited(found, answer.citations))
    if answer.abstained or not near:
        return answer
    stored = documents(list(dict.fromkeys(ident for found in near for ident in found.documents)))
    citations = list(answer.citations)
    shown: list[Finding] = []
    for found in near:
        sides = [side for side in (found.said, found.holds) if side.quote]
        if len(shown) < MOST and all(_is_exact(side, stored) for side in sides):
            numbers = tuple(number_of(side, stored[side.document_id], citations) for side in sides)
            shown.append(Finding(str(found.type), found.as_of, numbers))
    return replace(answer, findings=(*answer.findings, *shown), citations=tuple(citations))


def _is_cited(found: Found, citations: Sequence[Citation]) -> bool:
    return any(
        citation.document_id == side.document_id and citation.start < side.end and side.start < citation.end
        for side in (found.said, found.holds)
        for citation in citations
    )


def _is_of_others(found: Found, citations: Sequence[Citation]) -> bool:
    """Whether a wrong value is one of an object that an answer about live objects does not speak of."""
    objects = {citation.document_id for citation in citations if citation.kind == OBJECT}
    if not objects or found.type is FindingType.STALE or objects & set(found.documents):
        return False
    return not _is_cited(found, citations)


def _is_exact(side: Side, documents: Mapping[str, Document]) -> bool:
    document = documents.get(side.document_id)
    return document is not None and document.text[side.start : side.end] == side.quote


def number_of(side: Side, document: Document, citations: list[Citation]) -> int:
    """The number of the citation that is this side, added where there is none."""
    for citation in citations:
        if (citation.document_id, citation.start, citation.end) == (side.document_id, side.start, side.end):
            return citation.number
    number = max((citation.number for citation in citations), default=0) + 1
    citations.append(citation_of(document, side.start, side.end, number))
    return number
