"""Tells what is gone from what a search does not name for a while."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.confluence.findings import Findings
from connectors.confluence.lookups import Lookups, Space
from connectors.confluence.node import ATTACHMENT, Node
from connectors.confluence.site import Site
from connectors.confluence.values import as_text, at
from connectors.errors import TemporaryError, UnreachableError, UnreadableError

_SAMPLE = 100
"""So many that the search does not name any more are asked for; if all of them are gone, so are the others."""


class Presence:
    """Asks for single things, past the search: it lags behind, and its pages shift while they are read."""

    def __init__(self, site: Site, lookups: Lookups, findings: Findings) -> None:
        self.spaces: Sequence[Space] = ()
        """The spaces of the source."""
        self._site = site
        self._lookups = lookups
        self._findings = findings

    def confirm(self, missing: Sequence[Node]) -> None:
        """Keep what is still there of nodes that the lists did not name."""
        if not self._findings.complete:
            self._keep(missing)
            return
        step = max(1, len(missing) // _SAMPLE)
        sample = missing[::step]
        found = [node for node in sample if self.is_there(node)]
        self._keep(node.unchecked() for node in found)
        if found and step > 1:
            asked = {node.id for node in sample}
            self._keep(node for node in missing if node.id not in asked)
            reason = f"the search no longer names {len(missing)} pages, some of which exist"
            self._findings.tell("", reason, temporary=True)

    def is_there(self, node: Node) -> bool:
        """Whether a document still exists in the source's spaces; true, and told, where that cannot be said."""
        try:
            answer = self._lookups.whereabouts(node)
        except UnreachableError:
            raise
        except (TemporaryError, UnreadableError) as error:
            reason = f"whether it still exists is not known: {error}"
            self._findings.tell(node.id, reason, temporary=isinstance(error, TemporaryError))
            return True
        if answer is None or (node.kind == ATTACHMENT and node.parent not in self._site.nodes):
            return False
        key, number = as_text(at(answer, "space", "key")), as_text(answer.get("spaceId"))
        return not (key or number) or any(key == space.key or number == space.id for space in self.spaces)

    def _keep(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self._site.put(node)
