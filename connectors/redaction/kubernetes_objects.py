"""Credentials that what stands around them gives away: pairs of name and value, and Kubernetes Secrets."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator

from connectors.redaction.masking import MASK, Span
from connectors.redaction.names import suspicion
from connectors.redaction.values import is_credential, is_stand_in

_NAMED = re.compile(
    r"(?<![\w-])[\"']?name[\"']?[ \t]{0,20}[:=][ \t]{0,20}[\"']?(?P<key>[\w.-]{3,80})[\"']?"
    r"[ \t]{0,8},?(?P<nl>[ \t\r]{0,8}\n)?"
    r"[ \t]{0,40}[\"']?value[\"']?[ \t]{0,20}[:=][ \t]{0,20}(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'][^\n]*)"
)
_NAMED_BEHIND = re.compile(
    r"(?<![\w.-])[\"']?value[\"']?[ \t]{0,20}[:=][ \t]{0,20}"
    r"(?:(?P<value>\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'|[^\s\"'{},][^\s{},]{0,500})[ \t]{0,8}(?:,[ \t\r]{0,8}\n?|\r?\n)"
    r"|(?P<line>[^\s\"'{},][^\n]{0,500})\n)"
    r"[ \t]{0,40}[\"']?name[\"']?[ \t]{0,20}[:=][ \t]{0,20}[\"']?(?P<key>[\w.-]{3,80})"
)
_KIND = re.compile(
    r"^(?P<in>[ \t]*)(?:- )?[\"']?kind[\"']?:[ \t]*[\"']?(?P<kind>\w+)[\"']?[ \t]*,?[ \t]*(?:#[^\n]*)?\r?$",
    re.MULTILINE,
)
_BOUND = re.compile(r"^[ \t]*(?:---|```|~~~).*$", re.MULTILINE)
_DATA = re.compile(
    r"^(?P<in>[ \t]*)[\"']?(?:stringData|data|kubectl\.kubernetes\.io/last-applied-configuration)[\"']?:"
    r"[ \t]*(?:(?P<flow>\{(?!\{)[^\n]*)|(?P<line>[^\s#|>{&!\[][^\n]*)|[^\n]*)\r?(?:\n|\Z)",
    re.MULTILINE,
)
_ENTRY_LINE = re.compile(
    r"[ \t]+(?P<key>(?:\"[^\"\n]{1,200}\"|'[^'\n]{1,200}'|[\w.-][\w. -]{0,200}):(?:[ \t]+|(?=\r?$)))?"
    r"(?P<value>\S(?:[^\n]*\S)?)?[ \t\r]*$"
)
_BLOCK_MARK = re.compile(r"[|>][-+\d]{0,2}(?:[ \t]+#.*)?|&[\w-]+|[\[\]{},\s]+")
_IN_DOUBLE_QUOTES = re.compile(r"\"((?:[^\"\\]|\\.)*)(\"?)")
_IN_SINGLE_QUOTES = re.compile(r"'((?:[^']|'')*)('?)")
_END_OF_LINE = re.compile(r"[ \t]+#[^\n]*$")
_ANCHOR = re.compile(r"&[\w-]+[ \t]+")
_FLOW_VALUE = re.compile(
    r"[:\[,][ \t]*(?:\"((?:[^\"\\\n]|\\[^\n])*)\"|'((?:[^'\n]|'')*)'"
    r"|([^\s\"',{}\[\]][^,{}\[\]:\n]*(?::(?![ \t])[^,{}\[\]:\n]*)*))(?=[ \t\r]*(?:[,}\]\n]|$))"
)

_JSON_KIND = re.compile(r"\"kind\"\s{0,20}:\s{0,20}\"(\w{1,60})\"")
_JSON_KIND_BEHIND = re.compile(r"\}\s{0,200},\s{0,200}\"kind\"\s{0,20}:\s{0,20}\"(\w{1,60})\"")
_JSON_DATA = re.compile(r"\"(?:data|stringData)\"\s{0,20}:\s{0,20}\{([^{}]*)(?=\})")
_JSON_VALUE = re.compile(r":\s{0,20}\"((?:[^\"\\]|\\.)*)\"")


def named_values(text: str) -> Iterator[Span]:
    """Spans of the values in pairs such as `name: DB_PASSWORD` and `value: …`, in either order."""
    yield from _named_before(text)
    yield from _named_behind(text)


def _named_before(text: str) -> Iterator[Span]:
    for match in _NAMED.finditer(text):
        value = match["value"].rstrip()
        if match["nl"] is None and value[:1] not in "\"'":
            value = value.split(",")[0].rstrip("} ")
        if is_credential(value, suspicion(match["key"])):
            start = match.start("value")
            quote = 1 if value[:1] in "\"'" else 0
            yield start + quote, start + len(value) - quote


def _named_behind(text: str) -> Iterator[Span]:
    for match in _NAMED_BEHIND.finditer(text):
        group = "value" if match["value"] is not None else "line"
        value = _END_OF_LINE.sub("", match[group]).rstrip()
        if is_credential(value, suspicion(match["key"])):
            quote = 1 if value[:1] in "\"'" else 0
            yield match.start(group) + quote, match.start(group) + len(value) - quote


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
            yield from (value.span(1) for value in values if not is_stand_in(value[1]))


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
    """Spans of every value below `data`; the whole of a line that is no entry belongs to a value above."""
    if data["flow"] is not None:
        yield from _flow_values(text, *data.span("flow"))
        if "}" in data["flow"]:
            return
    if data["line"] is not None:
        yield from _value_of(data.start("line"), data["line"].rstrip())
    depth_of_keys = 0
    quote = ""  # the one that a value above opened and did not close
    for start, line in _deeper_lines(text, data.end(), last, len(data["in"])):
        content = line.strip()
        depth = len(line) - len(line.lstrip())
        if quote:
            closing = content.endswith(quote)
            if not is_stand_in(content):
                yield start + depth, start + depth + len(content) - closing
            quote = "" if closing else quote
        elif depth_of_keys and depth > depth_of_keys:
            yield from _value_of(start + depth, content)
        elif not content.startswith("#") and (entry := _ENTRY_LINE.match(line)):
            depth_of_keys = depth if entry["key"] else depth_of_keys
            value = entry["value"] or ""
            quoted = _quoted(value)
            quote = value[0] if quoted and not quoted[2] else ""
            yield from _value_of(start + entry.start("value"), value)


def _deeper_lines(text: str, position: int, last: int, indent: int) -> Iterator[tuple[int, str]]:
    """The lines with text from `position` on that are indented deeper than `indent`, and where they begin."""
    while position < last:
        stop = text.find("\n", position, last)
        stop = last if stop < 0 else stop
        line = text[position:stop]
        if line.strip():
            if len(line) - len(line.lstrip(" \t")) <= indent:
                return
            yield position, line
        position = stop + 1


def _value_of(start: int, value: str) -> Iterator[Span]:
    if value[:1] not in ("'", '"'):
        value = _END_OF_LINE.sub("", value).rstrip()
        value = value if "{" in value else value.rstrip(",}").rstrip()
    if anchor := _ANCHOR.match(value):
        start, value = start + anchor.end(), value[anchor.end() :]
    if is_stand_in(value) or _BLOCK_MARK.fullmatch(value):
        return
    if value[0] in "[{" and not value.startswith("{{"):
        yield from ((start + first, start + last) for first, last in _flow_values(value, 0, len(value)))
        return
    if quoted := _quoted(value):
        yield start + quoted.start(1), start + quoted.end(1)
    else:
        yield start, start + len(value)


def _flow_values(text: str, start: int, end: int) -> Iterator[Span]:
    """Spans of the values of a list or mapping in flow style that `text` holds from `start` on."""
    for flow in _FLOW_VALUE.finditer(text, start, end):
        group = flow.lastindex or 1
        masked = text[max(0, flow.start(group) - 1) : flow.end(group) + 1] == MASK
        if not masked and not is_stand_in(flow[group]):
            yield flow.start(group), flow.start(group) + len(flow[group].rstrip())


def _quoted(value: str) -> re.Match[str] | None:
    """The text in the quotes that `value` begins with, and the closing one where it is on the line."""
    return (_IN_SINGLE_QUOTES if value[:1] == "'" else _IN_DOUBLE_QUOTES).match(value)
