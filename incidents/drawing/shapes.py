"""Pieces of SVG beside `cluster.picture.elements`, and the style sheet, for light and dark surroundings."""

from __future__ import annotations

from cluster.picture.elements import text, titled
from cluster.picture.style import FONT
from cluster.picture.text import clean

_LIGHT = {
    "page": "#ffffff", "card": "#ffffff", "edge": "#c4ccd5", "ink": "#1f2328", "soft": "#57606a", "grid": "#e6eaee",
    "cause": "#cf222e", "cause-tint": "#fff0ee", "affected": "#9a6700", "affected-tint": "#fff8e5",
    "way": "#cf222e", "side": "#8c959f", "series": "#0969da", "change": "#8250df", "turned": "#cf222e",
}  # fmt: skip
_DARK = {
    "page": "#0d1117", "card": "#1c232d", "edge": "#4b545f", "ink": "#e6edf3", "soft": "#9da7b3", "grid": "#262d36",
    "cause": "#f85149", "cause-tint": "#2f191d", "affected": "#d29922", "affected-tint": "#2b2312",
    "way": "#f85149", "side": "#6e7781", "series": "#58a6ff", "change": "#d2a8ff", "turned": "#f85149",
}  # fmt: skip
_FIXED = (
    f"text{{font-family:{FONT};font-size:12px}}",
    ".title{font-size:18px;font-weight:600}.head{font-size:14px;font-weight:600}.name{font-size:13px;font-weight:600}",
    ".way{fill:none;stroke-width:3}.side{fill:none;stroke-width:1.4;stroke-dasharray:5 4}",
    ".series{fill:none;stroke-width:1.6;stroke-linejoin:round}.change{stroke-width:1.4;stroke-dasharray:4 3}",
    ".turned{stroke-width:1.6}.after{opacity:.08}.level{stroke-width:1;stroke-dasharray:2 3}.small{font-size:11px}",
    ".on{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}",
)


def sheet() -> str:
    """The style sheet; all rules hold inside `.incident` only."""
    light = "".join(map(_scoped, (*_FIXED, *_coloured(_LIGHT))))
    return f"{light}@media (prefers-color-scheme:dark){{{''.join(map(_scoped, _coloured(_DARK)))}}}"


def _coloured(table: dict[str, str]) -> tuple[str, ...]:
    return (
        f".page{{fill:{table['page']}}}.on{{stroke:{table['page']}}}.title,.head,.name,.plain{{fill:{table['ink']}}}.soft{{fill:{table['soft']}}}",
        f".card{{fill:{table['card']};stroke:{table['edge']}}}.back{{fill:{table['page']}}}.grid{{stroke:{table['grid']}}}",
        *(
            f".r-{role} .card{{fill:{table[f'{role}-tint']};stroke:{table[role]}}}.r-{role} .bar{{fill:{table[role]}}}"
            f".r-{role} .said{{fill:{table[role]}}}"
            for role in ("cause", "affected")
        ),
        f".r-between .bar{{fill:{table['side']}}}.way{{stroke:{table['way']}}}.side{{stroke:{table['side']}}}",
        f".way-head{{fill:{table['way']}}}.side-head{{fill:{table['side']}}}.series{{stroke:{table['series']}}}",
        f".change{{stroke:{table['change']}}}.changed{{fill:{table['change']}}}.turned{{stroke:{table['turned']}}}",
        f".turn{{fill:{table['turned']}}}.after{{fill:{table['turned']}}}.level{{stroke:{table['soft']}}}",
    )


def _scoped(rules: str) -> str:
    scoped = []
    for rule in filter(None, rules.split("}")):
        selectors, _, declared = rule.partition("{")
        scoped.append(",".join(f".incident {one}" for one in selectors.split(",")) + f"{{{declared}}}")
    return "".join(scoped)


def hover(value: object) -> str:
    """What is shown on hovering."""
    return f"<title>{text(value)}</title>" if clean(value) else ""


def label(style: str, x: float, y: float, value: object, *, anchor: str = "", title: object = "") -> str:
    """A text at a point."""
    return titled(style, x, y, value, anchor=anchor, hover=hover(title))


def line(style: str, x: float, y: float, to_x: float, to_y: float) -> str:
    """A straight line."""
    return f'<line class="{style}" x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}"/>'
