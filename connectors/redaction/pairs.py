"""Credentials behind their key: `password: …`, `TOKEN=…`, `"apiKey": "…"` and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.redaction.masking import Span
from connectors.redaction.names import Suspicion, is_plural, suspicion
from connectors.redaction.values import is_credential, looks_random, points_elsewhere

_HINT = re.compile(
    r"(?i)pass|pwd|secret|token|key|cred|auth|conn[a-z]{0,6}[_-]?str|dsn|salt|(?<![a-z])pw(?![a-z])"
)
_KEY_TAIL = re.compile(r"[\w.-]{0,80}")
_KEY_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_SEPARATOR = re.compile(
    r"(?P<close>[\"'`\]*\\]{0,4})[ \t]{0,60}(?P<sign>::?=|=>|[:=]|\|(?!\|))\**(?P<gap>[ \t]{0,60})"
)
_FLAG_GAP = re.compile(r"[ \t]{1,4}(?=[^\s-])")
_QUOTED = re.compile(r"\\*\"((?:[^\"\\\n]|\\(?!\")[^\n])*)|\\*'((?:[^'\n]|'')*)|`([^`\n]*)")
_ESCAPED_QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\[^\n])*)")
_TO_LINE_END = re.compile(r"[^\n]*")
_INLINE = re.compile(r"(?:[^\s,;&)}\]\"'`|<\\]|\\(?![nrt]))+(?:(?<=\[redacted)\][\w+/.~-]{0,200})?")
"""Up to the escape of a line's end, too: a file may stand in a string of JSON."""
_WORD_BEFORE = re.compile(
    r"(?i)(?<![\w-])(?:api|access|secret|private|account|client|encryption|signing|license) $"
)
"""Makes a credential of the `key` or `secret` behind it, as people write it: `API key: …`."""
_COMMENT = re.compile(r"[ \t]+(?:#|//|--)[ \t].*$")
_LIST = re.compile(
    r"[\"']?[ \t]{0,60}[:=][ \t]{0,60}(?:\[(?P<line>(?:[^\[\]{}]|(?<=\$)\{[^{}]{0,200}\}){0,2000})\]"
    r"|\r?\n(?P<items>(?:[ \t]*- [^\n]*\n?){1,50}))"
)
_LIST_ITEM = re.compile(r"(?:- |[\"',]|(?<=\[))[ \t]*(?:[\"']([^\s\"',\\]+)|([^\s\"',\\(){}]+))")
_NEXT_LINE = re.compile(
    r"[\"']?:[ \t]*(?:#[^\n]*)?\r?\n(?P<in>[ \t]+)(?P<q>[\"']?)(?!\w+=\w)"
    r"(?P<value>[^\s\"'#\-:{}\[\]|>&*!][^\s\"']*)(?P=q)[ \t]*(?:#[^\n]*)?(?=\r?(?:\n|$))"
)
_OPEN_LINE = re.compile(r"\"(?:[^\"\\\n]|\\[^\n])*\r?\n|'[^'\n]*\r?\n")
_CONTINUED_LINES = 20
_YAML_MARK = re.compile(r"(?:&[\w-]+[ \t]+)+")
"""Anchors stay before the mask, as aliases need them; a tag goes, for the mask is of another type."""
_YAML_TAG = re.compile(r"!!?\w+[ \t]+(?=\S)")
_LINE_START = re.compile(
    r"[\s\-#/*>|\"'`\\{(;]*(?:(?:export|set|ENV|env|declare|local|const|let|var)[ \t]+)*[\"']?"
)
_BLOCK = re.compile(
    r"(?:[|>][+-]?\d?[+-]?|<<[-~]?[\"']?(?P<tag>\w+)[\"']?)[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE
)


def values_of_keys(text: str) -> Iterator[Span]:
    position = 0
    while hint := _HINT.search(text, position):
        start, floor = hint.start(), max(0, hint.start() - 80, position)
        while start > floor and text[start - 1] in _KEY_CHARS:
            start -= 1
        tail = _KEY_TAIL.match(text, hint.end())
        end = tail.end() if tail else hint.end()
        position = end
        level = suspicion(text[start:end])
        if level is Suspicion.NONE and (start_of_words := _start_of_words(text, start)) < start:
            start = start_of_words
            level = min(suspicion(text[start:end]), Suspicion.WEAK)
        if level is Suspicion.STRONG or is_plural(text[start:end]):
            listed = list(_listed_values(text, end))
            yield from listed
            if listed:
                position = listed[-1][1]
                continue
        if level is Suspicion.NONE or (
            text[start - 1 : start] == ":" and "arn:" in text[max(0, start - 300) : start]
        ):
            continue
        for span in _value_after(text, start, end, level):
            yield span
            position = max(position, span[1])


def _start_of_words(text: str, start: int) -> int:
    """Where the words begin that end with the one at `start` and together name a credential."""
    word = _WORD_BEFORE.search(text[max(0, start - 12) : start])
    return start - len(word[0]) if word else start


def _listed_values(text: str, key_end: int) -> Iterator[Span]:
    """Spans of credentials in the list, on one line or as YAML items, that a plural key holds."""
    if listed := _LIST.match(text, key_end):
        for item in _LIST_ITEM.finditer(text, *listed.span(listed.lastgroup or 0)):
            group = item.lastindex or 1
            if is_credential(item[group], Suspicion.WEAK):
                yield item.span(group)


