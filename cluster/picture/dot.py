"""A scene in DOT, for Graphviz."""

from __future__ import annotations

from cluster.picture.scene import Box, Scene
from cluster.picture.text import clean
from cluster.status import Level

_COLOURS = {
    Level.HEALTHY: "#1a7f37", Level.PROGRESSING: "#0969da", Level.DEGRADED: "#9a6700", Level.FAILED: "#cf222e",
    Level.UNKNOWN: "#6e7781",
}  # fmt: skip
_STYLES = {
    "mounts": "dotted",
    "references": "dotted",
    "selects": "dashed",
    "scales": "dashed",
    "allows": "dashed",
}


def render(scene: Scene) -> str:
    """A digraph with a cluster for each group."""
    ids = {box.id: f"n{place}" for place, box in enumerate(scene.boxes)}
    lines = [
        "digraph kubelore {",
        f"  graph [rankdir=LR, label={_quoted([scene.title, scene.subtitle])}, labelloc=t, fontname=Helvetica];",
        "  node [shape=box, style=rounded, fontname=Helvetica, fontsize=11];",
        "  edge [fontname=Helvetica, fontsize=9];",
    ]
    for place, group in enumerate(scene.groups):
        lines.append(f"  subgraph cluster_{place} {{")
        lines.append(f"    label={_quoted([group.title, group.subtitle])};")
        lines += [f"    {ids[box.id]} {_attributes(box)};" for box in scene.boxes if box.group == group.id]
        lines.append("  }")
    for link in scene.links:
        said = str(link.type).replace("_", " ") + (
            f" x{link.count}" if scene.counted and link.count > 1 else ""
        )
        style = _STYLES.get(str(link.type), "solid")
        lines.append(f"  {ids[link.source]} -> {ids[link.target]} [label={_quoted([said])}, style={style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _attributes(box: Box) -> str:
    first = f"{box.name} {box.badge}".strip()
    kind = box.kind if box.level is Level.UNKNOWN else f"{box.kind}, {box.level}"
    label = _quoted([first, kind, *(line.text for line in box.lines)])
    return f'[label={label}, color="{_COLOURS[box.level]}", tooltip={_quoted([box.title])}]'


def _quoted(lines: list[str]) -> str:
    """A quoted string; backslashes and quotation marks of the text are only that."""
    escaped = (clean(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines if line)
    return '"' + "\\n".join(escaped) + '"'
