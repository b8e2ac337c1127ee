"""Volumes by whether a claim is bound to them: `that nobody has claimed`, `still free`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answers.cluster.catalog import Catalog
from answers.cluster.conditions import Filter, Found
from answers.cluster.reading import Reading
from cluster.values import text

_TAKEN = r"(?:claimed|bound|taken|in use|used|occupied|assigned|attached|spoken for|consumed)"
_FREE = re.compile(
    r"(?<![\w-])(?:un(?:claimed|bound|used|taken|assigned|attached)|free|available|up for grabs|vacant|spare|left over"
    r"|(?:not|never|isn t|aren t|nobody|no one|no-one|nothing|no claim|no pvc|without)(?: \w+){0,4}? "
    rf"(?:{_TAKEN}|claims?|pvcs?)"
    r"|(?:without|with no|lack\w*|no|have no|has no) (?:any |an? )?(?:persistent volume )?(?:claims?|pvcs?))(?![\w-])"
)
_BOUND = re.compile(rf"(?<![\w-])(?:already |currently )?{_TAKEN}(?![\w-])")
_WORDS = frozenset(
    "claimed claim claims pvc pvcs unclaimed unbound unused untaken unassigned unattached free available grabs vacant "
    "spare bound taken occupied assigned attached spoken consumed nobody anyone anybody i.e e.g".split()
)


def by_claim(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The condition of a volume to be bound to a claim, or to be free."""
    if tuple(kinds) != ("PersistentVolume",) or reading.mentions:
        return
    free = _FREE.search(reading.loose) or _FREE.search(reading.masked)
    if not free and not _BOUND.search(reading.masked):
        return
    said = "that no claim is bound to" if free else "bound to a claim"
    yield (
        Filter(
            said,
            lambda node: (text(node.value, "status.phase") == "Bound") is not bool(free),
            fields=lambda node: [("status", "phase")],
        ),
        set(_WORDS),
    )
