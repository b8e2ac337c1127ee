"""`kubelore status`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import clean, note, out, print_json
from api.commands.context import services_of

if TYPE_CHECKING:
    from api.schemas import ClusterModel, RunModel, SourceModel

_RUNS = 5


def command(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as one JSON document.")] = False,
) -> None:
    """Show the sources, how fresh they are, the last runs and what went wrong in them."""
    with services_of(context) as services:
        sources = services.sources(None)
        clusters = services.clusters.models(None)
        runs = services.runs(_RUNS)
        state = str(services.settings.index.path)
    if as_json:
        print_json(
            {
                "state": state,
                "sources": [source.model_dump(mode="json") for source in sources],
                "clusters": [cluster.model_dump(mode="json") for cluster in clusters],
                "runs": [run.model_dump(mode="json") for run in runs],
                "problems": problems(sources),
            }
        )
        return
    _show_sources(sources)
    _show_clusters(clusters)
    _show_runs(runs)
    for problem in problems(sources):
        note(f"problem: {problem}")
    if not runs:
        note("nothing has been ingested yet; run `kubelore ingest`")


def problems(sources: list[SourceModel]) -> list[str]:
    """What a person should look at."""
    return [f"{source.name}: {source.problem}" for source in sources if source.problem]


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


def _show_runs(runs: list[RunModel]) -> None:
    for run in runs:
        counts = (
            f"{run.indexed} indexed, {run.unchanged} unchanged, {run.skipped} skipped, {run.failed} failed"
        )
        warned = f", {run.warnings} warnings" if run.warnings else ""
        print(
            f"{run.started_at:%Y-%m-%d %H:%M} UTC  {run.status:<12} {counts}, {run.deleted} deleted{warned}"
        )
