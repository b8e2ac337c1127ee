"""Reads some of a tree's files as masked texts, and notes those that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace

from connectors.documents import Failure
from connectors.errors import TemporaryError, UnreadableError
from connectors.filetree.walk import FileEntry, FileTree, TextFile


class Texts:
    """The texts of the files that a scan found, masked by `mask`."""

    def __init__(
        self, tree: FileTree, entries: Mapping[str, FileEntry], mask: Callable[[str, str], str]
    ) -> None:
        self.paths: Set[str] = entries.keys()
        self.problems: dict[str, Failure] = {}
        """What was wrong with the files that could not be read, by path."""
        self._tree = tree
        self._entries = entries
        self._mask = mask

    @property
    def has_failed(self) -> bool:
        """Whether a file could not be read that may be readable the next time."""
        return any(problem.temporary for problem in self.problems.values())

    def read(self, paths: Set[str]) -> Iterator[TextFile]:
        """The files with these paths, in the order of the tree; those that cannot be read are left out."""
        for path, entry in self._entries.items():
            if path not in paths:
                continue
            try:
                file = self._tree.read(entry)
            except TemporaryError as error:
                self.problems[path] = Failure(path, str(error), temporary=True)
            except UnreadableError as error:
                self.problems[path] = Failure(path, str(error), skipped=True)
            else:
                yield replace(file, text=self._mask(path, file.text))
