"""Times in options."""

from __future__ import annotations

from datetime import datetime

from api.moments import EXAMPLE, sensible
from connectors.errors import ConfigurationError


def moment(option: str, text: str | None) -> datetime | None:
    """The time that an option names, UTC where it names no zone; raises `ConfigurationError`."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"{option}: {text!r} is no time; write one such as {EXAMPLE}") from None
    try:
        return sensible(found)
    except ValueError as error:
        raise ConfigurationError(f"{option}: {error}") from None
