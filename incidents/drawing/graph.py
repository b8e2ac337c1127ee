"""The causal graph in columns: the cause at the left, what it reached to its right, the way highlighted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx

from cluster.picture.elements import rect, text
from cluster.picture.text import cut, wrap
from incidents.drawing.shapes import hover, label
from incidents.vocabulary import CAUSES

Json = Mapping[str, Any]

WIDE, GAP_X, GAP_Y = 232.0, 104.0, 22.0
_PADDING, _LINE = 12.0, 16.0
_ROOM = WIDE - 2 * _PADDING - 6
_MOST_NODES, _MOST_FINDINGS, _MOST_ROWS = 24, 3, 6
_WORDS = {
    "calls": "is called by", "selects": "serves", "routes": "serves", "runs_on": "runs", "owns": "belongs with",
    "mounts": "is mounted by", "references": "is used by", "affects": "affects",
}  # fmt: skip
"""How failure travels along an edge, read from the left to the right."""


@dataclass(slots=True)
class _Box:
    """A node with its place."""

    node: Json
    findings: list[str]
    x: float = 0.0
    y: float = 0.0

    @property
    def high(self) -> float:
        """How high it is."""
        return 2 * _PADDING + 2 * _LINE + _LINE * len(self.rows) - 4

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The lines that its findings take, each with the whole finding."""
        return [(row, said) for said in self.findings for row in wrap(said, 12.0, _ROOM, 2, prose=True)]


def draw(graph: Json) -> tuple[str, float, float]:
    """The graph as SVG with its width and height; '' where there is nothing to draw."""
    boxes = {node["id"]: _Box(node, _findings(node)) for node in _chosen(graph)}
    if not boxes:
        return "", 0.0, 0.0
    edges = [edge for edge in graph["edges"] if edge["source"] in boxes and edge["target"] in boxes]
    columns = _columns(boxes, edges)
    high = _place(columns, edges)
    body = [_edge(boxes[edge["source"]], boxes[edge["target"]], edge) for edge in _way_last(edges)]
    body += [_box(box) for box in boxes.values()]
    wide = len(columns) * (WIDE + GAP_X) - GAP_X
    left = len(graph["nodes"]) - len(boxes)
    if left:
        said = f"and {left} more object{'s' if left > 1 else ''} with findings that the cause does not explain or reach"
        body.append(label("soft", 0, high + 20, said))
        high += 28
    return "".join(body), wide, high


def _findings(node: Json) -> list[str]:
    """What was found at a node, in words."""
    terms = [str(term) for term in node.get("findings") or ()]
    titles = [CAUSES[term].title if term in CAUSES else term for term in terms]
    more = len(titles) - _MOST_FINDINGS
    return [*titles[:_MOST_FINDINGS], *([f"and {more} more"] if more > 0 else [])]


def _chosen(graph: Json) -> list[Json]:
    """The cause, what is connected with it, the way first; what stands alone is left out."""
    ways = {edge[end] for edge in graph["edges"] if edge["path"] for end in ("source", "target")}
    linked = {edge[end] for edge in graph["edges"] for end in ("source", "target")}
    kept = [node for node in graph["nodes"] if node["id"] in linked or node["role"] == "cause"]
    kept.sort(
        key=lambda node: (node["role"] != "cause", node["id"] not in ways, -len(node.get("findings") or ()))
    )
    return kept[:_MOST_NODES]


def _columns(boxes: Mapping[str, _Box], edges: Sequence[Json]) -> list[list[_Box]]:
    """The boxes by how many steps they are from where nothing leads to; cycles are cut where they close."""
    made = networkx.DiGraph()
    made.add_nodes_from(boxes)
    for edge in [*(e for e in edges if e["path"]), *(e for e in edges if not e["path"])]:
        # Of two edges that contradict each other, that of the way stands.
        if not networkx.has_path(made, edge["target"], edge["source"]):
            made.add_edge(edge["source"], edge["target"])
    place: dict[str, int] = {}
    for ident in networkx.topological_sort(made):
        place[ident] = max((place[before] + 1 for before in made.predecessors(ident)), default=0)
    columns: dict[int, list[_Box]] = defaultdict(list)
    for ident, box in boxes.items():
        columns[place[ident]].append(box)
    return [part for number in sorted(columns) for part in _split(columns[number])]


