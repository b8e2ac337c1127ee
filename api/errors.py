"""Errors of the application itself, part of the tree in `connectors.errors`, and how they are told."""

from __future__ import annotations

from connectors.errors import ConfigurationError, KubeloreError, TemporaryError


class IndexEmptyError(TemporaryError):
    """There is nothing to answer from yet."""

    def __init__(self) -> None:
        super().__init__("the index is empty; run `kubelore ingest` first")


class UnknownSourceError(ConfigurationError):
    """A source was named that is not in the configuration."""


class NotThereError(ConfigurationError):
    """What was asked for does not exist, or the caller may not know of it; the message names the nearest."""


class UnclearError(ConfigurationError):
    """What was asked for may mean several things; the message names them."""


def message_of(error: KubeloreError | OSError) -> str:
    """What a person is told: `/x/state: Permission denied` instead of Python's `[Errno 13] …`."""
    if not isinstance(error, OSError):
        return str(error)
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason
