"""How each configured source stands."""

from __future__ import annotations

from api.schemas import SourceModel
from api.settings import Settings, Source
from index.ledger import Ledger
from ingest.report import RunReport, RunStatus
from ingest.runs import Runs

_LOOKED_AT = 50
_GOOD = frozenset({RunStatus.DONE, RunStatus.DONE_WITH_FAILURES})


def source_models(
    settings: Settings, ledger: Ledger | None, principals: frozenset[str] | None
) -> list[SourceModel]:
    """The sources that `principals` may read, counting what they may read; None: all, with their problems."""
    counts = ledger.counts(principals) if ledger else {}
    runs = Runs(ledger) if ledger else None
    found = []
    for source in settings.sources:
        if principals is None or principals & set(source.access):
            history = runs.recent(source.name, limit=_LOOKED_AT) if runs else []
            documents = counts[source.name].documents if source.name in counts else 0
            found.append(_model(source, documents, history, with_problem=principals is None))
    return found


def _model(source: Source, documents: int, history: list[RunReport], *, with_problem: bool) -> SourceModel:
    last = history[0] if history else None
    good = next((run for run in history if run.status in _GOOD), None)
    return SourceModel(
        name=source.name,
        type=source.type,
        documents=documents,
        last_run_at=last.started if last else None,
        last_success_at=good.finished if good else None,
        status=last.status.value if last else "never",
        # Messages may name paths and items that a caller of the REST API has no right to.
        problem=_problem(last) if with_problem else None,
    )


def _problem(last: RunReport | None) -> str | None:
    if last is None:
        return "never ingested; run `kubelore ingest`"
    if last.error:
        return last.error
    return f"{last.counts.failed} items failed in run {last.id}" if last.counts.failed else None
