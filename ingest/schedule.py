"""The nightly job inside a serving process."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from connectors.errors import ConfigurationError

_FIELDS = 5
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_WEEKDAY = re.compile(r"\b([0-7])(?:-([0-7]))?\b")
"""A weekday or a range of them by number."""

_LATE_SECONDS = 3_600
"""A job that could not start in time (the machine slept) still runs if it is no later than this."""

_log = logging.getLogger(__name__)


class Schedule:
    """A job that runs at the times of a crontab, in its own thread, never twice at once."""

    def __init__(self, scheduler: BackgroundScheduler) -> None:
        self._scheduler = scheduler

    @property
    def next_run(self) -> datetime | None:
        """When the job runs next."""
        jobs = self._scheduler.get_jobs()
        found: datetime | None = jobs[0].next_run_time if jobs else None
        return found

    def stop(self, *, wait: bool = False) -> None:
        """No further runs; with `wait`, returns when a job that is running has ended."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=wait)


def start_schedule(cron: str, timezone: str, job: Callable[[], None]) -> Schedule:
    """Runs `job` at the times of `cron` (minute, hour, day, month, weekday) in `timezone` (an IANA name).

    Missed times are made up for once. An error of the job is logged and the next time runs all the same.
    Raises ConfigurationError for a crontab or a time zone that means nothing.
    """
    trigger = _trigger(cron, timezone)
    scheduler = BackgroundScheduler(timezone=trigger.timezone)
    scheduler.add_job(
        lambda: _guarded(job), trigger, coalesce=True, max_instances=1, misfire_grace_time=_LATE_SECONDS
    )
    scheduler.start()
    return Schedule(scheduler)


def _trigger(cron: str, timezone: str) -> CronTrigger:
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(
            f"schedule.timezone: {timezone!r} is no time zone; write an IANA name such as Europe/Berlin"
        ) from None
    try:
        return parse_crontab(cron, zone)
    except ValueError as error:
        raise ConfigurationError(
            f"schedule.cron: {cron!r} is no crontab ({error}); write minute, hour, day of month, month and"
            " day of week, such as 0 2 * * *"
        ) from None


def parse_crontab(cron: str, zone: tzinfo | None = None) -> CronTrigger:
    """The times of a crontab, its weekdays counted as cron does: 0 and 7 are Sunday.

    Where both day fields are given, both must hold. Raises ValueError for what means nothing.
    """
    fields = cron.split()
    if len(fields) == _FIELDS:
        # APScheduler counts from Monday, so that "0" would be the wrong night without a word.
        if "/" in fields[-1]:
            raise ValueError("a step among weekdays is not understood; list the days")
        fields[-1] = _WEEKDAY.sub(_named, fields[-1])
    return CronTrigger.from_crontab(" ".join(fields), timezone=zone)


def _named(match: re.Match[str]) -> str:
    first, last = match.group(1), match.group(2)
    if last is None:
        return _DAYS[int(first) % 7]
    if int(first) > int(last):
        raise ValueError(f"the range {first}-{last} goes backwards")
    # "0-3" and "5-7" cross APScheduler's end of the week: list the days instead.
    return ",".join(_DAYS[day % 7] for day in range(int(first), int(last) + 1))


def _guarded(job: Callable[[], None]) -> None:
    try:
        job()
    except Exception as error:  # noqa: BLE001 - whatever a night's job meets, the next night must run
        _log.error("the scheduled ingest failed: %s: %s", type(error).__name__, error)
