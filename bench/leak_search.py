"""Finds planted credentials, whole or in parts, in whatever a folder holds."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

PART = 8
"""So many characters of a credential in a row are a leak."""

_RUN = re.compile(r"[A-Za-z0-9]{8,}")


class Needles:
    """Credentials, each with the seed of its document."""

    def __init__(self, values: Iterable[tuple[str, int]]) -> None:
        self._owners: dict[str, tuple[str, int]] = {}
        for value, seed in values:
            for run in _RUN.findall(value):
                self._owners.update((part.lower(), (value, seed)) for part in _parts(run))
        self._clean: set[str] = set()

    def found_in(self, texts: Iterable[str]) -> list[tuple[str, int]]:
        """Those of which at least `PART` characters in a row occur in one of `texts`, whatever their case."""
        found: dict[tuple[str, int], None] = {}
        for text in texts:
            for run in set(_RUN.findall(text)) - self._clean:
                hits = [self._owners[part] for part in _parts(run.lower()) if part in self._owners]
                found.update(dict.fromkeys(hits))
                if not hits:
                    self._clean.add(run)
        return list(found)


def _parts(run: str) -> Iterator[str]:
    yield from (run[i : i + PART] for i in range(len(run) - PART + 1))


def everything_in(folder: Path) -> Iterator[str]:
    """All that the files hold: their bytes, the rows of databases, and what is compressed in these."""
    yield from folder_bytes(folder)
    for path in folder.rglob("*"):
        if path.suffix in (".db", ".sqlite3"):
            yield from _rows(path)


def folder_bytes(folder: Path) -> Iterator[str]:
    """The bytes of each file (write-ahead logs too), and its name."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        yield str(path.relative_to(folder))
        yield path.read_bytes().decode("latin-1")


def _rows(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            with suppress(sqlite3.OperationalError):  # virtual tables of modules that are not loaded
                for row in database.execute(f'SELECT * FROM "{table}"'):
                    yield from map(_text, row)


def _text(value: object) -> str:
    if not isinstance(value, bytes):
        return str(value)
    with suppress(zlib.error):
        value = zlib.decompress(value)
    return value.decode("latin-1")
