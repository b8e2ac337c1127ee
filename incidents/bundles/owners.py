"""Who made a pod or ReplicaSet of which only a table's row was read: Kubernetes names what it makes after its maker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connectors.documents import ResourceRef

_RANDOM = "[bcdfghjklmnpqrstvwxz2456789]"
"""The letters and digits of names that Kubernetes makes up."""
_MAKERS: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "Pod": (
        ("ReplicaSet", re.compile(rf"(?P<maker>.+)-{_RANDOM}{{5}}")),
        ("Deployment", re.compile(rf"(?P<maker>.+)-[a-f0-9{_RANDOM[1:-1]}]{{6,10}}-{_RANDOM}{{5}}")),
        ("StatefulSet", re.compile(r"(?P<maker>.+)-\d+")),
        ("DaemonSet", re.compile(rf"(?P<maker>.+)-{_RANDOM}{{5}}")),
        ("Job", re.compile(rf"(?P<maker>.+)-{_RANDOM}{{5}}")),
    ),
    "ReplicaSet": (("Deployment", re.compile(r"(?P<maker>.+)-[a-z0-9]{6,10}")),),
    "Job": (("CronJob", re.compile(r"(?P<maker>.+)-\d{8,10}")),),
}


def maker_of(ref: ResourceRef, known: Mapping[ResourceRef, Any]) -> dict[str, Any] | None:
    """The owner's reference of an object by its name, where an object of that name and kind was read; else None."""
    for kind, pattern in _MAKERS.get(ref.kind, ()):
        match = pattern.fullmatch(ref.name)
        if match and ResourceRef(kind, match["maker"], ref.namespace) in known:
            return {"kind": kind, "name": match["maker"], "controller": True}
    return None
