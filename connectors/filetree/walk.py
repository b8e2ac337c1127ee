"""Finds and reads the files of a source: safe against loops, links out, binaries, size and odd encodings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from errno import ELOOP
from functools import cached_property
from pathlib import Path

from connectors.documents import Failure
from connectors.errors import TemporaryError, UnreachableError, UnreadableError
from connectors.filetree.decoding import decode
from connectors.filetree.globs import Matcher, compile_globs

ALWAYS_EXCLUDED = (
    "**/.git/**", "**/.terraform/**", "**/node_modules/**", "**/.venv/**", "**/__pycache__/**",
    "**/*.tfstate", "**/*.tfstate.*",
)  # fmt: skip
"""State files hold secrets in the clear; the rest is not written by the team."""

MAX_DEPTH = 100
"""Folders below one another; more is a loop that no link shows, or an attack."""

_Identity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that exists: its path relative to the root (with `/`) and a stamp that changes when it does."""

    path: str
    absolute: Path
    stamp: tuple[int, int, int, int]
    """Size, mtime and ctime in nanoseconds, inode."""


@dataclass(frozen=True)
class TextFile:
    """A file's decoded text, byte order mark removed.

    Line ends are as they are, but those of a file that has carriage returns alone: these are line feeds here,
    so that everybody counts the same lines.
    """

    path: str
    text: str
    encoding: str
    absolute: Path

    @cached_property
    def line_starts(self) -> list[int]:
        """The character offset at which each line (from 1; index 0 is line 1) begins."""
        starts = [0]
        for line in self.text.split("\n")[:-1]:
            starts.append(starts[-1] + len(line) + 1)
        return starts


class FileTree:
    """The files below `root` that match `include` and not `exclude` (globs; `**` spans folders)."""

    def __init__(
        self, root: Path, include: Sequence[str], exclude: Sequence[str] = (), max_bytes: int = 5_000_000
    ) -> None:
        self.root = root
        self.max_bytes = max_bytes
        self._wanted = compile_globs(include)
        self._unwanted = compile_globs((*ALWAYS_EXCLUDED, *exclude))

    def scan(self) -> Iterator[FileEntry | Failure]:
        """Each wanted file under each of its paths, without opening it, in the order of names.

        Failures are: a link to a folder above it or to one that another link already led to, a link out of
        the root, a link to nothing or to itself, a name that is no UTF-8, a folder that cannot be listed. Raises
        `UnreachableError` if the root itself cannot be listed.
        """
        yield from _Scan(self.root, self._wanted, self._unwanted).run()

    def takes(self, path: str) -> bool:
        """Whether a path is wanted, whatever there is now: a file may have been there in the past."""
        parts = path.split("/")
        above = ("/".join(parts[:number]) for number in range(1, len(parts) + 1))
        return self._wanted(path) and not any(
            self._unwanted(one) or (one != path and self._unwanted(one + "/x")) for one in above
        )

    def read(self, entry: FileEntry) -> TextFile:
        """The text of `entry`.

        Raises `UnreadableError` for a binary, an empty or an oversized file, `TemporaryError` for one that
        vanished or may not be opened now.
        """
        try:
            with entry.absolute.open("rb") as stream:
                # The file may have grown since the scan: never read more than the limit.
                data = stream.read(self.max_bytes + 1)
        except FileNotFoundError:
            raise TemporaryError("deleted while the run was reading") from None
        except OSError as error:
            raise TemporaryError(f"cannot be read: {error.strerror}") from None
        if len(data) > self.max_bytes:
            size = max(entry.stamp[0], len(data))
            raise UnreadableError(f"{size:,} bytes is over the source's max_bytes of {self.max_bytes:,}")
        text, encoding = decode(data)
        if not text.strip():
            raise UnreadableError("empty file")
        if "\n" not in text:
            text = text.replace("\r", "\n")
        return TextFile(entry.path, text, encoding, entry.absolute)


class _Scan:
    """One walk through a tree."""

    def __init__(self, root: Path, wanted: Matcher, unwanted: Matcher) -> None:
        self._root = root
        self._resolved_root = root.resolve()
        self._wanted = wanted
        self._unwanted = unwanted
        self._linked: set[_Identity] = set()

    def run(self) -> Iterator[FileEntry | Failure]:
        try:
            above = frozenset({_identity(self._root)})
            children = _children(self._root)
        except OSError as error:
            raise UnreachableError(f"{self._root} cannot be listed: {error.strerror}") from None
        for child in children:
            yield from self._child(child, child.name, above, linked=False)

    def _child(
        self, child: os.DirEntry[str], path: str, above: frozenset[_Identity], linked: bool
    ) -> Iterator[FileEntry | Failure]:
        # The second question asks whether a folder's whole content is unwanted.
        if self._unwanted(path) or self._unwanted(path + "/x"):
            return
        try:
            folder, file = child.is_dir(), child.is_file()
            problem = self._problem(child, path, wanted=folder or self._wanted(path))
            if problem:
                yield problem
            elif folder:
                yield from self._folder(child, path, above, linked or child.is_symlink())
            elif file and self._wanted(path):
                status = child.stat()
                stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
                yield FileEntry(path, Path(child.path), stamp)
        except OSError as error:
            if error.errno != ELOOP:
                yield Failure(path, f"cannot be read: {error.strerror}", temporary=True)
            elif self._wanted(path):
                yield Failure(path, "link that leads to itself", skipped=True)

    def _problem(self, child: os.DirEntry[str], path: str, wanted: bool) -> Failure | None:
        if not wanted:
            return None
        try:
            path.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(path).decode("utf-8", "replace")
            return Failure(shown, "its name is not UTF-8; rename it", skipped=True)
        if not child.is_symlink():
            return None
        target = Path(child.path)
        if not target.exists():
            return Failure(path, "link to nothing", skipped=True)
        if not target.resolve().is_relative_to(self._resolved_root):
            return Failure(path, "link that leads out of the source's folder", skipped=True)
        return None

    def _folder(
        self, folder: os.DirEntry[str], path: str, above: frozenset[_Identity], linked: bool
    ) -> Iterator[FileEntry | Failure]:
        identity = _identity(Path(folder.path))
        if identity in above:
            yield Failure(path, "link back to a folder above it", skipped=True)
        elif linked and identity in self._linked:
            yield Failure(path, "folder to which another link has led already", skipped=True)
        elif path.count("/") >= MAX_DEPTH:
            yield Failure(path, f"more than {MAX_DEPTH} folders deep", skipped=True)
        else:
            if linked:
                self._linked.add(identity)
            for child in _children(Path(folder.path)):
                yield from self._child(child, f"{path}/{child.name}", above | {identity}, linked)


def _children(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return sorted(found, key=lambda child: child.name)


def _identity(folder: Path) -> _Identity:
    status = folder.stat()
    return status.st_dev, status.st_ino
