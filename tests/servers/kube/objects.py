"""Requests for objects: get, list, watch, logs, scale, metrics and dry runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.servers.faults import Fault
from tests.servers.kube import metrics
from tests.servers.kube.access import Action, User
from tests.servers.kube.cluster import Cluster
from tests.servers.kube.dryrun import dry_run
from tests.servers.kube.listing import Page, list_page, wanted
from tests.servers.kube.patches import merge_patch
from tests.servers.kube.requests import Reply, Request
from tests.servers.kube.resources import Resource
from tests.servers.kube.status import ApiError, no_such_resource, not_found
from tests.servers.kube.store import Record
from tests.servers.kube.views import View, form_of
from tests.servers.kube.watching import Watch

Json = dict[str, Any]
_WRITES = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_INSIDE = ("attach", "exec", "portforward", "proxy")  # even a GET of them enters a container

_WARNINGS = {  # what clients are told of kinds that are on their way out
    ("", "endpoints"): "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    ("", "componentstatuses"): "v1 ComponentStatus is deprecated in v1.19+",
}


@dataclass(frozen=True)
class Target:
    """What a path means."""

    resource: Resource
    namespace: str
    name: str
    sub: str

    @property
    def key(self) -> tuple[str, str]:
        """Where the object is kept."""
        return (self.namespace if self.resource.namespaced else "", self.name)


class Objects:
    """Answers the requests for objects of a cluster."""

    def __init__(self, cluster: Cluster, closing: list[bool]) -> None:
        self._cluster = cluster
        self._store = cluster.store
        self._closing = closing

    def answer(self, request: Request, user: User, place: tuple[str, str, str], fault: Fault | None) -> Reply:
        """The answer to a request below a group's version."""
        target = self._target(*place)
        resource = target.resource
        plural = resource.plural + (f"/{target.sub}" if target.sub else "")
        verb = _verb(request, target)
        namespace = target.namespace if resource.namespaced or resource.kind == "Namespace" else ""
        self._cluster.access.require(user, Action(verb, resource.group, plural, namespace, target.name))
        if request.method != "GET" or target.sub in _INSIDE:
            return self._write(request, target)
        if target.sub:
            return self._subresource(request, target)
        if verb == "get":
            reply = self._get(request, target)
        else:
            reply = (self._watch if verb == "watch" else self._list)(request, target, fault)
        if (resource.group, resource.plural) in _WARNINGS:
            reply.headers["Warning"] = f'299 - "{_WARNINGS[resource.group, resource.plural]}"'
        return reply

    def _target(self, group: str, version: str, rest: str) -> Target:
        parts = rest.split("/")
        namespace = ""
        registry = self._store.registry
        if parts[0] == "namespaces" and len(parts) > 2 and parts[2] not in ("status", "finalize"):
            namespace, parts = parts[1], parts[2:]
        resource = registry.find(group, version, parts[0])
        if resource is None or bool(namespace) > resource.namespaced:
            raise no_such_resource()
        name, sub, *more = [*parts[1:], "", ""][: max(2, len(parts) - 1)]
        if more and sub != "proxy":
            raise no_such_resource()
        if sub and sub not in resource.subresources:
            raise no_such_resource()
        return Target(resource, name if resource.kind == "Namespace" else namespace, name, sub)

    def _get(self, request: Request, target: Target) -> Reply:
        record = self._found(target)
        return _reply(self._view(request, target.resource).one(record))

    def _found(self, target: Target) -> Record:
        resource = target.resource
        if resource.group == metrics.GROUP:
            record = next(
                (one for one in self._measured(target) if one.obj["metadata"]["name"] == target.name), None
            )
        else:
            record = self._store.find(resource, target.key)
        if record is None:
            raise not_found(resource.plural, resource.group, target.name)
        return record

    def _view(self, request: Request, resource: Resource) -> View:
        include = request.get("includeObject")
        view = View(resource, form_of(request.accept), self._cluster.now(), include)
        whole = view.form == "json" or (view.form == "table" and include == "Object")
        if resource.home == ("", "secrets") and whole:
            self._cluster.secret_read(request)
        return view

    def _list(self, request: Request, target: Target, fault: Fault | None) -> Reply:
        resource, kind = target.resource, fault.kind if fault else ""
        view = self._view(request, resource)
        if resource.group == metrics.GROUP:
            page = Page(self._measured(target, request), {})
        else:
            namespace = target.namespace if resource.namespaced else ""
            page = list_page(self._store, resource, namespace, request, kind)
        if kind == "uncounted" and view.form == "partial":
            page.metadata.pop("remainingItemCount", None)  # as 1.20 does
        if kind == "malformed":
            broken = json.loads("".join(view.many(page.records, page.metadata)))
            broken["items"][0] = {"metadata": None, "spec": "?"}
            return Reply.json(broken)
        return Reply(pieces=view.many(page.records, page.metadata))

    def _watch(self, request: Request, target: Target, fault: Fault | None) -> Reply:
        namespace = target.namespace if target.resource.namespaced else ""
        if target.name:  # a watch of one object
            request.query["fieldSelector"] = [f"metadata.name={target.name}"]
        view = self._view(request, target.resource)
        watch = Watch(self._store, view, namespace, request, fault)
        return Reply(pieces=watch.lines(self._cluster.bookmark_seconds, self._closing), live=True)

    def _measured(self, target: Target, request: Request | None = None) -> list[Record]:
        resource = self._store.registry.named("Pod" if target.resource.plural == "pods" else "Node")
        test = wanted(request, resource) if request else lambda obj: True
        records = self._store.records(resource, target.namespace)
        usages = (metrics.usage_of(one.obj, self._cluster.now()) for one in records if test(one.obj))
        return [Record(usage) for usage in usages if usage]

    def _subresource(self, request: Request, target: Target) -> Reply:
        record = self._found(target)
        if target.sub == "log":
            return Reply.text(self._cluster.logs.read(record.obj, request, self._cluster.now()))
        if target.sub == "scale":
            return Reply.json(_scale(record.obj))
        if target.sub in ("status", "resize", "ephemeralcontainers"):
            return self._get(request, target)
        raise ApiError(405, "the server does not allow this method on the requested resource")

    def _write(self, request: Request, target: Target) -> Reply:
        dry = request.get("dryRun") == "All" or _deletes_dry(request)
        if not dry or target.sub in _INSIDE:
            self._cluster.violated(request)
            raise ApiError(403, f"this server refuses every change that is no dry run: {request.line}")
        if target.sub == "scale" and request.method == "PATCH":
            return Reply.json(merge_patch(_scale(self._found(target).obj), request.body()))
        if target.sub or (request.method == "DELETE" and not target.name):
            raise ApiError(405, "the server does not allow this method on the requested resource")
        status, obj = dry_run(self._store, target.resource, target.key, request)
        return Reply(status, View(target.resource, "json", 0.0).one(Record(obj)).encode())


def _reply(text: str) -> Reply:
    return Reply(body=text.encode() + b"\n")


def _verb(request: Request, target: Target) -> str:
    if request.method != "GET":
        collection = request.method == "DELETE" and not target.name
        return "deletecollection" if collection else _WRITES.get(request.method, "update")
    if request.flag("watch"):
        return "watch"
    return "get" if target.name else "list"


def _deletes_dry(request: Request) -> bool:
    body = request.body() if request.method == "DELETE" and request.content else {}
    return isinstance(body, dict) and body.get("dryRun") == ["All"]


def _scale(obj: Json) -> Json:
    spec, status = obj["spec"], obj.get("status", {})
    labels = (spec.get("selector") or {}).get("matchLabels", {})
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {key: obj["metadata"][key] for key in kept if key in obj["metadata"]},
        "spec": {"replicas": spec.get("replicas", 1)},
        "status": {
            "replicas": status.get("replicas", 0),
            "selector": ",".join(f"{key}={value}" for key, value in sorted(labels.items())),
        },
    }
