"""Masks what looks like a credential before anything is stored, indexed, logged or shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from connectors.secret_keys import Suspicion, is_credential, looks_random, points_elsewhere, suspicion
from connectors.secret_layouts import flag_values, table_cells, terraform_values, values_below
from connectors.secret_objects import json_secrets, named_values, yaml_secrets
from connectors.secret_shapes import MASK, Span, private_keys, shaped_tokens

__all__ = ["MASK", "looks_secret_key", "mask_value", "redact"]


def redact(text: str) -> tuple[str, int]:
    """`text` with secret-looking values masked, and how many were; the number of lines never changes.

    Works on any raw text (YAML, HCL, .env, shell, JSON, Markdown, logs) in linear time. References,
    placeholders and names of Secrets stay. Masking twice changes nothing.
    """
    masked = 0
    for find in _FINDERS:
        text, count = _mask_spans(text, find)
        masked += count
    return text, masked


def looks_secret_key(name: str) -> bool:
    """Whether a field called `name` usually holds a credential itself (not a reference to one)."""
    return suspicion(name) is Suspicion.STRONG


def mask_value(value: str) -> str:
    """The mask for a credential's value, as many lines as `value` has; references and '' stay as they are."""
    if points_elsewhere(value):
        return value
    return "\n".join([MASK] * (value.count("\n") + 1))


def _mask_spans(text: str, find: Callable[[str], Iterator[Span]]) -> tuple[str, int]:
    parts: list[str] = []
    position = count = 0
    for start, end in find(text):
        found = text[start:end]
        if start < position or not found.strip() or _mask_lines(found) == found:
            continue
        parts += (text[position:start], _mask_lines(found))
        position = end
        count += 1
    return ("".join((*parts, text[position:])), count) if count else (text, 0)


def _mask_lines(found: str) -> str:
    if "\n" not in found:
        return MASK
    lines = found.split("\n")
    indents = [line[: len(line) - len(line.lstrip())] for line in lines]
    return "\n".join(
        (indent + MASK if line.strip() else line) + ("\r" if line.endswith("\r") and line.strip() else "")
        for line, indent in zip(lines, indents, strict=True)
    )


# ---- URLs, headers, flags ----------------------------------------------------------------------------

_USERINFO = re.compile(r"://[^\s/:@\"'<>`]*:([^\s/\"'<>`]+)@")
_HEADER = re.compile(
    r"(?i)authorization[\"'\\]{0,3}\s{0,4}[:=]\s{0,4}[\"'\\]{0,3}(?:bearer|basic|token|apikey)\s{1,4}"
    r"([^\s\"'`\\,;)]+)"
)
_BEARER = re.compile(r"\b[Bb]earer ([A-Za-z0-9._~+/=-]{16,})")
_CURL_USER = re.compile(r"\s(?:-u|--user)[ =][\"']?[\w.@-]+:([^\s\"'@/]+)")


_COMMANDS = re.compile(
    r"\b(?:sshpass|docker login|registry login|redis-cli)\b[^\n|;&]{0,120}?\s-[pa][ =]?[\"']?(?P<a>[^\s\"']+)"
    r"|\bmysql(?:dump|admin)?\b[^\n|;&]{0,120}?\s-p[\"']?(?P<b>[^\s\"']+)"
    r"|\b(?:requirepass|masterauth)[ \t]+\"?(?P<c>[^\s\"]+)"
    r"|\blogin[ \t]+\S{1,80}[ \t]+password[ \t]+(?P<d>\S+)"
)
_ELEMENT = re.compile(r"<(?P<key>[\w.-]{1,60})>(?P<value>[^<>\n]{1,500})</")
_COMMAND_WORDS = ("sshpass", "login", "redis-cli", "mysql", "requirepass", "masterauth")
_VERB = re.compile(r" is [`\"']")
_SENTENCE = re.compile(
    r"(?is).{0,12}?\b(?:password|passphrase|token|secret|key) is [`\"'](?P<value>[^`\"'\s]{6,})[`\"']"
)


def _in_urls_and_headers(text: str) -> Iterator[Span]:
    spans: list[Span] = []
    if "://" in text:
        spans += [m.span(1) for m in _USERINFO.finditer(text) if is_credential(m[1], Suspicion.STRONG)]
    spans += [m.span(1) for m in _HEADER.finditer(text) if not points_elsewhere(m[1])]
    spans += [m.span(1) for m in _BEARER.finditer(text) if looks_random(m[1]) and not points_elsewhere(m[1])]
    passwords = [m.span(1) for m in _CURL_USER.finditer(text) if not m[1].isdigit()]
    if any(word in text for word in _COMMAND_WORDS):
        passwords += [m.span(m.lastgroup or 0) for m in _COMMANDS.finditer(text)]
    spans += [span for span in passwords if not points_elsewhere(text[slice(*span)])]
    for verb in _VERB.finditer(text):
        sentence = _SENTENCE.match(text, max(0, verb.start() - 12))
        if sentence and looks_random(sentence["value"]):
            spans.append(sentence.span("value"))
    if "</" in text:
        elements = _ELEMENT.finditer(text)
        spans += [m.span("value") for m in elements if is_credential(m["value"], suspicion(m["key"]))]
    yield from sorted(spans)


