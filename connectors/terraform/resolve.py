"""Joins the files of a tree: which values a module's variables have in which environment, and from where."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from connectors import environments
from connectors.redaction import MASK
from connectors.terraform.scope import Assigned, Call, Scope, Variable, literal_text
from connectors.terraform.syntax import HclFile, source_of
from connectors.terraform.values import literals

_SHARED_NAMES = frozenset(
    {"common", "global", "globals", "shared", "default", "defaults", "all", "base", "terraform"}
)
_MIN_SHARE = 0.5
"""The part of a `.tfvars` file's variables that a module must declare to be taken for its own."""


def is_values(path: str) -> bool:
    """Whether the file holds values of variables."""
    return path.endswith((".tfvars", ".tfvars.json"))


def scopes_of(files: Iterable[HclFile], outlines: Iterable[Scope] = ()) -> dict[str, Scope]:
    """The scope of each folder with Terraform files, its variables' values attached.

    `outlines` stand in for the folders of the tree, in its order, where only some of its files are given.
    """
    listed = list(files)
    scopes = {scope.folder: scope for scope in outlines}
    for file in listed:
        if not is_values(file.path):
            _declare(scopes.setdefault(_folder(file.path), Scope(_folder(file.path))), file)
    _join_calls(scopes, listed)
    values = [file for file in listed if is_values(file.path)]
    for file in sorted(values, key=lambda f: (not _is_shared(f.path), ".auto.tfvars" in f.path, f.path)):
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


def _declare(scope: Scope, file: HclFile) -> None:
    for block in file.blocks:
        if block.type == "variable" and block.labels:
            default, sensitive = block.attribute("default"), block.attribute("sensitive")
            kind = block.attribute("type")
            scope.variables[block.labels[0]] = Variable(
                block.labels[0],
                file.path,
                block.first + 1,
                " ".join(literal_text(scope, block, "description").split()),
                default.value if default else None,
                sensitive is not None and source_of(sensitive.value) == "true",
                " ".join(source_of(kind.value).split()) if kind else "",
            )
        elif block.type == "locals":
            for attribute in block.attributes():
                scope.local_values[attribute.name] = (attribute.value, file.path, attribute.first + 1)


def _join_calls(scopes: dict[str, Scope], files: list[HclFile]) -> None:
    """Folders that others call as a module get their values from the call, not from `.tfvars` files."""
    for file in files:
        for block in file.blocks:
            arguments = {item.name: item for item in block.attributes()} if block.type == "module" else {}
            source = arguments.pop("source", None)
            target = module_folder(file.path, source_of(source.value).strip('"')) if source else None
            caller = scopes.get(_folder(file.path))
            if caller and target in scopes and block.labels:
                call = Call(caller, f"module.{block.labels[0]}", file.path, arguments)
                scopes[target].calls.append(call)


def _attach(scopes: dict[str, Scope], file: HclFile) -> None:
    environment = environments.of_path(file.path)
    for scope in scopes_for_values(scopes, file):
        values = scope.values.setdefault(environment, {})
        for name, value, line in _assignments(file):
            if name in scope.variables:
                masked = MASK if scope.variables[name].sensitive and value not in (None, "") else value
                values[name] = Assigned(masked, file.path, line)


def _assignments(file: HclFile) -> Iterator[tuple[str, Any, int]]:
    """Name, value and line of what a file of values sets."""
    whole = literals(file.path, file.text) if file.problems or file.language == "json" else {}
    for attribute in file.attributes:
        as_json = file.language == "json" and attribute.name in whole
        value = whole[attribute.name] if as_json else Scope("").evaluate(attribute.value)[0]
        yield attribute.name, value, attribute.first + 1
    for name in whole.keys() - {attribute.name for attribute in file.attributes}:
        if written := re.search(rf"^[ \t]*{re.escape(name)}[ \t]*=", file.text, re.MULTILINE):
            yield name, whole[name], file.text.count("\n", 0, written.end()) + 1


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
    name = PurePosixPath(path).name.removesuffix(".json").removesuffix(".tfvars").removesuffix(".auto")
    words = re.split(r"[-_.]", name)
    if len(words) > 1 and environments.canonical(words[-1]):
        return name[: -len(words[-1]) - 1]
    return name


def _is_shared(path: str) -> bool:
    """Whether the file's name says that it is for more than one module."""
    stem = _stem(path)
    return stem in _SHARED_NAMES or bool(environments.canonical(stem))
