"""Credentials whose key stands apart from them: one item above in a list, or one level up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.redaction.masking import Span
from connectors.redaction.names import Suspicion, suspicion
from connectors.redaction.values import is_credential, looks_random

# ---- a flag and its value as two items of a list -----------------------------------------------------

_FLAG = r"(?P<flag>--?[A-Za-z][\w.-]{1,60}|requirepass|masterauth)"
_FLAG_IN_LINE = re.compile(
    rf"(?<![\w-])(?P<quote>[\"']?){_FLAG}(?P=quote)[ \t]{{0,20}},\s{{0,80}}"
    r"(?=\"(?P<a>[^\"\n]+)\"|'(?P<b>[^'\n]+)'|(?P<plain>[^\s\"',\]]+))"
)
_FLAG_ITEM = re.compile(
    rf"- (?P<quote>[\"']?){_FLAG}(?P=quote)[ \t\r]{{0,20}}\n[ \t]{{0,80}}- "
    r"(?=\"(?P<a>[^\"\n]+)\"|'(?P<b>[^'\n]+)'|(?P<c>[^\s\"'][^\n]*))"
)
_COMMENT = re.compile(r"[ \t]#[^\n]*$")


def flag_values(text: str) -> Iterator[Span]:
    """Spans of list items behind an item that is a credential's flag: `["--db-password", "…"]`."""
    for match in _FLAG_IN_LINE.finditer(text):
        value = match[match.lastgroup or 0]
        if _is_flag_value(match["flag"], value) and (match.lastgroup != "plain" or looks_random(value)):
            yield match.span(match.lastgroup or 0)
    for match in _FLAG_ITEM.finditer(text):
        start = match.start(match.lastgroup or 0)
        value = _COMMENT.sub("", match[match.lastgroup or 0]).rstrip()
        if _is_flag_value(match["flag"], value):
            yield start, start + len(value)


def _is_flag_value(flag: str, value: str) -> bool:
    level = Suspicion.STRONG if flag.strip("-") in ("requirepass", "masterauth") else suspicion(flag)
    return not re.match(r"--?[A-Za-z][\w-]*(?:=|$)", value) and is_credential(value, level)


# ---- `value:` below its key --------------------------------------------------------------------------

_BELOW = re.compile(
    r"(?<![\w.-])[\"']?(?P<key>[A-Za-z_][\w.-]{2,80})[\"']?[ \t]{0,20}[:=][ \t]{0,20}(?P<open>\{?)[ \t\r]{0,20}"
    r"(?P<nl>(?:\n[ \t]{1,80})?)[\"']?value[\"']?[ \t]{0,20}[:=][ \t]{0,20}"
    r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'][^\n]*)"
)


def values_below(text: str) -> Iterator[Span]:
    """Spans of the values in `password:` with `value: …` one level down, in YAML, JSON and HCL."""
    for match in _BELOW.finditer(text):
        if not match["open"]:
            line = text.rfind("\n", max(0, match.start() - 200), match.start()) + 1
            before = text[line : match.start()].replace("- ", "  ")
            if before.strip() or len(match["nl"]) - 1 <= len(before):
                continue
        value = _COMMENT.sub("", match["value"]).rstrip()
        if value[:1] not in "\"'" and match["open"]:
            value = value.split(",")[0].rstrip("} ")
        if is_credential(value, suspicion(match["key"])):
            quote = 1 if value[:1] in "\"'" else 0
            start = match.start("value")
            yield start + quote, start + len(value) - quote
