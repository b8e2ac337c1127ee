"""Access reviews as kubectl sends them: in protobuf."""

from __future__ import annotations

from typing import Any

from tests.servers.kube.status import ApiError

Json = dict[str, Any]
MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\0"
# Numbers of fields: their names, and what is in them (None: text)
Shape = dict[int, tuple[str, Any]]
_ENVELOPE: Shape = {1: ("type", {1: ("apiVersion", None), 2: ("kind", None)}), 2: ("raw", bytes)}
_RESOURCE = ("namespace", "verb", "group", "version", "resource", "subresource", "name")
_SPECS: dict[str, Shape] = {
    "SelfSubjectAccessReview": {
        1: ("resourceAttributes", {number: (name, None) for number, name in enumerate(_RESOURCE, 1)}),
        2: ("nonResourceAttributes", {1: ("path", None), 2: ("verb", None)}),
    },
    "SelfSubjectRulesReview": {1: ("namespace", None)},
    "SelfSubjectReview": {},
}


def decoded(content: bytes) -> Json:
    """An access review; 415 for any other kind."""
    if not content.startswith(_MAGIC):
        raise ApiError(400, "the body of the request is no protobuf of Kubernetes")
    envelope = _message(content[len(_MAGIC) :], _ENVELOPE)
    kind = envelope["type"].get("kind", "")
    if kind not in _SPECS:
        message = f"this server reads {kind} as JSON or YAML only"
        raise ApiError(415, message, reason="UnsupportedMediaType")
    return {**envelope["type"], **_message(envelope["raw"], {2: ("spec", _SPECS[kind])})}


def _message(data: bytes, shape: Shape) -> Json:
    found: Json = {}
    at = 0
    while at < len(data):
        tag, at = _number(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            _, at = _number(data, at)
            continue
        if wire != 2:
            raise ApiError(400, f"unexpected wire type {wire}")
        length, at = _number(data, at)
        part = data[at : at + length]
        at += length
        if number in shape:
            name, inner = shape[number]
            found[name] = (
                part if inner is bytes else part.decode() if inner is None else _message(part, inner)
            )
    return found


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
