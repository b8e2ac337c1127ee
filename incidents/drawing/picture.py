"""The whole picture: what broke, the causal graph, the panels. No scripts, nothing loaded, all text escaped."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cluster.picture.elements import rect, text
from cluster.picture.text import clean, cut
from incidents.drawing import charts, graph
from incidents.drawing.shapes import label, line, sheet
from incidents.vocabulary import CAUSES

Json = Mapping[str, Any]

_MARGIN, _TOP = 24.0, 78.0
_LEAST = 3 * charts.WIDE + 2 * charts.GAP
_SPACE = 30.0
_HEALTHY = "Nothing is wrong as far as the evidence shows"


def render(report: Json) -> str:
    """The picture of a report in the public contract's form, as SVG; the same report gives the same text."""
    drawn, wide, high = graph.draw(report["graph"])
    whole = max(_LEAST, wide)
    columns = max(1, int((whole + charts.GAP) // (charts.WIDE + charts.GAP)))
    changes = [one for one in report["timeline"] if one["type"] == "change"]
    panels, panels_high = charts.draw(report.get("panels") or (), changes, columns)
    y, body = _TOP, []
    for heading, part, part_high in (
        ("How it spread", drawn, high),
        ("What was measured", panels, panels_high),
    ):
        if part:
            body.append(label("head", _MARGIN, y, heading))
            body.append(f'<g transform="translate({_MARGIN:g} {y + 14:g})">{part}</g>')
            y += 14 + part_high + _SPACE
    body.append(_key(y - 6, bool(drawn), bool(panels)))
    total, bottom = whole + 2 * _MARGIN, y + 16
    ident = hashlib.sha256("".join(body).encode()).hexdigest()[:8]
    title, said = _title(report), _subtitle(report)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="incident" viewBox="0 0 {total:g} {bottom:g}"'
        f' width="{total:g}" height="{bottom:g}" role="img" aria-labelledby="t{ident} d{ident}">'
        f'<title id="t{ident}">{text(title)}</title><desc id="d{ident}">{text(_described(report))}</desc>'
        f"<style>{sheet()}</style>{rect('page', 0, 0, total, bottom)}"
        f"{label('title', _MARGIN, 32, cut(clean(title), 18.0, whole, bold=True), title=title)}"
        f"{label('soft', _MARGIN, 52, cut(clean(said), 12.0, whole, prose=True), title=said)}{''.join(body)}</svg>\n"
    )


def _title(report: Json) -> str:
    """`Deployment/shop/checkout: the revision is broken`."""
    if not report["causes"]:
        return _HEALTHY if report["healthy"] else "No cause is known"
    first = report["causes"][0]
    term = first["cause"]
    return f"{first['object']}: {CAUSES[term].title if term in CAUSES else term}"


def _subtitle(report: Json) -> str:
    parts = [f"namespace {report['namespace']}" if report["namespace"] else "all namespaces"]
    start, end = (_minute(report["window"][key]) for key in ("from", "to"))
    if start and end:
        parts.append(f"{start} to {end} UTC")
    if report["causes"]:
        parts.append(f"confidence {report['causes'][0]['confidence']:.2f}")
        parts.append(report["causes"][0]["text"])
    return " · ".join(parts)


def _described(report: Json) -> str:
    """The picture in words, for who does not see it."""
    ways: Sequence[Json] = [edge for edge in report["graph"]["edges"] if edge["path"]]
    parts = [_subtitle(report), *(edge["evidence"] for edge in ways)]
    parts += [
        f"{panel['subject']} {panel['metric']} turned at {_minute(panel['turned_at'])}"
        for panel in report.get("panels") or ()
        if panel.get("turned_at")
    ]
    return ". ".join(parts)


def _key(y: float, graph_drawn: bool, panels_drawn: bool) -> str:
    """What the lines mean."""
    entries = []
    if graph_drawn:
        entries += [("way", "the way from the root cause"), ("side", "another way")]
    if panels_drawn:
        entries += [("turned", "it turned"), ("change", "something was changed")]
    out, x = [], _MARGIN
    for style, said in entries:
        out.append(line(style, x, y - 4, x + 26, y - 4))
        out.append(label("soft small", x + 33, y, said))
        x += 33 + 7 * len(said) + 24
    return "".join(out)


def _minute(moment: Any) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M}" if moment else ""
