"""What a run must not delete, because a failure of this time only may hide it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_ANY = "/*/"


def protection(items: Iterable[str]) -> tuple[frozenset[str], Callable[[str], bool]]:
    """The ids that failures of these items may hide: exactly these, and those for which the function is true.

    The page 7001 is not the beginning of the page 70015: what belongs to an item is set off by a sign. A `*` between
    two `/` stands for any one part of an id.
    """
    exact = frozenset(items)
    beginnings = [
        beginning
        for item in exact
        for beginning in ((item,) if item.endswith(("/", "#")) else (f"{item}/", f"{item}#", f"{item}@"))
    ]
    plain = tuple(beginning for beginning in beginnings if _ANY not in beginning)
    patterns = [
        re.escape(beginning).replace(r"/\*/", "/[^/]+/") for beginning in beginnings if _ANY in beginning
    ]
    pattern = re.compile("|".join(patterns)) if patterns else None
    return (
        exact,
        lambda document_id: document_id.startswith(plain) or bool(pattern and pattern.match(document_id)),
    )
