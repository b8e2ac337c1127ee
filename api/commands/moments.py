"""Times in options."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.errors import ConfigurationError


def moment(option: str, text: str | None) -> datetime | None:
    """The time that an option names, UTC where it names no zone; raises `ConfigurationError`."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"{option}: {text!r} is no time; write one such as 2026-03-01T12:00Z"
        ) from None
    return found.replace(tzinfo=found.tzinfo or UTC)
