"""Masks the values of variables that are declared `sensitive`, in every file that sets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import tree_sitter

from connectors.redaction import MASK
from connectors.terraform.resolve import is_values
from connectors.terraform.syntax import HclFile, parse, source_of

_HARMLESS = frozenset({"null", "true", "false", '""', "{}", "[]"})


def mask_sensitive(files: Iterable[HclFile]) -> list[HclFile]:
    """The files, with the defaults and values of sensitive variables masked; lines stay where they are."""
    listed = list(files)
    names = {name for file in listed for name in _sensitive_names(file)}
    return [_masked(file, names) for file in listed] if names else listed


def _sensitive_names(file: HclFile) -> Iterable[str]:
    for block in file.blocks:
        flag = block.attribute("sensitive") if block.type == "variable" and block.labels else None
        if flag is not None and source_of(flag.value) == "true":
            yield block.labels[0]


def _masked(file: HclFile, names: set[str]) -> HclFile:
    spots: list[tuple[int, tree_sitter.Node]] = []
    if is_values(file.path):
        spots = [(a.last - 1 - a.value.end_point.row, a.value) for a in file.attributes if a.name in names]
    for block in file.blocks:
        default = block.attribute("default") if block.type == "variable" and names & {*block.labels} else None
        if default is not None:
            spots.append((block.base, default.value))
    text = _replaced(file, [spot for spot in spots if source_of(spot[1]) not in _HARMLESS])
    return file if text == file.text else parse(file.path, text)


def _replaced(file: HclFile, spots: Sequence[tuple[int, tree_sitter.Node]]) -> str:
    text = file.text
    for base, node in sorted(spots, key=lambda spot: spot[0] + spot[1].start_point.row, reverse=True):
        start = _offset(file, base + node.start_point.row, node.start_point.column)
        end = _offset(file, base + node.end_point.row, node.end_point.column)
        text = f'{text[:start]}"{MASK}"' + "\n" * text[start:end].count("\n") + text[end:]
    return text


def _offset(file: HclFile, row: int, column: int) -> int:
    """The character offset of a row and a column that counts bytes."""
    line = file.lines[row].encode("utf-8", "replace")[:column]
    return file.lines.starts[row] + len(line.decode("utf-8", "replace"))
