"""What commits of some time changed in the files of a folder, where that is a git checkout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connectors.dates import to_date
from connectors.filetree.git import COMMIT, LOG, Git

_FORMAT = f"--format={COMMIT}%H\x1f%P\x1f%cI\x1f%an\x1f%s"
_MOST_FILES = 200
_MOST_OF_ONE = 50
"""Files of one commit; one with more moves or formats things, and is left out."""
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after one commit; '' where it was not there. `path` is relative to the folder."""

    path: str
    old: str
    new: str
    commit: str
    at: datetime
    author: str
    subject: str


@dataclass(frozen=True, slots=True)
class _Commit:
    id: str
    at: datetime
    author: str
    subject: str


def file_changes(
    root: Path, since: datetime, until: datetime, wanted: Callable[[str], bool], most: int = _MOST_FILES
) -> list[FileChange]:
    """The changes of the wanted files, the newest first; [] outside a checkout and without git.

    Merges tell nothing themselves. The first commit of all, and the oldest of a shallow clone, changed nothing.
    """
    git = Git(root)
    found: list[FileChange] = []
    for commit, paths in _commits(git, since, until):
        chosen = [path for path in paths if wanted(path)]
        for path in chosen if len(chosen) <= _MOST_OF_ONE else ():
            if len(found) >= most:
                return found
            old, new = (_text(git, revision, path) for revision in (f"{commit.id}^", commit.id))
            if old is not None and new is not None and old != new:
                found.append(FileChange(path, old, new, commit.id, commit.at, commit.author, commit.subject))
    return found


def _commits(git: Git, since: datetime, until: datetime) -> Iterator[tuple[_Commit, list[str]]]:
    """The commits of the time with the paths that they touched."""
    span = (f"--since={since.isoformat()}", f"--until={until.isoformat()}")
    boundaries: frozenset[str] | None = None
    commit: _Commit | None = None
    paths: list[str] = []
    for token in git.ask(*LOG, *span, _FORMAT, "--", "."):
        if not token.lstrip("\n").startswith(COMMIT):
            paths.append(token.removeprefix("\n"))
            continue
        if commit is not None:
            yield commit, paths
        if boundaries is None:
            boundaries = git.shallow_boundaries()
        ident, parents, date, author, subject = token.lstrip("\n")[1:].split("\x1f", 4)
        at = to_date(date)
        told = bool(parents) and ident not in boundaries and at is not None
        commit = _Commit(ident, at, author, subject.strip()) if told and at is not None else None
        paths = []
    if commit is not None:
        yield commit, paths


def _text(git: Git, revision: str, path: str) -> str | None:
    """A file as it was; '' where it was not there, None where it is too large or no text."""
    parts: list[str] = []
    for token in git.ask("cat-file", "blob", f"{revision}:./{path}"):
        parts.append(token)
        if len(parts) > 1 or len(token) > _MOST_BYTES:
            return None
    return "".join(parts)
