"""Dry runs: what a write would give, without writing it."""

from __future__ import annotations

import copy
from typing import Any

from tests.servers.kube.convert import as_version
from tests.servers.kube.patches import json_patch, merge_patch, strategic_merge
from tests.servers.kube.requests import Request
from tests.servers.kube.resources import Resource
from tests.servers.kube.status import ApiError, dotted, not_found
from tests.servers.kube.store import Key, Store

Json = dict[str, Any]
_APPLY = "application/apply-patch+yaml"


def dry_run(store: Store, resource: Resource, key: Key, request: Request) -> tuple[int, Json]:
    """The status and the object that a POST, PUT, PATCH or DELETE would answer."""
    record = store.find(resource, key) if key[1] else None
    known = copy.deepcopy(as_version(record.obj, resource)) if record else None
    media_type = request.headers.get("content-type", "").partition(";")[0]
    if request.method == "POST":
        return 201, _created(store, resource, key[0], request.body())
    if known is None:
        if media_type == _APPLY:
            return 201, _created(store, resource, key[0], request.body())
        raise not_found(resource.plural, resource.group, key[1])
    if request.method == "DELETE":
        return 200, known
    if request.method == "PUT":
        changed = request.body()
        changed.setdefault("metadata", {}).setdefault("uid", known["metadata"]["uid"])
    else:
        changed = _patched(known, request, media_type, resource)
    return 200, _finished(known, changed, resource)


def _created(store: Store, resource: Resource, namespace: str, given: Json) -> Json:
    metadata = given.get("metadata") or {}
    name = metadata.get("name") or f"{metadata.get('generateName', '')}x7k2p"
    if store.find(resource, (namespace, name)):
        message = f'{dotted(resource.plural, resource.group)} "{name}" already exists'
        details = {"name": name, "kind": resource.plural}
        raise ApiError(409, message, details=details, reason="AlreadyExists")
    metadata = {**metadata, "name": name, "uid": "00000000-0000-4000-8000-000000000000"}
    if namespace:
        metadata["namespace"] = namespace
        if not store.find(store.registry.named("Namespace"), ("", namespace)):
            raise not_found("namespaces", "", namespace)
    return {**given, "metadata": {**metadata, "creationTimestamp": "2026-11-25T00:00:00Z", "generation": 1}}


def _patched(known: Json, request: Request, media_type: str, resource: Resource) -> Json:
    if media_type == _APPLY:
        return dict(strategic_merge(known, request.body()))
    body = request.body()
    if media_type == "application/json-patch+json":
        try:
            return dict(json_patch(known, body))
        except (ValueError, KeyError, IndexError) as error:
            raise ApiError(
                422, f"the server rejected our request due to an error in our request: {error}"
            ) from None
    if media_type == "application/strategic-merge-patch+json" and not resource.custom:
        return dict(strategic_merge(known, body))
    if media_type == "application/merge-patch+json":
        return dict(merge_patch(known, body))
    accepted = "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    message = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    raise ApiError(415, message, reason="UnsupportedMediaType")


def _finished(known: Json, changed: Json, resource: Resource) -> Json:
    metadata = {**known["metadata"], **changed.get("metadata", {})}
    if known.get("spec") != changed.get("spec") and "generation" in metadata:
        metadata["generation"] = known["metadata"].get("generation", 0) + 1
    status = {"status": known["status"]} if "status" in known else {}
    return {
        **changed,
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": metadata,
        **status,
    }
