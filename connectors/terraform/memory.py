"""What a crawl remembers of a tree's Terraform files, so that the next one reads only what a change can affect.

A file of a folder is read by others through little: the variables that it declares, the folders that it calls and
the names that it sets. While these stay, a change reaches its own folder and the modules called from there.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.terraform.resolve import is_values
from connectors.terraform.scope import Scope, Variable
from connectors.terraform.syntax import HclFile, source_of


@dataclass(frozen=True)
class FileFacts:
    """What a file says to others, and which modules a file of values belongs to (`links`)."""

    declared: Mapping[str, bool] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    names: str = ""
    """A hash of the names that a file of values sets; '' for a file of blocks."""


@dataclass(frozen=True)
class FolderFacts:
    """The variables of a module: their names, and a hash of all that files of values show of them."""

    variables: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True)
class Memory:
    """The facts of all files and folders, in the order of the tree."""

    files: Mapping[str, FileFacts]
    folders: Mapping[str, FolderFacts]

    @classmethod
    def from_json(cls, data: Any) -> Memory | None:
        """What `to_json` wrote; None for nothing."""
        if not data:
            return None
        files = {
            path: FileFacts(declared, tuple(calls), tuple(links), names)
            for path, declared, calls, links, names in data["files"]
        }
        folders = {
            folder: FolderFacts(tuple(variables), digest) for folder, variables, digest in data["folders"]
        }
        return cls(files, folders)

    def to_json(self) -> dict[str, Any]:
        """The memory as JSON; lists, as the order of folders decides between modules that fit equally well."""
        return {
            "files": [[path, *asdict(facts).values()] for path, facts in self.files.items()],
            "folders": [[folder, *asdict(facts).values()] for folder, facts in self.folders.items()],
        }

    def affected(self, changed: Set[str]) -> set[str]:
        """The files whose documents a change of these files may change, if what they say to others stays."""
        folders = {posixpath.dirname(path) for path in changed if not is_values(path)}
        folders |= {link for path in changed if is_values(path) for link in self.files[path].links}
        calls: dict[str, set[str]] = {}
        for caller, called in self._calls():
            calls.setdefault(caller, set()).add(called)
        return set(changed) | self._blocks_of(_reachable(folders, calls))

    def needed(self, affected: Set[str]) -> set[str]:
        """The files that must be read to make the documents of these: callers, values and what values are for."""
        callers: dict[str, set[str]] = {}
        for caller, called in self._calls():
            callers.setdefault(called, set()).add(caller)
        folders = _reachable({posixpath.dirname(path) for path in affected if not is_values(path)}, callers)
        values = {
            path
            for path, facts in self.files.items()
            if is_values(path) and not folders.isdisjoint(facts.links)
        }
        described = {link for path in affected for link in self.files[path].links}
        return set(affected) | values | self._blocks_of(folders | described)

    def declared_outside(self, read: Set[str]) -> Iterator[tuple[str, Mapping[str, bool]]]:
        """Folder and declared variables of each file that is not among those read."""
        for path, facts in self.files.items():
            if path not in read and facts.declared:
                yield posixpath.dirname(path), facts.declared

    def outlines(self, read: Set[str]) -> Iterator[Scope]:
        """A scope for each folder; one whose files are not read has the names of its variables only."""
        full = {posixpath.dirname(path) for path in read if not is_values(path)}
        called = {called for _, called in self._calls()}
        for folder, facts in self.folders.items():
            names = () if folder in full else facts.variables
            variables = {name: Variable(name, "", 0) for name in names}
            yield Scope(folder, variables, called=folder in called)

    def _calls(self) -> Iterator[tuple[str, str]]:
        for path, facts in self.files.items():
            for called in facts.calls:
                yield posixpath.dirname(path), called

    def _blocks_of(self, folders: Set[str]) -> set[str]:
        return {path for path in self.files if not is_values(path) and posixpath.dirname(path) in folders}


def names_digest(file: HclFile) -> str:
    """The hash of the names that a file of values sets."""
    return _digest(sorted({attribute.name for attribute in file.attributes}))


def folder_facts(scope: Scope) -> FolderFacts:
    """What others see of a module's variables."""
    said = [
        (v.name, v.description, source_of(v.default) if v.default else None, v.sensitive, v.kind)
        for v in scope.variables.values()
    ]
    return FolderFacts(tuple(scope.variables), _digest(said))


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def _reachable(start: Iterable[str], edges: Mapping[str, Set[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(start)
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += edges.get(one, ())
    return found
