"""How alike two incidents are, by what was found in them."""

from __future__ import annotations

from collections.abc import Collection

Found = tuple[str, str]
"""A cause's term and its object."""
_SAME_TERM = 0.5
LEAST = 0.5
"""From here on two incidents count as similar."""


def likeness(one: Collection[Found], other: Collection[Found]) -> float:
    """From 0 to 1: the share of causes that both have; the same cause at another object counts half."""
    if not one or not other:
        return 0.0
    first, second = set(one), set(other)
    exact = first & second
    terms = {term for term, _ in second - exact}
    alike = {term for term, _ in first - exact} & terms
    return (len(exact) + _SAME_TERM * len(alike)) / max(len(first), len(second))
