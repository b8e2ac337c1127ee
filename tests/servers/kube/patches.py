"""The three kinds of patches of the API: JSON, merge and strategic merge (which server-side apply resembles)."""

from __future__ import annotations

import copy
from typing import Any

Json = dict[str, Any]
_KEYS: dict[str, tuple[str, ...]] = {  # how lists of objects are merged; lists not named here are replaced
    "containers": ("name",), "initContainers": ("name",), "ephemeralContainers": ("name",), "env": ("name",),
    "volumes": ("name",), "volumeMounts": ("mountPath",), "volumeDevices": ("devicePath",),
    "imagePullSecrets": ("name",), "secrets": ("name",), "hostAliases": ("ip",), "conditions": ("type",),
    "ownerReferences": ("uid",), "topologySpreadConstraints": ("topologyKey",), "ports": ("containerPort", "port"),
}  # fmt: skip
_DIRECTIVES = ("$patch", "$retainKeys")


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386: null deletes, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def json_patch(target: Any, operations: list[Json]) -> Any:
    """RFC 6902: add, remove, replace, move, copy, test."""
    result = copy.deepcopy(target)
    for operation in operations:
        kind, path = operation["op"], _parts(operation["path"])
        if kind in ("move", "copy"):
            value = copy.deepcopy(_at(result, _parts(operation["from"])))
            if kind == "move":
                _edit(result, _parts(operation["from"]), "remove", None)
            _edit(result, path, "add", value)
        elif kind == "test":
            if _at(result, path) != operation["value"]:
                raise ValueError(f"testing value {operation['path']} failed")
        else:
            _edit(result, path, kind, operation.get("value"))
    return result


def _parts(path: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _at(value: Any, parts: list[str]) -> Any:
    for part in parts:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def _edit(document: Any, parts: list[str], kind: str, value: Any) -> None:
    holder, last = _at(document, parts[:-1]), parts[-1]
    if isinstance(holder, list):
        if kind == "add":
            holder.insert(len(holder) if last == "-" else int(last), value)
        elif kind == "remove":
            del holder[int(last)]
        else:
            holder[int(last)] = value
    elif kind == "remove":
        del holder[last]
    else:
        holder[last] = value


def strategic_merge(target: Any, patch: Any) -> Any:
    """A strategic merge: as a merge patch, but lists of named things are merged by their names."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    if patch.get("$patch") == "replace":
        return {key: copy.deepcopy(value) for key, value in patch.items() if key not in _DIRECTIVES}
    merged = dict(target) if isinstance(target, dict) else {}
    for key in set(merged) - set(patch.get("$retainKeys", merged)):
        del merged[key]
    for key, value in patch.items():
        name = key.partition("/")[2]
        if key.startswith("$deleteFromPrimitiveList/"):
            merged[name] = [one for one in merged.get(name, []) if one not in value]
        elif key.startswith("$") or key in _DIRECTIVES:
            continue
        elif value is None:
            merged.pop(key, None)
        elif isinstance(value, list):
            merged[key] = _merge_list(key, merged.get(key), value)
        else:
            merged[key] = strategic_merge(merged.get(key), value)
    return merged


def _merge_list(name: str, target: Any, patch: list[Any]) -> list[Any]:
    if not isinstance(target, list) or not all(isinstance(one, dict) for one in (*target, *patch)):
        return copy.deepcopy(patch)
    if name not in _KEYS or any(one.get("$patch") == "replace" for one in patch):
        return [copy.deepcopy(one) for one in patch if "$patch" not in one]
    merged = list(target)
    for change in patch:
        same = [index for index, one in enumerate(merged) if _same(one, change, _KEYS[name])]
        if change.get("$patch") == "delete":
            merged = [one for index, one in enumerate(merged) if index not in same]
        elif same:
            merged[same[0]] = strategic_merge(merged[same[0]], change)
        else:
            merged.append(strategic_merge({}, change))
    return merged


def _same(one: Json, other: Json, keys: tuple[str, ...]) -> bool:
    return any(key in one and one[key] == other.get(key) for key in keys)
