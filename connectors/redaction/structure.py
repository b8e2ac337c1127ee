"""Redacts YAML and JSON so that what could be read before can be read after."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from connectors.formats.yaml_nodes import Node, YamlDocument, line_starts_of, load
from connectors.redaction import redact
from connectors.redaction.masking import MASK

_MASK = re.compile(re.escape(MASK))
_MASK_BEFORE_TEXT = re.compile(
    rf"(?:^|[:?,\[{{\-])[ \t]*{re.escape(MASK)}[ \t]*(?![\s,\]}}#]|$)", re.MULTILINE
)


def redact_yaml(text: str) -> str:
    """`text` with credentials masked, as `redact` does it; a value that this would break is masked as a whole.

    A mask at the beginning of a plain scalar opens a list: `key: ghp_… and more` is YAML, its mask is not.
    """
    masked = redact(text)[0]
    if masked == text:
        return text
    documents = load(text)
    errors, is_json = _errors(documents), _is_json(text)
    for suspects in (_MASK_BEFORE_TEXT, _MASK):
        if _is_json(masked) if is_json else _errors(load(masked)) <= errors:
            break
        masked = _repaired(text, masked, documents, suspects)
    return masked


def _errors(documents: list[YamlDocument]) -> int:
    return sum(bool(document.error) for document in documents)


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _repaired(text: str, masked: str, documents: list[YamlDocument], suspects: re.Pattern[str]) -> str:
    """`masked`, but on `suspects` among its lines a quoted mask for each scalar that it changed."""
    starts = line_starts_of(text)
    lines, redacted = text.split("\n"), masked.split("\n")
    changed: dict[int, list[tuple[int, int]]] = {}
    for scalar in (scalar for document in documents for scalar in _scalars(document)):
        first = bisect_right(starts, scalar.start) - 1
        last = bisect_right(starts, max(scalar.start, scalar.end - 1)) - 1
        begins = [max(scalar.start - starts[line], 0) for line in range(first, last + 1)]
        ends = [min(scalar.end - starts[line], len(lines[line])) for line in range(first, last + 1)]
        spots = list(zip(range(first, last + 1), begins, ends, strict=True))
        if not any(suspects.search(redacted[line]) for line, _, _ in spots):
            continue
        parts = [(lines[line], redacted[line], lines[line][begin:end].strip()) for line, begin, end in spots]
        if any(before.count(part) > after.count(part) for before, after, part in parts if part):
            for line, begin, end in spots:
                changed.setdefault(line, []).append((begin, end if line == first else -end))
    for line, spans in changed.items():
        redacted[line] = _with_masks(lines[line], spans)
    return "\n".join(redacted)


def _with_masks(line: str, spans: list[tuple[int, int]]) -> str:
    """The line with a quoted mask over each span; the later lines of a value (negative ends) become empty."""
    position = len(line)
    tail = ""
    for begin, end in sorted(spans, reverse=True):
        tail = (f'"{MASK}"' if end > 0 else "") + redact(line[abs(end) : position])[0] + tail
        position = begin
    return line[:position] + tail


def _scalars(document: YamlDocument) -> list[Node]:
    found: list[Node] = []
    todo = [document.root] if document.root else []
    while todo:
        node = todo.pop()
        if node.type == "scalar" and not node.block:
            found.append(node)
        todo += [value for _, value in node.pairs] + node.items
    return found
