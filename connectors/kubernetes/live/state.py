"""What a crawl remembers: which objects it has told of, and by a digest how they were."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.documents import Checkpoint
from connectors.kubernetes.live.cleaning import quiet

READER_VERSION = 2
"""Raise it when other documents are made of the same objects: all are then written again."""
_DIGEST_BYTES = 10


@dataclass(slots=True)
class KindState:
    """The documents of one kind: `namespace/name` to digest, and the API version that they were listed in.

    `refused` says since when (ISO 8601) the kind may not be listed, by namespace ('' for all of them).
    """

    api_version: str
    digests: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


State = dict[str, KindState]
"""By the kind as ids hold it."""


def digest(value: Mapping[str, Any], *others: str) -> str:
    """Differs when the object (or `others`) does, heartbeats and versions aside."""
    text = json.dumps([quiet(value), others], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()


def kinds_of(state: State, api_version: str) -> list[str]:
    """The kinds in a state that belong to the group of an API version; overviews belong to none."""
    group = api_version.rpartition("/")[0]
    versions = {kind: known.api_version for kind, known in state.items() if known.api_version}
    return [kind for kind, version in versions.items() if version.rpartition("/")[0] == group]


def load(checkpoint: Checkpoint | None, settings: str) -> State:
    """The state that a checkpoint holds; nothing where it is of other settings."""
    if checkpoint is None or checkpoint.get("settings") != settings:
        return {}
    return {
        kind: KindState(found["api"], dict(found["digests"]), dict(found.get("refused") or {}))
        for kind, found in checkpoint["kinds"].items()
    }


def dump(state: State, settings: str) -> Checkpoint:
    """The checkpoint of a state."""
    kinds = {
        kind: {
            "api": found.api_version,
            "digests": dict(found.digests),
            **({"refused": dict(found.refused)} if found.refused else {}),
        }
        for kind, found in sorted(state.items())
        if found.digests or found.refused
    }
    return {"settings": settings, "kinds": kinds}
