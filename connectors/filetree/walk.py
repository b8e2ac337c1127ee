"""Finds and reads the files of a source: safe against loops, links out, binaries, size and odd encodings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from charset_normalizer import from_bytes

from connectors.documents import Failure
from connectors.errors import TemporaryError, UnreadableError
from connectors.filetree.globs import compile_globs

ALWAYS_EXCLUDED = (
    "**/.git/**", "**/.terraform/**", "**/node_modules/**", "**/.venv/**", "**/__pycache__/**",
    "**/*.tfstate", "**/*.tfstate.*",
)  # fmt: skip
"""State files hold secrets in the clear; the rest is not written by the team."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that exists: its path relative to the root (with `/`) and a stamp that changes when it does."""

    path: str
    absolute: Path
    stamp: tuple[int, int, int, int]
    """Size, mtime and ctime in nanoseconds, inode."""


@dataclass(frozen=True)
class TextFile:
    """A file's decoded text; line ends as they are, byte order mark removed."""

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
        """Each file once, in the order of its path, without opening it.

        A folder reached a second time through links, a link that leads out of the root and a folder that
        may not be listed are failures.
        """
        yield from self._scan_folder(self.root, "", {self._identity(self.root)})

    def read(self, entry: FileEntry) -> TextFile:
        """The text of `entry`; raises `UnreadableError` for a binary, an oversized file, `TemporaryError` for one
        that vanished or may not be opened now.
        """
        if entry.stamp[0] > self.max_bytes:
            raise UnreadableError(
                f"{entry.stamp[0]:,} bytes is over the limit of {self.max_bytes:,} (max_bytes of the source)"
            )
        try:
            data = entry.absolute.read_bytes()
        except FileNotFoundError:
            raise TemporaryError("deleted while the run was reading") from None
        except OSError as error:
            raise TemporaryError(f"cannot be read: {error.strerror}") from None
        text, encoding = decode(data)
        return TextFile(entry.path, text, encoding, entry.absolute)

    def _scan_folder(self, folder: Path, prefix: str, above: set[tuple[int, int]]) -> Iterator[FileEntry | Failure]:
        try:
            children = sorted(os.scandir(folder), key=lambda child: child.name)
        except OSError as error:
            yield Failure(prefix.rstrip("/") or ".", f"folder cannot be listed: {error.strerror}", temporary=True)
            return
        for child in children:
            path = prefix + child.name
            if self._unwanted(path) or self._unwanted(path + "/x"):
                continue
            try:
                yield from self._scan_child(child, path, above)
            except OSError as error:
                if self._wanted(path):
                    yield Failure(path, f"cannot be read: {error.strerror}", temporary=True)

    def _scan_child(
        self, child: os.DirEntry[str], path: str, above: set[tuple[int, int]]
    ) -> Iterator[FileEntry | Failure]:
        target = Path(child.path)
        if child.is_symlink():
            if not target.exists():
                if self._wanted(path):
                    yield Failure(path, "link to nothing", skipped=True)
                return
            if not target.resolve().is_relative_to(self.root.resolve()):
                yield Failure(path, "link that leads out of the source's folder", skipped=True)
                return
        if child.is_dir():
            identity = self._identity(target)
            if identity in above:
                yield Failure(path, "link back to a folder above it", skipped=True)
                return
            yield from self._scan_folder(target, path + "/", above | {identity})
        elif child.is_file() and self._wanted(path):
            status = child.stat()
            yield FileEntry(path, target, (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))

    @staticmethod
    def _identity(folder: Path) -> tuple[int, int]:
        status = folder.stat()
        return status.st_dev, status.st_ino


def decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding's name; UTF-8 first, then what the byte statistics say.

    Raises `UnreadableError` for what is no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            raise UnreadableError("broken UTF-16 text") from None
    if b"\0" in data[:8192]:
        raise UnreadableError("binary file")
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        best = from_bytes(data).best()
    if best is None:
        raise UnreadableError("neither UTF-8 nor another known text encoding")
    return str(best), best.encoding
