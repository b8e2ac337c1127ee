"""A scene as a Mermaid flowchart, for a page or a pull request."""

from __future__ import annotations

from cluster.edges.base import EdgeType
from cluster.picture.scene import ALARMING, Box, Scene, Tone
from cluster.picture.text import clean
from cluster.status import Level

_SIGNS = {
    Level.HEALTHY: "✔", Level.PROGRESSING: "➜", Level.DEGRADED: "▲", Level.FAILED: "✖", Level.UNKNOWN: "",
}  # fmt: skip
_COLOURS = {
    Level.HEALTHY: "stroke:#1a7f37",
    Level.PROGRESSING: "stroke:#0969da,stroke-width:2px",
    Level.DEGRADED: "stroke:#9a6700,stroke-width:3px",
    Level.FAILED: "stroke:#cf222e,stroke-width:3px",
}
_DOTTED = frozenset({EdgeType.MOUNTS, EdgeType.REFERENCES, EdgeType.CREATED_BY, EdgeType.DOCUMENTED_BY})
_LONGEST = 160


def render(scene: Scene) -> str:
    """`flowchart LR` with a subgraph for each group; ids are numbers, so that no name can be read as syntax."""
    ids = {box.id: f"n{place}" for place, box in enumerate(scene.boxes)}
    lines = ["---", f"title: {_front(scene.title)}", "---", "flowchart LR", f"%% {_comment(scene.subtitle)}"]
    for place, group in enumerate(scene.groups):
        heading = " — ".join(filter(None, (group.title, group.subtitle)))
        lines.append(f'  subgraph g{place}["{_text(heading)}"]')
        own = (box for box in scene.boxes if box.group == group.id)
        lines += [f'    {ids[box.id]}["{_label(box)}"]' for box in own]
        lines.append("  end")
    for link in scene.links:
        arrow = "-.->" if link.type in _DOTTED else "-->"
        said = str(link.type).replace("_", " ") + (
            f" ×{link.count}" if scene.counted and link.count > 1 else ""
        )
        lines.append(f'  {ids[link.source]} {arrow}|"{said}"| {ids[link.target]}')
    for level, style in _COLOURS.items():
        some = [ids[box.id] for box in scene.boxes if box.level is level]
        if some:
            lines += [f"  classDef {level} {style}", f"  class {','.join(some)} {level}"]
    return "\n".join(lines) + "\n"


def _label(box: Box) -> str:
    first = f"{_SIGNS[box.level]} {box.name} {box.badge}" if not box.stack else box.name
    lines = [first, box.kind]
    lines += [line.text for line in box.lines if line.tone is not Tone.MUTED or box.level not in ALARMING]
    return "<br/>".join(_text(line) for line in lines)


def _text(value: str) -> str:
    """Text between quotation marks: Mermaid reads `#` as an entity, the page reads `<` and `&` as HTML."""
    value = clean(value)
    shorter = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
    return "".join(f"#{ord(one)};" if one in '#"<>&`\\[]{}|()%*_~' else one for one in shorter)


def _front(value: str) -> str:
    """A title in the front matter, which is YAML."""
    return "'" + clean(value).replace("'", "''") + "'"


def _comment(value: str) -> str:
    return clean(value).replace("{", "(").replace("}", ")").replace("%%", "% %")
