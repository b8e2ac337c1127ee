"""Masks credentials in the values of an object: by the name of their field, by their shape, by what they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from connectors.kubernetes.secrets import mask_text
from connectors.redaction import MASK, looks_secret_key, redact
from connectors.redaction.names import Suspicion, suspicion
from connectors.redaction.structure import redact_yaml
from connectors.redaction.values import is_credential, is_stand_in

_NAMED = frozenset({"data", "annotations", "stringData", "labels"})
"""Mappings whose keys people choose: a key that names a credential holds one."""
_BY_SERVER = frozenset(
    {"uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "lastTransitionTime", "startedAt",
     "finishedAt", "startTime", "containerID", "imageID", "apiVersion", "nodeName", "podIP", "hostIP", "ip"}
)  # fmt: skip
"""Fields that servers fill in: nobody can put a credential there."""
_CACHED_BELOW = 500
"""Characters of texts whose mask is remembered: objects repeat each other."""


def masked(value: Any, key: str = "", inside: str = "") -> Any:
    """`value` (what stands under `key` in the mapping `inside`) as a copy with its credentials masked."""
    if isinstance(value, str):
        return value if key in _BY_SERVER else _text(value, key, inside in _NAMED)
    if isinstance(value, Mapping):
        return _mapping(value, key)
    if isinstance(value, list):
        if len(value) > 1 and all(isinstance(item, str) and "\n" not in item for item in value):
            return list(_words(key, tuple(value)))
        return [masked(item, key, inside) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool) and suspicion(key) is Suspicion.STRONG:
        return MASK if is_credential(str(value), Suspicion.STRONG) else value
    return value


def _mapping(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = {field: masked(part, field, key) for field, part in value.items()}
    name, entry = value.get("name"), value.get("value")
    if isinstance(name, str) and isinstance(entry, str):
        found["value"] = _text(entry, name, True)
    return found


def _text(text: str, key: str, named: bool) -> str:
    return _short_text(text, key, named) if len(text) < _CACHED_BELOW else _masked_text(text, key, named)


def _masked_text(text: str, key: str, named: bool) -> str:
    if not text:
        return text
    if named and _names_a_credential(key) and not is_stand_in(text):
        return MASK
    if "\n" in text or text[:1] in "{[":
        return redact_yaml(mask_text(text))
    # The name of the field is part of what tells: `password: x`.
    head = f"{key}: "
    line = redact(head + text)[0]
    return line[len(head) :] if line.startswith(head) else MASK


_short_text = lru_cache(maxsize=16_384)(_masked_text)


def _names_a_credential(key: str) -> bool:
    """Whether a key, or a file's name without its ending (`password.txt`), names a credential."""
    return looks_secret_key(key) or looks_secret_key(key.rpartition(".")[0])


@lru_cache(maxsize=4_096)
def _words(key: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The items of a list, where one may be the flag of the next: `["--password", "x"]`."""
    lines = redact("\n".join(f"- {word}" for word in words))[0].split("\n")
    found = [line.removeprefix("- ") for line in lines]
    return tuple(_text(word, key, False) for word in found)
