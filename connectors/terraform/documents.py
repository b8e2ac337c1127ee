"""Documents made of parsed HCL: one for each block, one for each file of values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from connectors import environments
from connectors.documents import (
    Document,
    Failure,
    Section,
    SectionKind,
    TerraformRef,
    assemble,
    line_anchor,
)
from connectors.formats.outline import LIMIT, Cutter, Outline
from connectors.terraform.creates import creates
from connectors.terraform.evaluate import Unknown
from connectors.terraform.outlines import outline_of
from connectors.terraform.references import resolved_lines, shown
from connectors.terraform.resolve import is_values, module_folder
from connectors.terraform.scope import Scope, Variable, literal_text
from connectors.terraform.syntax import Attribute, Block, HclFile, begin_of

_ADDRESS_PREFIX = {
    "resource": "", "data": "data.", "module": "module.", "variable": "var.", "output": "output.",
    "provider": "provider.",
}  # fmt: skip
_USED_VARIABLE = re.compile(r"\bvar\.([A-Za-z_][\w-]*)")
_BRACKETS = re.compile(r"[\s\[\]{},]*")
"""What closes a JSON text says nothing."""
_MAX_VARIABLES = 4
_MAX_CONTEXT = 600
_MAX_DEFAULT = 80


def block_documents(
    file: HclFile, scope: Scope, source: str, environment: str = ""
) -> Iterator[Document | Failure]:
    """A document for each block of `file`, then one for what stands outside blocks, if anything does."""
    blank = _empty(file, source, environment)
    seen: Counter[str] = Counter()
    ids: set[str] = set()
    floor = 0
    outside: list[tuple[int, int]] = []
    for item in file.items:
        first = begin_of(file, item, floor)
        if first > floor:
            outside.append((floor, first))
        floor = max(floor, item.last)
        if isinstance(item, Attribute):
            outside.append((first, item.last))
            continue
        address = address_of(item)
        seen[address] += 1
        if seen[address] > 1 and item.type not in _UNNAMED:
            yield Failure(file.path, f"line {item.first + 1}: {address} is declared a second time")
        unique = _unused(address, seen[address], ids)
        ids.add(unique)
        yield _block_document(file, item, first, unique, scope, blank)
    outside.append((floor, len(file.lines)))
    if rest := _rest_document(file, outside, blank):
        yield rest


def _unused(address: str, number: int, ids: set[str]) -> str:
    """`a.b` the first time, then `a.b#2`: no name can hold the sign, but a text that is no Terraform may."""
    unique = address if number == 1 else f"{address}#{number}"
    while unique in ids:
        number += 1
        unique = f"{address}#{number}"
    return unique


def values_document(file: HclFile, scopes: Sequence[Scope], source: str, environment: str = "") -> Document:
    """The document of a file of values; a section's context says what the variable it sets is for."""
    sections: list[Section] = []
    floor = 0
    for item in [] if file.is_crowded else file.items:
        if item.last <= floor:
            continue  # it shares its line with one that is there already
        first = max(begin_of(file, item, floor), floor)
        sections += _cut(file, Outline("", floor, first, _uncut), ())
        name = item.name if isinstance(item, Attribute) else " ".join((item.type, *item.labels))
        context = _meaning(name, scopes)
        sections += _cut(file, outline_of(item, file.lines, first), (name,), context)
        floor = max(floor, item.last)
    sections += _cut(file, Outline("", floor, len(file.lines), _uncut), ())
    blank = _empty(file, source, environment)
    environment = blank.environment
    name = PurePosixPath(file.path).name
    folders = tuple(f"module:{PurePosixPath(scope.folder).name}" for scope in scopes[:1])
    return replace(
        blank,
        title=f"{name} ({environment})" if environment else name,
        text=file.text,
        sections=tuple(sections),
        kind="values" if file.attributes or is_values(file.path) else "terraform",
        labels=(*folders, *((f"workspace:{environment}",) if environment else ())),
    )


_UNNAMED = frozenset({"locals", "terraform", "moved", "import", "removed", "provider"})
"""Types of which a file may hold several under one address."""


def address_of(block: Block) -> str:
    """The address as Terraform writes it: `aws_db_instance.main`, `data.aws_ami.x`, `var.name`, `locals`."""
    if block.type in _ADDRESS_PREFIX and block.labels:
        return _ADDRESS_PREFIX[block.type] + ".".join(block.labels)
    return ".".join((block.type, *block.labels))


