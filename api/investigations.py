"""Investigations that callers ask for, their reports by id, and similar ones of the past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.incident_store import IncidentStore, Kept
from api.services import Services

_MOST_SIMILAR = 5


class Investigations:
    """Investigates, and gives a report again to whoever may see all that it was made from; safe for threads."""

    def __init__(self, services: Services, store: IncidentStore) -> None:
        self._services = services
        self._store = store

    def start(
        self, text: str, files: Mapping[str, str], namespace: str, principals: frozenset[str]
    ) -> dict[str, Any]:
        """The report on a pasted text, or on the texts of some files, in the public contract's form."""
        from incidents.bundles import read_files, read_text
        from incidents.investigate import investigate

        evidence = read_files(files, namespace) if files else read_text(text, namespace)
        report = investigate(evidence).to_json()
        self._store.put_report(report, principals)
        return self._with_similar(report, principals)

    def get(self, ident: str, principals: frozenset[str]) -> Kept | None:
        """The investigation of this id; None where there is none any more, or not for the caller."""
        found = self._store.get(ident, principals)
        return found if found is not None and self._may_see(found, principals) else None

    def told(self, found: Kept, principals: frozenset[str]) -> dict[str, Any]:
        """The report of a finished investigation with the similar ones that the caller may see."""
        assert found.report is not None
        return self._with_similar(found.report, principals)

    def _with_similar(self, report: dict[str, Any], principals: frozenset[str]) -> dict[str, Any]:
        from incidents.similar import LEAST, likeness

        found = {(cause["cause"], cause["object"]) for cause in report["causes"]}
        alike = []
        for one in self._store.done(principals) if found else ():
            score = likeness(found, one.findings) if one.id != report["id"] else 0.0
            if score >= LEAST and one.report is not None and self._may_see(one, principals):
                alike.append((score, one))
        alike.sort(key=lambda pair: (-pair[0], -pair[1].created_at.timestamp()))
        return {**report, "status": "done", "similar": [_similar(*pair) for pair in alike[:_MOST_SIMILAR]]}

    def _may_see(self, found: Kept, principals: frozenset[str]) -> bool:
        """Whether the caller may still read what the report was made from: rights may have been taken away."""
        clusters = self._services.clusters
        if found.cluster and found.cluster not in clusters.known(principals):
            return False
        reader = clusters.reader(principals) if found.documents else None
        return reader is None or all(map(reader, found.documents))


def _similar(score: float, one: Kept) -> dict[str, Any]:
    assert one.report is not None
    cause = one.report["causes"][0]
    return {
        "id": one.id, "at": one.created_at.isoformat(), "score": round(score, 2), "namespace": one.report["namespace"],
        "object": cause["object"], "cause": cause["cause"], "text": cause["text"],
    }  # fmt: skip
