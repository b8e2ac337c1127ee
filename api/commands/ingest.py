"""`kubelore ingest`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import clean, note, out, print_json
from api.commands.context import services_of

if TYPE_CHECKING:
    from api.schemas import ItemModel, RunModel, SourceRunModel

_LISTED = 20


def command(
    context: typer.Context,
    sources: Annotated[list[str] | None, typer.Argument(help="Sources to read; without any, all.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything again.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change and change nothing.")
    ] = False,
    confirm_deletions: Annotated[
        bool, typer.Option("--confirm-deletions", help="Let this run delete more than the brake allows.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as one JSON document.")] = False,
) -> int:
    """Read the sources and bring the index up to date; only what changed is read again."""
    from api.commands.progress import show_progress
    from api.services import IngestOptions
    from ingest.stop import stop_on_signals

    with services_of(context) as services:
        services.settings.require_sources(sources or ())
        options = IngestOptions(tuple(sources or ()), full, dry_run, confirm_deletions)
        with show_progress(sys.stderr.isatty()) as progress, stop_on_signals() as stop:
            run = services.ingest(options, progress, stop)
    if as_json:
        print_json(run.model_dump(mode="json"))
    else:
        _show(run)
    return exit_code(run)


def exit_code(run: RunModel) -> int:
    """130 if it was interrupted, 3 if a source was unreachable, 1 if anything failed, else 0."""
    if run.status == "interrupted":
        return 130
    if any(row.unreachable for row in run.sources):
        return 3
    return 1 if run.failed or any(row.error for row in run.sources) else 0


def _show(run: RunModel) -> None:
    from rich.table import Table

    console = out()
    table = Table(box=None, pad_edge=False)
    table.add_column("source", no_wrap=True)
    names = ("seen", "indexed", "unchanged", "skipped", "failed", "deleted")
    for name in (*names, "seconds"):
        table.add_column(name, justify="right")
    table.add_column("status", no_wrap=True)
    for row in run.sources:
        numbers = [str(getattr(row, name)) for name in names]
        table.add_row(row.source, *numbers, f"{row.seconds:.1f}", row.status)
    console.print(table)
    if run.dry_run:
        note("dry run: nothing was changed")
    elif run.nothing_new and run.status == "done":
        note("nothing new")
    for row in run.sources:
        _show_problems(row)


def _show_problems(row: SourceRunModel) -> None:
    if row.error:
        note(f"{row.source}: {row.error}")
    failed = [item for item in row.items if not item.skipped and not item.warning]
    _list(row.source, "failed", failed, row.failed)
    _list(row.source, "warning", [item for item in row.items if item.warning], row.warnings)
    if row.skipped:
        some = next((f", such as {clean(i.item)}: {i.reason}" for i in row.items if i.skipped), "")
        note(f"{row.source}: {row.skipped} left out by rule{some}; --json lists them")


def _list(source: str, what: str, items: list[ItemModel], count: int) -> None:
    for item in items[:_LISTED]:
        note(f"{source}: {what}: {clean(item.item)}: {item.reason}")
    if count > _LISTED:
        note(f"{source}: {what}: {count - _LISTED} more; `kubelore ingest --json` lists all")
