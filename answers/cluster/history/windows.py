"""The time that a question about the past is about: `in the last two hours`, `since yesterday`, `today`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DEFAULT = timedelta(days=1)
LONGEST = timedelta(days=30)
"""How far back a question may look: what the store of objects keeps by default."""

_NUMBERS = {"one": 1, "a": 1, "an": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6,
            "ten": 10, "twelve": 12, "half": 0.5}  # fmt: skip
_UNITS = {"min": timedelta(minutes=1), "hour": timedelta(hours=1), "hr": timedelta(hours=1), "h": timedelta(hours=1),
          "m": timedelta(minutes=1), "day": timedelta(days=1), "d": timedelta(days=1), "week": timedelta(days=7),
          "w": timedelta(days=7), "month": timedelta(days=30), "fortnight": timedelta(days=14)}  # fmt: skip
_NUMBER = rf"(\d{{1,4}}|{'|'.join(_NUMBERS)})"
_UNIT = r"(min|hour|hr|day|week|month|fortnight|[mhdw])(?:ute)?s?"
_LENGTH = re.compile(
    r"(?:(?:with)?in |over |during |for )?(?:the |these )?(?:last|past|previous)"
    rf"(?: {_NUMBER}(?: of)?(?: an?)?)? ?{_UNIT}\b"
    rf"|(?:with)?in (?:the )?{_NUMBER}(?: an?)? ?{_UNIT}\b|{_NUMBER}(?: an?)? ?{_UNIT} ago"
)
_DAYS = re.compile(
    r"(?P<since>(?:ever )?since |from |after |between (?=yesterday and (?:today|now)))?(?:the )?"
    r"(?P<day>today|tonight|this (?:morning|afternoon|evening|week)|yesterday(?: (?:morning|afternoon|evening))?|"
    r"last (?:night|week)|\d{4}-\d{2}-\d{2})"
    r"(?: (?:and|to|until|till) (?:today|now))?(?: at)?(?: (?P<clock>\d{1,2}:\d{2}))?"
)
_CLOCK = re.compile(
    r"(?P<how>since|after|from|at|around|about|before|until) (?:about )?(?P<clock>\d{1,2}:\d{2})(?: ?utc| ?z)?"
)
_RANGE = re.compile(
    r"(?:between|from) (?P<first>\d{1,2}:\d{2}) (?:and|to|until|till) (?P<last>\d{1,2}:\d{2})(?: ?utc| ?z)?"
)
_VAGUE = re.compile(
    r"\b(?:recently|lately|of late|just now|recent|in the meantime|these days|right before|so far)\b"
)
_AROUND = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when, the words for it, and the question without those words; `stated`: the question says it."""

    start: datetime
    end: datetime
    words: str
    rest: str
    stated: bool = True


def window(text: str, now: datetime) -> Window:
    """The time that a text in lower case names; the last day, not `stated`, where it names none."""
    for pattern, read in (
        (_RANGE, _of_range), (_LENGTH, _of_length), (_DAYS, _of_day), (_CLOCK, _of_clock),
    ):  # fmt: skip
        match = pattern.search(text)
        found = read(match, now) if match else None
        if match and found:
            start, end = max(found[0], now - LONGEST), min(found[1], now)
            if start < end:
                cut = found[0] < now - LONGEST
                words = f"in the {LONGEST.days} days that are kept" if cut else _spoken(match[0].strip())
                return Window(start, end, words, _without(text, match))
    if match := _VAGUE.search(text):
        return Window(now - DEFAULT, now, "in the last 24 hours", _without(text, match))
    return Window(now - DEFAULT, now, "in the last 24 hours", text, stated=False)


def _spoken(words: str) -> str:
    """`in the last 2 hours` for `last 2 hours`."""
    return re.sub(r"^(?:the )?(?=(?:last|past|previous) (?!night|week\b))", "in the ", words)


def _without(text: str, match: re.Match[str]) -> str:
    return " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())


def _of_length(match: re.Match[str], now: datetime) -> tuple[datetime, datetime]:
    number, unit = next((n, u) for n, u in zip(match.groups()[::2], match.groups()[1::2], strict=True) if u)
    amount = _NUMBERS.get(number or "one") or float(number)
    return now - amount * _UNITS[unit], now


def _of_day(match: re.Match[str], now: datetime) -> tuple[datetime, datetime] | None:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    day = match["day"]
    if day[:1].isdigit():
        try:
            midnight = datetime.fromisoformat(day).replace(tzinfo=UTC)
        except ValueError:
            return None
        end = midnight + timedelta(days=1)
    elif day.startswith("yesterday"):
        midnight, end = midnight - timedelta(days=1), midnight
    elif day == "last night":
        midnight, end = midnight - timedelta(hours=6), midnight + timedelta(hours=8)
    elif day == "this week":
        midnight, end = midnight - timedelta(days=now.weekday()), now
    elif day == "last week":
        end = midnight - timedelta(days=now.weekday())
        midnight = end - timedelta(days=7)
    else:
        end = now
    if match["clock"] and (moment := _at(midnight, match["clock"])):
        midnight = moment
    return midnight, now if match["since"] else end


def _of_range(match: re.Match[str], now: datetime) -> tuple[datetime, datetime] | None:
    first, last = _at(now, match["first"]), _at(now, match["last"])
    if first is None or last is None:
        return None
    day = timedelta(days=1)
    last = last if first < last else last + day
    return (first, last) if first <= now else (first - day, last - day)


def _of_clock(match: re.Match[str], now: datetime) -> tuple[datetime, datetime] | None:
    moment = _at(now, match["clock"])
    if moment is None:
        return None
    moment = moment if moment <= now else moment - timedelta(days=1)
    if match["how"] in ("since", "after", "from"):
        return moment, now
    return moment - (DEFAULT if match["how"] in ("before", "until") else _AROUND), (
        moment if match["how"] in ("before", "until") else moment + _AROUND
    )


def _at(day: datetime, clock: str) -> datetime | None:
    hour, minute = map(int, clock.split(":"))
    return (
        day.replace(hour=hour, minute=minute, second=0, microsecond=0) if hour < 24 and minute < 60 else None
    )
