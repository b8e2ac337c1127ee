"""Metric panels: each a small chart with where it turned, the levels before and after, and the changes of that time."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cluster.picture.elements import rect
from cluster.picture.text import cut
from incidents.drawing.shapes import hover, label, line
from incidents.metrics.units import shown_value

Json = Mapping[str, Any]

WIDE, HIGH = 328.0, 158.0
GAP = 20.0
_EDGE = 12.0
_LEFT, _TOP, _BOTTOM, _RIGHT = 66.0, 50.0, 26.0, 12.0


def draw(panels: Sequence[Json], changes: Sequence[Json], columns: int) -> tuple[str, float]:
    """The panels in rows, and how high they are; `changes` are entries of the timeline."""
    if not panels:
        return "", 0.0
    body = []
    for number, panel in enumerate(panels):
        x, y = (number % columns) * (WIDE + GAP), (number // columns) * (HIGH + GAP)
        body.append(f'<g transform="translate({x:g} {y:g})">{_panel(panel, changes)}</g>')
    rows = -(-len(panels) // columns)
    return "".join(body), rows * (HIGH + GAP) - GAP


def _panel(panel: Json, changes: Sequence[Json]) -> str:
    times, values = panel["times"], panel["values"]
    known = [value for value in values if value is not None]
    low, high = _scale(known)
    start, end = times[0], max(times[-1], times[0] + 1)
    inner = (WIDE - _LEFT - _RIGHT, HIGH - _TOP - _BOTTOM)

    def across(at: float) -> float:
        return _LEFT + inner[0] * float(at - start) / float(end - start)

    def up(value: float) -> float:
        return _TOP + inner[1] * (1 - (value - low) / (high - low))

    metric = str(panel["metric"])
    turned = datetime.fromisoformat(panel["turned_at"]).timestamp() if panel.get("turned_at") else None
    out = [rect("card", 0, 0, WIDE, HIGH, 7), *_headings(panel, metric)]
    out += [line("grid", _LEFT, up(one), WIDE - _RIGHT, up(one)) for one in (low, high)]
    if turned is not None:
        out.append(rect("after", across(turned), _TOP, WIDE - _RIGHT - across(turned), inner[1]))
    for change in changes:
        at = datetime.fromisoformat(change["at"]).timestamp()
        if start <= at <= end:
            out.append(
                f"<g>{hover(change['text'])}{line('change', across(at), _TOP - 4, across(at), HIGH - _BOTTOM)}</g>"
            )
    out += [
        f'<polyline class="series" points="{" ".join(f"{across(at):.1f},{up(value):.1f}" for at, value in run)}"/>'
        for run in _runs(times, values)
    ]
    if turned is not None:
        out.append(line("turned", across(turned), _TOP, across(turned), HIGH - _BOTTOM))
    return "".join(out) + _axis(start, end, turned, across) + _bounds(metric, low, high, up)


def _headings(panel: Json, metric: str) -> list[str]:
    room = WIDE - 2 * _EDGE
    title = f"{panel['subject']} · {metric}"
    if panel.get("turned_at") and panel["before"] is not None and panel["after"] is not None:
        before, after = (shown_value(metric, panel[key]) for key in ("before", "after"))
        at = datetime.fromisoformat(panel["turned_at"]).timestamp()
        said, style = f"{before} → {after} at {_clock(at)}", "turn"
    else:
        said, style = "did not turn", "soft"
    return [
        label("name", _EDGE, 20, cut(title, 13.0, room, bold=True), title=f"{panel['object']}: {metric}"),
        label(style, _EDGE, 37, said),
    ]


def _scale(known: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest value that are shown: from zero on, unless all are far from it."""
    low, high = min(known, default=0.0), max(known, default=1.0)
    if low >= 0 and low < 0.7 * high:
        low = 0.0
    if high <= low:
        high = low + (abs(low) or 1.0)
    return low, high


def _runs(times: Sequence[float], values: Sequence[float | None]) -> list[list[tuple[float, float]]]:
    """The stretches without a gap; a single point is drawn as a short line."""
    pairs = zip(times, values, strict=True)
    found = []
    for there, group in itertools.groupby(pairs, key=lambda pair: pair[1] is not None):
        run = [(at, value) for at, value in group if value is not None]
        if there:
            found.append(run if len(run) > 1 else [run[0], run[0]])
    return found


def _axis(start: float, end: float, turned: float | None, across: Any) -> str:
    """The times at both ends, and when it turned if there is room between them."""
    y = HIGH - 9
    out = [
        label("soft small", _LEFT, y, _clock(start)),
        label("soft small", WIDE - _RIGHT, y, _clock(end), anchor="end"),
    ]
    if turned is not None and across(start) + 60 < across(turned) < across(end) - 60:
        out.append(label("turn small", across(turned), y, _clock(turned), anchor="middle"))
    return "".join(out)


def _bounds(metric: str, low: float, high: float, up: Any) -> str:
    """What the upper and the lower border stand for."""
    room = _LEFT - _EDGE
    return "".join(
        label("soft small", _LEFT - 6, up(one) + 4, cut(shown_value(metric, one), 11.0, room), anchor="end")
        for one in (high, low)
    )


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M}"
