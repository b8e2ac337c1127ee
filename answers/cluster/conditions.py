"""What a condition on objects is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from answers.cluster.fields import Path
from cluster.graph import Node

Test = Callable[[Node], bool]


def _nothing(node: Node) -> tuple[str, ...]:
    return ()


def _nowhere(node: Node) -> Sequence[Path]:
    return ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on objects: in words, as a test, and what a command needs to select by it.

    `quoted` gives what the quote of an object must hold to show that it meets the condition, `fields` the fields that
    show it.
    """

    words: str
    test: Test
    arguments: tuple[str, ...] = ()
    quoted: Callable[[Node], tuple[str, ...]] = _nothing
    fields: Callable[[Node], Sequence[Path]] = _nowhere
    number: bool = False
    image: bool = False
    state: bool = False
    unwell: bool = False


Found = tuple[Filter, set[str]]
"""A condition, and the words of the question that it explains."""