# ---- values of keys ----------------------------------------------------------------------------------

_HINT = re.compile(r"(?i)pass|pwd|secret|token|key|cred|auth|conn[a-z]{0,6}[_-]?str|dsn")
_KEY_TAIL = re.compile(r"[\w.-]{0,80}")
_KEY_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_SEPARATOR = re.compile(
    r"(?P<close>[\"'`\]*\\]{0,4})[ \t]{0,60}(?P<sign>::?=|=>|[:=]|\|(?!\|))\**(?P<gap>[ \t]{0,60})"
)
_FLAG_GAP = re.compile(r"[ \t]{1,4}(?=[^\s-])")
_QUOTED = re.compile(r"\\*\"((?:[^\"\\\n]|\\(?!\")[^\n])*)|\\*'([^'\n]*)|`([^`\n]*)")
_ESCAPED_QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\[^\n])*)")
_TO_LINE_END = re.compile(r"[^\n]*")
_INLINE = re.compile(r"[^\s,;&)}\]\"'`|<]+")
_COMMENT = re.compile(r"[ \t]+(?:#|//|--)[ \t].*$")
_LIST = re.compile(
    r"[\"']?[ \t]{0,60}[:=][ \t]{0,60}(?:\[(?P<line>[^\]\n]{0,2000})"
    r"|\r?\n(?P<items>(?:[ \t]*- [^\n]*\n?){1,50}))"
)
_LIST_ITEM = re.compile(r"(?:- |[\"',])[ \t]*[\"']?([^\s\"',]+)")
_YAML_MARK = re.compile(r"(?:(?:!!\w+|&[\w-]+)[ \t]+)+")
_LINE_START = re.compile(
    r"[\s\-#/*>|\"'`\\{(;]*(?:(?:export|set|ENV|env|declare|local|const|let|var)[ \t]+)*[\"']?"
)
_BLOCK = re.compile(
    r"(?:[|>][+-]?\d?[+-]?|<<[-~]?[\"']?(?P<tag>\w+)[\"']?)[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE
)


def _values_of_keys(text: str) -> Iterator[Span]:
    position = 0
    while hint := _HINT.search(text, position):
        start, floor = hint.start(), max(0, hint.start() - 80, position)
        while start > floor and text[start - 1] in _KEY_CHARS:
            start -= 1
        tail = _KEY_TAIL.match(text, hint.end())
        end = tail.end() if tail else hint.end()
        position = end
        level = suspicion(text[start:end])
        if text[end - 1] == "s" and suspicion(text[start : end - 1]) is Suspicion.STRONG:
            yield from _listed_values(text, end)
        if level is Suspicion.NONE or (
            text[start - 1 : start] == ":" and "arn:" in text[max(0, start - 80) : start]
        ):
            continue
        for span in _value_after(text, start, end, level):
            yield span
            position = max(position, span[1])


def _listed_values(text: str, key_end: int) -> Iterator[Span]:
    """Spans of credentials in the list, on one line or as YAML items, that a plural key holds."""
    if listed := _LIST.match(text, key_end):
        for item in _LIST_ITEM.finditer(text, *listed.span(listed.lastgroup or 0)):
            if is_credential(item[1], Suspicion.WEAK):
                yield item.span(1)


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
    elif text[start : start + 1] in ('"', "'", "`", "\\"):
        yield from _quoted_value(text, start, level)
    elif separator["sign"] == "|":
        value = _INLINE.match(text, start)
        if value and looks_random(value[0]) and is_credential(value[0], level):
            yield value.span()
    else:
        to_end = _starts_line(text, key_start) and (separator["sign"] != "=" or separator["gap"] != "")
        yield from _plain_value(text, start, to_end, level)


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
    if is_credential(value, level) and (
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
    return _LINE_START.fullmatch(text, line + 1, key_start) is not None


def _block_lines(text: str, key_start: int, block: re.Match[str], level: Suspicion) -> Iterator[Span]:
    """Spans of the lines of a YAML block scalar or a heredoc below a credential's key."""
    line_start = text.rfind("\n", 0, key_start) + 1
    indent = _indent(text, line_start, key_start)
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


def _indent(text: str, start: int, stop: int) -> int:
    position = start
    while position < stop and text[position] in " \t":
        position += 1
    return position - start


_FINDERS = (
    private_keys,
    shaped_tokens,
    _in_urls_and_headers,
    json_secrets,
    yaml_secrets,
    named_values,
    flag_values,
    values_below,
    terraform_values,
    table_cells,
    _values_of_keys,
)
