"""What both sides are measured with."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WINDOW = 256
"""Tokens that MiniLM reads; the rest of a longer text is cut off without a word."""


class Stopwatch:
    """`seconds` of the block that it was given to."""

    seconds = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Time a block."""
    watch = Stopwatch()
    began = time.perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - began


def peak_mb() -> float:
    """The most memory this process ever held, in MB (10⁶ bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def disk_mb(folder: Path, leave_out: str = "") -> float:
    """The size of all files below `folder`, in MB, without the sub-folder `leave_out`."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    kept = [path for path in files if not leave_out or path.relative_to(folder).parts[0] != leave_out]
    return sum(path.stat().st_size for path in kept) / 1e6


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of at least one value."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def text_figures(texts: Sequence[str], tokens: Sequence[int]) -> dict[str, float]:
    """What is in the chunks' `texts`, as the model reads them, and how much of it the model sees.

    `tokens` counts each text's tokens, special ones included.
    """
    over = sum(count > WINDOW for count in tokens)
    return {
        "chunks": len(texts),
        "characters": sum(map(len, texts)),
        "tokens_in_chunks": sum(tokens),
        "tokens_inside_window": sum(min(count, WINDOW) for count in tokens),
        "chunks_over_window": round(over / len(tokens), 4) if tokens else 0.0,
    }


def search_figures(queries: Sequence[str], search: Callable[[str], Any], rounds: int = 3) -> dict[str, float]:
    """Milliseconds of one search, over all queries `rounds` times; the first pass only warms up."""
    for query in queries:
        search(query)
    spent: list[float] = []
    for _ in range(rounds):
        for query in queries:
            with timed() as watch:
                search(query)
            spent.append(1e3 * watch.seconds)
    return {
        "search_p50_ms": round(percentile(spent, 0.5), 3),
        "search_p95_ms": round(percentile(spent, 0.95), 3),
    }


def recall(found: Sequence[str], gold: Sequence[str], depth: int, needs_all: bool) -> float:
    """The share of gold files among the first `depth` distinct files; one suffices unless all are needed."""
    top = list(dict.fromkeys(found))[:depth]
    hits = [path in top for path in gold]
    return sum(hits) / len(hits) if needs_all else float(any(hits))


def median_of(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One result of several of the same shape: numbers by their median, anything else of the first."""
    merged: dict[str, Any] = {}
    for key, first in runs[0].items():
        if isinstance(first, dict):
            merged[key] = median_of([run[key] for run in runs])
        elif isinstance(first, (int, float)) and not isinstance(first, bool):
            merged[key] = statistics.median([run[key] for run in runs])
        else:
            merged[key] = first
    return merged
