"""The conditions that an object reports of itself, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.kubernetes.words import at, items

_MAX_MESSAGE = 500


def condition_lines(value: Mapping[str, Any]) -> Iterator[str]:
    """`Condition Available: True since 2026-11-23T05:53:58Z (MinimumReplicasAvailable) Deployment has …`."""
    for found in items(at(value, "status", "conditions")):
        kind, status = found.get("type"), found.get("status")
        if not isinstance(kind, str) or not isinstance(status, str | bool):
            continue
        since = found.get("lastTransitionTime")
        parts = [
            f"Condition {kind}: {status}",
            f"since {since}" if since else "",
            f"({found['reason']})" if found.get("reason") else "",
            " ".join(str(found.get("message") or "").split())[:_MAX_MESSAGE],
        ]
        yield " ".join(filter(None, parts))
