"""What a check says: a cause at an object, with the evidence that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incidents.evidence import Piece
from incidents.vocabulary import CAUSES, Cause


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `object` is the node id of the object in the resource graph, `shown` its short name.

    `confidence` says how sure the check is that this is so (0 to 1), not that it is the root of the incident.
    `about` holds the ids of further objects that the finding affects directly, such as the pods that wait for a
    quota. `command` shows more of it. `since` is when it began, where that was measured.
    """

    term: str
    object: str
    shown: str
    text: str
    confidence: float
    fix: str
    evidence: tuple[Piece, ...] = ()
    about: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    since: datetime | None = None

    @property
    def cause(self) -> Cause:
        """What the term stands for."""
        return CAUSES[self.term]
