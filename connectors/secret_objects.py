"""Credentials that what stands around them gives away: pairs of name and value, and Kubernetes Secrets."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator

from connectors.secret_keys import is_credential, points_elsewhere, suspicion
from connectors.secret_shapes import Span

_NAMED = re.compile(
    r"(?<![\w-])[\"']?name[\"']?[ \t]{0,20}[:=][ \t]{0,20}[\"']?(?P<key>[\w.-]{3,80})[\"']?"
    r"[ \t]{0,8},?(?P<nl>[ \t\r]{0,8}\n)?"
    r"[ \t]{0,40}[\"']?value[\"']?[ \t]{0,20}[:=][ \t]{0,20}(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'][^\n]*)"
)
_KIND = re.compile(r"^(?P<in>[ \t]*)(?:- )?kind:[ \t]*[\"']?(?P<kind>\w+)[\"']?[ \t\r]*$", re.MULTILINE)
_BOUND = re.compile(r"^[ \t]*(?:---|```|~~~).*$", re.MULTILINE)
_DATA = re.compile(r"^(?P<in>[ \t]*)(?:stringData|data):[ \t\r]*\n", re.MULTILINE)
_PLAIN_KEYS = "url|name|type|host|hostname|port|project|server|endpoint|database|dbname|region"
_ENTRY_LINE = re.compile(
    rf"[ \t]+(?!(?:{_PLAIN_KEYS}):)(?:[\"']?[\w.-]+[\"']?:[ \t]+)?"
    r"(?P<value>\S(?:[^\n]*\S)?)[ \t\r]*$"
)

_JSON_KIND = re.compile(r"\"kind\"\s{0,20}:\s{0,20}\"(\w{1,60})\"")
_JSON_KIND_BEHIND = re.compile(r"\}\s{0,200},\s{0,200}\"kind\"\s{0,20}:\s{0,20}\"(\w{1,60})\"")
_JSON_DATA = re.compile(r"\"(?:data|stringData)\"\s{0,20}:\s{0,20}\{([^{}]*)(?=\})")
_JSON_VALUE = re.compile(r":\s{0,20}\"((?:[^\"\\]|\\.)*)\"")


def named_values(text: str) -> Iterator[Span]:
    """Spans of the values in pairs such as `name: DB_PASSWORD` and `value: …`."""
    for match in _NAMED.finditer(text):
        value = match["value"].rstrip()
        if match["nl"] is None and value[:1] not in "\"'":
            value = value.split(",")[0].rstrip("} ")
        if is_credential(value, suspicion(match["key"])):
            start = match.start("value")
            quote = 1 if value[:1] in "\"'" else 0
            yield start + quote, start + len(value) - quote


def json_secrets(text: str) -> Iterator[Span]:
    """Spans of the values of Secrets written as JSON; `kind` stands right behind the data or before it."""
    if '"Secret"' not in text:
        return
    kinds = [(match.start(), match[1]) for match in _JSON_KIND.finditer(text)]
    position = 0
    for data in _JSON_DATA.finditer(text):
        while position < len(kinds) and kinds[position][0] < data.start():
            position += 1
        behind = _JSON_KIND_BEHIND.match(text, data.end())
        kind = behind[1] if behind else kinds[position - 1][1] if position else ""
        if kind == "Secret":
            values = _JSON_VALUE.finditer(text, *data.span(1))
            yield from (value.span(1) for value in values if not points_elsewhere(value[1]))


def yaml_secrets(text: str) -> Iterator[Span]:
    """Spans of the values under `data` and `stringData` of Secrets written as YAML."""
    if "Secret" not in text:
        return
    bounds = [0, *(m.start() for m in _BOUND.finditer(text)), len(text)]
    for first, last in itertools.pairwise(bounds):
        kinds = list(_KIND.finditer(text, first, last))
        if not any(kind["kind"] == "Secret" for kind in kinds):
            continue
        for data in _DATA.finditer(text, first, last):
            if _kind_of(data, kinds) == "Secret":
                yield from _entries(text, data, last)


def _kind_of(data: re.Match[str], kinds: list[re.Match[str]]) -> str:
    """The kind of the object that holds `data`: named above it, or behind it where keys are sorted."""
    above = bisect_left(kinds, data.start(), key=lambda kind: kind.start())
    return kinds[max(above - 1, 0)]["kind"]


def _entries(text: str, data: re.Match[str], last: int) -> Iterator[Span]:
    indent = len(data["in"])
    position = data.end()
    while position < last:
        stop = text.find("\n", position, last)
        stop = last if stop < 0 else stop
        line = text[position:stop]
        if line.strip() and len(line) - len(line.lstrip(" \t")) <= indent:
            return
        if entry := _ENTRY_LINE.match(text, position, stop):
            value = entry["value"]
            if not points_elsewhere(value) and not value.startswith("#") and not value.endswith(":"):
                quote = 1 if value[:1] in "\"'" and value[-1:] == value[:1] and len(value) > 2 else 0
                yield entry.start("value") + quote, entry.end("value") - quote
        position = stop + 1
