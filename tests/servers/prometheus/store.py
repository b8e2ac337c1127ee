"""Series with their samples, chosen by matchers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

NAME = "__name__"


@dataclass(frozen=True)
class Matcher:
    """`label`, one of `=`, `!=`, `=~`, `!~`, and a value."""

    label: str
    sign: str
    value: str

    def takes(self, labels: dict[str, str]) -> bool:
        """Whether a series has it; a label that is missing is empty."""
        found = labels.get(self.label, "")
        equal = re.fullmatch(self.value, found) is not None if "~" in self.sign else found == self.value
        return equal != self.sign.startswith("!")


@dataclass(frozen=True)
class Series:
    """Labels with the metric's name among them, rising times, values."""

    labels: dict[str, str]
    times: Sequence[float]
    values: Sequence[float]

    def within(self, start: float, end: float) -> list[tuple[float, float]]:
        """The samples of a time, its borders included."""
        left, right = bisect_left(self.times, start), bisect_right(self.times, end)
        return list(zip(self.times[left:right], self.values[left:right], strict=True))


class Store:
    """All series."""

    def __init__(self) -> None:
        self.series: list[Series] = []

    def add(self, series: Series) -> None:
        """Takes one in."""
        self.series.append(series)

    def select(self, matchers: Sequence[Matcher], start: float, end: float) -> list[Series]:
        """The series that all matchers take and that have a sample in the time."""
        return [one for one in self.matching(matchers) if one.within(start, end)]

    def matching(self, matchers: Sequence[Matcher]) -> list[Series]:
        """The series that all matchers take, of whatever time."""
        return [one for one in self.series if all(matcher.takes(one.labels) for matcher in matchers)]
