"""A cluster as tests see it: its objects, users, logs, what goes wrong, and what was asked."""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.faults import Fault
from tests.servers.kube.access import MASTERS, Access, Rule, User
from tests.servers.kube.logs import Logs
from tests.servers.kube.metrics import RESOURCES
from tests.servers.kube.requests import Request
from tests.servers.kube.store import Store

Json = dict[str, Any]


class Cluster:
    """A fake cluster. Empty but for its namespaces unless objects are put or loaded."""

    def __init__(self, *, metrics: bool = False, now: Callable[[], float] = time.time) -> None:
        self.store = Store()
        self.access = Access(self.store)
        self.logs = Logs()
        self.now = now
        self.faults: list[Fault] = []
        self.latency = 0.0
        self.bookmark_seconds = 60.0
        self.broken: set[str] = set()  # "metrics.k8s.io/v1beta1": an aggregated API that is down
        self.requests: list[Request] = []
        self.violations: list[str] = []  # requests that would have changed the cluster or entered a container
        self.secret_reads: list[str] = []  # requests that got the data of Secrets
        self._lock = threading.Lock()
        self.admin = self.add_user("admin", groups=(MASTERS,))
        self.plain_user: User | None = self.admin  # who asks without credentials over plain HTTP
        if metrics:
            for resource in RESOURCES:
                self.store.registry.add(resource)

    def add_user(
        self,
        name: str,
        *,
        token: str = "",
        groups: tuple[str, ...] = (),
        rules: tuple[Rule, ...] = (),
        denied: tuple[Rule, ...] = (),
    ) -> User:
        """A user with a bearer token (`NAME-token` unless given); RBAC objects of the cluster hold for it too."""
        user = User(name, groups, list(rules), list(denied))
        self.access.by_token[token or f"{name}-token"] = user
        return user

    def token(self, user: User | str) -> str:
        """The token of a user."""
        name = user if isinstance(user, str) else user.name
        return next(token for token, known in self.access.by_token.items() if known.name == name)

    def put(self, obj: Mapping[str, Any]) -> Json:
        """Creates or replaces an object."""
        return self.store.put(obj)

    def patch(self, kind: str, name: str, change: Json, namespace: str = "", group: str = "") -> Json:
        """Merges a change into an object."""
        return self.store.patch(kind, name, change, namespace, group)

    def delete(self, kind: str, name: str, namespace: str = "", group: str = "") -> None:
        """Deletes an object."""
        self.store.delete(kind, name, namespace, group)

    def plant_secret(self, name: str, namespace: str = "default", **values: str) -> Json:
        """A Secret with canary values that nobody may ever ask for."""
        data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
        metadata = {"name": name, "namespace": namespace}
        return self.put(
            {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": data}
        )

    def asked(self, pattern: str) -> list[Request]:
        """The requests whose `METHOD /path?query` a pattern matches."""
        return [request for request in list(self.requests) if re.search(pattern, request.line)]

    def record(self, request: Request) -> None:
        """Keeps a request."""
        with self._lock:
            self.requests.append(request)

    def violated(self, request: Request) -> None:
        """Keeps a request that must never have come."""
        with self._lock:
            self.violations.append(request.line)

    def secret_read(self, request: Request) -> None:
        """Keeps a request that got the data of Secrets."""
        with self._lock:
            self.secret_reads.append(request.line)
