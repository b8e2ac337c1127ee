"""What of an object may be kept and shown, and what of it counts as a change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connectors.kubernetes.live.masking import masked
from connectors.kubernetes.rendering import LAST_APPLIED

MAX_TEXT = 20_000
"""Characters of one string that are kept."""
_READ_AHEAD = 5_000
"""Characters behind the cut that masking sees too, so that no half of a credential stays."""
_MAX_DEPTH = 100

_COPIES = frozenset(
    {LAST_APPLIED, "kapp.k14s.io/original", "kapp.k14s.io/original-diff-md5", "objectset.rio.cattle.io/applied",
     "banzaicloud.com/last-applied", "config.kubernetes.io/origin", "fluxcd.io/last-applied"}
)  # fmt: skip
"""Annotations in which tools keep the object once more."""
_NEWS = frozenset(
    {"control-plane.alpha.kubernetes.io/leader", "endpoints.kubernetes.io/last-change-trigger-time"}
)
"""Annotations that change without anybody having changed anything."""
_HEARTBEATS = frozenset(
    {"lastHeartbeatTime", "lastProbeTime", "renewTime", "reconciledAt", "refreshTime", "lastRefreshTime",
     "lastReconcileTime", "currentMetrics"}
)  # fmt: skip
"""Fields of a state that say "still so"."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{1000,}={0,2}\s*")
_OF_SECRETS = ("apiVersion", "kind", "metadata", "type", "immutable")
_LONGEST_OF_SECRETS = 200


def clean(value: Mapping[str, Any]) -> dict[str, Any]:
    """The object as it may be kept and shown, as a copy: masked, without copies of itself, long texts cut.

    Gone are `managedFields`, what `apply` remembers, the data of Secrets, schemas of definitions and binary data.
    """
    kind = value.get("kind")
    if kind == "Secret":
        value = {key: value[key] for key in _OF_SECRETS if key in value}
    if kind == "CustomResourceDefinition":
        value = {**value, "spec": _without_schemas(value.get("spec"))}
    found = {key: part for key, part in value.items() if key != "metadata"}
    if isinstance(value.get("binaryData"), Mapping):
        found["binaryData"] = dict.fromkeys(value["binaryData"], "[binary data left out]")
    whole = _with_metadata(found, _metadata(value.get("metadata"), secret=kind == "Secret"))
    shortened: dict[str, Any] = _shortened(masked(_shortened(whole, MAX_TEXT + _READ_AHEAD)), MAX_TEXT)
    return shortened


def quiet(value: Mapping[str, Any]) -> dict[str, Any]:
    """The object without what changes while nothing happens: versions, heartbeats, renewed leases."""
    found = {key: part for key, part in value.items() if key != "metadata"}
    metadata = value.get("metadata")
    kept = dict(metadata) if isinstance(metadata, Mapping) else {}
    for key in ("resourceVersion", "managedFields", "selfLink"):
        kept.pop(key, None)
    if isinstance(kept.get("annotations"), Mapping):
        kept["annotations"] = {k: v for k, v in kept["annotations"].items() if k not in _NEWS | _COPIES}
    if "status" in found:
        found["status"] = _without_heartbeats(found["status"])
    if found.get("kind") == "Lease":
        found["spec"] = _without_heartbeats(found.get("spec"))
    return _with_metadata(found, kept)


def _with_metadata(fields: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    """The object in the order in which people read it."""
    head: dict[str, Any] = {key: fields.pop(key) for key in ("apiVersion", "kind") if key in fields}
    return {**head, "metadata": metadata, **fields}


def _metadata(value: Any, *, secret: bool) -> dict[str, Any]:
    metadata = dict(value) if isinstance(value, Mapping) else {}
    metadata.pop("managedFields", None)
    metadata.pop("selfLink", None)
    annotations = metadata.get("annotations")
    if isinstance(annotations, Mapping):
        kept = {key: text for key, text in annotations.items() if key not in _COPIES}
        if secret:
            kept = {key: text for key, text in kept.items() if _is_harmless(text)}
        metadata["annotations"] = kept
        if not kept:
            del metadata["annotations"]
    return metadata


def _is_harmless(text: Any) -> bool:
    """Whether an annotation of a Secret is too short and too simple to be a copy of it."""
    return isinstance(text, str) and len(text) <= _LONGEST_OF_SECRETS and text[:1] not in "{["


def _without_schemas(spec: Any) -> Any:
    if not isinstance(spec, Mapping):
        return spec
    kept = {key: part for key, part in spec.items() if key != "validation"}
    if isinstance(spec.get("versions"), list):
        kept["versions"] = [
            {key: part for key, part in version.items() if key != "schema"}
            for version in spec["versions"]
            if isinstance(version, Mapping)
        ]
    return kept


def _without_heartbeats(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_heartbeats(part) for key, part in value.items() if key not in _HEARTBEATS}
    return [_without_heartbeats(part) for part in value] if isinstance(value, list) else value


def _shortened(value: Any, most: int, depth: int = 0) -> Any:
    if isinstance(value, str):
        text = value if value.isascii() else _whole_characters(value)
        return _short(text, most) if len(text) >= 1000 else text
    if depth > _MAX_DEPTH:
        return "[nested too deep]"
    if isinstance(value, Mapping):
        return {str(key): _shortened(part, most, depth + 1) for key, part in value.items()}
    return [_shortened(part, most, depth + 1) for part in value] if isinstance(value, list) else value


def _whole_characters(text: str) -> str:
    """The text with `?` for halves of characters, which JSON can hold and no file."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _short(text: str, most: int) -> str:
    if _BASE64.fullmatch(text):
        return f"[{len(text)} characters of base64 left out]"
    if len(text) <= most:
        return text
    line = text.rfind("\n", most - most // 10, most)
    cut = line + 1 if line >= 0 else most
    return f"{text[:cut]}[{len(text) - cut} more characters left out]"
