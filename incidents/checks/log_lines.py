"""Looks for words in logs: which lines hold them, and which of those count as what the program itself said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from incidents.bundles.units import moment_in
from incidents.evidence import Log, Piece, PieceType

_LONGEST = 1_000
_READ = 4_000
"""Characters of a line that are searched."""
FAILED = re.compile(
    r"(?i)no such host|refused|unable ?to ?connect|unresolved|not known|timed? ?out|unavailable|resolve"
)
"""What programs say of something that they could not reach."""
_ASKED = re.compile(r"^Error(?:: Error)? from server|^Error: error: |^error: |^Error: Defaulted container")
"""What `kubectl logs` says itself where there is no log."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line in a log."""

    log: Log
    line: str
    place: int

    def piece(self) -> Piece:
        """The line as evidence."""
        owner = f"{self.log.owner}/{self.log.container}" if self.log.container else self.log.owner
        at = self.log.at(self.place) or moment_in(self.line)
        return Piece(PieceType.LOG, self.line[:_LONGEST].strip(), owner, at)


def search(
    logs: Iterable[Log],
    pattern: re.Pattern[str],
    most: int = 20,
    own: bool = True,
    naming: Sequence[str] = (),
) -> Iterator[Mark]:
    """The lines that match, the first ones of each log first; `own` leaves out what `kubectl logs` itself said.

    With `naming`, a line must also hold one of these names as a whole word.
    """
    found = 0
    named = (
        re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in naming)) if naming else None
    )
    for log in logs:
        for place, line in enumerate(log.lines):
            if naming and not (
                any(name in line for name in naming) and named and named.search(line, 0, _READ)
            ):
                continue
            if pattern.search(line, 0, _READ) and not (own and _ASKED.match(line)):
                yield Mark(log, line, place)
                found += 1
                if found >= most:
                    return


def count(logs: Iterable[Log], pattern: re.Pattern[str]) -> int:
    """How many lines match."""
    return sum(1 for log in logs for line in log.lines if pattern.search(line, 0, _READ))
