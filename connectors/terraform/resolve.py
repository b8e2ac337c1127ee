"""Joins the files of a tree: which values a module's variables have in which environment, and from where."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

import tree_sitter

from connectors import environments
from connectors.redaction import MASK, looks_secret_key, mask_value, redact
from connectors.terraform.evaluate import Unknown, render
from connectors.terraform.scope import Assigned, Scope, Variable
from connectors.terraform.syntax import Attribute, Block, HclFile, source_of
from connectors.terraform.values import literals

_SHARED_NAMES = frozenset(
    {"common", "global", "globals", "shared", "default", "defaults", "all", "base", "terraform"}
)
_MIN_SHARE = 0.5
"""The part of a `.tfvars` file's variables that a module must declare to be taken for its own."""

_MAX_DEPTH = 20
_MAX_ORIGINS = 3
_MAX_VALUE = 200
_MAX_RENDERED = 2_000
_MAX_RESOLVED = 6_000
"""Characters of resolved lines for one block: what goes beyond repeats itself for every environment."""


def is_values(path: str) -> bool:
    """Whether the file holds values of variables."""
    return path.endswith(".tfvars")


def scopes_of(files: Iterable[HclFile]) -> dict[str, Scope]:
    """The scope of each folder with Terraform files, its variables' values attached."""
    listed = list(files)
    scopes: dict[str, Scope] = {}
    for file in listed:
        if not is_values(file.path):
            _declare(scopes.setdefault(_folder(file.path), Scope(_folder(file.path))), file)
    _mark_modules(scopes, listed)
    values = [file for file in listed if is_values(file.path)]
    for file in sorted(
        values, key=lambda f: (not _is_shared(f.path), f.path.endswith(".auto.tfvars"), f.path)
    ):
        _attach(scopes, file)
    return scopes


def module_folder(path: str, source: str) -> str | None:
    """The folder in the tree that a module's local `source`, written in the file `path`, leads to."""
    if not source.startswith(("./", "../")):
        return None
    folder = posixpath.normpath(posixpath.join(_folder(path), source))
    return None if folder.startswith("..") else folder


def scopes_for_values(scopes: dict[str, Scope], file: HclFile) -> list[Scope]:
    """The modules that a `.tfvars` file belongs to: beside it, of its name, or declaring its variables."""
    names = {attribute.name for attribute in file.attributes}
    if not names:
        return []
    own = [scope for scope in _above(scopes, file.path) if _share(scope, names) >= _MIN_SHARE][:1]
    beside = bool(own) and own[0].folder == _folder(file.path)
    if own and (beside or not _is_shared(file.path)):
        return own
    declaring = [scope for scope in scopes.values() if scope.is_root and _share(scope, names) > 0]
    stem = _stem(file.path)
    named = [scope for scope in declaring if PurePosixPath(scope.folder).name == stem]
    if named:
        return named
    if _is_shared(file.path):
        return [*own, *(scope for scope in declaring if scope not in own)]
    best = sorted(declaring, key=lambda scope: _share(scope, names), reverse=True)[:1]
    return [scope for scope in best if _share(scope, names) >= _MIN_SHARE]


def resolved_lines(block: Block, file: HclFile, scope: Scope) -> list[str]:
    """What the block's references stand for: `production: size = 3  (vars/production.tfvars:7)`."""
    if block.type == "variable":
        return _variable_lines(block, scope)
    lines: list[str] = []
    for name, node in _leaves(block, ""):
        if re.search(rb"\b(?:var|local)\.", node.text or b""):
            lines.extend(_attribute_lines(name, node, scope))
        elif block.type == "module" and name == "source":
            target = module_folder(file.path, source_of(node).strip('"'))
            lines.extend([f"source = {target}  (folder of the module)"] if target else [])
    return _within(lines, _MAX_RESOLVED)


def _within(lines: list[str], limit: int) -> list[str]:
    kept = 0
    for number, line in enumerate(lines):
        kept += len(line) + 1
        if kept > limit:
            return lines[:number]
    return lines


def literal_text(scope: Scope, block: Block, name: str) -> str:
    """The attribute's value if it is a known text, else ''."""
    attribute = block.attribute(name)
    value = scope.evaluate(attribute.value)[0] if attribute else None
    return value if isinstance(value, str) else ""


def shown(name: str, value: Any) -> str:
    """A value on one line, credentials masked, a long one shortened to its keys or its number of items."""
    if looks_secret_key(name) and isinstance(value, str):
        return f'"{mask_value(value)}"'
    text = redact(render(value)[:_MAX_RENDERED])[0]
    if len(text) <= _MAX_VALUE:
        return text
    if isinstance(value, dict):
        keys = ", ".join(map(str, value))
        return f"{{… {len(value)} entries: {keys[:_MAX_VALUE]}{'…' if len(keys) > _MAX_VALUE else ''}}}"
    return f"[… {len(value)} items]" if isinstance(value, list) else text[:_MAX_VALUE] + "…"


