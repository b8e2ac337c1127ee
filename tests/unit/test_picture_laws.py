"""What holds for every picture, whatever the objects: nothing overlaps or runs across a box, all is well-formed."""

from __future__ import annotations

import itertools
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.edges.base import EdgeType
from cluster.picture import FORMATS, draw
from cluster.picture.layout.heights import spread
from cluster.picture.layout.layers import columns
from cluster.picture.layout.placing import place
from cluster.picture.scene import Box, Cell, Group, Line, Link, Scene, Tone
from cluster.picture.text import clean, cut, width, wrap
from cluster.status import Level
from tests.unit.picture_graphs import Picture, Shape, Value, deployment, graph_of, pods, service, thing

TEXT = st.text(max_size=60)
NAMES = st.one_of(st.sampled_from("abcdefgh"), st.text(min_size=1, max_size=40))
SPACES = st.sampled_from(["shop", "back", "kube-system"])
LINES = st.builds(Line, TEXT, st.sampled_from(Tone), st.sampled_from(Level), most=st.integers(1, 3))


@st.composite
def scenes(draw_from: st.DrawFn) -> Scene:
    groups = [Group(f"g{number}", draw_from(TEXT), "", ("note",) * (number % 2)) for number in range(3)]
    count = draw_from(st.integers(0, 14))
    boxes = [
        Box(
            f"b{number}", draw_from(st.sampled_from(groups)).id, draw_from(TEXT), draw_from(TEXT),
            level=draw_from(st.sampled_from(Level)), lines=tuple(draw_from(st.lists(LINES, max_size=3))),
            cells=(Cell(Level.HEALTHY, "x"),) * draw_from(st.sampled_from([0, 0, 1, 40])),
            badge=draw_from(st.sampled_from(["", "3/3"])), stack=draw_from(st.booleans()),
        )
        for number in range(count)
    ]  # fmt: skip
    pairs = st.tuples(st.integers(0, max(0, count - 1)), st.integers(0, max(0, count - 1)))
    ends = draw_from(st.lists(pairs, max_size=24, unique=True)) if count > 1 else []
    links = [Link(f"b{one}", f"b{two}", EdgeType.CALLS, one + 1) for one, two in ends if one != two]
    return Scene("title", "", tuple(groups), tuple(boxes), tuple(links), draw_from(st.booleans()))


@st.composite
def clusters(draw_from: st.DrawFn) -> list[Value]:
    values: list[Value] = []
    for name in draw_from(st.lists(NAMES, max_size=8, unique=True)):
        space = draw_from(SPACES)
        called = draw_from(st.lists(st.sampled_from("abcdefgh"), max_size=3))
        values.append(deployment(name, space, ready=draw_from(st.integers(0, 1)), calls=called))
        values += [service(name, space)] * draw_from(st.integers(0, 1))
        values += pods(name, draw_from(st.integers(0, 3)), space, crashing=1)
    for name in draw_from(st.lists(NAMES, max_size=3, unique=True)):
        values.append(thing("ConfigMap", name, draw_from(SPACES)))
        values.append(
            thing(draw_from(st.sampled_from(["Widget", "Ingress", "Pod"])), name, draw_from(SPACES))
        )
    return values


@given(scenes())
def test_boxes_do_not_overlap_and_stand_in_their_groups(scene: Scene) -> None:
    placed = place(scene)

    groups = {
        one.group.id: Shape(one.group.id, "", one.x, one.y, one.width, one.height) for one in placed.groups
    }
    boxes = [
        Shape(ident, one.set.box.group, one.x, one.y, one.set.width, one.set.height)
        for ident, one in placed.boxes.items()
    ]
    assert len(boxes) == len(scene.boxes)
    assert not any(one.overlaps(two) for one, two in itertools.combinations(boxes, 2))
    assert not any(one.overlaps(two) for one, two in itertools.combinations(groups.values(), 2))
    assert all(box.inside(groups[box.group]) for box in boxes)


@given(scenes())
def test_no_link_runs_across_a_box(scene: Scene) -> None:
    placed = place(scene)

    assert len(placed.routes) == len(scene.links)
    for route in placed.routes:
        for (x, y), (to_x, to_y) in itertools.pairwise(route.points):
            piece = Shape("", "", min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y))
            for one in placed.boxes.values():
                box = Shape("", "", one.x + 0.01, one.y + 0.01, one.set.width - 0.02, one.set.height - 0.02)
                assert not piece.overlaps(box)


@given(scenes())
def test_text_stays_in_its_box(scene: Scene) -> None:
    for one in place(scene).boxes.values():
        for row in one.set.rows:
            size, bold = (13.0, True) if row.style == "name" else (12.0, row.style == "badge")
            assert row.y < one.set.height
            if not row.end:
                assert row.x + width(row.text, size, bold=bold) <= one.set.width


@settings(max_examples=40, deadline=None)
@given(clusters(), st.sampled_from([None, "shop"]))
def test_any_cluster_makes_a_well_formed_picture(values: list[Value], namespace: str | None) -> None:
    graph = graph_of(*values, thing("Namespace", "shop", ""))
    picture = Picture(draw(graph, namespace=namespace))

    ids = set(picture.boxes)
    assert all(source in ids and target in ids for source, target, _ in picture.links)
    assert all(box.inside(picture.groups[box.group]) for box in picture.boxes.values())
    for format in FORMATS:
        assert draw(graph, format, namespace=namespace) == draw(graph, format, namespace=namespace)


@settings(max_examples=40, deadline=None)
@given(clusters())
def test_every_object_can_be_in_focus(values: list[Value]) -> None:
    graph = graph_of(*values)
    for node in graph.nodes():
        picture = Picture(draw(graph, focus=node.id))
        if node.kind != "Namespace":
            assert len(re.findall(r'<g class="box [^"]*\bfocus\b', picture.svg)) == 1


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=20))
def test_linked_boxes_are_never_in_the_same_column(pairs: list[tuple[str, str]]) -> None:
    pairs = [(one, two) for one, two in pairs if one != two]
    found = columns(list("abcdefgh"), pairs)

    assert set(found) == {end for pair in pairs for end in pair}
    assert all(found[one] != found[two] for one, two in pairs)
    assert sorted(set(found.values())) == list(range(len(set(found.values()))))


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=8), st.data())
def test_places_keep_their_order_and_distance(wanted: list[float], data: st.DataObject) -> None:
    apart = data.draw(st.lists(st.floats(0, 100), min_size=len(wanted) - 1, max_size=len(wanted) - 1))
    found = spread(wanted, apart)

    assert len(found) == len(wanted)
    assert all(two - one >= gap - 1e-6 for one, two, gap in zip(found, found[1:], apart, strict=False))


@given(TEXT, st.integers(20, 300), st.integers(1, 4), st.booleans(), st.booleans())
def test_wrapped_text_fits(value: str, room: int, most: int, bold: bool, prose: bool) -> None:
    value = clean(value)
    lines = wrap(value, 12.0, room, most, bold=bold, prose=prose)

    assert len(lines) <= most
    assert all(width(line, 12.0, bold=bold) <= room for line in lines)
    if not any("…" in line for line in lines):
        assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", value)


@given(TEXT, st.integers(20, 300))
def test_cut_text_fits(value: str, room: int) -> None:
    assert width(cut(clean(value), 12.0, room), 12.0) <= room
