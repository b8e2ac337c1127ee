"""What a bundle is complete in: only of a kind that was listed does it say anything that an object is not there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Coverage:
    """The kinds of which a whole list was read, with its namespace ('' for all, or for one that nothing names).

    `parts` are those of which a list was read that was cut or selected from.
    `described` holds kind and name of objects whose description was read, which ends with their events.
    """

    lists: set[tuple[str, str]] = field(default_factory=set)
    parts: set[tuple[str, str]] = field(default_factory=set)
    described: set[tuple[str, str]] = field(default_factory=set)

    def has_all(self, kind: str, namespace: str) -> bool:
        """Whether all objects of a kind in a namespace were read."""
        return (kind, namespace) in self.lists or (kind, "") in self.lists

    def has_events(self, kind: str, name: str, namespace: str, cut: bool = False) -> bool:
        """Whether the events about an object were read; with `cut`, the latest ones of the namespace are enough."""
        some = cut and bool({("Event", namespace), ("Event", "")} & self.parts)
        return some or self.has_all("Event", namespace) or (kind, name) in self.described
