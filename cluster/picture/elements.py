"""Pieces of SVG that every picture is made of; all text is escaped."""

from __future__ import annotations

from html import escape

from cluster.picture.text import clean


def text(value: object) -> str:
    """The value as text of XML."""
    return escape(clean(value))


def rect(
    style: str, x: float, y: float, wide: float, high: float, round_by: float = 0.0, more: str = ""
) -> str:
    """A rectangle; `more` are further attributes, each behind a space."""
    rest = (f' rx="{round_by:g}"' if round_by else "") + more
    return f'<rect class="{style}" x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}"{rest}/>'


def titled(style: str, x: float, y: float, value: object, *, anchor: str = "", hover: str = "") -> str:
    """A text at a point; `hover` is the element that is shown on hovering, '' for none."""
    end = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{style}" x="{x:g}" y="{y:g}"{end}>{hover}{text(value)}</text>'
