"""Reads amounts as Kubernetes writes them, so that `1Gi` and `1024Mi` are the same."""

from __future__ import annotations

import re
from decimal import Decimal

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(m|k|[KMGTPE]i|[MGTPE])?")
_POWERS = {"": 0, "k": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}


def quantity(written: str) -> Decimal | None:
    """The number that a quantity stands for (`500m` is 0.5), None where it is no quantity."""
    match = _QUANTITY.fullmatch(written.strip())
    if match is None:
        return None
    number: Decimal
    number, unit = Decimal(match[1]), match[2] or ""
    if unit == "m":
        return number / 1000
    if unit.endswith("i"):
        return number * Decimal(1024) ** _POWERS[unit[0].replace("K", "k")]
    return number * Decimal(1000) ** _POWERS[unit]


def same_quantity(left: str, right: str) -> bool:
    """Whether two quantities are the same amount; True where one of them is none, as then nothing is known."""
    first, second = quantity(left), quantity(right)
    return first is None or second is None or first == second
