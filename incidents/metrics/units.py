"""Values of metrics as people read them, by what the metric's name says it measures."""

from __future__ import annotations

import math

from incidents.metrics.kinds import Kind, kind_of

_SIZES = ("B", "KiB", "MiB", "GiB", "TiB")


def shown_value(metric: str, value: float) -> str:
    """`246 ms`, `230 MiB`, `12%`, `0.4 cores`; the plain number where the unit is not known."""
    if not math.isfinite(value):
        return "unknown"
    kind = kind_of(metric)
    if metric.endswith(("ratio", "used", "throttling")):
        return f"{value:.3g}" if value > 1.5 else f"{value * 100:.3g}%"
    if metric.endswith("latency"):
        return f"{value / 1000:.3g} s" if abs(value) >= 1000 else f"{value:.3g} ms"
    if metric == "memory" and kind is Kind.MEMORY and abs(value) >= 1024:
        return _size(value)
    if metric == "cpu":
        return f"{value:.3g} cores"
    if metric == "requests":
        return f"{value:.3g}/s"
    return f"{value:.4g}"


def _size(value: float) -> str:
    place = 0
    while abs(value) >= 1024 and place < len(_SIZES) - 1:
        value, place = value / 1024, place + 1
    return f"{value:.3g} {_SIZES[place]}"
