"""A scene as SVG: no scripts, nothing loaded, all text escaped. Serve it with a policy that allows its own style."""

from __future__ import annotations

import hashlib
import itertools
from html import escape

from cluster.picture import signs
from cluster.picture.boxes import LEFT, SetBox
from cluster.picture.elements import rect, text, titled
from cluster.picture.layout.placing import NOTE, PADDING, PlacedGroup, place
from cluster.picture.layout.routes import PlacedBox, Route
from cluster.picture.legend import legend
from cluster.picture.scene import ALARMING, Scene
from cluster.picture.style import sheet
from cluster.picture.text import clean, cut, width
from cluster.status import Level

_MARGIN, _TOP = 20.0, 64.0
_WIDEST_LINE = 900.0
_LEAST = 560.0
_PULL = 0.5


def render(scene: Scene) -> str:
    """The picture, as wide and high as its content."""
    placed = place(scene)
    # Of several clusters the line below the title is longer than a small picture is wide.
    line = min(width(scene.subtitle, 12.0), _WIDEST_LINE)
    wide = max(_LEAST, placed.width, width(scene.title, 18.0, bold=True), line)
    key, key_height = legend(scene, wide)
    high = _TOP + placed.height + 16.0 + key_height + _MARGIN
    body = [
        f'<g transform="translate({_MARGIN:g} {_TOP:g})">',
        *(_frame(group) for group in placed.groups),
        *(_line(route) for route in placed.routes),
        *(_heading(group) for group in placed.groups),
        *(_box(box) for box in placed.boxes.values()),
        *(_count(route) for route in placed.routes if scene.counted),
        f'</g><g transform="translate({_MARGIN:g} {_TOP + placed.height + 16:g})">{key}</g>',
    ]
    total = wide + 2 * _MARGIN
    ident = hashlib.sha256("".join(body).encode()).hexdigest()[:8]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kubelore" viewBox="0 0 {total:g} {high:g}"'
        f' width="{total:g}" height="{high:g}" role="img" aria-labelledby="t{ident} d{ident}">'
        f'<title id="t{ident}">{text(scene.title)}</title><desc id="d{ident}">{text(_described(scene))}</desc>'
        f"<style>{sheet(scene.levels, scene.types)}</style>"
        f'<rect class="page" width="{total:g}" height="{high:g}"/>'
        f'<text class="heading" x="{_MARGIN:g}" y="32">{text(cut(scene.title, 18.0, wide, bold=True))}</text>'
        f'<text class="soft" x="{_MARGIN:g}" y="52">{text(cut(scene.subtitle, 12.0, wide))}</text>'
        f"{''.join(body)}</svg>\n"
    )


def _title(value: str) -> str:
    """Text for hovering; its lines stay."""
    lines = [escape(clean(line)) for line in value.split("\n")]
    return f"<title>{'&#10;'.join(line for line in lines if line)}</title>" if any(lines) else ""


def _described(scene: Scene) -> str:
    """The picture in words, for who does not see it."""
    parts = [scene.subtitle]
    for box in scene.boxes:
        if box.level in ALARMING:
            why = next((line.text for line in box.lines if line.tone == "alert"), "")
            parts.append(f"{box.kind} {box.name} is {box.level}{': ' + why if why else ''}")
    parts.append(f"{len(scene.boxes)} boxes in {len(scene.groups)} groups, {len(scene.links)} links")
    return ". ".join(filter(None, parts))


def _label(style: str, x: float, y: float, shown: str, title: str = "", anchor: str = "") -> str:
    """A text at a point; what was cut off it is shown on hovering."""
    return titled(style, x, y, shown, anchor=anchor, hover=_title(title) if title != shown else "")


def _frame(placed: PlacedGroup) -> str:
    owner = f' data-group="{text(placed.group.id)}"'
    return rect("band", placed.x, placed.y, placed.width, placed.height, 10, owner)


