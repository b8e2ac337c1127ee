"""Reads what a process prints, and keeps no more of it than it may."""

from __future__ import annotations

import os
import threading
from typing import IO

_BLOCK = 65_536


class BoundedReader(threading.Thread):
    """Reads a stream to its end and keeps its first bytes, so that a chatty command fills no memory."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._limit = limit
        self._kept = bytearray()
        self.cut = False

    def run(self) -> None:
        """Reads until the stream ends."""
        with self._stream as stream:
            while block := os.read(stream.fileno(), _BLOCK):
                room = self._limit - len(self._kept)
                self._kept += block[:room]
                self.cut = self.cut or len(block) > room

    def text(self) -> str:
        """What was kept; a cut line goes, as half a credential is not recognised as one."""
        text = bytes(self._kept).decode("utf-8", "replace")
        return text[: text.rfind("\n") + 1] if self.cut else text
