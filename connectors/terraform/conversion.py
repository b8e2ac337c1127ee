"""The values of a variable brought to the type that it is declared with, as Terraform does."""

from __future__ import annotations

import re
from typing import Any

from connectors.terraform.functions import text_of
from connectors.terraform.operators import is_number, number

_COLLECTION = re.compile(r"(list|set|map)\((.*)\)", re.DOTALL)
_BOOLEANS = {"true": True, "false": False}


def converted(value: Any, kind: str) -> Any:
    """`value` as the type `kind` (`string`, `list(number)`); unchanged where it does not fit or is no such."""
    kind = kind.strip().strip('"')
    if collection := _COLLECTION.fullmatch(kind):
        if isinstance(value, dict) and collection[1] == "map":
            return {key: converted(item, collection[2]) for key, item in value.items()}
        if isinstance(value, list) and collection[1] != "map":
            return [converted(item, collection[2]) for item in value]
        return value
    if kind == "string" and (isinstance(value, bool) or is_number(value)):
        return text_of(value)
    if kind == "bool" and isinstance(value, str):
        return _BOOLEANS.get(value, value)
    if kind == "number" and isinstance(value, str):
        try:
            return number(value)
        except ValueError:
            return value
    return value
