"""What is said of files of the index that cannot be read."""

from __future__ import annotations

from pathlib import Path

from connectors.errors import UnreachableError


def damaged(path: Path, why: object) -> UnreachableError:
    """The error for a damaged file or folder of the index in the state folder: it says how all of it is made again."""
    folder = path.parent
    return UnreachableError(
        f"{path} cannot be read: {why}; delete chunks.db*, chroma, lexical* and vectors* in {folder} and run"
        " `kubelore ingest`: all of it is built again from the ledger"
    )