def _split(column: list[_Box]) -> list[list[_Box]]:
    """A column that is too long, as several."""
    return [column[start : start + _MOST_ROWS] for start in range(0, len(column), _MOST_ROWS)]


def _place(columns: Sequence[list[_Box]], edges: Sequence[Json]) -> float:
    """Gives every box its place, near those that lead to it; how high all is."""
    heights = [sum(box.high for box in column) + GAP_Y * (len(column) - 1) for column in columns]
    high = max(heights)
    middles: dict[str, float] = {}
    for number, column in enumerate(columns):
        wanted = {box.node["id"]: _wanted(box, edges, middles, high / 2) for box in column}
        column.sort(key=lambda box: wanted[box.node["id"]])
        y = (high - heights[number]) / 2
        for box in column:
            box.x, box.y = number * (WIDE + GAP_X), y
            middles[box.node["id"]] = y + box.high / 2
            y += box.high + GAP_Y
    return high


def _wanted(box: _Box, edges: Sequence[Json], middles: Mapping[str, float], otherwise: float) -> float:
    """The height at which a box would stand best: that of what leads to it."""
    found = [
        middles[edge["source"]]
        for edge in edges
        if edge["target"] == box.node["id"] and edge["source"] in middles
    ]
    return sum(found) / len(found) if found else otherwise


def _way_last(edges: Sequence[Json]) -> list[Json]:
    return sorted(edges, key=lambda edge: bool(edge["path"]))


def _box(box: _Box) -> str:
    node = box.node
    place = "/".join(part for part in (node.get("namespace"), node["name"]) if part)
    kind = {"cause": f"{node['kind']} · root cause", "between": node["kind"]}.get(node["role"], node["kind"])
    left = _PADDING + 6
    rows = [
        rect("card", 0, 0, WIDE, box.high, 7),
        rect("bar", 0, 0, 5, box.high, 2.5),
        label("soft small", left, _PADDING + 8, kind),
        label("name", left, _PADDING + 26, cut(str(node["name"]), 13.0, _ROOM, bold=True), title=place),
    ]
    for number, (row, said) in enumerate(box.rows, 1):
        rows.append(label("said", left, _PADDING + 26 + _LINE * number, row, title=said))
    role = node["role"] if node["role"] in ("cause", "affected") else "between"
    why = hover(f"{node['kind']} {place}: {node.get('reason') or node.get('status') or ''}")
    ident = text(node["id"])
    return f'<g class="r-{role}" data-id="{ident}" transform="translate({box.x:g} {box.y:g})">{why}{"".join(rows)}</g>'


def _edge(source: _Box, target: _Box, edge: Json) -> str:
    """An arrow from one box to another, with what it means on it."""
    style = "way" if edge["path"] else "side"
    start_y, end_y = source.y + source.high / 2, target.y + target.high / 2
    forward = target.x > source.x
    start_x = source.x + WIDE if forward or target.x == source.x else source.x
    end_x = target.x if forward else target.x + WIDE
    back = 9.0 if forward else -9.0
    bend = (end_x - start_x) / 2 if target.x != source.x else GAP_X / 2
    path = (
        f"M{start_x:g} {start_y:g}C{start_x + bend:g} {start_y:g} {end_x - back - bend:g} {end_y:g} "
        f"{end_x - back:g} {end_y:g}"
    )
    said = _WORDS.get(edge["type"], edge["type"])
    shown = cut(str(said), 11.0, GAP_X - 20)
    head = f"M{end_x:g} {end_y:g}l{-back:g}-5v10z"
    named = label("soft small on", end_x - 1.5 * back, end_y - 7, shown, anchor="end" if forward else "start")
    return (
        f'<g data-source="{text(edge["source"])}" data-target="{text(edge["target"])}">{hover(edge["evidence"])}'
        f'<path class="{style}" d="{path}"/><path class="{style}-head" d="{head}"/>{named}</g>'
    )
