"""Credentials whose key stands apart from them: in a list, one level up, in a block's label or a table's head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from connectors.secret_keys import Suspicion, is_credential, looks_random, points_elsewhere, suspicion
from connectors.secret_shapes import Span

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


# ---- blocks of Terraform -----------------------------------------------------------------------------

_OPENER = re.compile(
    r"(?<![\w.-])(?:(?:variable|output)[ \t]{1,9}\"(?P<key>[\w.-]{1,80})\"[ \t]{0,9}\{"
    r"|(?P<set>set_sensitive)[ \t]{0,9}(?:=[ \t]{0,9}\[|\{)"
    r"|(?:resource|data|module|provider)[ \t]{1,9}\"|locals[ \t]{1,9}\{)"
)
_SET = re.compile(r"(?<![\w.-])(?:default|value)[ \t]{0,40}=[ \t]{0,40}\"(?P<value>(?:[^\"\\\n]|\\[^\n])*)\"")
_CLOSER = re.compile(r"\n[ \t]{0,80}[}\]]")
_TOP_CLOSER = re.compile(r"\n\}")
_LIST_CLOSER = re.compile(r"\n[ \t]{0,80}\]")
_MAX_BLOCK = 4_000


def terraform_values(text: str) -> Iterator[Span]:
    """Spans of `default` and `value` in blocks whose label names a credential, and in `set_sensitive`."""
    openers = list(_OPENER.finditer(text))
    for number, opener in enumerate(openers):
        level = Suspicion.STRONG if opener["set"] else suspicion(opener["key"] or "")
        if level is not Suspicion.STRONG:
            continue
        following = openers[number + 1].start() if number + 1 < len(openers) else len(text)
        end = _block_end(text, opener, min(following, opener.end() + _MAX_BLOCK))
        for match in _SET.finditer(text, opener.end(), end):
            value = match["value"]
            if is_credential(f'"{value}"', level) or (opener["set"] and not points_elsewhere(value)):
                yield match.span("value")


def _block_end(text: str, opener: re.Match[str], limit: int) -> int:
    line_end = text.find("\n", opener.end(), limit)
    first = text[opener.end() : line_end if line_end >= 0 else limit].rstrip()
    if first.endswith(("}", "]")) or line_end < 0:
        return opener.end() + len(first)
    pattern = _LIST_CLOSER if opener[0].endswith("[") else _CLOSER if opener["set"] else _TOP_CLOSER
    closer = pattern.search(text, opener.end(), limit)
    return closer.start() if closer else limit


# ---- columns of Markdown tables ----------------------------------------------------------------------

_PIPE = re.compile(r"(?<!\\)\|")
_FILE = re.compile(r"/|\.[a-z]{1,5}$")


def table_cells(text: str) -> Iterator[Span]:
    """Spans of cells that look like credentials in a column headed `password`, `token` or the like."""
    if "|" not in text:
        return
    position = 0
    lines = text.split("\n")
    columns: set[int] = set()
    for number, line in enumerate(lines):
        if "|" not in line:
            columns = set()
        elif columns:
            cells = _cells(line)
            for start, end in (cells[column] for column in sorted(columns) if column < len(cells)):
                if _is_secret_cell(line[start:end]):
                    yield position + start, position + end
        if number and "|" in line and _is_rule(line):
            heads = [lines[number - 1][slice(*span)] for span in _cells(lines[number - 1])]
            columns = {n for n, head in enumerate(heads) if suspicion(head) is not Suspicion.NONE}
        position += len(line) + 1


def _is_rule(line: str) -> bool:
    return "-" in line and not line.strip("|:- \t\r>")


def _cells(line: str) -> list[Span]:
    """Where the text of each cell of a row stands, without spaces and backticks around it."""
    lead = len(line) - len(line.lstrip(" \t>"))
    first = lead + 1 if line[lead : lead + 1] == "|" else lead
    bounds = [first - 1, *(pipe.start() for pipe in _PIPE.finditer(line, first)), len(line)]
    spans: list[Span] = []
    for before, after in pairwise(bounds):
        cell = line[before + 1 : after]
        start = before + 1 + len(cell) - len(cell.lstrip(" \t`*"))
        spans.append((start, max(start, before + 1 + len(cell.rstrip(" \t\r`*")))))
    return spans


def _is_secret_cell(cell: str) -> bool:
    return (
        len(cell.split()) == 1
        and looks_random(cell)
        and not _FILE.search(cell)
        and is_credential(cell, Suspicion.STRONG)
    )