def _value_after(text: str, key_start: int, key_end: int, level: Suspicion) -> Iterator[Span]:
    separator = _SEPARATOR.match(text, key_end)
    if separator is None:
        flag = _FLAG_GAP.match(text, key_end)
        if text[key_start : key_start + 2] == "--" and flag:
            yield from _plain_value(text, flag.end(), False, level)
        return
    start = separator.end()
    if text[start : start + 1] in ("|", ">", "<") and (block := _BLOCK.match(text, start)):
        yield from _block_lines(text, key_start, block, level)
    elif separator["sign"] == ":" and (spans := _over_lines(text, key_start, key_end, start, level)):
        yield from spans
    elif text[start : start + 1] in ('"', "'", "`", "\\"):
        yield from _quoted_value(text, start, level)
    elif separator["sign"] == "|":
        value = _INLINE.match(text, start)
        if value and looks_random(value[0]) and is_credential(value[0], level):
            yield value.span()
    else:
        to_end = _starts_line(text, key_start) and (separator["sign"] != "=" or separator["gap"] != "")
        yield from _plain_value(text, start, to_end, level)


def _over_lines(text: str, key_start: int, key_end: int, start: int, level: Suspicion) -> list[Span]:
    """Spans of a YAML value that stands on the line below its key, or whose quotes close on a later one."""
    if not _starts_line(text, key_start):
        return []
    indent = _key_indent(text, key_start)
    below = _NEXT_LINE.match(text, key_end)
    if below:
        value = below["value"]
        deeper = len(below["in"]) > indent and ": " not in value and not value.endswith(":")
        return [below.span("value")] if deeper and looks_random(value) and is_credential(value, level) else []
    opening = _OPEN_LINE.match(text, start)
    end = _closing_quote(text, opening.end(), text[start], indent) if opening else -1
    quoted = text[start + 1 : end]
    return (
        [(start + 1, end)] if end > 0 and not points_elsewhere(quoted) and level is Suspicion.STRONG else []
    )


def _closing_quote(text: str, position: int, quote: str, indent: int) -> int:
    """Where the quote closes that was opened above `position`, at the end of a deeper line; else -1."""
    for _ in range(_CONTINUED_LINES):
        stop = text.find("\n", position)
        stop = len(text) if stop < 0 else stop
        if _indent(text, position, stop) <= indent:
            return -1
        found = text.find(quote, position, stop)
        if found >= 0:
            rest = text[found + 1 : stop].strip()
            return found if not rest or rest.startswith("#") else -1
        position = stop + 1
    return -1


def _quoted_value(text: str, start: int, level: Suspicion) -> Iterator[Span]:
    pattern = _ESCAPED_QUOTED if text[start] == '"' else _QUOTED
    match = pattern.match(text, start)
    if match is None:
        return
    group = match.lastindex or 1
    if match.end() >= len(text) or text[match.end()] in "\n\\`\"'":
        value = match[group]
        as_prose = text[start] == "`" and not looks_random(value)
        if not as_prose and is_credential(f'"{value}"', level):
            yield match.span(group)


def _plain_value(text: str, start: int, to_line_end: bool, level: Suspicion) -> Iterator[Span]:
    match = (_TO_LINE_END if to_line_end else _INLINE).match(text, start)
    if match is None:
        return
    value = match[0]
    if mark := _YAML_MARK.match(value):
        start, value = start + mark.end(), value[mark.end() :]
    if to_line_end:
        value = _COMMENT.sub("", value).rstrip().rstrip(",;").rstrip()
    if is_credential(_YAML_TAG.sub("", value, count=1), level) and (
        to_line_end or looks_random(value) or _ends_item(text, start + len(value))
    ):
        yield start, start + len(value)


def _ends_item(text: str, position: int) -> bool:
    """Whether no sentence goes on after `position`: the value of an assignment, not a word of prose."""
    rest = text[position : position + 2]
    if text.startswith(" =>", position):
        return False
    return not (rest[:1] == " " and rest[1:].isalpha()) or "=" in text[max(0, position - 120) : position]


def _starts_line(text: str, key_start: int) -> bool:
    line = text.rfind("\n", max(0, key_start - 60), key_start)
    if line < 0 and key_start > 60:
        return False
    match = _LINE_START.fullmatch(text, line + 1, key_start)
    return match is not None and "{" not in match[0]


def _block_lines(text: str, key_start: int, block: re.Match[str], level: Suspicion) -> Iterator[Span]:
    """Spans of the lines of a YAML block scalar or a heredoc below a credential's key."""
    indent = _key_indent(text, key_start)
    tag = block["tag"]
    position = block.end() + 1
    while 0 < position < len(text):
        stop = text.find("\n", position)
        stop = len(text) if stop < 0 else stop
        line = text[position:stop]
        if tag is not None and line.strip() == tag:
            return
        if tag is None and line.strip() and _indent(text, position, stop) <= indent:
            return
        content = line.strip()
        if is_credential(content, level):
            first = position + len(line) - len(line.lstrip())
            yield first, first + len(content)
        position = stop + 1


def _key_indent(text: str, key_start: int) -> int:
    """The column of the mapping that the key belongs to: behind the dash where an item of a list begins."""
    line_start = text.rfind("\n", 0, key_start) + 1
    position = line_start
    while position < key_start and text[position] in " \t-":
        position += 1
    return position - line_start


def _indent(text: str, start: int, stop: int) -> int:
    position = start
    while position < stop and text[position] in " \t":
        position += 1
    return position - start
