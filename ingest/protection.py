"""What a run must not delete, because a failure of this time only may hide it."""

from __future__ import annotations

from collections.abc import Iterable


def protection(items: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The ids, and the beginnings of ids, that failures of these items may hide.

    The page 7001 is not the beginning of the page 70015: what belongs to an item is set off by a sign.
    """
    exact = frozenset(items)
    return exact, tuple(
        beginning
        for item in exact
        for beginning in ((item,) if item.endswith(("/", "#")) else (f"{item}/", f"{item}#", f"{item}@"))
    )
