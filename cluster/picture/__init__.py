"""The picture of the cluster: `draw` it as SVG for a person, as Mermaid for a page, as DOT, as JSON for a program."""

from cluster.picture.drawing import FORMATS, draw
from cluster.picture.scope import PictureError

__all__ = ["FORMATS", "PictureError", "draw"]
