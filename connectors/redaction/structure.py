"""Redacts YAML and JSON so that what could be read before can be read after."""

from __future__ import annotations

from bisect import bisect_right

from connectors.formats.yaml_nodes import Node, YamlDocument, line_starts_of, load
from connectors.redaction import redact
from connectors.redaction.masking import MASK


def redact_yaml(text: str) -> str:
    """`text` with credentials masked, as `redact` does it; a value that this would break is masked as a whole.

    A mask at the beginning of a plain scalar opens a list: `key: ghp_… and more` is YAML, its mask is not.
    """
    masked = redact(text)[0]
    if masked == text:
        return text
    documents = load(text)
    if _errors(load(masked)) <= _errors(documents):
        return masked
    return _repaired(text, masked, documents)


def _errors(documents: list[YamlDocument]) -> int:
    return sum(bool(document.error) for document in documents)


def _repaired(text: str, masked: str, documents: list[YamlDocument]) -> str:
    """`masked`, but on lines where it changed plain scalars those of `text` with a quoted mask for each."""
    starts = line_starts_of(text)
    lines, redacted = text.split("\n"), masked.split("\n")
    changed: dict[int, list[tuple[int, int]]] = {}
    for scalar in (scalar for document in documents for scalar in _plain_scalars(document)):
        first = bisect_right(starts, scalar.start) - 1
        last = bisect_right(starts, max(scalar.start, scalar.end - 1)) - 1
        begins = [max(scalar.start - starts[line], 0) for line in range(first, last + 1)]
        ends = [min(scalar.end - starts[line], len(lines[line])) for line in range(first, last + 1)]
        spots = list(zip(range(first, last + 1), begins, ends, strict=True))
        if any(lines[line][begin:end].strip() not in redacted[line] for line, begin, end in spots):
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


def _plain_scalars(document: YamlDocument) -> list[Node]:
    found: list[Node] = []
    todo = [document.root] if document.root else []
    while todo:
        node = todo.pop()
        if node.type == "scalar" and node.plain:
            found.append(node)
        todo += [part for pair in node.pairs for part in pair] + node.items
    return found
