"""What `kubelore gaps` says: missing pages, pages nobody needed, and pages that clusters do not bear out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from answers.gaps import Gap, gaps, unanswered, unreached

if TYPE_CHECKING:
    from api.services import Services
    from cluster.findings import Finding
    from connectors.documents import Document
    from index.search_types import Filters

_NEAREST = 3
_SEARCHED = 12
SHOWN = 50
"""Pages that are named of those that no question reached; all are counted."""


def gap_report(services: Services, filters: Filters) -> dict[str, Any]:
    """The report as JSON; the nearest pages are searched within `filters`."""
    asked = services.questions.all()
    open_questions = unanswered(asked)
    found = gaps(open_questions, services.searcher.embed) if open_questions else []
    rest = unreached(asked, services.page_ids())
    return {
        "asked": len(asked),
        "since": asked[0].at.isoformat() if asked else None,
        "declined": sum(one.abstained for one in asked),
        "unhelpful": sum(one.helpful is False for one in asked),
        "gaps": [_gap(services, gap, filters) for gap in found],
        "unreached": {
            "count": len(rest.documents),
            "of": rest.of,
            "documents": _pages(services, rest.documents[:SHOWN]),
        },
        "contradictions": _contradictions(services, services.findings.now()),
    }


def _gap(services: Services, gap: Gap, filters: Filters) -> dict[str, Any]:
    results = services.searcher.search(gap.questions[0].text, _SEARCHED, filters)
    nearest = list(dict.fromkeys((*gap.cited, *(result.document_id for result in results))))
    return {
        "title": gap.title,
        # An unhelpful answer had a page: to put that right comes before writing another one.
        "action": "improve" if gap.cited else "write",
        "times": gap.times,
        "questions": [
            {
                "question": one.text,
                "times": one.times,
                "outcome": "unhelpful" if one.unhelpful else "declined",
                "comments": list(one.comments),
            }
            for one in gap.questions
        ],
        "nearest": _pages(services, nearest[:_NEAREST]),
    }


def _contradictions(services: Services, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The findings by the page that is to be corrected, the one with most first."""
    by_page: dict[str, list[str]] = {}
    for finding in findings:
        by_page.setdefault(finding.said.document_id, []).append(finding.as_of)
    order = sorted(by_page, key=lambda ident: (-len(by_page[ident]), ident))
    return [{**page, "findings": by_page[page["document_id"]]} for page in _pages(services, order)]


def _pages(services: Services, ids: Iterable[str]) -> list[dict[str, Any]]:
    stored = (services.document(ident, None) for ident in ids)
    return [_page(document) for document in stored if document is not None]


def _page(document: Document) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "title": document.title,
        "url": document.url,
        "source": document.source,
        "path": document.path,
    }
