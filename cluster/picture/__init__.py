"""The picture of the cluster: `draw` for a person (SVG), for a page (Mermaid), for Graphviz (DOT), for a program (JSON)."""

from cluster.picture.drawing import FORMATS, draw, thumbnail
from cluster.picture.scope import PictureError

__all__ = ["FORMATS", "PictureError", "draw", "thumbnail"]
