"""Kubelore with its real connectors, ledger, index and ingest, as `kubelore ingest` runs them."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from api.services import IngestOptions
from api.settings import Settings, load_settings
from api.wiring import Wiring
from bench.measure import disk_mb, peak_mb, search_figures, text_figures, timed
from bench.task import Task, recall_figures, run_side

K = 10
_UNCHANGED_RUNS = 5
_SETTLE_SECONDS = 2.2
"""A file younger than two seconds is read again by the next run, whatever its stamp."""

_ADDED = "\n\n# Checked again by the benchmark\n"
_HOME = Path(__file__).resolve().parent.parent


class _Silent:
    """Progress that nobody watches."""

    def started(self, run_id: str) -> None:
        """Nothing."""

    def seen(self, source: str, count: int, total: int = 0) -> None:
        """Nothing."""


def measure(task: Task) -> dict[str, Any]:
    """Figures of one build, unchanged runs, a change in each source, and searches."""
    settings = _settings(task)
    with timed() as load:
        _import()
    with timed() as ingest:
        first = _ingest(settings)
    peak_of_ingest = peak_mb()
    wiring = Wiring(settings)
    try:
        searcher = wiring.searcher
        searches, found = _search(task, searcher)
        peak = peak_mb()
        figures = _chunk_figures(wiring)
    finally:
        wiring.close()
    disk = disk_mb(task.state, leave_out="model")
    unchanged = _unchanged(settings)
    changes = _changes(task, settings)
    return {
        "load_seconds": load.seconds,
        "files": len(task.files),
        "documents": first.indexed,
        "documents_failed": first.failed,
        **figures,
        "ingest_seconds": ingest.seconds,
        "unchanged_seconds": unchanged,
        "unchanged_command_seconds": _command_seconds(task),
        "change_seconds": max(changes[name]["seconds"] for name in changes),
        "changes": changes,
        **searches,
        **found,
        "ingest_peak_mb": peak_of_ingest,
        "peak_mb": peak,
        "disk_mb": disk,
        "model_mb": disk_mb(task.state / "model"),
    }


def _settings(task: Task) -> Settings:
    """The configuration that a user would write for this corpus."""
    sources = [
        {"name": name, "type": kind, "path": str(task.corpus / name)} for name, kind in task.types.items()
    ]
    config = {"sources": sources, "index": {"path": str(task.state)}}
    path = _config_file(task)
    path.write_text(json.dumps(config))  # JSON is YAML
    return load_settings(path)


def _config_file(task: Task) -> Path:
    return task.state.with_suffix(".yaml")


def _import() -> None:
    """What an ingest imports when it first needs it; the other side's imports are not on its clock either."""
    for name in (
        "chromadb",
        "llama_index.vector_stores.chroma",
        "api.run",
        "index.embedding.bundled",
        "index.retriever",
    ):
        import_module(name)


def _ingest(settings: Settings) -> Any:
    wiring = Wiring(settings)
    try:
        return wiring.ingest(IngestOptions(), _Silent(), threading.Event())
    finally:
        wiring.close()


def _search(task: Task, searcher: Any) -> tuple[dict[str, float], dict[str, float]]:
    from index.search_types import Filters

    def search(text: str) -> Any:
        return searcher.search(text, K, Filters())

    def files_for(text: str) -> list[str]:
        return [f"{result.source}/{result.path}" for result in search(text)]

    return search_figures([q.text for q in task.queries], search), recall_figures(task, files_for)


def _chunk_figures(wiring: Wiring) -> dict[str, float]:
    store = wiring.index.chunks
    texts = [chunk.embedded_text for chunk in store.of_documents(sorted(store.document_ids()))]
    tokens = wiring.index.embedder.count_tokens(texts)
    # The same text is embedded once, whatever the number of chunks that say it.
    distinct = dict(zip(texts, tokens, strict=True))
    return {**text_figures(texts, tokens), "tokens_embedded": sum(distinct.values())}


def _unchanged(settings: Settings) -> float:
    spent = []
    for _ in range(_UNCHANGED_RUNS):
        with timed() as watch:
            run = _ingest(settings)
        if not run.nothing_new:
            raise RuntimeError("a run over the unchanged corpus found something new")
        spent.append(watch.seconds)
    return statistics.median(spent)


def _command_seconds(task: Task) -> float:
    """The whole of `kubelore ingest` with nothing new: interpreter, imports and all."""
    command = [sys.executable, "-m", "kubelore", "--config", str(_config_file(task)), "ingest", "--json"]
    with timed() as watch:
        subprocess.run(command, cwd=_HOME, check=True, capture_output=True)
    return watch.seconds


def _changes(task: Task, settings: Settings) -> dict[str, dict[str, float]]:
    """The seconds of a run over all sources after one file of a source changed, for each source."""
    found = {}
    for name, path in task.changes.items():
        with _changed(task.corpus / name / path), timed() as watch:
            run = _ingest(settings)
        found[name] = {"seconds": watch.seconds, "documents_indexed": run.indexed}
        time.sleep(_SETTLE_SECONDS)
        _ingest(settings)
    return found


@contextmanager
def _changed(file: Path) -> Iterator[None]:
    """The file with a line more."""
    before = file.read_bytes()
    file.write_bytes(before + _ADDED.encode())
    try:
        yield
    finally:
        file.write_bytes(before)


if __name__ == "__main__":
    run_side(measure)
