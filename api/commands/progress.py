"""What a person sees of a run while it goes on, on standard error: bars on a terminal, else lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from api.commands.console import err, note
from api.services import IngestProgress

_NOTED_EVERY = 1_000


class _Lines:
    """For logs and pipes."""

    def __init__(self) -> None:
        self._noted: dict[str, int] = {}

    def seen(self, source: str, count: int, total: int = 0) -> None:
        if source not in self._noted:
            self._noted[source] = 0
            note(f"reading {source}")
        elif count >= self._noted[source] + _NOTED_EVERY:
            self._noted[source] = count
            note(f"{source}: {count}{_of(total)} items")

    def started(self, run_id: str) -> None:
        note(f"run {run_id}")


def _of(total: int) -> str:
    return f" of about {total}" if total else ""


class _Bars:
    """For a terminal. How many items a source holds is mostly known only at its end, so the bar pulses until then."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def started(self, run_id: str) -> None:
        self._progress.console.print(f"run {run_id}", style="dim")

    def seen(self, source: str, count: int, total: int = 0) -> None:
        if source not in self._tasks:
            self._finish()
            self._tasks[source] = self._progress.add_task(source, total=None, of="")
        about = max(total, count) if total else None
        self._progress.update(self._tasks[source], completed=count, total=about, of=_of(total))

    def _finish(self) -> None:
        for task in self._progress.tasks:
            if not task.finished:
                whole = max(task.completed, 1)
                self._progress.update(task.id, total=whole, completed=whole, of="")


@contextmanager
def show_progress(terminal: bool) -> Iterator[IngestProgress]:
    """Something to hand to `Services.ingest` that shows how far the run is."""
    if not terminal:
        yield _Lines()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}{task.fields[of]} items"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err(), transient=True) as progress:
        yield _Bars(progress)
