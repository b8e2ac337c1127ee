"""OpenAPI documents: true schemas of custom kinds; those of built-in kinds are read off the objects there are."""

from __future__ import annotations

import itertools
from typing import Any

from tests.servers.kube.requests import Reply, Request
from tests.servers.kube.resources import Resource
from tests.servers.kube.status import ApiError
from tests.servers.kube.store import Store

Json = dict[str, Any]
_LOOKED_AT = 40  # objects of a kind that its schema is read off
_FREE = (
    "labels",
    "annotations",
    "data",
    "matchLabels",
    "nodeSelector",
    "binaryData",
    "stringData",
)  # maps of text
_HEAD = {
    "apiVersion": {
        "type": "string",
        "description": "APIVersion defines the versioned schema of this object.",
    },
    "kind": {"type": "string", "description": "Kind is the REST resource this object represents."},
}
_QUERY = [
    {"name": name, "in": "query", "schema": {"type": "string"}}
    for name in ("dryRun", "fieldManager", "fieldValidation")
]


class OpenApi:
    """The documents of a store's kinds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._schemas: dict[tuple[str, str], Json] = {}

    def answer(self, request: Request, path: str) -> Reply:
        """`/openapi/v2`, `/openapi/v3` and what the latter points to."""
        if path == "/openapi/v2":
            if "protobuf" in request.accept and "json" not in request.accept and "*/*" not in request.accept:
                raise ApiError(406, "only the following media types are accepted: application/json")
            return Reply.json(self._version2())
        if path == "/openapi/v3":
            return Reply.json({"paths": self._index()})
        place = path.removeprefix("/openapi/v3/")
        if place not in self._index():
            return Reply.text("404 page not found\n", 404)
        _, _, rest = place.partition("/")
        group, _, version = rest.rpartition("/")
        return Reply.json(self._version3(group, version))

    def _index(self) -> Json:
        registry = self._store.registry
        places = [
            _place(group, version) for group in registry.groups() for version in registry.versions(group)
        ]
        return {
            place: {"serverRelativeURL": f"/openapi/v3/{place}?hash={len(place):032X}"} for place in places
        }

    def _version3(self, group: str, version: str) -> Json:
        paths: Json = {}
        schemas: Json = {}
        for one in self._store.registry.of(group, version):
            schemas[_name(one)] = self._schema(one)
            reference = {"$ref": f"#/components/schemas/{_name(one)}"}
            body = {"content": {"application/json": {"schema": reference}}}
            paths |= _paths(one, {"200": {"description": "OK", **body}})
        info = {"title": "Kubernetes", "version": "v1.36.3"}
        return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}}

    def _version2(self) -> Json:
        paths: Json = {}
        definitions: Json = {}
        for one in self._store.registry.all():
            definitions[_name(one)] = self._schema(one)
            schema = {"$ref": f"#/definitions/{_name(one)}"}
            paths |= _paths(one, {"200": {"description": "OK", "schema": schema}})
        info = {"title": "Kubernetes", "version": "v1.36.3"}
        return {"swagger": "2.0", "info": info, "paths": paths, "definitions": definitions}

    def _schema(self, resource: Resource) -> Json:
        key = (resource.api_version, resource.plural)
        if key not in self._schemas:
            known = resource.schema or self._read_off(resource)
            kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
            properties = {**known.get("properties", {}), **_HEAD}
            self._schemas[key] = {
                **known,
                "type": "object",
                "properties": properties,
                "x-kubernetes-group-version-kind": [kind],
            }
        return self._schemas[key]

    def _read_off(self, resource: Resource) -> Json:
        records = itertools.islice(self._store.records(resource), _LOOKED_AT)
        schema: Json = {"type": "object", "description": f"{resource.kind} of {resource.api_version}."}
        for record in records:
            schema = _widened(schema, record.obj, "")
        return schema


def _widened(schema: Json, value: Any, name: str) -> Json:
    """A schema that also admits `value`."""
    if isinstance(value, dict):
        if name in _FREE:
            return {"type": "object", "additionalProperties": {"type": "string"}}
        properties = dict(schema.get("properties", {}))
        for key, one in value.items():
            properties[key] = _widened(properties.get(key, {}), one, key)
        return {**schema, "type": "object", "properties": properties}
    if isinstance(value, list):
        items = schema.get("items", {})
        for one in value:
            items = _widened(items, one, "")
        return {"type": "array", "items": items or {"type": "object"}}
    if value is None:
        return schema or {"type": "string"}
    kind = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "string"
    return {"type": kind}


def _paths(one: Resource, responses: Json) -> Json:
    base = f"/apis/{one.api_version}" if one.group else f"/api/{one.version}"
    base += f"/namespaces/{{namespace}}/{one.plural}" if one.namespaced else f"/{one.plural}"
    kind = {"group": one.group, "version": one.version, "kind": one.kind}

    def operation(action: str) -> Json:
        shown = {"x-kubernetes-action": action, "x-kubernetes-group-version-kind": kind}
        return {**shown, "parameters": _QUERY, "responses": responses}

    paths: Json = {base: {"get": operation("list"), "post": operation("post")}}
    paths[f"{base}/{{name}}"] = {
        "get": operation("get"),
        "patch": operation("patch"),
        "put": operation("put"),
    }
    return paths


def _place(group: str, version: str) -> str:
    return f"apis/{group}/{version}" if group else f"api/{version}"


def _name(one: Resource) -> str:
    if one.custom:
        return f"{'.'.join(reversed(one.group.split('.')))}.{one.version}.{one.kind}"
    return f"io.k8s.api.{one.group.partition('.')[0] or 'core'}.{one.version}.{one.kind}"
