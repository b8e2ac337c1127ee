"""Times as the API writes and as tables show them."""

from __future__ import annotations

from datetime import UTC, datetime


def seconds(text: str | None) -> float | None:
    """The Unix time of an RFC 3339 text."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else None


def rfc3339(at: float, micro: bool = False) -> str:
    """A Unix time as RFC 3339 text."""
    return datetime.fromtimestamp(at, UTC).strftime(
        "%Y-%m-%dT%H:%M:%S.%fZ" if micro else "%Y-%m-%dT%H:%M:%SZ"
    )


def age(since: str | None, now: float) -> str:
    """How long ago, as tables show it: `45s`, `5m3s`, `3h`, `12d`."""
    began = seconds(since)
    return "<unknown>" if began is None else duration(now - began)


def duration(length: float) -> str:
    """A length of time as tables show it (apimachinery's HumanDuration)."""
    total = int(length)
    if total < -1:
        return "<invalid>"
    if total < 0:
        return "0s"
    minutes, hours, days = total // 60, total // 3600, total // 86400
    if total < 120:
        return f"{total}s"
    if minutes < 10:
        return _two(minutes, "m", total % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 192:
        return _two(days, "d", hours % 24, "h")
    if days < 730:
        return f"{days}d"
    return _two(days // 365, "y", days % 365, "d") if days < 2920 else f"{days // 365}y"


def _two(first: int, one: str, second: int, two: str) -> str:
    return f"{first}{one}{second}{two}" if second else f"{first}{one}"
