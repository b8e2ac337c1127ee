"""CronJobs that do not run: suspended, without a schedule that can be read, past their deadline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.values import at, text
from incidents.checks.base import described, finding, pieces
from incidents.finding import Finding
from incidents.situation import Situation, shown

_MACROS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_NAMES = (
    (), (), (), ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    ("sun", "mon", "tue", "wed", "thu", "fri", "sat"),
)  # fmt: skip
_PART = re.compile(r"(?P<from>\*|\?|\w+)(?:-(?P<to>\w+))?(?:/(?P<step>\d+))?")
_MISSED = (
    "MissSchedule",
    "TooManyMissedTimes",
    "FailedNeedsStart",
    "UnparseableCronJobSchedule",
    "UnParseableCronJobSchedule",
)


def check(s: Situation) -> Iterator[Finding]:
    """Each CronJob in scope."""
    for job in s.items("CronJob"):
        schedule = text(job.value, "spec.schedule")
        if schedule and not is_schedule(schedule):
            yield finding(
                "cron_schedule_invalid", job, f"{shown(job)} never runs: {schedule!r} is no schedule.", 0.9,
                "Write five fields: minute, hour, day of month, month, day of week.",
                [s.quote(job, schedule, field="spec.schedule")], command=described(job),
            )  # fmt: skip
            continue
        missed = s.events(job, *_MISSED)
        if missed:
            yield finding(
                "cron_job_missed", job, f"{shown(job)} has missed its times: {missed[0].message}", 0.75,
                "Raise startingDeadlineSeconds, or see what held the controller or the Job before up.",
                pieces(missed[:2]), command=described(job),
            )  # fmt: skip
        elif at(job.value, "spec.suspend") is True:
            yield finding(
                "cron_job_suspended", job, f"{shown(job)} is suspended: it makes no Jobs.", 0.4,
                "Set spec.suspend to false.", [s.quote(job, "suspend", "true", field="spec.suspend")],
                command=described(job),
            )  # fmt: skip


def is_schedule(text_of: str) -> bool:
    """Whether Kubernetes can read a schedule: five fields, a macro, or `@every 1h`; a `TZ=` in front is left out."""
    words = text_of.split()
    if words and re.match(r"(?:CRON_)?TZ=", words[0]):
        words = words[1:]
    if words and words[0] == "@every":
        return len(words) == 2 and re.fullmatch(r"(?:\d+(?:\.\d+)?(?:h|m|s|ms))+", words[1]) is not None
    if len(words) == 1:
        return words[0] in _MACROS
    return len(words) == 5 and all(
        _is_field(word.lower(), bounds, names)
        for word, bounds, names in zip(words, _RANGES, _NAMES, strict=True)
    )


def _is_field(word: str, bounds: tuple[int, int], names: tuple[str, ...]) -> bool:
    return all(_is_part(part, bounds, names) for part in word.split(","))


def _is_part(part: str, bounds: tuple[int, int], names: tuple[str, ...]) -> bool:
    match = _PART.fullmatch(part)
    if match is None or match["step"] == "0":
        return False
    if match["from"] in ("*", "?"):
        return match["to"] is None
    ends = [_value(one, names) for one in (match["from"], match["to"] or match["from"])]
    low, high = bounds
    return all(one is not None and low <= one <= high for one in ends) and (ends[0] or 0) <= (ends[1] or 0)


def _value(word: str, names: tuple[str, ...]) -> int | None:
    """A number, or that of a month or day; Sunday is 0."""
    if word.isascii() and word.isdigit():
        return int(word)
    first = 1 if len(names) == 12 else 0
    return names.index(word) + first if word in names else None
