"""Terraform's operators on plain values: strict where Python would take `true` for 1.

They raise `TypeError`, `ValueError` or `ArithmeticError` for operands that Terraform refuses or would convert.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

_MAX_NUMBER = 10**30
_NUMBER = re.compile(r"-?\d{1,99}(?:\.\d{1,99})?(?:[eE][+-]?\d{1,2})?")


def is_number(value: Any) -> bool:
    """Whether the value is a number, which a boolean is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(value: Any) -> int | float:
    """The number that a text, an exact fraction or a number stands for; an integer where it is whole."""
    if not isinstance(value, Fraction) and not _NUMBER.fullmatch(str(value)):
        raise ValueError("no number, or one with more digits than matter")
    exact = value if isinstance(value, Fraction) else Fraction(str(value))
    if abs(exact) > _MAX_NUMBER:
        raise ValueError("too large")
    return exact.numerator if exact.denominator == 1 else float(exact)


def same(left: Any, right: Any) -> bool:
    """Whether Terraform holds two values for equal; values of different types never are.

    Raises `TypeError` for two lists or two maps: whether `[]` is a list, a tuple or a set is not known here.
    """
    if isinstance(left, (list, dict)) and isinstance(right, (list, dict)):
        raise TypeError
    if is_number(left) and is_number(right):
        return bool(left == right)
    return type(left) is type(right) and bool(left == right)


def item_at(value: Any, key: Any) -> Any:
    """What `value[key]` is; raises for a negative index and for what has no index."""
    if type(value) is list and is_number(key) and isinstance(key, int) and key >= 0:
        return value[key]
    if isinstance(value, dict) and (isinstance(key, str) or is_number(key)):
        return value[str(key)]
    raise TypeError


def _on_numbers(compute: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*values: Any) -> Any:
        if not all(map(is_number, values)):
            raise TypeError
        return number(compute(*(Fraction(str(value)) for value in values)))

    return checked


def _ordering(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def checked(left: Any, right: Any) -> bool:
        if not (is_number(left) and is_number(right)):
            raise TypeError
        return compare(left, right)

    return checked


def _on_booleans(compute: Callable[..., bool]) -> Callable[..., bool]:
    def checked(*values: Any) -> bool:
        if not all(isinstance(value, bool) for value in values):
            raise TypeError
        return compute(*values)

    return checked


def _remainder(left: Fraction, right: Fraction) -> Fraction:
    """What is left after division towards zero: `-7 % 3` is -1."""
    return left - right * int(left / right)


OPERATORS: Mapping[tuple[str, int], Callable[..., Any]] = {
    ("==", 2): same, ("!=", 2): lambda left, right: not same(left, right),
    ("<", 2): _ordering(operator.lt), (">", 2): _ordering(operator.gt),
    ("<=", 2): _ordering(operator.le), (">=", 2): _ordering(operator.ge),
    ("&&", 2): _on_booleans(lambda left, right: left and right),
    ("||", 2): _on_booleans(lambda left, right: left or right), ("!", 1): _on_booleans(operator.not_),
    ("+", 2): _on_numbers(operator.add), ("-", 2): _on_numbers(operator.sub),
    ("*", 2): _on_numbers(operator.mul), ("/", 2): _on_numbers(operator.truediv),
    ("%", 2): _on_numbers(_remainder), ("-", 1): _on_numbers(operator.neg),
}  # fmt: skip
