"""A scene as SVG: no scripts, nothing loaded, all text escaped. Serve it with a policy that allows its own style."""

from __future__ import annotations

import hashlib
from html import escape

from cluster.picture import signs
from cluster.picture.boxes import LEFT, SetBox
from cluster.picture.layout.placing import PlacedGroup, place
from cluster.picture.layout.routes import PlacedBox, Route
from cluster.picture.legend import legend
from cluster.picture.scene import ALARMING, Scene
from cluster.picture.style import sheet
from cluster.picture.text import clean, cut, width
from cluster.status import Level

_MARGIN, _TOP = 20.0, 64.0
_LEAST = 560.0
_PULL = 0.5


def render(scene: Scene) -> str:
    """The picture, as wide and high as its content."""
    placed = place(scene)
    wide = max(_LEAST, placed.width, width(scene.title, 18.0, bold=True))
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
        f'<title id="t{ident}">{_text(scene.title)}</title><desc id="d{ident}">{_text(_described(scene))}</desc>'
        f"<style>{sheet(scene.levels, scene.types)}</style>"
        f'<rect class="page" width="{total:g}" height="{high:g}"/>'
        f'<text class="heading" x="{_MARGIN:g}" y="32">{_text(cut(scene.title, 18.0, wide, bold=True))}</text>'
        f'<text class="soft" x="{_MARGIN:g}" y="52">{_text(cut(scene.subtitle, 12.0, wide))}</text>'
        f"{''.join(body)}</svg>\n"
    )


def _text(value: str) -> str:
    return escape(clean(value))


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


def _frame(group: PlacedGroup) -> str:
    return (
        f'<rect class="band" data-group="{_text(group.group.id)}" x="{group.x:g}" y="{group.y:g}" width="{group.width:g}" height="{group.height:g}" rx="10"/>'
    )


def _heading(placed: PlacedGroup) -> str:
    group = placed.group
    x, y = placed.x + 18, placed.y + 27
    title = cut(group.title, 15.0, placed.width - 36, bold=True)
    after = x + width(title, 15.0, bold=True) + 12
    subtitle = cut(group.subtitle, 12.0, placed.x + placed.width - 18 - after)
    back = width(title, 15.0, bold=True) + (12 + width(subtitle, 12.0) if subtitle else 0)
    out = [
        f'<rect class="count-back" x="{x - 4:g}" y="{y - 17:g}" width="{back + 8:g}" height="23"/>',
        f'<text class="group" x="{x:g}" y="{y:g}">{_title(group.title)}{_text(title)}</text>',
        f'<text class="soft" x="{after:g}" y="{y:g}">{_text(subtitle)}</text>' if subtitle else "",
    ]
    bottom = placed.y + placed.height - 16
    for number, note in enumerate(reversed(group.notes)):
        shown = cut(note, 12.0, placed.width - 36, prose=True)
        out.append(
            f'<rect class="count-back" x="{x - 3:g}" y="{bottom - 18 * number - 13:g}" width="{width(shown, 12.0) + 6:g}"'
            f' height="17"/><text class="soft" x="{x:g}" y="{bottom - 18 * number:g}">{_title(note)}{_text(shown)}</text>'
        )
    return "".join(out)


def _box(placed: PlacedBox) -> str:
    set_box, box = placed.set, placed.set.box
    classes = ["box", f"t-{box.level}"]
    classes += [
        name for name, holds in (("focus", box.focus), ("stack", box.stack), ("absent", box.absent)) if holds
    ]
    out = [
        f'<g class="{" ".join(classes)}" data-id="{_text(box.id)}" data-group="{_text(box.group)}"'
        f' transform="translate({placed.x:g} {placed.y:g})">{_title(box.title)}'
    ]
    if box.stack:
        out.append(f'<rect class="card" x="5" y="5" width="{set_box.width:g}" height="{set_box.height:g}" rx="7"/>')
    out.append(f'<rect class="card outline" width="{set_box.width:g}" height="{set_box.height:g}" rx="7"/>')
    if box.level is not Level.UNKNOWN and not box.stack:
        high = set_box.height - 12
        out.append(f'<rect class="f-{box.level}" x="4" y="6" width="4" height="{high:g}" rx="2"/>')
    healthy = box.level is not Level.UNKNOWN and not box.stack
    out.append(signs.health(box.level, LEFT + 7, 18) if healthy else signs.category(box.category, LEFT, 10))
    if healthy and box.kind:
        kind = next(row for row in set_box.rows if row.style == "kind")
        out.append(signs.category(box.category, LEFT, kind.y - 12))
    out += _rows(set_box)
    for cell in set_box.cells:
        sign = signs.health(cell.cell.level, cell.x, cell.y, 0.9)
        out.append(f"<g>{_title(cell.cell.title)}{sign}</g>")
    return "".join(out) + "</g>"


def _rows(set_box: SetBox) -> list[str]:
    out = []
    for row in set_box.rows:
        coloured = f" f-{row.level}" if row.style in ("alert", "badge") else ""
        end = ' text-anchor="end"' if row.end else ""
        title = _title(row.title) if row.title != row.text else ""
        out.append(
            f'<text class="{row.style}{coloured}" x="{row.x:g}" y="{row.y:g}"{end}>{title}{_text(row.text)}</text>'
        )
    return out


def _line(route: Route) -> str:
    """A link as a curve with an arrow's head at its target."""
    points = route.points
    link = route.link
    kind = link.type
    leftward = points[-1][0] < points[0][0]
    tip = points[-1]
    stem = (tip[0] + 7 if leftward else tip[0] - 7, tip[1])
    path = _curves([*points[:-1], stem])
    side = 8.0 if leftward else -8.0
    head = f"M{tip[0]:g} {tip[1]:g}l{side:g}-4v8z"
    title = f"{kind}: {link.title}" if link.title else str(kind)
    return (
        f'<g class="link" data-type="{kind}" data-source="{_text(link.source)}" data-target="{_text(link.target)}">'
        f'{_title(title)}<path class="line l-{kind}" d="{path}"/>'
        f'<path class="a-{kind}" d="{head}"/></g>'
    )


def _curves(points: list[tuple[float, float]]) -> str:
    path = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for (x, y), (to_x, to_y) in zip(points, points[1:], strict=False):
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
    text = str(route.link.count)
    wide = width(text, 12.0, bold=True)
    middle = x + (22 + wide / 2) * (1 if route.points[0][0] > x else -1)
    return (
        f'<g><rect class="count-back" x="{middle - wide / 2 - 3:g}" y="{y - 8:g}" width="{wide + 6:g}" height="16" rx="4"/>'
        f'<text class="badge n-{route.link.type}" x="{middle:g}" y="{y + 4:g}" text-anchor="middle">{text}</text></g>'
    )