def _block_document(
    file: HclFile, block: Block, first: int, address: str, scope: Scope, blank: Document
) -> Document:
    offset = file.lines.starts[first]
    text = file.text[offset : file.lines.end(block.last)].rstrip("\r\n")
    context = _block_context(file, block, text, scope)
    sections = _cut(file, outline_of(block, file.lines, first), (address,), context, offset)
    for resolved in _pieces(resolved_lines(block, file, scope)):
        start = len(text) + 2
        text = f"{text}\n\n{resolved}"
        anchor = line_anchor(first + 1, block.last)
        sections.append(
            Section(SectionKind.KEY_VALUE, resolved, anchor, (address,), "resolved", "", start, len(text))
        )
    label = ".".join(block.labels)
    return replace(
        blank,
        id=f"{blank.id}#{address}",
        title=f"{block.type} {label}" if label else f"{block.type} ({PurePosixPath(file.path).name})",
        text=text,
        sections=tuple(sections),
        labels=(f"module:{PurePosixPath(file.path).parent.name}",) if "/" in file.path else (),
        terraform=TerraformRef(address),
        creates=creates(block, scope),
    )


def _pieces(lines: Sequence[str]) -> list[str]:
    """The lines joined to texts of a good size for search."""
    pieces: list[str] = []
    for line in lines:
        if pieces and len(pieces[-1]) + len(line) < LIMIT:
            pieces[-1] += "\n" + line
        else:
            pieces.append(line)
    return pieces


def _rest_document(file: HclFile, ranges: Sequence[tuple[int, int]], blank: Document) -> Document | None:
    """What stands outside every block: comments that introduce a file, attributes of other HCL dialects."""
    sections = [
        section for first, last in ranges for section in _cut(file, Outline("", first, last, _uncut), ())
    ]
    if not sections:
        return None
    text, placed = assemble(sections)
    return replace(blank, title=PurePosixPath(file.path).name, text=text, sections=placed)


def _uncut(first: int, last: int) -> list[Outline]:
    return (
        [Outline("", line, line + 1, lambda a, b: []) for line in range(first, last)]
        if last - first > 1
        else []
    )


def _empty(file: HclFile, source: str, environment: str) -> Document:
    return Document(
        id=f"terraform:{source}/{file.path}",
        title="",
        text="",
        sections=(),
        source=source,
        kind="terraform",
        path=file.path,
        breadcrumbs=PurePosixPath(file.path).parts[:-1],
        environment=environments.of_path(file.path) or environment,
    )


def _cut(
    file: HclFile, outline: Outline, path: tuple[str, ...], context: str = "", offset: int = 0
) -> list[Section]:
    """The sections of an outline; their spans count from `offset` on."""
    if outline.first == outline.last:
        return []
    cutter = Cutter(file.lines, SectionKind.KEY_VALUE, file.language)
    cutter.cut(outline, path)
    return [
        replace(
            section,
            context=" ".join(filter(None, (context, section.context))),
            start=section.start - offset,
            end=section.end - offset,
        )
        for section in cutter.sections
        if file.language == "hcl" or not _BRACKETS.fullmatch(section.text)
    ]


def _block_context(file: HclFile, block: Block, text: str, scope: Scope) -> str:
    """What the few variables that the block uses are for, and the folder of a module in the tree."""
    if block.type == "variable":
        return ""
    words: list[str] = []
    if block.type == "module" and (folder := module_folder(file.path, literal_text(scope, block, "source"))):
        words.append(f"module {PurePosixPath(folder).name}")
    used = list(dict.fromkeys(_USED_VARIABLE.findall(text)))
    known = [scope.variables[name] for name in used if name in scope.variables]
    if len(used) <= _MAX_VARIABLES:
        words += [f"{variable.name}: {variable.description}" for variable in known if variable.description]
    return " ".join(words)[:_MAX_CONTEXT]


def _meaning(name: str, scopes: Sequence[Scope]) -> str:
    """The description and short default of the variable `name`, from the first module that has one."""
    declared = [scope.variables[name] for scope in scopes if name in scope.variables]
    best = next((variable for variable in declared if variable.description), None)
    if best is None:
        return ""
    return f"{best.description}{_default(best)}"[:_MAX_CONTEXT]


def _default(variable: Variable) -> str:
    if variable.default is None or variable.sensitive:
        return ""
    value, _ = Scope("").evaluate(variable.default)
    text = shown(variable.name, value)
    return f" (default {text})" if len(text) <= _MAX_DEFAULT and not isinstance(value, Unknown) else ""
