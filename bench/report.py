"""The two sides against each other: ratios, the targets, and a table for a terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table

Figures = dict[str, Any]

_ROWS = (
    ("files", "source files", 0),
    ("documents", "documents made of them", 0),
    ("chunks", "chunks", 0),
    ("characters", "characters in chunks", 0),
    ("tokens_in_chunks", "tokens in chunks", 0),
    ("tokens_embedded", "tokens really embedded", 0),
    ("chunks_over_window", "share of chunks over the model's window", 3),
    ("load_seconds", "imports and model, s (not in the next)", 2),
    ("ingest_seconds", "ingest from nothing, s", 2),
    ("files_per_second", "source files a second", 1),
    ("embedded_tokens_per_second", "embedded tokens a second", 0),
    ("unchanged_seconds", "ingest again, nothing changed, s", 3),
    ("change_seconds", "ingest again, one file changed, s", 3),
    ("search_p50_ms", "search p50, ms", 2),
    ("search_p95_ms", "search p95, ms", 2),
    ("recall@5", "recall@5 of files", 3),
    ("recall@10", "recall@10 of files", 3),
    ("ingest_peak_mb", "peak memory of ingest, MB", 0),
    ("peak_mb", "peak memory of all, MB", 0),
    ("disk_mb", "on disk, MB", 1),
)


def with_rates(figures: Figures) -> Figures:
    """`figures` and what a second of ingest did."""
    seconds = figures["ingest_seconds"]
    return {
        **figures,
        "files_per_second": round(figures["files"] / seconds, 2),
        "embedded_tokens_per_second": round(figures["tokens_embedded"] / seconds, 1),
    }


def ratios(ours: Figures, theirs: Figures) -> Figures:
    """How many times more (speeds) or what part (seconds, memory, disk) Kubelore has of the quick start's."""
    found = {
        "embedded_tokens_per_second": _ratio(ours, theirs, "embedded_tokens_per_second"),
        "files_per_second": _ratio(ours, theirs, "files_per_second"),
        "unchanged_times_faster": round(theirs["unchanged_seconds"] / ours["unchanged_seconds"], 1),
        "unchanged_times_faster_than_own_rebuild": round(
            ours["ingest_seconds"] / ours["unchanged_seconds"], 1
        ),
        "change_part_of_rebuild": round(ours["change_seconds"] / theirs["change_seconds"], 4),
        "change_part_of_own_rebuild": round(ours["change_seconds"] / ours["ingest_seconds"], 4),
        "search_p50": _ratio(ours, theirs, "search_p50_ms"),
        "search_p95": _ratio(ours, theirs, "search_p95_ms"),
        "peak_memory": _ratio(ours, theirs, "peak_mb"),
        "disk": _ratio(ours, theirs, "disk_mb"),
    }
    for name in ("recall@5", "recall@10"):
        if name in ours:
            found[f"{name}_gain"] = round(ours[name] - theirs[name], 4)
    return found


def targets(ours: Figures, compared: Figures) -> list[dict[str, Any]]:
    """What was promised against the quick start, what was measured, and whether it is met."""
    rows: list[tuple[str, Any, bool]] = [
        (
            "embedded tokens a second: at least 3 times",
            compared["embedded_tokens_per_second"],
            compared["embedded_tokens_per_second"] >= 3,
        ),
        (
            "source files a second: no fewer",
            compared["files_per_second"],
            compared["files_per_second"] >= 1,
        ),
        (
            "every token of every chunk inside the model's window",
            1 - ours["chunks_over_window"],
            ours["chunks_over_window"] == 0,
        ),
        (
            "unchanged: at least 100 times faster than the rebuild",
            compared["unchanged_times_faster"],
            compared["unchanged_times_faster"] >= 100,
        ),
        (
            "one file changed: under a twentieth of the rebuild",
            compared["change_part_of_rebuild"],
            compared["change_part_of_rebuild"] < 0.05,
        ),
        ("search p50: no slower", compared["search_p50"], compared["search_p50"] <= 1),
        ("peak memory: no higher", compared["peak_memory"], compared["peak_memory"] <= 1),
    ]
    gains = {name: compared.get(f"{name}_gain") for name in ("recall@5", "recall@10")}
    rows += [(f"{name}: higher", gain, gain > 0) for name, gain in gains.items() if gain is not None]
    return [{"target": target, "measured": value, "met": met} for target, value, met in rows]


def figures_table(ours: Figures, theirs: Figures) -> Table:
    """All figures side by side."""
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    table.add_column("quick start", justify="right")
    table.add_column("Kubelore", justify="right")
    for key, name, digits in _ROWS:
        if key in ours:
            table.add_row(name, _number(theirs[key], digits), _number(ours[key], digits))
    return table


def targets_table(rows: list[dict[str, Any]]) -> Table:
    """The targets with a word on each."""
    table = Table(box=None, pad_edge=False)
    table.add_column("target")
    table.add_column("measured", justify="right")
    table.add_column("")
    for row in rows:
        verdict = "[green]met[/]" if row["met"] else "[red]missed[/]"
        table.add_row(row["target"], _number(row["measured"], 3), verdict)
    return table


def _ratio(ours: Figures, theirs: Figures, key: str) -> float:
    return round(float(ours[key]) / float(theirs[key]), 3)


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}"
