"""What a survey could not find out, to be told and to be tried again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors.errors import KubeloreError, TemporaryError

_FEW = 5
"""Look-ups that failed for now: so many are repeated one by one, more of them by listing everything again."""
_REPEATED = 2
"""Look-ups of those that failed for good, such as a draft above a page, that each crawl repeats; a sweep does all."""


class Unknown(NamedTuple):
    """A look-up that failed: of the node `item` ('' where it was one of the whole source)."""

    item: str
    reason: str
    temporary: bool


@dataclass(slots=True)
class Findings:
    """`complete` is false if not all pages and files could be listed, `cut` if another list was not, for now.

    `unknown` are the look-ups that failed, by the node's or space's name: until they succeed nobody may read what
    depends on them. `problems` are all others, as (item, reason, temporary); `item` '' is the whole source.
    """

    complete: bool = True
    cut: bool = False
    problems: list[tuple[str, str, bool]] = field(default_factory=list)
    unknown: dict[str, Unknown] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether nothing failed that only a list of everything can make good."""
        return self.complete and not self.cut and sum(one.temporary for one in self.unknown.values()) <= _FEW

    def incomplete(self, error: KubeloreError) -> None:
        """The list of all pages and files could not be read to its end: nobody knows what is gone."""
        self.complete = False
        self.tell("", f"the list of all pages and files is not complete: {error}", temporary=True)

    def partial(self, what: str, error: KubeloreError) -> None:
        """Another list could not be read to its end: nothing is kept for that; if it may succeed, it is tried again."""
        self.cut |= isinstance(error, TemporaryError)
        self.tell("", f"the list of {what} is not complete, until the next run: {error}", temporary=False)

    def failed(self, name: str, reason: str, error: KubeloreError, *, of_source: bool = False) -> None:
        """A look-up about one node failed, or one about a space."""
        self.unknown.pop(name, None)  # the one that failed last is repeated last
        text = f"{reason}: {error}"
        self.unknown[name] = Unknown("" if of_source else name, text, isinstance(error, TemporaryError))

    def tell(self, item: str, reason: str, *, temporary: bool) -> None:
        """Note a problem."""
        self.problems.append((item, reason, temporary))

    def again(self, before: Mapping[str, Unknown]) -> list[str]:
        """Take over what an earlier crawl did not find out; the names that are to be looked up now."""
        self.unknown.update(before)
        for_good = [name for name, one in before.items() if not one.temporary]
        return [name for name, one in before.items() if one.temporary] + for_good[:_REPEATED]

    def all(self) -> Iterator[tuple[str, str, bool]]:
        """All there is to tell, once each: item, reason and whether it is temporary."""
        unknown = [(one.item, one.reason, one.temporary and bool(one.item)) for one in self.unknown.values()]
        yield from dict.fromkeys((*self.problems, *unknown))
