"""One ingest at a time on a state folder."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from connectors.errors import TemporaryError
from ingest.report import utc_now

_LOCK = "ingest.lock"
_OWNER = "ingest.owner.json"


class AlreadyRunningError(TemporaryError):
    """Another ingest holds the lock."""


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Holds the ingest lock of the state folder; a dead process never leaves it held.

    Raises AlreadyRunningError, which names the process and since when, if another one holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunningError(
            f"another ingest is at work in {folder}: {_owner(folder)}; wait until it has finished or stop it"
        ) from None
    try:
        _sign(folder)
        yield
    finally:
        lock.release()


def _sign(folder: Path) -> None:
    owner = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": utc_now().isoformat(timespec="seconds"),
    }
    partial = folder / f"{_OWNER}.tmp"
    partial.write_text(json.dumps(owner))
    partial.replace(folder / _OWNER)


def _owner(folder: Path) -> str:
    try:
        owner = json.loads((folder / _OWNER).read_text())
        return f"process {owner['pid']} on {owner['host']} since {owner['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        # It took the lock this very moment and has not signed yet.
        return "a process that has just started"
