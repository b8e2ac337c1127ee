"""Crontabs mean the days that cron means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.schedule import parse_crontab

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("*", "Mon Tue Wed Thu Fri Sat Sun"),
        ("0", "Sun"),
        ("7", "Sun"),
        ("1", "Mon"),
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("0-2", "Mon Tue Sun"),
        ("5-7", "Fri Sat Sun"),
        ("6,0", "Sat Sun"),
        ("mon,3", "Mon Wed"),
        ("mon-fri", "Mon Tue Wed Thu Fri"),
    ],
)
def test_weekdays_count_from_sunday(days: str, expected: str) -> None:
    trigger = parse_crontab(f"0 2 * * {days}", UTC)
    nights = [MONDAY + timedelta(days=n) for n in range(7)]
    found = [night for night in nights if trigger.get_next_fire_time(None, night) == night.replace(hour=2)]
    assert [f"{night:%a}" for night in found] == expected.split()


@pytest.mark.parametrize(
    "cron",
    ["", "0 2 * *", "0 2 * * 8", "0 2 * * 5-1", "60 2 * * *", "0 2 * * */2", "0 2 * * 1-5/2", "@daily"],
)
def test_what_means_nothing_is_refused(cron: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is APScheduler's
        parse_crontab(cron, UTC)
