"""Answers about rights: who may do something, which roles somebody has, what a role is bound to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answers.cluster import rights
from answers.cluster.catalog import Catalog
from answers.cluster.reading import Reading
from answers.cluster.rights import BINDINGS, ROLES, Right
from answers.cluster.said import Draft, Spot, listed, titled
from answers.cluster.wording import Aspect
from cluster.graph import Node
from cluster.values import entries, text

_RIGHTS = (
    r"bindings?|bound|(?:cluster ?)?roles?(?: ?bindings?)?|permissions?|rights|rbac|privileges|cluster-admin|access|"
    r"(?:may|can|could) .{0,60}? do"
)
_ADMIN = "cluster-admin"
_ACTS_ITSELF = re.compile(
    r"(?:which|what|any|all) ((?:[a-z]+ )*[a-z]+) (?:that )?(?:can|may|could)(?: ?not)? "
)


def is_asked(reading: Reading, catalog: Catalog) -> bool:
    """Whether rights are asked about, and not the network: `who is allowed to connect to cart`."""
    if (acts := _ACTS_ITSELF.search(reading.loose)) and not reading.mentions:
        first = next((s for s in reading.subjects if reading.tokens[s.last - 1].end == acts.end(1)), None)
        if first and not {"ServiceAccount", *ROLES} & set(first.kinds):
            return False  # `which autoscalers cannot read metrics`
    network = "NetworkPolicy" in reading.kinds or (reading.aspect is Aspect.POLICIES and reading.mentions)
    things = (
        reading.mentions or reading.namespaces or reading.kinds or rights.names_resource(reading, catalog)
    )
    return bool(things and Aspect.ACCESS in reading.aspects and not network) or rights.asks(reading, catalog)


def answer(draft: Draft, reading: Reading, catalog: Catalog) -> bool:
    """Adds what answers a question about rights; False where the roles that were read do not say."""
    if not reading.asks(_ADMIN) and rights.answer(draft, reading, catalog):
        return True
    nodes = [node for mention in reading.mentions for node in mention.nodes]
    accounts = [node for node in nodes if node.kind == "ServiceAccount"]
    roles = [node for node in nodes if node.kind in ROLES]
    if not nodes and reading.asks(_ADMIN):
        roles = [node for node in catalog.by_name.get(_ADMIN, ()) if node.kind == "ClusterRole"]
    right = rights.asked_right(reading, catalog)
    verbs = bool(right and right.verbs)
    bindings = [kind for kind in reading.kinds if kind in BINDINGS]
    if accounts and not verbs and not reading.asks(_RIGHTS):
        return False
    if accounts and (bindings or not roles or verbs):
        return _of_account(draft, accounts, right if verbs else None, catalog, bindings, reading.namespaces)
    if roles:
        draft.objects = list(roles)
        return of_role(draft, roles, catalog)
    # Without a verb of the API, `who is allowed to talk to the pods` may be about the network as well.
    own = {right.resource, right.resource.removesuffix("s")} if right else set()
    left = [word for word in reading.unknown if word.lower() not in own]
    clear = right is not None and len(left) <= int(verbs) and (verbs or reading.asks("who"))
    return clear and right is not None and _who(draft, reading, right, catalog)


def _who(draft: Draft, reading: Reading, right: Right, catalog: Catalog) -> bool:
    found = [
        (binding, role)
        for binding in catalog.of(BINDINGS, clusters=reading.clusters)
        if binding.kind == "ClusterRoleBinding"
        or not reading.namespaces
        or binding.namespace in reading.namespaces
        if (role := role_of(binding, catalog)) is not None and right.rule_in(role)
    ]
    found.sort(
        key=lambda pair: (
            pair[0].kind == "ClusterRoleBinding",
            pair[0].name.startswith("system:"),
            pair[0].name,
        )
    )
    where = f" in {listed(reading.namespaces)}" if reading.namespaces else ""
    names = dict.fromkeys(name for binding, _ in found for name in subjects_of(binding))
    draft.lead.append(f"May {right.said}{where}: {listed(names, 20) or 'nobody by the roles that were read'}")
    for binding, role in found[:15]:
        _say_binding(draft, binding)
        rule = right.rule_in(role)
        if rule:
            draft.say(role, Spot(path=("rules", rule - 1)), detail=True)
    draft.left_out += max(0, len(found) - 15)
    draft.objects = [binding for binding, _ in found]
    return bool(found)


def _of_account(
    draft: Draft, accounts: Sequence[Node], right: Right | None, catalog: Catalog, kinds: Sequence[str],
    namespaces: Sequence[str],
) -> bool:  # fmt: skip
    """What accounts may do; only by bindings of these kinds, in these namespaces, where the question names any."""
    draft.objects = list(accounts)
    for account in accounts:
        bindings = [
            b for b in catalog.of(kinds or BINDINGS, clusters=(account.cluster,))
            if _binds(b, account) and not (kinds and namespaces and b.namespace not in ("", *namespaces))
        ]  # fmt: skip
        roles = [(binding, role_of(binding, catalog)) for binding in bindings]
        if right is not None:
            granting = [(b, r) for b, r in roles if r is not None and right.rule_in(r)]
            by = listed(titled(r) for _, r in granting)
            draft.lead.append(
                f"{titled(account)} may {right.said} by {by}" if granting
                else f"No role that was read lets {titled(account)} {right.said}"
            )  # fmt: skip
            roles = list(granting) or roles
        elif kinds:
            draft.lead.append(f"{titled(account)}: {listed(map(titled, bindings), 12) or 'no binding'}")
        else:
            names = dict.fromkeys(
                f"{text(b.value, 'roleRef.kind')} {text(b.value, 'roleRef.name')}" for b in bindings
            )
            draft.lead.append(f"{titled(account)} has {listed(names, 12) or 'no role that was read'}")
        draft.say(account)
        for binding, role in roles:
            _say_binding(draft, binding)
            if role is not None and right is None:
                draft.say(role)
            place = right.rule_in(role) if role is not None and right is not None else 0
            if role is not None and place:
                draft.say(role, Spot(path=("rules", place - 1)), detail=True)
    return True


def of_role(draft: Draft, roles: Sequence[Node], catalog: Catalog) -> bool:
    """Adds what roles allow and whom they are bound to."""
    for role in roles:
        bindings = [b for b in catalog.of(BINDINGS, clusters=(role.cluster,)) if role_of(b, catalog) is role]
        names = dict.fromkeys(name for binding in bindings for name in subjects_of(binding))
        draft.lead.append(f"{titled(role)} is bound to {listed(names, 12) or 'nobody'}")
        draft.say(role)
        for binding in bindings[:15]:
            _say_binding(draft, binding)
    return True


def _say_binding(draft: Draft, binding: Node) -> None:
    draft.say(binding)


def role_of(binding: Node, catalog: Catalog) -> Node | None:
    """The role that a binding grants, if it was read."""
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


def subjects_of(binding: Node) -> Iterator[str]:
    """Whom a binding names: `ServiceAccount shop/cart`, `Group admins`."""
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
