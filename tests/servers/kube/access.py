"""Who asks and what they may: tokens, given rules, the cluster's own RBAC objects, and the access reviews."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.servers.kube.requests import Request
from tests.servers.kube.status import ApiError, dotted
from tests.servers.kube.store import Store

Json = dict[str, Any]
ANONYMOUS = "system:anonymous"
MASTERS = "system:masters"
RBAC = "rbac.authorization.k8s.io"
_OPEN_PATHS = ("/version", "/healthz", "/livez", "/readyz")
_DISCOVERY_PATHS = ("/api", "/apis", "/openapi")


@dataclass(frozen=True)
class Rule:
    """Allows `verbs` on `resources` of `groups` (`*`: all), by `names` and in `namespaces` where they are given."""

    verbs: tuple[str, ...] = ("get", "list", "watch")
    resources: tuple[str, ...] = ("*",)
    groups: tuple[str, ...] = ("*",)
    names: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()

    def covers(self, action: Action) -> bool:
        """Whether an action falls under it."""
        return (
            _among(action.verb, self.verbs)
            and _among(action.group, self.groups)
            and (
                _among(action.resource, self.resources)
                or f"*/{action.resource.partition('/')[2]}" in self.resources
            )
            and (not self.names or action.name in self.names)
            and (not self.namespaces or action.namespace in self.namespaces)
        )

    def shown(self) -> Json:
        """As access reviews show it."""
        rule: Json = {
            "verbs": list(self.verbs),
            "apiGroups": list(self.groups),
            "resources": list(self.resources),
        }
        return {**rule, "resourceNames": list(self.names)} if self.names else rule


@dataclass(frozen=True)
class Action:
    """What somebody wants to do; `resource` may name a subresource (`pods/log`)."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""


@dataclass
class User:
    """A user: `rules` allow, `denied` takes away again; members of `system:masters` may do everything."""

    name: str
    groups: tuple[str, ...] = ()
    rules: list[Rule] = field(default_factory=list)
    denied: list[Rule] = field(default_factory=list)

    @property
    def master(self) -> bool:
        """Whether RBAC lets everything through."""
        return MASTERS in self.groups


def _among(value: str, values: tuple[str, ...]) -> bool:
    return "*" in values or value in values


class Access:
    """The users of a cluster by token, and what each may do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.by_token: dict[str, User] = {}

    def identify(self, request: Request, plain: User | None) -> User:
        """Who asks; `plain` stands for requests without credentials (None: the anonymous user). 401 for bad tokens."""
        authorization = request.headers.get("authorization", "")
        user = plain or User(ANONYMOUS, ("system:unauthenticated",))
        if authorization:
            token = authorization.partition(" ")[2].strip()
            if token not in self.by_token:
                raise ApiError(401, "Unauthorized")
            user = self.by_token[token]
        return self._impersonated(user, request)

    def _impersonated(self, user: User, request: Request) -> User:
        name = request.headers.get("impersonate-user", "")
        if not name:
            return user
        if not user.master:
            raise forbidden(user, Action("impersonate", "", "users", name=name))
        groups = request.headers.get("impersonate-group", "")
        known = next((one for one in self.by_token.values() if one.name == name), None)
        return known or User(name, tuple(filter(None, groups.split(","))))

    def allows(self, user: User, action: Action) -> bool:
        """Whether a user may do something."""
        if any(rule.covers(action) for rule in user.denied):
            return False
        return user.master or any(rule.covers(action) for rule in self.rules(user, action.namespace))

    def rules(self, user: User, namespace: str) -> Iterator[Rule]:
        """The rules that hold for a user in a namespace (nothing: in the whole cluster)."""
        if user.master:
            yield Rule(("*",))
        yield from (rule for rule in user.rules if not rule.namespaces or namespace in rule.namespaces)
        for kind, place in (("ClusterRoleBinding", ""), ("RoleBinding", namespace)):
            if kind == "RoleBinding" and not namespace:
                continue
            for record in self._store.records(self._store.registry.named(kind, RBAC), place):
                if any(_is(user, subject, place) for subject in record.obj.get("subjects") or ()):
                    yield from self._role_rules(record.obj["roleRef"], place)

    def _role_rules(self, reference: Json, namespace: str) -> Iterator[Rule]:
        kind = reference["kind"]
        key = ("" if kind == "ClusterRole" else namespace, reference["name"])
        record = self._store.find(self._store.registry.named(kind, RBAC), key)
        for rule in (record.obj.get("rules") or ()) if record else ():
            if "resources" in rule:
                names = tuple(rule.get("resourceNames") or ())
                yield Rule(
                    tuple(rule["verbs"]), tuple(rule["resources"]), tuple(rule.get("apiGroups", ("",))), names
                )

    def require(self, user: User, action: Action) -> None:
        """403 in the server's words if the user may not."""
        if not self.allows(user, action):
            raise forbidden(user, action)

    @staticmethod
    def require_path(user: User, verb: str, path: str) -> None:
        """403 for paths that are no resources and not for everybody."""
        if (
            user.master
            or path.rstrip("/") in _OPEN_PATHS
            or path.startswith(("/livez/", "/readyz/", "/healthz/"))
        ):
            return
        if user.name == ANONYMOUS or not path.startswith(_DISCOVERY_PATHS):
            raise ApiError(403, f'forbidden: User "{user.name}" cannot {verb} path "{path}"', details={})


