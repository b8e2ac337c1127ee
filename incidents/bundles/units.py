"""Small values as `kubectl` prints them: ages, times, lists of ports, words for nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_AGE = re.compile(r"(\d+)(y|d|h|m(?!s)|s)")
_SECONDS = {"y": 31_536_000, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_REPEATED = re.compile(r"^(?P<last>\S+) \(x(?P<count>\d+) over (?P<first>\S+)\)$")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")


def seconds(age: str) -> float | None:
    """`5m29s` as seconds; None for what is no age."""
    found = _AGE.findall(age)
    if not found or _AGE.sub("", age).strip():
        return None
    return float(sum(int(number) * _SECONDS[unit] for number, unit in found))


def repeated(age: str) -> tuple[float | None, int]:
    """The age of the last time, and how many times: `13s (x4 over 116s)`."""
    match = _REPEATED.match(age.strip())
    if match is None:
        return seconds(age.strip()), 1
    return seconds(match["last"]), int(match["count"])


def moment(text: str) -> datetime | None:
    """A time of `describe` (`Sat, 29 Nov 2025 20:55:29 +0800`) or ISO 8601, in UTC."""
    text = text.strip()
    try:
        found = parsedate_to_datetime(text) if "," in text[:4] else datetime.fromisoformat(text)
    except (ValueError, IndexError):
        return None
    try:
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        return None


def moment_in(line: str) -> datetime | None:
    """The first ISO 8601 time in a log line, in UTC; a time without a zone is taken as UTC."""
    match = _ISO.search(line, 0, 600)
    if match is None:
        return None
    found = re.sub(r"([.,]\d{6})\d+", r"\1", match[0].replace(",", "."))
    return moment(found)


def number(text: str) -> Any:
    """`9555` as a number, anything else as it is: ports may be names."""
    return int(text) if text.isascii() and text.isdigit() else text


def port(text: str) -> tuple[Any, str]:
    """The port and protocol of `9555/TCP`."""
    name, _, protocol = text.strip().partition("/")
    return number(name), protocol or "TCP"


def compact(value: Any) -> Any:
    """The value without None, '' and empty collections, all the way down."""
    if isinstance(value, dict):
        kept = {key: compact(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one not in (None, "", [], {})}
    if isinstance(value, list):
        return [compact(one) for one in value]
    return value
