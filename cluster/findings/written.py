"""Reads values as people write them: `3`, `6, up to 24`, `3 replicas, no autoscaling`, `512Mi`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cluster.findings.quantities import quantity

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12,
}  # fmt: skip
NUMBER = rf"\d{{1,4}}|{'|'.join(NUMBERS)}"
UNITS = r"(?:replicas?|pods?|instances?|copies)"

_REPLICAS = re.compile(
    rf"(?P<low>{NUMBER})(?: {UNITS})?(?:,? (?:and )?up to (?P<up>{NUMBER})|(?: ?[-–—] ?| to )(?P<high>{NUMBER}))?"
    rf"(?: {UNITS})?(?P<fixed>,? \(?(?:fixed|no autoscal\w+|not autoscaled|static)\)?)?",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"[\d*/,-]+|(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:-\w+)?",
    re.I,
)
_IMAGE = re.compile(r"(?:[a-z0-9.-]+(?::\d+)?/)*[a-z0-9._-]+(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?")
_VERSION = re.compile(r"v?\d[\w.+-]*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Said:
    """A value that was said. Of replicas `low` and `high` are the bounds; `fixed`: nothing changes them."""

    what: str
    value: str
    low: int | None = None
    high: int | None = None
    fixed: bool = False


def read_value(what: str, written: str) -> Iterator[Said]:
    """What a cell or the rest of a line says of `what`; nothing where it says anything else besides."""
    match what:
        case "replicas":
            yield from read_replicas(written)
        case "minReplicas" | "maxReplicas" | "port":
            if written.isdigit():
                number = int(written)
                low, high = (
                    (number if what == "minReplicas" else None),
                    (number if what == "maxReplicas" else None),
                )
                yield Said("replicas" if what != "port" else "port", written, low, high)
        case "image":
            if _IMAGE.fullmatch(written) and (":" in written or "/" in written):
                yield Said("image", written)
        case "version":
            if _VERSION.fullmatch(written):
                yield Said("version", written)
        case "schedule":
            if is_schedule(written):
                yield Said("schedule", written)
        case "host":
            if _HOST.fullmatch(written):
                yield Said("host", written)
        case "storage" | "memory limit" | "memory request":
            if is_amount(written):
                yield Said(what, written)
        case "cpu limit" | "cpu request":
            if quantity(written) is not None:
                yield Said(what, written)


def read_replicas(written: str) -> Iterator[Said]:
    """`3`, `3–10 pods`, `6, up to 24`, `3 replicas, no autoscaling`."""
    match = _REPLICAS.fullmatch(written.strip())
    if match is None:
        return
    high = match["up"] or match["high"]
    low = number(match["low"])
    if high is None:
        yield Said("replicas", written.strip(), low, low, bool(match["fixed"]))
    elif low <= number(high):
        yield Said("replicas", written.strip(), low, number(high), bool(match["fixed"]))


def number(written: str) -> int:
    """`3` and `three` as 3."""
    return NUMBERS.get(written.lower()) or int(written)


def is_amount(written: str) -> bool:
    """Whether it is an amount of bytes with a unit that Kubernetes knows."""
    return quantity(written) is not None and written[-1] in "ikMGTPE" and not written.endswith("k")


def is_schedule(written: str) -> bool:
    """Whether it is a cron expression, not five words."""
    if written.startswith("@"):
        return written in ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually")
    parts = written.split()
    return len(parts) == 5 and all(_FIELD.fullmatch(part) for part in parts)


def is_host(written: str) -> bool:
    """Whether it is a full host name."""
    return _HOST.fullmatch(written) is not None


def is_image(written: str) -> bool:
    """Whether it is an image's reference with its tag."""
    return _IMAGE.fullmatch(written) is not None and ":" in written.rpartition("/")[2]
