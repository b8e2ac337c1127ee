"""The legend: the signs, lines and borders that occur in this picture, and no others."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges.base import EdgeType
from cluster.picture import signs
from cluster.picture.scene import Scene
from cluster.picture.text import width
from cluster.status import Level

_MEANING = {
    EdgeType.CALLS: "calls",
    EdgeType.ROUTES: "routes traffic to",
    EdgeType.SELECTS: "selects",
    EdgeType.OWNS: "owns",
    EdgeType.MOUNTS: "uses",
    EdgeType.REFERENCES: "refers to",
    EdgeType.SCALES: "scales",
    EdgeType.ALLOWS: "may talk to",
    EdgeType.RUNS_ON: "runs on",
    EdgeType.CREATED_BY: "created by",
    EdgeType.DOCUMENTED_BY: "documented by",
}
_LEVELS = {Level.UNKNOWN: "state unknown"}
_STEP, _SPACE = 22.0, 22.0


def legend(scene: Scene, room: float) -> tuple[str, float]:
    """The legend's SVG within a width, and its height; nothing for a picture without anything to explain."""
    out: list[str] = []
    x, y = 0.0, 0.0
    for sign, sign_width, text in _entries(scene):
        wide = sign_width + 6 + width(text, 12.0)
        if x and x + wide > room:
            x, y = 0.0, y + _STEP
        label = f'<text class="soft" x="{sign_width + 6:g}" y="14">{text}</text>'
        out.append(f'<g transform="translate({x:g} {y:g})">{sign}{label}</g>')
        x += wide + _SPACE
    return f'<g class="legend">{"".join(out)}</g>', y + _STEP if out else 0.0


def _entries(scene: Scene) -> Iterator[tuple[str, float, str]]:
    for level in scene.levels:
        yield signs.health(level, 8, 10), 16.0, _LEVELS.get(level, str(level))
    for kind in scene.types:
        line = f'<path class="line l-{kind}" d="M0 10H24"/><path class="a-{kind}" d="M31 10l-8-4v8z"/>'
        yield line, 31.0, _MEANING[kind]
    if any(box.stack for box in scene.boxes):
        card = '<g class="stack"><rect class="card" x="3" y="5" width="20" height="12" rx="3"/>'
        yield card + '<rect class="card" y="2" width="20" height="12" rx="3"/></g>', 23.0, "several objects"
    if any(box.absent for box in scene.boxes):
        yield _card("absent"), 20.0, "named, but not seen"
    if any(box.focus for box in scene.boxes):
        yield _card("focus"), 20.0, "in focus"


def _card(style: str) -> str:
    return f'<g class="{style}"><rect class="card" x="1" y="3" width="18" height="13" rx="3"/></g>'
