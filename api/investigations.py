"""Investigations that callers ask for, their reports by id, and similar ones of the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import TYPE_CHECKING, Any

from api.incident_store import IncidentStore, Kept
from api.services import Services

if TYPE_CHECKING:
    from api.incident_schemas import InvestigationRequest
    from api.live_investigations import LiveRequest

_MOST_SIMILAR = 5


class Investigations:
    """Investigates, and gives a report again to whoever may see all that it was made from; safe for threads."""

    def __init__(self, services: Services, store: IncidentStore) -> None:
        self._services = services
        self._store = store

    def start(self, request: InvestigationRequest, principals: frozenset[str]) -> dict[str, Any]:
        """The report on a pasted text, the texts of some files, or a live cluster, in the public contract's form."""
        if request.is_live:
            return self._live(request, principals)
        from api.workloads import focused
        from incidents.bundles import read_files, read_text
        from incidents.investigate import investigate

        read = read_files(request.files, request.namespace) if request.files else None
        evidence = read or read_text(request.text, request.namespace)
        report = investigate(focused(evidence, request.workload)).to_json()
        self._store.put_report(report, principals)
        return self.with_similar(report, principals)

    def _live(self, request: InvestigationRequest, principals: frozenset[str]) -> dict[str, Any]:
        from api.live_investigations import LiveRequest

        start, end = (one and one.replace(tzinfo=one.tzinfo or UTC) for one in (request.start, request.end))
        asked = LiveRequest(request.cluster, request.namespace, request.workload, start, end)
        return self.with_similar(kept_report(self._services, self._store, asked, principals), principals)

    def get(self, ident: str, principals: frozenset[str]) -> Kept | None:
        """The investigation of this id; None where there is none any more, or not for the caller."""
        found = self._store.get(ident, principals)
        return found if found is not None and self._may_see(found, principals) else None

    def newest(self, principals: frozenset[str], most: int) -> Iterator[Kept]:
        """The newest investigations that the caller may see, newest first."""
        for one in self._store.newest(principals):
            if most <= 0:
                return
            if self._may_see(one, principals):
                most -= 1
                yield one

    def told(self, found: Kept, principals: frozenset[str]) -> dict[str, Any]:
        """The report of a finished investigation with the similar ones that the caller may see."""
        assert found.report is not None
        return self.with_similar(found.report, principals)

    def with_similar(self, report: dict[str, Any], principals: frozenset[str] | None) -> dict[str, Any]:
        """The report with the similar ones of the past that the caller may see (None: all)."""
        from incidents.similar import LEAST, likeness

        found = {(cause["cause"], cause["object"]) for cause in report["causes"]}
        alike = []
        for one in self._store.done(principals) if found else ():
            score = likeness(found, one.findings) if one.id != report["id"] else 0.0
            if score >= LEAST and one.report is not None and self._may_see(one, principals):
                alike.append((score, one))
        alike.sort(key=lambda pair: (-pair[0], -pair[1].created_at.timestamp()))
        return {**report, "status": "done", "similar": [_similar(*pair) for pair in alike[:_MOST_SIMILAR]]}

    def _may_see(self, found: Kept, principals: frozenset[str] | None) -> bool:
        """Whether the caller may still read what the report was made from: rights may have been taken away."""
        if principals is None:
            return True
        clusters = self._services.clusters
        if found.cluster and found.cluster not in clusters.known(principals):
            return False
        open_to = {
            f"{METRICS}{one.name}": principals & set(one.access)
            for one in self._services.settings.metric_servers
        }
        reader = clusters.reader(principals) if found.documents else None
        return reader is None or all(
            open_to.get(one) if one.startswith(METRICS) else reader(one) for one in found.documents
        )


METRICS = "prometheus:"
"""What stands before a source's name among the documents of a report that holds metrics of it."""


def kept_report(
    services: Services,
    store: IncidentStore,
    request: LiveRequest,
    principals: frozenset[str] | None,
    ident: str = "",
) -> dict[str, Any]:
    """The report on a live cluster, which is kept for these principals; under `ident` where one is given.

    What was made of everything (None) is kept for who may read every source.
    """
    from api.live_investigations import cluster_of, investigate_live

    found = investigate_live(services, request, principals)
    report = found.to_json()
    if ident:
        report["id"] = ident
    documents = {piece.document_id for piece in found.evidence if piece.document_id}
    documents |= {f"{METRICS}{name}" for name in found.metric_sources}
    cluster = cluster_of(services, request, principals)
    readers = services.settings.readers if principals is None else principals
    store.put_report(report, readers, documents=sorted(documents), cluster=cluster)
    return report


def _similar(score: float, one: Kept) -> dict[str, Any]:
    assert one.report is not None
    cause = one.report["causes"][0]
    return {
        "id": one.id, "at": one.created_at.isoformat(), "score": round(score, 2), "namespace": one.report["namespace"],
        "object": cause["object"], "cause": cause["cause"], "text": cause["text"],
    }  # fmt: skip
