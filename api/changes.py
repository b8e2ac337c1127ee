"""Which changes are asked for, and what of them a caller may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from api.errors import NotThereError, UnclearError
from api.moments import in_order
from api.settings import Settings
from cluster.changes import Change
from cluster.changes.kept import changes
from cluster.store import ObjectStore

if TYPE_CHECKING:
    from index.ledger import Ledger

_DURATION = re.compile(r"(\d{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
MOST = 1_000


@dataclass(frozen=True, slots=True)
class ChangesRequest:
    """The time, as `since` (`24h`, the default) or from `start` to `end`, and the place.

    Of many kept versions only those of `kinds` and `names` are read, where any are given.
    """

    since: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    namespace: str | None = None
    cluster: str | None = None
    kinds: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def window(self, now: datetime) -> tuple[datetime, datetime]:
        """The first and the last moment; raises `UnclearError` for what is no time."""
        if self.since is not None and self.start is not None:
            raise UnclearError("give `since` or `from`, not both")
        end = _utc(self.end) if self.end else now
        start = _utc(self.start) if self.start else end - duration(self.since or "24h")
        in_order(start, end)
        return start, end


def duration(text: str) -> timedelta:
    """The length of `90m`, `24h` or `7d`; raises `UnclearError`."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise UnclearError(f"`{text}` is no length of time; write one such as 90m, 24h or 7d")
    length = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if length > timedelta(days=3650):
        raise UnclearError(f"`{text}` is longer than anything is kept")
    return length


def asked_changes(
    store: ObjectStore,
    known: list[str],
    request: ChangesRequest,
    may_read: Callable[[str], bool],
    now: datetime,
) -> tuple[list[Change], tuple[datetime, datetime]]:
    """The changes in the clusters that are `known` to the caller, and the time they are of."""
    start, end = request.window(now)
    if request.cluster and request.cluster not in known:
        raise NotThereError(f"there is no cluster `{request.cluster}`; there is {', '.join(known) or 'none'}")
    clusters = [request.cluster] if request.cluster else known
    found = changes(
        store, start, end, clusters=clusters, namespace=request.namespace or "", may_read=may_read, most=MOST,
        kinds=request.kinds, names=request.names,
    )  # fmt: skip
    return found, (start, end)


class PastReader:
    """Says which documents a caller may read, or could have read while their objects were there.

    Who may read a live source may read all of it, so what is gone is told to those whom the source is open to.
    """

    def __init__(
        self, may_read: Callable[[str], bool], principals: frozenset[str], settings: Settings, ledger: Ledger
    ) -> None:
        self._may_read = may_read
        self._ledger = ledger
        self._open = {one.name for one in settings.live_clusters if principals & set(one.access)}
        self._there: dict[str, frozenset[str]] = {}

    def __call__(self, document_id: str) -> bool:
        """Whether the caller may know of it."""
        if self._may_read(document_id):
            return True
        source = document_id.partition(":")[2].partition("/")[0]
        if source not in self._open:
            return False
        if source not in self._there:
            self._there[source] = frozenset(self._ledger.ids(source))
        return document_id not in self._there[source]


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
