"""Values of metrics as people read them, where the metric's name says its unit, as the collectors' names do."""

from __future__ import annotations

import math

_SIZES = ("B", "KiB", "MiB", "GiB", "TiB")


def shown_value(metric: str, value: float) -> str:
    """`246 ms`, `230 MiB`, `12%`; the plain number where the unit is not known."""
    if not math.isfinite(value):
        return "unknown"
    if metric.endswith(" ratio"):
        return f"{value * 100:.3g}%"
    if metric.endswith(" latency"):
        return f"{value / 1000:.3g} s" if abs(value) >= 1000 else f"{value:.3g} ms"
    if metric.endswith(" bytes"):
        return _size(value)
    return f"{value:.4g}"


def _size(value: float) -> str:
    place = 0
    while abs(value) >= 1024 and place < len(_SIZES) - 1:
        value, place = value / 1024, place + 1
    return f"{value:.3g} {_SIZES[place]}"
