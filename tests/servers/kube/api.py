"""What each path answers: health, discovery, reviews; objects are `objects.py`'s."""

from __future__ import annotations

import re

from tests.servers.faults import Fault
from tests.servers.kube import discovery
from tests.servers.kube.access import Access, User, review
from tests.servers.kube.cluster import Cluster
from tests.servers.kube.objects import Objects
from tests.servers.kube.openapi import OpenApi
from tests.servers.kube.requests import Reply, Request
from tests.servers.kube.status import ApiError

_REVIEW = re.compile(
    r"/apis/(?:authentication|authorization)\.k8s\.io/v1/(selfsubject(?:access|rules)?reviews)"
)
_REVIEWS = {
    "selfsubjectreviews": "SelfSubjectReview",
    "selfsubjectaccessreviews": "SelfSubjectAccessReview",
    "selfsubjectrulesreviews": "SelfSubjectRulesReview",
}
_OBJECTS = re.compile(r"/(?:api/(?P<core>v1)|apis/(?P<group>[^/]+)/(?P<version>[^/]+))/(?P<rest>.+)")
_VERSION = re.compile(r"/(?:api/(?P<core>v1)|apis/(?P<group>[^/]+)/(?P<version>[^/]+))/?")


class Api:
    """Answers the requests to a cluster."""

    def __init__(self, cluster: Cluster, address: str, closing: list[bool], secure: bool) -> None:
        self._cluster = cluster
        self._address = address
        self._secure = secure
        self._objects = Objects(cluster, closing)
        self._openapi = OpenApi(cluster.store)

    def reply(self, request: Request, fault: Fault | None) -> Reply:
        """The answer to a request; a `Status` where it fails."""
        try:
            if fault and fault.kind == "status":
                return self._failed(fault)
            user = self._cluster.access.identify(request, None if self._secure else self._cluster.plain_user)
            request.user = user.name
            return self._answer(request, user, fault)
        except ApiError as error:
            return Reply.json(error.status(), error.code)

    def _failed(self, fault: Fault) -> Reply:
        headers = fault.all_headers(self._cluster.now())
        wait = headers.get("Retry-After", "")
        details = {"retryAfterSeconds": int(wait)} if wait.isdigit() else None
        error = ApiError(fault.status, fault.message, details=details)
        return Reply(error.code, Reply.json(error.status()).body, headers=headers)

    def _answer(self, request: Request, user: User, fault: Fault | None) -> Reply:
        path = request.path.rstrip("/") or "/"
        reviewed = _REVIEW.fullmatch(path)
        if reviewed and request.method == "POST":
            answer = review(self._cluster.access, user, _REVIEWS[reviewed[1]], request.body())
            return Reply.json(answer, 201)
        found = _OBJECTS.fullmatch(path)
        if found and not path.startswith("/openapi"):
            group, version = found["group"] or "", found["core"] or found["version"]
            self._refuse_broken(group, version)
            return self._objects.answer(request, user, (group, version, found["rest"]), fault)
        Access.require_path(user, request.method.lower(), path)
        if request.method != "GET":
            self._cluster.violated(request)
            raise ApiError(405, "the server does not allow this method on the requested resource")
        return self._path(request, path)

    def _path(self, request: Request, path: str) -> Reply:
        registry = self._cluster.store.registry
        if path in ("/healthz", "/livez", "/readyz") or path.startswith(("/healthz/", "/livez/", "/readyz/")):
            verbose = f"[+]ping ok\n{path.strip('/')} check passed\n"
            return Reply.text(verbose if "verbose" in request.query else "ok")
        if path == "/version":
            return Reply.json(discovery.VERSION)
        if path in ("/api", "/apis"):
            return self._discovered(request, path)
        if path.startswith("/openapi"):
            return self._openapi.answer(request, path)
        if path == "/":
            return Reply.json(
                {"paths": ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v3", "/version"]}
            )
        found = _VERSION.fullmatch(path)
        if found:
            group, version = found["group"] or "", found["core"] or found["version"]
            self._refuse_broken(group, version)
            if registry.of(group, version):
                return Reply.json(discovery.resource_list(registry, group, version))
        name = path.removeprefix("/apis/")
        if path.startswith("/apis/") and name in registry.groups():
            return Reply.json({"kind": "APIGroup", "apiVersion": "v1", **discovery.group(registry, name)})
        return Reply.text("404 page not found\n", 404)

    def _discovered(self, request: Request, path: str) -> Reply:
        registry = self._cluster.store.registry
        version = discovery.aggregated_version(request.accept)
        if version:
            media_type = f"application/json;g={discovery.AGGREGATED};v={version};as=APIGroupDiscoveryList"
            shown = discovery.aggregated(registry, path == "/api", version, self._cluster.broken)
            return Reply.json(shown, media_type=media_type)
        if path == "/api":
            return Reply.json(discovery.core_versions(self._address))
        return Reply.json(discovery.group_list(registry))

    def _refuse_broken(self, group: str, version: str) -> None:
        if f"{group}/{version}" in self._cluster.broken:
            raise ApiError(503, "service unavailable")
