"""Zip files from elsewhere, read member by member: nothing is unpacked under a name that the file chose."""

from __future__ import annotations

import io
import re
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from lzma import LZMAError
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from connectors.errors import RefusedError, UnreadableError

MAX_RATIO = 200
"""An archive that unpacks to more than this many times its size is an attack; the exports of wikis reach 30."""
MIN_BUDGET = 100_000_000
"""So many bytes may be unpacked of any archive, however small it is."""
_MAX_MEMBERS = 500_000
_DRIVE = re.compile(r"[A-Za-z]:/")
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|\._[^/]*$)")
_BROKEN = (zipfile.BadZipFile, zlib.error, LZMAError, struct.error, EOFError, ValueError, RuntimeError)
"""What `zipfile` raises on damage; a method of compression it does not know is a `RuntimeError` too."""


class Archive:
    """The files of one zip by their names, which are relative, with `/` and without `..`.

    `refused` has the members that are not among them, each with the reason. Close it, or use it in a `with`.
    Reading raises `RefusedError` once an archive has unpacked to far more than its size: it is then an attack.
    """

    def __init__(self, source: Path | IO[bytes]) -> None:
        """Open the archive; `UnreadableError` if it is no zip, or not a whole one."""
        self._zip = _open(source)
        infos = self._zip.infolist()
        self._left = max(MIN_BUDGET, MAX_RATIO * _size(self._zip))
        self._members: dict[str, zipfile.ZipInfo] = {}
        self.refused: dict[str, str] = {}
        if len(infos) > _MAX_MEMBERS:
            self.close()
            raise UnreadableError(f"more than {_MAX_MEMBERS:,} files in it")
        for info in infos:
            name = info.filename.replace("\\", "/")
            if problem := _problem(name, info):
                self.refused[name] = problem
            elif not name.endswith("/") and not _JUNK.search(name):
                self._members[name] = info

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files that may be read, in the order of names."""
        return tuple(sorted(self._members))

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def open(self, name: str) -> MemberStream:
        """A member as a stream; reading it raises `UnreadableError` where it is damaged."""
        try:
            return MemberStream(self, self._zip.open(self._members[name]))
        except _BROKEN as error:
            raise _damaged(error) from None

    def read(self, name: str, max_bytes: int) -> bytes:
        """The bytes of a member; `UnreadableError` if there are more than `max_bytes`, or it is damaged."""
        with self.open(name) as stream:
            # The size that the archive states may be a lie: what is unpacked counts.
            data = stream.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise UnreadableError(f"larger than {max_bytes:,} bytes")
        return data

    def head(self, name: str, size: int) -> bytes:
        """The first `size` bytes of a member."""
        with self.open(name) as stream:
            return stream.read(size)

    def nested(self, name: str) -> Archive:
        """The archive that a member is; its bytes are in a file without a name until it is closed."""
        copy = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115 lives as long as the archive
        try:
            with self.open(name) as stream:
                shutil.copyfileobj(stream, copy, 1 << 20)
            return Archive(copy)
        except BaseException:
            copy.close()
            raise

    def spend(self, count: int) -> None:
        """Count unpacked bytes; `RefusedError` when they are far more than the archive's size."""
        self._left -= count
        if self._left < 0:
            raise RefusedError("it unpacks to far more than its size, as if made to fill a memory")


class MemberStream(io.RawIOBase):
    """The bytes of one member, each counted."""

    def __init__(self, archive: Archive, stream: IO[bytes]) -> None:
        self._archive = archive
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, fewer only at the end."""
        parts: list[bytes] = []
        wanted = size if size >= 0 else 1 << 62
        while wanted > 0 and (part := self._part(min(wanted, 1 << 20))):
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def readable(self) -> bool:
        """True."""
        return True

    def close(self) -> None:
        """Close the member; the archive stays open."""
        self._stream.close()
        super().close()

    def _part(self, size: int) -> bytes:
        try:
            part = self._stream.read(size)
        except _BROKEN as error:
            raise _damaged(error) from None
        self._archive.spend(len(part))
        return part


def _open(source: Path | IO[bytes]) -> zipfile.ZipFile:
    try:
        try:
            # Some programs write UTF-8 and do not say so.
            return zipfile.ZipFile(source, metadata_encoding="utf-8")
        except UnicodeDecodeError:
            return zipfile.ZipFile(source)
    except _BROKEN as error:
        raise UnreadableError(f"no zip file, or not a whole one ({error})") from None


def _size(archive: zipfile.ZipFile) -> int:
    file = archive.fp
    if file is None:
        return 0
    position = file.tell()
    size = file.seek(0, io.SEEK_END)
    file.seek(position)
    return size


def _problem(name: str, info: zipfile.ZipInfo) -> str:
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return "its path leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link, not a file"
    if info.flag_bits & 1:
        return "protected by a password"
    return ""


def _damaged(error: Exception) -> UnreadableError:
    return UnreadableError(f"damaged ({type(error).__name__})")
