"""The files of a tree read together: names are resolved across them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from connectors.documents import Document, Failure
from connectors.filetree.walk import TextFile
from connectors.formats.documents import file_document
from connectors.terraform.documents import block_documents, values_document
from connectors.terraform.memory import FileFacts, Memory, folder_facts, names_digest
from connectors.terraform.resolve import is_values, scopes_for_values, scopes_of
from connectors.terraform.scope import Scope
from connectors.terraform.sensitive import mask_sensitive
from connectors.terraform.syntax import HclFile, parse

_HCL_SUFFIXES = (".tf", ".tofu", ".tfvars", ".hcl", ".tf.json", ".tofu.json", ".tfvars.json")


def documents_of(
    files: Iterable[TextFile], source: str, environment: str = ""
) -> Iterator[Document | Failure]:
    """The documents of all `files`: Terraform's by block, others whole; what is broken is a failure.

    `environment` stands in where a file's path names none.
    """
    listed = list(files)
    for file in listed:
        if not is_hcl(file.path):
            yield from other_documents(file, source)
    yield from Tree(file for file in listed if is_hcl(file.path)).documents(source, environment)


def is_hcl(path: str) -> bool:
    """Whether the file is Terraform's, and so one that others may refer to."""
    return path.endswith(_HCL_SUFFIXES)


def other_documents(file: TextFile, source: str) -> Iterator[Document | Failure]:
    """The document of a file that is none of Terraform's, which no other file changes."""
    document, failures = file_document("terraform", source, file)
    yield document
    yield from failures


class Tree:
    """Terraform files of one tree: all of them, or those that a change concerns and a memory of the others."""

    def __init__(self, files: Iterable[TextFile], memory: Memory | None = None) -> None:
        listed = list(files)
        read = {file.path for file in listed}
        self._declared: dict[str, Mapping[str, bool]] = {}
        self._files: dict[str, HclFile] = {}
        for file, known, declared in mask_sensitive(listed, memory.declared_outside(read) if memory else ()):
            self._files[file.path] = known or parse(file.path, file.text)
            self._declared[file.path] = declared
        self._scopes = scopes_of(self._files.values(), memory.outlines(read) if memory else ())
        self._calls: dict[str, list[str]] = {}
        """By path, the folders that a file's module blocks call."""
        for scope in self._scopes.values():
            for call in scope.calls:
                self._calls.setdefault(call.path, []).append(scope.folder)

    def documents(
        self, source: str, environment: str = "", only: Set[str] | None = None
    ) -> Iterator[Document | Failure]:
        """The documents of the files, or of those with the paths `only`."""
        for parsed in self._files.values():
            if only is not None and parsed.path not in only:
                continue
            yield from (Failure(parsed.path, problem, warning=True) for problem in parsed.problems)
            if not parsed.text.strip():
                continue
            if _holds_values(parsed):
                yield values_document(parsed, self._links(parsed), source, environment)
            else:
                folder = posixpath.dirname(parsed.path)
                scope = self._scopes.get(folder) or Scope(folder)
                yield from block_documents(parsed, scope, source, environment)

    def memory(self) -> Memory:
        """What the next crawl must know; of a tree that was read as a whole."""
        return Memory(
            {path: self._facts(path) for path in self._files},
            {folder: folder_facts(scope) for folder, scope in self._scopes.items()},
        )

    def says_the_same(self, changed: Iterable[str], memory: Memory) -> bool:
        """Whether the changed files tell the rest of the tree what they told when `memory` was made."""
        return all(
            path in self._files
            and self._facts(path) == memory.files[path]
            and (
                is_values(path)
                or folder_facts(self._scopes[posixpath.dirname(path)])
                == memory.folders[posixpath.dirname(path)]
            )
            for path in changed
        )

    def _links(self, file: HclFile) -> Sequence[Scope]:
        return scopes_for_values(self._scopes, file)

    def _facts(self, path: str) -> FileFacts:
        file = self._files[path]
        calls = tuple(self._calls.get(path, ()))
        if not _holds_values(file):
            return FileFacts(self._declared[path], calls)
        links = tuple(scope.folder for scope in self._links(file))
        return FileFacts(self._declared[path], calls, links, names_digest(file))


def _holds_values(file: HclFile) -> bool:
    return is_values(file.path) or not file.blocks or file.is_crowded
