"""`kubelore status`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import clean, note, out, print_json
from api.commands.context import services_of

if TYPE_CHECKING:
    from api.schemas import ClusterModel, RunModel, SourceModel
    from cluster.findings import Finding

_RUNS = 5


def command(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as one JSON document.")] = False,
    with_findings: Annotated[
        bool, typer.Option("--findings", help="Also list what documents say that clusters do not bear out.")
    ] = False,
) -> None:
    """Show the sources, how fresh they are, the last runs and what went wrong in them."""
    with services_of(context) as services:
        sources = services.sources(None)
        clusters = services.clusters.models()
        runs = services.runs(_RUNS)
        findings = services.findings.now() if with_findings else None
        wrong = problems(sources, services.index_problem())
        state = str(services.settings.index.path)
    if as_json:
        print_json(
            {
                "state": state,
                "sources": [source.model_dump(mode="json") for source in sources],
                "clusters": [cluster.model_dump(mode="json") for cluster in clusters],
                "runs": [run.model_dump(mode="json") for run in runs],
                "problems": wrong,
                **({} if findings is None else {"findings": [finding.to_json() for finding in findings]}),
            }
        )
        return
    _show_sources(sources)
    _show_clusters(clusters)
    _show_runs(runs)
    if findings is not None:
        _show_findings(findings)
    for problem in wrong:
        note(f"problem: {problem}")
    if not runs:
        note("nothing has been ingested yet; run `kubelore ingest`")


def problems(sources: list[SourceModel], of_index: str = "") -> list[str]:
    """What a person should look at, what is wrong with the whole index first."""
    found = [f"{source.name}: {source.problem}" for source in sources if source.problem]
    return [of_index, *found] if of_index else found


def age(moment: datetime | None, now: datetime | None = None) -> str:
    """`3 h ago`; `never` for None."""
    if moment is None:
        return "never"
    seconds = max(0, int(((now or datetime.now(UTC)) - moment).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def _show_sources(sources: list[SourceModel]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("source", "type", "documents", "fresh", "last run"):
        table.add_column(name, justify="right" if name == "documents" else "left", no_wrap=True)
    for source in sources:
        row = (source.name, source.type, str(source.documents), age(source.last_success_at), source.status)
        table.add_row(*map(clean, row))
    out().print(table)


def _show_clusters(clusters: list[ClusterModel]) -> None:
    from rich.table import Table

    if not clusters:
        return
    table = Table(box=None, pad_edge=False)
    for name in ("cluster", "objects", "as of", "snapshots"):
        table.add_column(name, justify="right" if name in ("objects", "snapshots") else "left", no_wrap=True)
    for one in clusters:
        table.add_row(*map(clean, (one.name, str(one.objects), age(one.observed_at), str(one.snapshots))))
    out().print(table)


def _show_findings(findings: list[Finding]) -> None:
    """Each finding with the words of both sides, in full width: paths must stay whole."""
    print(f"{len(findings)} finding{'' if len(findings) == 1 else 's'}")
    for finding in findings:
        print(f"\n{finding.type}: {clean(finding.as_of)}")
        for side in (finding.said, finding.holds):
            quote = " ".join(clean(side.quote).split())
            seen = f" ({side.at:%Y-%m-%d %H:%M} UTC)" if side.at else ""
            print(f"  {clean(side.document_id)}{seen}{f': {quote}' if quote else ''}")


def _show_runs(runs: list[RunModel]) -> None:
    for run in runs:
        counts = (
            f"{run.indexed} indexed, {run.unchanged} unchanged, {run.skipped} skipped, {run.failed} failed"
        )
        warned = f", {run.warnings} warnings" if run.warnings else ""
        print(
            f"{run.started_at:%Y-%m-%d %H:%M} UTC  {run.status:<12} {counts}, {run.deleted} deleted{warned}"
        )
