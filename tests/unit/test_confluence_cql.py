"""Queries that hold whatever stands in titles and wherever the account's clock is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.confluence import cql

ZONES = ["UTC", "Europe/Dublin", "Pacific/Kiritimati", "Etc/GMT+12", "America/St_Johns", "Asia/Kathmandu"]


@given(st.text())
def test_a_quoted_title_ends_where_it_ends(title: str) -> None:
    quoted = cql.quoted(title)
    inner = quoted[1:-1]
    assert quoted[0] == quoted[-1] == '"'
    unescaped: list[str] = []
    letters = iter(inner)
    for letter in letters:
        assert letter != '"'
        unescaped.append(next(letters) if letter == "\\" else letter)
    assert "".join(unescaped) == title


@pytest.mark.parametrize("zone", ZONES)
@given(moment=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2040, 1, 1)))
def test_the_bound_is_never_later_than_what_it_stands_for(zone: str, moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC)
    text = cql.modified_since(moment).split('"')[1]
    read_there = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    assert read_there <= moment
    assert moment - read_there < timedelta(hours=30)


def test_conditions_are_joined_without_empty_ones() -> None:
    assert (
        cql.both("a = 1", "", cql.one_of("space", ["A", 'B"'], quote=True))
        == 'a = 1 and space in ("A", "B\\"")'
    )
