"""Objects by when they were made, started or finished: `created after 05:54`, `older than 2026-11-23`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from answers.cluster.catalog import Catalog
from answers.cluster.conditions import Filter, Found
from answers.cluster.fields import Path
from answers.cluster.reading import Reading
from cluster.graph import Node
from cluster.values import at

_WHEN = r"(?:the )?(\d{4}-\d{2}-\d{2})?(?:[t ,]+)?(?:at )?(\d{1,2}:\d{2}(?::\d{2})?)?(?:\.\d+)? ?(?:z|utc)?"
_AFTER = r"after|since|from|later than|newer than|younger than|more recent(?:ly)? than|past"
_BEFORE = r"before|until|till|earlier than|older than|prior to"
_RELATION = re.compile(
    rf"\b(?:(?P<after>{_AFTER})|(?P<before>{_BEFORE})|(?P<between>between)|at|on) "
    rf"(?:about )?(?=\d|the \d){_WHEN}(?: ?and {_WHEN})?"
)
_DAY = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?!\d)")
_FINISHED = r"finish\w*|complet\w*|ended|done|succeeded"
_STARTED = r"start(?:s|ed)?|began|scheduled"
_SAYING = frozenset(
    "existed exist born older newer younger earlier later prior come came start started finished ended created "
    "utc z".split()
)
"""Words beside a time that say nothing of which objects are meant."""


def by_time(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The condition that a question sets on a time that objects state."""
    match = _RELATION.search(reading.masked)
    if match is None or not any(match.group(4, 5)):
        return
    nodes = catalog.of(kinds)
    path = _field(reading, nodes)
    day = match[4] or next(iter(_DAY.findall(reading.masked)), "") or _last_day(nodes, path)
    first = _moment(day, match[5])
    last = _moment(match[6] or day, match[7]) if match[6] or match[7] else None
    if first is None:
        return
    holds = _test(match, first, last)
    words = {token.low for token in reading.tokens if re.search(r"\d", token.low)}
    words |= {*match[0].split(), *_SAYING}
    yield (
        Filter(
            f"with {path[-1]} {match[0].strip()}",
            lambda node: (found := _stated(node, path)) is not None and holds(found),
            fields=lambda node: [path] if _stated(node, path) is not None else [],
        ),
        words,
    )


def without_times(text: str) -> str:
    """A text without the times it compares with: their words ask for no past."""
    return _RELATION.sub(lambda match: match[0] if not any(match.group(4, 5)) else "§", text)


def without_verbs(text: str) -> str:
    """A text without the words for what happened at a time: `jobs that finished after 05:54` sets one condition."""
    return re.sub(rf"\b(?:{_FINISHED})\b", "§", text)


def _field(reading: Reading, nodes: Sequence[Node]) -> Path:
    """The field with the time that is asked about, as far as the objects have one."""
    wanted = [("status", "completionTime")] * reading.asks(_FINISHED) + [
        ("status", "startTime")
    ] * reading.asks(_STARTED)
    known = (path for path in wanted if any(_stated(node, path) is not None for node in nodes))
    return next(known, ("metadata", "creationTimestamp"))


def _stated(node: Node, path: Path) -> datetime | None:
    value = at(node.value, ".".join(map(str, path)))
    try:
        return datetime.fromisoformat(value).astimezone(UTC) if isinstance(value, str) else None
    except ValueError:
        return None


def _last_day(nodes: Sequence[Node], path: Path) -> str:
    """The day of the newest object: a time without a date is one of it."""
    known = [found for node in nodes if (found := _stated(node, path)) is not None]
    return f"{max(known):%Y-%m-%d}" if known else ""


def _moment(day: str, clock: str | None) -> tuple[datetime, timedelta] | None:
    """A time and how long it lasts, as exactly as it is said: a day, a minute, a second."""
    lasts = (
        timedelta(seconds=1)
        if clock and clock.count(":") == 2
        else timedelta(minutes=1)
        if clock
        else timedelta(days=1)
    )
    try:
        return datetime.fromisoformat(f"{day}T{(clock or '00:00').zfill(5)}+00:00"), lasts
    except ValueError:
        return None


def _test(
    match: re.Match[str], first: tuple[datetime, timedelta], last: tuple[datetime, timedelta] | None
) -> Callable[[datetime], bool]:
    """Whether a time is as it is asked; `after` a day is after all of it, `since` and `from` begin with it."""
    start, lasts = first
    if match["between"] and last is not None:
        end = last[0] + last[1]
        return lambda found: start <= found < end
    if match["after"] in ("since", "from"):
        return lambda found: found >= start
    if match["after"]:
        begins = start + lasts if lasts >= timedelta(days=1) else start + timedelta(seconds=1)
        return lambda found: found >= begins
    if match["before"]:
        return lambda found: found < start
    return lambda found: start <= found < start + lasts