def _declare(scope: Scope, file: HclFile) -> None:
    for block in file.blocks:
        if block.type == "variable" and block.labels:
            default, sensitive = block.attribute("default"), block.attribute("sensitive")
            scope.variables[block.labels[0]] = Variable(
                block.labels[0],
                file.path,
                block.first + 1,
                " ".join(literal_text(scope, block, "description").split()),
                default.value if default else None,
                sensitive is not None and source_of(sensitive.value) == "true",
            )
        elif block.type == "locals":
            for attribute in block.attributes():
                scope.local_values[attribute.name] = (attribute.value, file.path, attribute.first + 1)


def _mark_modules(scopes: dict[str, Scope], files: list[HclFile]) -> None:
    """Folders that others call as a module get their values from the call, not from `.tfvars` files."""
    for file in files:
        for block in file.blocks:
            source = block.attribute("source") if block.type == "module" else None
            target = module_folder(file.path, source_of(source.value).strip('"')) if source else None
            if target in scopes:
                scopes[target].is_root = False


def _attach(scopes: dict[str, Scope], file: HclFile) -> None:
    targets = scopes_for_values(scopes, file)
    known = literals(file.text) if targets else None
    environment = environments.of_path(file.path)
    for scope in targets:
        values = scope.values.setdefault(environment, {})
        for attribute in file.attributes:
            name = attribute.name
            if name in scope.variables:
                value = known[name] if known and name in known else scope.evaluate(attribute.value)[0]
                masked = MASK if scope.variables[name].sensitive and value not in (None, "") else value
                values[name] = Assigned(masked, file.path, attribute.first + 1)


def _share(scope: Scope, names: set[str]) -> float:
    return len(names & scope.variables.keys()) / len(names)


def _above(scopes: dict[str, Scope], path: str) -> Iterator[Scope]:
    """The scopes of the file's folder and of the folders above it, nearest first."""
    folder = _folder(path)
    while True:
        if folder in scopes and scopes[folder].variables:
            yield scopes[folder]
        if not folder:
            return
        folder = _folder(folder)


def _folder(path: str) -> str:
    return posixpath.dirname(path)


def _stem(path: str) -> str:
    """`rds` for `variables/production/rds.tfvars` and for `rds-production.tfvars`."""
    name = PurePosixPath(path).name.removesuffix(".tfvars").removesuffix(".auto")
    words = re.split(r"[-_.]", name)
    if len(words) > 1 and environments.canonical(words[-1]):
        return name[: -len(words[-1]) - 1]
    return name


def _is_shared(path: str) -> bool:
    """Whether the file's name says that it is for more than one module."""
    stem = _stem(path)
    return stem in _SHARED_NAMES or bool(environments.canonical(stem))


def _leaves(block: Block, prefix: str, depth: int = 0) -> Iterator[tuple[str, tree_sitter.Node]]:
    """Name and expression of each attribute, and of each entry of the maps that go over lines."""
    for item in block.items():
        if isinstance(item, Attribute):
            yield from _entries(prefix + item.name, item.value, 0)
        elif depth < _MAX_DEPTH:
            yield from _leaves(item, f"{prefix}{item.type}.", depth + 1)


def _entries(name: str, node: tree_sitter.Node, depth: int) -> Iterator[tuple[str, tree_sitter.Node]]:
    entries = list(_nearest_entries(node, depth)) if node.start_point.row != node.end_point.row else []
    if not entries:
        yield name, node
    for entry in entries:
        key = source_of(entry.children[0]).strip('"')
        yield from _entries(f"{name}.{key}", entry.children[-1], depth + 1)


def _nearest_entries(node: tree_sitter.Node, depth: int) -> Iterator[tree_sitter.Node]:
    for child in node.named_children if depth < _MAX_DEPTH else ():
        if child.type == "object_elem" and child.child_count > 1:
            yield child
        elif child.type not in ("for_expr", "template_expr", "conditional"):
            yield from _nearest_entries(child, depth + 1)


def _attribute_lines(name: str, node: tree_sitter.Node, scope: Scope) -> Iterator[str]:
    written = " ".join(source_of(node).split())
    value, evaluation = scope.evaluate(node)
    plain = shown(name, value)
    if plain != written and evaluation.origins and _says_something(value, plain):
        yield f"{name} = {plain}  ({_origins(evaluation.origins)})"
    for environment in scope.environments(evaluation.variables):
        value, evaluation_there = scope.evaluate(node, environment)
        text = shown(name, value)
        if text not in (plain, written) and _says_something(value, text):
            yield f"{environment}: {name} = {text}  ({_origins(evaluation_there.origins)})"


def _origins(origins: Sequence[str]) -> str:
    more = len(origins) - _MAX_ORIGINS
    return "; ".join(origins[:_MAX_ORIGINS]) + (f"; and {more} more" if more > 0 else "")


def _says_something(value: Any, text: str) -> bool:
    return not (isinstance(value, Unknown) and not value.template) and not text.startswith("[…")


def _variable_lines(block: Block, scope: Scope) -> list[str]:
    name = block.labels[0] if block.labels else ""
    lines: list[str] = []
    for environment, values in sorted(scope.values.items()):
        if name in values:
            where = f"{environment}: " if environment else ""
            lines.append(f"{where}{name} = {shown(name, values[name].value)}  ({values[name].origin})")
    return _within(lines, _MAX_RESOLVED)
