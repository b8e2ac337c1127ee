"""Answers about rights: who may do something, which roles somebody has, what a role is bound to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from answers.cluster.catalog import Catalog
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, counted, listed, titled
from cluster.graph import Node
from cluster.values import entries, text, words

_RIGHTS = (
    r"(?:cluster ?)?roles?(?: ?bindings?)?|permissions?|rights|rbac|privileges|cluster-admin|access|"
    r"(?:may|can|could) .{0,60}? do"
)
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
_ROLES = ("Role", "ClusterRole")
_VERBS: dict[str, tuple[str, ...]] = {
    "read": ("get", "list", "watch"), "see": ("get", "list", "watch"), "view": ("get", "list", "watch"),
    "get": ("get",), "list": ("list",), "watch": ("watch",), "write": ("create", "update", "patch", "delete"),
    "edit": ("update", "patch"),
    "modify": ("update", "patch"), "change": ("update", "patch"), "update": ("update",), "patch": ("patch",),
    "create": ("create",), "delete": ("delete",), "remove": ("delete",), "access": ("get", "list", "watch"),
    "exec": ("create",), "scale": ("update", "patch"),
}  # fmt: skip


def answer(draft: Draft, reading: Reading, catalog: Catalog) -> bool:
    """Adds what answers a question about rights; False where the roles that were read do not say."""
    nodes = [node for mention in reading.mentions for node in mention.nodes]
    accounts = [node for node in nodes if node.kind == "ServiceAccount"]
    roles = [node for node in nodes if node.kind in _ROLES]
    verbs, resource = _asked(reading, catalog)
    if accounts and not verbs and not reading.asks(_RIGHTS):
        return False
    if accounts and not (roles and not verbs):
        return _of_account(draft, accounts, verbs, resource, catalog)
    if roles:
        draft.objects = list(roles)
        return of_role(draft, roles, catalog)
    # Without a verb of the API, `who is allowed to talk to the pods` may be about the network as well.
    clear = bool(resource) and len(reading.unknown) <= int(bool(verbs)) and bool(verbs or reading.asks("who"))
    return clear and _who(draft, reading, verbs, resource, catalog)


def _asked(reading: Reading, catalog: Catalog) -> tuple[tuple[str, ...], str]:
    """The verbs and the resource that the question is about: `(get, list, watch)`, `deployments.apps`."""
    verbs = next((allowed for word, allowed in _VERBS.items() if reading.asks(word)), ())
    kinds = [k for k in reading.kinds if k not in ("ServiceAccount", *_ROLES, *_BINDINGS, "Namespace")]
    if not kinds:
        return verbs, ""
    group = next((node.group for node in catalog.by_kind.get(kinds[0], ())), "")
    plural = counted(2, kinds[0]).partition(" ")[2].lower()
    return verbs, f"{plural}.{group}" if group else plural


def _who(draft: Draft, reading: Reading, verbs: Sequence[str], resource: str, catalog: Catalog) -> bool:
    found = [
        (binding, role)
        for binding in catalog.of(_BINDINGS, clusters=reading.clusters)
        if binding.kind == "ClusterRoleBinding"
        or not reading.namespaces
        or binding.namespace in reading.namespaces
        if (role := _role_of(binding, catalog)) is not None and _grants(role, verbs, resource)
    ]
    found.sort(
        key=lambda pair: (
            pair[0].kind == "ClusterRoleBinding",
            pair[0].name.startswith("system:"),
            pair[0].name,
        )
    )
    what = f"{'/'.join(verbs) or 'use'} {resource}"
    where = f" in {listed(reading.namespaces)}" if reading.namespaces else ""
    names = dict.fromkeys(name for binding, _ in found for name in _subjects(binding))
    draft.lead.append(f"May {what}{where}: {listed(names, 20) or 'nobody by the roles that were read'}")
    for binding, role in found[:15]:
        _say_binding(draft, binding)
        rule = _grants(role, verbs, resource)
        if rule:
            draft.say(role, Spot(path=("rules", rule - 1)), detail=True)
    draft.left_out += max(0, len(found) - 15)
    draft.objects = [binding for binding, _ in found]
    return bool(found)


def _of_account(
    draft: Draft, accounts: Sequence[Node], verbs: Sequence[str], resource: str, catalog: Catalog
) -> bool:
    draft.objects = list(accounts)
    for account in accounts:
        bindings = [b for b in catalog.of(_BINDINGS, clusters=(account.cluster,)) if _binds(b, account)]
        roles = [(binding, _role_of(binding, catalog)) for binding in bindings]
        if verbs and resource:
            granting = [(b, r) for b, r in roles if r is not None and _grants(r, verbs, resource)]
            by = listed(titled(r) for _, r in granting)
            draft.lead.append(
                f"{titled(account)} may {'/'.join(verbs)} {resource} by {by}" if granting
                else f"No role that was read lets {titled(account)} {'/'.join(verbs)} {resource}"
            )  # fmt: skip
            roles = list(granting) or roles
        else:
            names = dict.fromkeys(
                f"{text(b.value, 'roleRef.kind')} {text(b.value, 'roleRef.name')}" for b in bindings
            )
            draft.lead.append(f"{titled(account)} has {listed(names, 12) or 'no role that was read'}")
        draft.say(account)
        for binding, role in roles:
            _say_binding(draft, binding)
            if role is not None and not (verbs and resource):
                draft.say(role)
            place = _grants(role, verbs, resource) if role is not None and verbs and resource else 0
            if role is not None and place:
                draft.say(role, Spot(path=("rules", place - 1)), detail=True)
    return True


def of_role(draft: Draft, roles: Sequence[Node], catalog: Catalog) -> bool:
    """Adds what roles allow and whom they are bound to."""
    for role in roles:
        bindings = [
            b for b in catalog.of(_BINDINGS, clusters=(role.cluster,)) if _role_of(b, catalog) is role
        ]
        names = dict.fromkeys(name for binding in bindings for name in _subjects(binding))
        draft.lead.append(f"{titled(role)} is bound to {listed(names, 12) or 'nobody'}")
        draft.say(role)
        for binding in bindings[:15]:
            _say_binding(draft, binding)
    return True


def _say_binding(draft: Draft, binding: Node) -> None:
    draft.say(binding)


def _role_of(binding: Node, catalog: Catalog) -> Node | None:
    kind, name = text(binding.value, "roleRef.kind"), text(binding.value, "roleRef.name")
    namespace = binding.namespace if kind == "Role" else ""
    found = catalog.by_name.get(name.lower(), [])
    return next(
        (
            n
            for n in found
            if (n.kind, n.name, n.namespace, n.cluster) == (kind, name, namespace, binding.cluster)
        ),
        None,
    )


def _subjects(binding: Node) -> Iterator[str]:
    for _, subject in entries(binding.value, "subjects"):
        namespace = text(subject, "namespace") or (
            binding.namespace if subject.get("kind") == "ServiceAccount" else ""
        )
        yield f"{text(subject, 'kind')} {f'{namespace}/' if namespace else ''}{text(subject, 'name')}"


def _binds(binding: Node, account: Node) -> bool:
    return any(
        subject.get("kind") == "ServiceAccount"
        and text(subject, "name") == account.name
        and (text(subject, "namespace") or binding.namespace) == account.namespace
        for _, subject in entries(binding.value, "subjects")
    )


def _grants(role: Node, verbs: Sequence[str], resource: str) -> int:
    """The place, from 1, of the first rule that allows one of the verbs on the resource; 0 where none does.

    A resource is `secrets`, with the group of another API behind it: `deployments.apps`.
    """
    name, _, group = resource.partition(".")
    for place, rule in entries(role.value, "rules"):
        named, allowed, groups = words(rule, "resources"), words(rule, "verbs"), words(rule, "apiGroups")
        if not ({"*", name} & set(named) and {"*", group} & set(groups)) or words(rule, "resourceNames"):
            continue
        if not verbs or {"*", *verbs} & set(allowed):
            return place + 1
    return 0
