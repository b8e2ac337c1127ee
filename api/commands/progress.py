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

    def seen(self, source: str, count: int) -> None:
        if source not in self._noted:
            self._noted[source] = 0
            note(f"reading {source}")
        elif count >= self._noted[source] + _NOTED_EVERY:
            self._noted[source] = count
            note(f"{source}: {count} items")

    def started(self, run_id: str) -> None:
        note(f"run {run_id}")


class _Bars:
    """For a terminal. How many items a source holds is known only at its end, so the bar pulses."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def started(self, run_id: str) -> None:
        self._progress.console.print(f"run {run_id}", style="dim")

    def seen(self, source: str, count: int) -> None:
        if source not in self._tasks:
            self._finish()
            self._tasks[source] = self._progress.add_task(source, total=None)
        self._progress.update(self._tasks[source], completed=count)

    def _finish(self) -> None:
        for task in self._progress.tasks:
            if task.total is None:
                self._progress.update(task.id, total=max(task.completed, 1), completed=max(task.completed, 1))


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
        TextColumn("{task.completed:.0f} items"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err(), transient=True) as progress:
        yield _Bars(progress)
