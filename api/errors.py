"""Errors of the application itself, part of the tree in `connectors.errors`."""

from __future__ import annotations

from connectors.errors import ConfigurationError, TemporaryError


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
