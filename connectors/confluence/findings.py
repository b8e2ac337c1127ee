"""What a survey could not find out, to be told and to be tried again."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.confluence.node import Node
from connectors.errors import KubeloreError, TemporaryError


@dataclass(slots=True)
class Findings:
    """`complete` is false if not all pages and files could be listed, `settled` if another list or a look-up failed.

    `problems` are (item, reason, temporary); `item` '' is the whole source, else a node's id.
    """

    complete: bool = True
    settled: bool = True
    problems: list[tuple[str, str, bool]] = field(default_factory=list)

    def incomplete(self, error: KubeloreError) -> None:
        """The list of all pages and files could not be read to its end: nobody knows what is gone."""
        self.complete = False
        self.tell("", f"the list of all pages and files is not complete: {error}", temporary=True)

    def partial(self, what: str, error: KubeloreError) -> None:
        """Another list could not be read to its end: nothing is kept for that, and it is tried again."""
        self.settled = False
        self.tell("", f"the list of {what} is not complete, until the next run: {error}", temporary=False)

    def unknown(self, node: Node, reason: str, error: KubeloreError) -> None:
        """A look-up about one node failed."""
        self.settled = False
        self.tell(node.id, f"{reason}: {error}", temporary=isinstance(error, TemporaryError))

    def tell(self, item: str, reason: str, *, temporary: bool) -> None:
        """Note a problem."""
        self.problems.append((item, reason, temporary))
