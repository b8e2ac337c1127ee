"""Small drawn signs: one for each level of health, told apart by shape, and one for each category of objects."""

from __future__ import annotations

from cluster.picture.scene import Category
from cluster.status import Level

_HEALTH = {
    Level.HEALTHY: ("M0-7A7 7 0 1 1 0 7A7 7 0 1 1 0-7Z", "M-3 .3L-.9 2.5L3.2-2.2"),
    Level.PROGRESSING: ("M0-7A7 7 0 1 1 0 7A7 7 0 1 1 0-7Z", "M-3.4 0H3M.6-2.6L3.2 0L.6 2.6"),
    Level.DEGRADED: ("M0-7.2L7.6 6.4H-7.6Z", "M0-2.6V1.6M0 4.1V4.2"),
    Level.FAILED: ("M-3.1-7H3.1L7-3.1V3.1L3.1 7H-3.1L-7 3.1V-3.1Z", "M-2.6-2.6L2.6 2.6M2.6-2.6L-2.6 2.6"),
    Level.UNKNOWN: ("M0-5.2A5.2 5.2 0 1 1 0 5.2A5.2 5.2 0 1 1 0-5.2Z", "M-2.2 0H2.2"),
}
"""A filled outline and the mark in it, around 0,0."""
_CATEGORIES = {
    Category.WORKLOAD: "M8 1.5L14 4.8V11.2L8 14.5L2 11.2V4.8ZM2 4.8L8 8L14 4.8M8 8V14.5",
    Category.NETWORK: "M3 8H13M9.5 4.5L13 8L9.5 11.5M3 4V12",
    Category.CONFIG: "M2 4.5H14M2 11.5H14M6 2.5V6.5M10.5 9.5V13.5",
    Category.STORAGE: "M2.5 4C2.5 1.3 13.5 1.3 13.5 4V12C13.5 14.7 2.5 14.7 2.5 12ZM2.5 4C2.5 6.7 13.5 6.7 13.5 4",
    Category.POLICY: "M8 1.5L13.5 3.5V8C13.5 11.5 11 13.5 8 14.5C5 13.5 2.5 11.5 2.5 8V3.5Z",
    Category.NODE: "M2 2.5H14V7H2ZM2 9H14V13.5H2ZM4.5 4.8H4.6M4.5 11.2H4.6",
    Category.NAMESPACE: "M2 2H6.5V6.5H2ZM9.5 2H14V6.5H9.5ZM2 9.5H6.5V14H2ZM9.5 9.5H14V14H9.5Z",
    Category.DOCUMENT: "M3.5 1.5H9.5L12.5 4.5V14.5H3.5ZM9.5 1.5V4.5H12.5M5.5 8H10.5M5.5 11H10.5",
    Category.OTHER: "M8 2L14 8L8 14L2 8Z",
}


def health(level: Level, x: float, y: float, scale: float = 1.0) -> str:
    """The sign of a level with its middle at a point."""
    outline, mark = _HEALTH[level]
    size = f" scale({scale:g})" if scale != 1.0 else ""
    return (
        f'<g transform="translate({x:g} {y:g}){size}"><path class="f-{level}" d="{outline}"/>'
        f'<path class="mark" d="{mark}"/></g>'
    )


def category(kind: Category, x: float, y: float) -> str:
    """The sign of a category with its upper left corner at a point."""
    return f'<path class="sign" transform="translate({x:g} {y:g})" d="{_CATEGORIES[kind]}"/>'
