"""The picture of an incident, from its report: how failure travelled, and the metrics that turned."""

from __future__ import annotations

from incidents.drawing.picture import render

__all__ = ["render"]
