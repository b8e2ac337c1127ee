"""Colours and type of the SVG, for light and dark surroundings. Every colour of health comes with a sign of its own."""

from __future__ import annotations

from cluster.edges.base import EdgeType
from cluster.status import Level

FONT = "system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,'Liberation Sans','DejaVu Sans',sans-serif"

_LIGHT = {
    "page": "#ffffff", "band": "#f6f8fa", "frame": "#d0d7de", "card": "#ffffff", "edge": "#c4ccd5", "ink": "#1f2328",
    "soft": "#57606a",
    Level.HEALTHY: "#1a7f37", Level.PROGRESSING: "#0969da", Level.DEGRADED: "#9a6700", Level.FAILED: "#cf222e",
    Level.UNKNOWN: "#6e7781",
    "on": "#ffffff", "tint-failed": "#fff0ee", "tint-degraded": "#fff8e5", "tint-progressing": "#eef6ff",
}  # fmt: skip
_DARK = {
    "page": "#0d1117", "band": "#151b23", "frame": "#3d444d", "card": "#1c232d", "edge": "#4b545f", "ink": "#e6edf3",
    "soft": "#9da7b3",
    Level.HEALTHY: "#3fb950", Level.PROGRESSING: "#58a6ff", Level.DEGRADED: "#d29922", Level.FAILED: "#f85149",
    Level.UNKNOWN: "#9198a1",
    "on": "#0d1117", "tint-failed": "#2f191d", "tint-degraded": "#2b2312", "tint-progressing": "#14243a",
}  # fmt: skip
_LINES: dict[EdgeType, tuple[str, str, str]] = {
    EdgeType.CALLS: ("#0550ae", "#79c0ff", ""),
    EdgeType.ROUTES: ("#8250df", "#d2a8ff", ""),
    EdgeType.SELECTS: ("#1b7c83", "#56d4dd", "6 3"),
    EdgeType.OWNS: ("#6e7781", "#9198a1", ""),
    EdgeType.MOUNTS: ("#9a6700", "#e3b341", "2 3"),
    EdgeType.REFERENCES: ("#6e7781", "#9198a1", "2 3"),
    EdgeType.SCALES: ("#bf3989", "#f778ba", "6 3"),
    EdgeType.ALLOWS: ("#1a7f37", "#56d364", "8 3 2 3"),
    EdgeType.RUNS_ON: ("#57606a", "#9da7b3", "8 3 2 3"),
    EdgeType.CREATED_BY: ("#953800", "#ffa657", "2 3"),
    EdgeType.DOCUMENTED_BY: ("#953800", "#ffa657", "6 3"),
}
"""Colour in the light, colour in the dark, dashes."""
_LEVELS = tuple(Level)


def sheet(levels: list[Level], types: list[EdgeType]) -> str:
    """The style sheet of a picture with these levels and types of links; all rules hold inside `.kubelore` only."""
    dark = _colours(_DARK, levels, types, 1)
    rules = [
        f"text{{font-family:{FONT};font-size:12px}}",
        ".heading{font-size:18px;font-weight:600}.group{font-size:15px;font-weight:600}",
        ".name{font-size:13px;font-weight:600}.badge{font-weight:600}",
        ".line{fill:none;stroke-width:1.6}.sign{fill:none;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}",
        ".mark{fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}",
        ".stack .card{stroke-dasharray:5 3}.absent .card{stroke-dasharray:2 3}.focus .card{stroke-width:3}",
        *_colours(_LIGHT, levels, types, 0),
    ]
    light = "".join(_scoped(rule) for rule in rules)
    return f"{light}@media (prefers-color-scheme:dark){{{''.join(_scoped(rule) for rule in dark)}}}"


def _scoped(rules: str) -> str:
    scoped = []
    for rule in filter(None, rules.split("}")):
        selectors, _, declared = rule.partition("{")
        scoped.append(",".join(f".kubelore {one}" for one in selectors.split(",")) + f"{{{declared}}}")
    return "".join(scoped)


def _colours(table: dict[str, str], levels: list[Level], types: list[EdgeType], side: int) -> list[str]:
    rules = [
        f".plain,.heading,.group,.name{{fill:{table['ink']}}}.page{{fill:{table['page']}}}.band{{fill:{table['band']};stroke:{table['frame']}}}",
        f".card{{fill:{table['card']};stroke:{table['edge']}}}.kind,.muted,.soft{{fill:{table['soft']}}}",
        f".sign{{stroke:{table['soft']}}}.mark{{stroke:{table['on']}}}.back{{fill:{table['band']}}}",
        f".focus .card{{stroke:{table['ink']}}}",
    ]
    for level in _LEVELS:
        if level in levels or level is Level.UNKNOWN:
            rules.append(f".f-{level}{{fill:{table[level]}}}")
            if f"tint-{level}" in table:
                rules.append(f".t-{level} .card{{fill:{table[f'tint-{level}']};stroke:{table[level]}}}")
    for kind in types:
        light_dark, dashes = _LINES[kind][side], _LINES[kind][2]
        dash = f";stroke-dasharray:{dashes}" if dashes and side == 0 else ""
        rules.append(
            f".l-{kind}{{stroke:{light_dark}{dash}}}.a-{kind}{{fill:{light_dark}}}.n-{kind}{{fill:{light_dark}}}"
        )
    return rules
