"""A page or database of a workspace, without what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Node:
    """A page or database. `parent` is the id of a page, database or block, '' at the top of the workspace.

    `place` is where its object waits to be read, -1 if nowhere.
    """

    id: str
    is_database: bool
    edited: str
    title: str
    parent: str = ""
    parent_is_block: bool = False
    place: int = -1

    def to_json(self) -> list[Any]:
        """Strings and numbers from which `from_json` makes an equal node, that waits nowhere."""
        return [self.id, self.is_database, self.edited, self.title, self.parent, self.parent_is_block]

    @classmethod
    def from_json(cls, data: list[Any]) -> Node:
        """The node that `to_json` described."""
        identifier, is_database, edited, title, parent, parent_is_block = data
        return cls(identifier, bool(is_database), edited, title, parent, bool(parent_is_block))
