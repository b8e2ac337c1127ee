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


_PATIENCE = 60.0
"""Seconds that a run waits for one who holds the lock only for a moment."""


@contextmanager
def exclusive(folder: Path, *, brief: bool = False) -> Iterator[None]:
    """Holds the ingest lock of the state folder; a dead process never leaves it held.

    Who holds it only for a moment says so with `brief`: others wait for that. Raises AlreadyRunningError, which names
    the process and since when, if another one holds it for longer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK)
    try:
        _acquire(lock, folder, brief)
    except Timeout:
        raise AlreadyRunningError(
            f"another ingest is at work in {folder}: {_owner(folder)}; wait until it has finished or stop it"
        ) from None
    try:
        _sign(folder, brief)
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, folder: Path, brief: bool) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if brief or not _is_held_briefly(folder):
            raise
        lock.acquire(timeout=_PATIENCE, poll_interval=0.02)


def _is_held_briefly(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / _OWNER).read_text()).get("brief"))
    except (OSError, ValueError, AttributeError):
        return False


def _sign(folder: Path, brief: bool) -> None:
    owner = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": utc_now().isoformat(timespec="seconds"),
        "brief": brief,
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
