"""Keeps cleaned objects on disk between a list, which must be read fast, and the index, which takes its time.

A list's `continue` token expires after some minutes. The file has no name, and credentials are masked before.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from typing import Any


class Spool:
    """Values in the order in which they were added; read once."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._packed = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=1)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, value: Any) -> None:
        """Keep a value that JSON can hold."""
        self._packed.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
        self._count += 1

    def values(self) -> Iterator[Any]:
        """All values, one at a time."""
        self._packed.close()
        self._file.seek(0)
        with gzip.GzipFile(fileobj=self._file, mode="rb") as packed:
            for line in packed:
                yield json.loads(line.decode("utf-8", "surrogatepass"))

    def close(self) -> None:
        """Forget everything."""
        self._packed.close()
        self._file.close()