def _is(user: User, subject: Json, namespace: str) -> bool:
    if subject["kind"] == "Group":
        everybody = () if user.name == ANONYMOUS else ("system:authenticated",)
        return subject["name"] in (*user.groups, *everybody)
    if subject["kind"] == "ServiceAccount":
        return user.name == f"system:serviceaccount:{subject.get('namespace') or namespace}:{subject['name']}"
    return bool(subject["name"] == user.name)


def forbidden(user: User, action: Action) -> ApiError:
    """403 in the server's words."""
    plural = action.resource.partition("/")[0]
    named = f'{dotted(plural, action.group)} "{action.name}"' if action.name else dotted(plural, action.group)
    place = f'in the namespace "{action.namespace}"' if action.namespace else "at the cluster scope"
    message = (
        f'{named} is forbidden: User "{user.name}" cannot {action.verb} resource "{action.resource}" '
        f'in API group "{action.group}" {place}'
    )
    details: Json = {"name": action.name} if action.name else {}
    details |= {"group": action.group} if action.group else {}
    return ApiError(403, message, details={**details, "kind": plural})


def review(access: Access, user: User, kind: str, body: Json) -> Json:
    """The answer to a SelfSubjectAccessReview, SelfSubjectRulesReview or SelfSubjectReview."""
    spec = body.get("spec") or {}
    head = {"kind": kind, "apiVersion": body.get("apiVersion"), "metadata": {"creationTimestamp": None}}
    if kind == "SelfSubjectReview":
        groups = [*user.groups, "system:authenticated"]
        return {**head, "status": {"userInfo": {"username": user.name, "groups": groups}}}
    if kind == "SelfSubjectRulesReview":
        rules = [rule.shown() for rule in access.rules(user, spec.get("namespace", ""))]
        paths = [path for prefix in (*_OPEN_PATHS, *_DISCOVERY_PATHS) for path in (prefix, f"{prefix}/*")]
        urls = [
            {"verbs": ["*"] if user.master else ["get"], "nonResourceURLs": ["*"] if user.master else paths}
        ]
        status: Json = {"resourceRules": rules, "nonResourceRules": urls, "incomplete": False}
        return {**head, "spec": {}, "status": status}
    return {**head, "spec": spec, "status": _reviewed(access, user, spec)}


def _reviewed(access: Access, user: User, spec: Json) -> Json:
    if "nonResourceAttributes" in spec:
        wanted = spec["nonResourceAttributes"]
        try:
            access.require_path(user, wanted.get("verb", "get"), wanted.get("path", "/"))
        except ApiError:
            return {"allowed": False}
        return {"allowed": True}
    wanted = spec.get("resourceAttributes") or {}
    resource = wanted.get("resource", "") + (f"/{wanted['subresource']}" if wanted.get("subresource") else "")
    named = (wanted.get("namespace", ""), wanted.get("name", ""))
    allowed = access.allows(user, Action(wanted.get("verb", ""), wanted.get("group", ""), resource, *named))
    return (
        {"allowed": True, "reason": "RBAC: allowed by the rules of the user"}
        if allowed
        else {"allowed": False}
    )
