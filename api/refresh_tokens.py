"""Keeps rotated OAuth refresh tokens in the state folder: the only thing there that no source can give again."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from connectors.errors import ConfigurationError, TemporaryError

FOLDER = "oauth"
_LOCK_SECONDS = 120
_SUFFIXES = frozenset({".json", ".tmp", ".lock"})

log = logging.getLogger(__name__)


class FileRefreshTokens:
    """The newest refresh token of one source, in a file of its own that only its owner may read."""

    def __init__(self, state: Path, source: str) -> None:
        self._source = source
        self._file = state / FOLDER / f"{source}.json"

    def rotate(self, configured: str, use: Callable[[str], str]) -> None:
        """Call `use` with the newest token that came of `configured`, and store what it gives before returning.

        A token that is newly configured wins over what is stored. Raises `ConfigurationError` if the token could
        not be stored; where that is known beforehand, `use` is not called, so that no token is used up.
        """
        with self._locked():
            newest = self._load(configured)
            partial = self._file.with_suffix(".tmp")
            with self._explained("the old one is still good"):
                # Opened before the old token is used up: a folder that cannot be written must cost none.
                handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            try:
                given = use(newest)
                if given != newest:
                    with self._explained("authorize the app again and set `oauth.refresh_token`"):
                        self._store(handle, partial, configured, given)
            finally:
                os.close(handle)
                partial.unlink(missing_ok=True)

    def _store(self, handle: int, partial: Path, configured: str, token: str) -> None:
        os.fchmod(handle, 0o600)
        os.write(handle, json.dumps({"of": _digest(configured), "refresh_token": token}).encode())
        os.fsync(handle)
        partial.replace(self._file)
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _load(self, configured: str) -> str:
        try:
            held = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return configured
        except OSError as error:
            raise ConfigurationError(
                f"the OAuth token of source {self._source} in {self._file} cannot be read ({error.strerror}); make the"
                " file readable, or delete it and set a new `oauth.refresh_token`"
            ) from None
        except ValueError:
            return configured  # never half written: somebody else's file
        token = held.get("refresh_token") if isinstance(held, dict) else None
        return (
            token
            if isinstance(token, str) and token and held.get("of") == _digest(configured)
            else configured
        )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._explained("the old one is still good"):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(self._file.with_suffix(".lock"), timeout=_LOCK_SECONDS, mode=0o600)
            try:
                lock.acquire()
            except Timeout:
                raise TemporaryError(
                    f"another process has been renewing the OAuth token of source {self._source} for"
                    f" {_LOCK_SECONDS} seconds; try again, or stop it"
                ) from None
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _explained(self, remedy: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ConfigurationError(
                f"the OAuth token of source {self._source} cannot be stored in {self._file.parent}"
                f" ({error.strerror or type(error).__name__}); make the folder writable; {remedy}"
            ) from None


def forget_tokens(state: Path, kept: Collection[str]) -> None:
    """Remove the tokens of all sources but `kept`: nothing will renew them, and nobody would look for them here."""
    for file in (state / FOLDER).glob("*"):
        if file.stem in kept or file.suffix not in _SUFFIXES:
            continue
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            log.warning(
                "the OAuth token of the removed source %s stays in %s (%s); delete the file",
                file.stem,
                file,
                error.strerror or type(error).__name__,
            )


def _digest(configured: str) -> str:
    return hashlib.sha256(configured.encode()).hexdigest()