def _heading(placed: PlacedGroup) -> str:
    """The group's title and notes, on a ground of their own: links may pass below them."""
    group = placed.group
    x, y = placed.x + PADDING, placed.y + 27
    room = placed.width - 2 * PADDING
    title = cut(group.title, 15.0, room, bold=True)
    after = width(title, 15.0, bold=True) + 12
    subtitle = cut(group.subtitle, 12.0, room - after, prose=True) if group.subtitle else ""
    out = [
        rect("back", x - 4, y - 17, after + width(subtitle, 12.0) + 4, 23),
        _label("group", x, y, title, group.title),
        _label("soft", x + after, y, subtitle, group.subtitle),
    ]
    bottom = placed.y + placed.height - 16
    for number, note in enumerate(reversed(group.notes)):
        shown, base = cut(note, 12.0, room, prose=True), bottom - NOTE * number
        out.append(rect("back", x - 3, base - 13, width(shown, 12.0) + 6, 17))
        out.append(_label("soft", x, base, shown, note))
    return "".join(out)


def _box(placed: PlacedBox) -> str:
    sized, box = placed.set, placed.set.box
    flags = (("focus", box.focus), ("stack", box.stack), ("absent", box.absent))
    classes = ["box", f"t-{box.level}", *(name for name, holds in flags if holds)]
    out = [
        f'<g class="{" ".join(classes)}" data-id="{text(box.id)}" data-group="{text(box.group)}"'
        f' transform="translate({placed.x:g} {placed.y:g})">{_title(box.title)}'
    ]
    if box.stack:
        out.append(rect("card", 5, 5, sized.width, sized.height, 7))
    out.append(rect("card outline", 0, 0, sized.width, sized.height, 7))
    out += _signs(sized)
    for row in sized.rows:
        coloured = f" f-{row.level}" if row.style in ("alert", "badge") else ""
        anchor = "end" if row.end else ""
        out.append(_label(row.style + coloured, row.x, row.y, row.text, row.title, anchor))
    for cell in sized.cells:
        sign = signs.health(cell.cell.level, cell.x, cell.y, 0.9)
        out.append(f"<g>{_title(cell.cell.title)}{sign}</g>")
    return "".join(out) + "</g>"


def _signs(sized: SetBox) -> list[str]:
    """The sign of health before the name and that of the category before the kind; without health only the latter."""
    box = sized.box
    if box.level is Level.UNKNOWN or box.stack:
        return [signs.category(box.category, LEFT, 10)]
    out = [
        rect(f"f-{box.level}", 4, 6, 4, sized.height - 12, 2),
        signs.health(box.level, LEFT + 7, 18),
    ]
    out += [signs.category(box.category, LEFT, row.y - 12) for row in sized.rows if row.style == "kind"]
    return out


def _line(route: Route) -> str:
    """A link as a curve with an arrow's head at its target."""
    link, points, tip = route.link, route.points, route.points[-1]
    back = 1.0 if tip[0] < points[0][0] else -1.0
    path = _curves([*points[:-1], (tip[0] + 7 * back, tip[1])])
    head = f"M{tip[0]:g} {tip[1]:g}l{8 * back:g}-4v8z"
    title = f"{link.type}: {link.title}" if link.title else str(link.type)
    return (
        f'<g class="link" data-type="{link.type}" data-source="{text(link.source)}"'
        f' data-target="{text(link.target)}">{_title(title)}'
        f'<path class="line l-{link.type}" d="{path}"/><path class="a-{link.type}" d="{head}"/></g>'
    )


def _curves(points: list[tuple[float, float]]) -> str:
    path = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        if y == to_y:
            path.append(f"H{to_x:g}")
            continue
        bend = x + (to_x - x) * _PULL
        path.append(f"C{bend:g} {y:g} {bend:g} {to_y:g} {to_x:g} {to_y:g}")
    return "".join(path)


def _count(route: Route) -> str:
    """How many edges a link stands for, near its target."""
    if route.link.count < 2:
        return ""
    x, y = route.points[-1]
    shown = str(route.link.count)
    wide = width(shown, 12.0, bold=True) + 6
    middle = x + (19 + wide / 2) * (1 if route.points[0][0] > x else -1)
    label = _label(f"badge n-{route.link.type}", middle, y + 4, shown, shown, "middle")
    return rect("back", middle - wide / 2, y - 8, wide, 16, 4) + label
