"""What roles allow: who may do something, which roles permit it, which groups and users have any."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from answers.cluster.catalog import Catalog
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, counted, listed, titled
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import entries, text, words

BINDINGS = ("RoleBinding", "ClusterRoleBinding")
ROLES = ("Role", "ClusterRole")
ALL = "*"
_READ = ("get", "list", "watch")
_WRITE = ("create", "update", "patch", "delete")
_VERBS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"read(?:ing)?|see|view|access|inspect|look at|look into", _READ),
    (r"get|fetch", ("get",)), (r"list", ("list",)), (r"watch", ("watch",)),
    (r"writ(?:e|ing)|manage|alter", _WRITE),
    (r"edit|modify|change|scale", ("update", "patch")),
    (r"updat(?:e|ing)", ("update",)), (r"patch(?:ing)?", ("patch",)),
    (r"creat(?:e|ing)|add|make|exec(?:ute)?|attach|port-?forward|evict", ("create",)),
    (r"delet(?:e|ing)|remov(?:e|ing)|destroy|kill", ("delete",)),
    (r"impersonat(?:e|ing)", ("impersonate",)), (r"bind", ("bind",)), (r"escalate", ("escalate",)),
)  # fmt: skip
_FULL = (
    r"(?:full|unlimited|unrestricted) (?:access|rights|control|permissions?)|all rights|wildcards?|everything"
)
_ANY_VERB = (
    r"do (?:just )?(?:anything|everything|whatever|all)|all verbs|any verb|every verb|verbs \*|omnipotent|\* verbs?|"
    + _FULL
)
_ANY_RESOURCE = (
    r"(?:any|all|every)(?:thing)?(?: \w+)? resources?|resources? \*|anything|all (?:objects|kinds)|whatever|"
    + _FULL
)
_PARTS = (
    ("exec", "pods/exec"), ("attach", "pods/attach"), (r"port-?forward\w*", "pods/portforward"), ("logs?", "pods/log"),
    (r"evict\w*", "pods/eviction"),
)  # fmt: skip
"""What people do with pods that roles name as a resource of its own."""
_ALLOWS = (
    r"permit\w*|allow\w*|let|lets|letting|grant\w*|giv(?:es?|ing)|may|can|could|able|entitle[sd]?|authori[sz]ed?|mention\w*"
    r"|cover\w*|touch\w*|rights?|permissions?|privileges?|verbs?|wildcards?|access"
)
_HELD = r"bound|bind|holds?|granted|given|assigned|has|have|got"
_SUBJECTS = re.compile(
    r"(?<![\w-])(?:which|what|any|all|list|how many|do any|are there)(?: \w+)? (groups?|users?)(?![\w-])"
)
_SHOWN = 15
_NAMED: WeakKeyDictionary[Catalog, frozenset[str]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Right:
    """Verbs, of which any one counts, on a resource of an API group; `*` is what a rule says for all."""

    verbs: tuple[str, ...]
    resource: str
    group: str = ""

    @property
    def said(self) -> str:
        """`get/list secrets`."""
        verbs = "/".join("do anything" if verb == ALL else verb for verb in self.verbs) or "use"
        resource = "all resources" if self.resource == ALL else self.resource
        return f"{verbs}{' with' * (self.verbs == (ALL,))} {resource}{f'.{self.group}' * bool(self.group)}"

    def rule_in(self, role: Node) -> int:
        """The place, from 1, of the first rule that allows it; 0 where none does."""
        for place, rule in entries(role.value, "rules"):
            named, allowed, groups = words(rule, "resources"), words(rule, "verbs"), words(rule, "apiGroups")
            if words(rule, "resourceNames") or not self._is_named(named):
                continue
            if not {ALL, self.group if self.resource != ALL else ALL} & set(groups):
                continue
            if not self.verbs or {ALL, *self.verbs} & set(allowed):
                return place + 1
        return 0

    def _is_named(self, named: Sequence[str]) -> bool:
        if self.resource == ALL:
            return ALL in named
        bare = {part for one in named for part in (one, one.rpartition("/")[2] if "/" in one else one)}
        return bool({ALL, self.resource} & bare)


def resources(catalog: Catalog) -> frozenset[str]:
    """The resources that roles name, in lower case, those under others too: `pods/exec` and `exec`."""
    if (found := _NAMED.get(catalog)) is None:
        rules = [rule for role in catalog.of(ROLES) for _, rule in entries(role.value, "rules")]
        named = {one.lower() for rule in rules for one in words(rule, "resources")}
        parts = {one.rpartition("/")[2] for one in named}
        found = _NAMED[catalog] = frozenset(one for one in named | parts if len(one) > 2)
    return found


def asked_right(reading: Reading, catalog: Catalog) -> Right | None:
    """The right that a question is about; None where it names no resource."""
    verbs = tuple(dict.fromkeys(v for spelled, allowed in _VERBS if reading.asks(spelled) for v in allowed))
    if reading.asks(_ANY_VERB):
        verbs = (ALL,)
    for spelled, resource in _PARTS:
        if reading.asks(spelled) and resource in resources(catalog):
            return Right(verbs, resource)
    kinds = [k for k in reading.kinds if k not in ("ServiceAccount", "Namespace", *ROLES, *BINDINGS)]
    if kinds:
        said = {token.low for token in reading.tokens}
        kind = next((k for k in kinds if {k.lower(), _plural(k)} & said), kinds[0])
        return Right(verbs, _plural(kind), next((node.group for node in catalog.by_kind.get(kind, ())), ""))
    for word in (*reading.unknown, *reading.missing):
        for form in (word.lower(), f"{word.lower()}s"):
            if form in resources(catalog):
                return Right(verbs, form, _group_of(form, catalog))
    return Right(verbs, ALL) if verbs and reading.asks(_ANY_RESOURCE) else None


def _plural(kind: str) -> str:
    return counted(2, kind).partition(" ")[2].lower()


def _group_of(resource: str, catalog: Catalog) -> str:
    """The API group in which roles name a resource."""
    for role in catalog.of(ROLES):
        for _, rule in entries(role.value, "rules"):
            named = {
                part
                for one in words(rule, "resources")
                for part in (one.lower(), one.lower().rpartition("/")[2])
            }
            if resource in named:
                return next(iter(words(rule, "apiGroups")), "")
    return ""


def asks(reading: Reading, catalog: Catalog) -> bool:
    """Whether a question asks what roles allow, in words that say so beside a word for roles or accounts."""
    about = {"ServiceAccount", *ROLES, *BINDINGS} & set(reading.kinds)
    if _subject(reading) is not None:
        return bool(set(BINDINGS) & about) or reading.asks(r"rights(?! now)|permissions?|privileges?|roles?")
    named = {node.kind for mention in reading.mentions for node in mention.nodes}
    if named & {"ServiceAccount", *ROLES} and about & {"ServiceAccount", *BINDINGS}:
        return bool(set(BINDINGS) & about) or reading.asks(_HELD)
    if reading.mentions or "NetworkPolicy" in reading.kinds or not about:
        return False
    return reading.asks(_ALLOWS) and asked_right(reading, catalog) is not None


def _subject(reading: Reading) -> re.Match[str] | None:
    """The word for groups or users where the question asks which there are; one may be the name of something too."""
    found = _SUBJECTS.search(reading.text.lower())
    named = [mention for mention in reading.mentions if found is None or mention.said.lower() != found[1]]
    return None if named else found


def names_resource(reading: Reading, catalog: Catalog) -> bool:
    """Whether a word that nothing else explains is a resource that roles name: `who can create tokenreviews`."""
    return any(
        {word.lower(), f"{word.lower()}s"} & resources(catalog)
        for word in (*reading.unknown, *reading.missing)
    )


def answer(draft: Draft, reading: Reading, catalog: Catalog) -> bool:
    """Adds which roles, or whose, allow what the question says; False where it names an account or a role."""
    if (subject := _subject(reading)) is not None:
        return _of_subjects(draft, reading, subject[1].rstrip("s").capitalize(), catalog)
    right = asked_right(reading, catalog)
    if (
        right is None
        or reading.mentions
        or not (right.verbs or reading.asks(_ALLOWS))
        or _left(reading, right)
    ):
        return False
    kinds = [kind for kind in reading.kinds if kind in ROLES]
    if kinds:
        return _of_roles(draft, reading, right, kinds, catalog)
    return "ServiceAccount" in reading.kinds and _of_accounts(draft, reading, right, catalog)


def _left(reading: Reading, right: Right) -> bool:
    """Whether more than one word is left that says neither the right nor anything else that is known."""
    own = {right.resource, right.resource.removesuffix("s"), right.group}
    said = " ".join((*(spelled for spelled, _ in _VERBS), _ANY_VERB, _ANY_RESOURCE, _ALLOWS))
    known = set(re.findall(r"[a-z]+", said))
    left = [
        w for w in reading.unknown if w.lower() not in own | known and not re.fullmatch(_ALLOWS, w.lower())
    ]
    return len(left) > 1 or bool(set(left) & set(reading.missing))


def _of_roles(draft: Draft, reading: Reading, right: Right, kinds: Sequence[str], catalog: Catalog) -> bool:
    both = ROLES if kinds == ["Role"] and not reading.namespaces else kinds
    found = [role for role in catalog.of(both, clusters=reading.clusters) if right.rule_in(role)]
    found = [role for role in found if not reading.namespaces or role.namespace in ("", *reading.namespaces)]
    found.sort(key=lambda role: (role.name.startswith("system:"), role.kind == "ClusterRole", role.name))
    draft.lead.append(f"{listed(map(titled, found), 20) or 'No role that was read'} lets {right.said}")
    for role in found[:_SHOWN]:
        draft.say(role, Spot(short=2))
        draft.say(role, Spot(path=("rules", right.rule_in(role) - 1)), detail=True)
    draft.left_out += max(0, len(found) - _SHOWN)
    draft.objects = found
    draft.say_all(
        catalog.of(both, reading.namespaces, reading.clusters) if not found else [], Spot(short=1), most=5
    )
    return bool(draft.said)


def _of_accounts(draft: Draft, reading: Reading, right: Right, catalog: Catalog) -> bool:
    """Which service accounts have a right, each with the binding and the rule that give it."""
    found: dict[str, Node] = {}
    shown: list[tuple[Node, Node, Node]] = []
    for binding in catalog.of(BINDINGS, clusters=reading.clusters):
        ends = catalog.targets(binding, EdgeType.REFERENCES)
        role = next((one for one in ends if one.kind in ROLES and right.rule_in(one)), None)
        for account in ends if role is not None else ():
            here = not reading.namespaces or account.namespace in reading.namespaces
            if role is not None and account.kind == "ServiceAccount" and here:
                found.setdefault(account.id, account)
                shown.append((account, binding, role))
    shown.sort(key=lambda one: (one[2].name.startswith("system:"), one[0].namespace, one[0].name))
    accounts = list(dict.fromkeys(account.id for account, _, _ in shown))
    names = listed((titled(found[one]) for one in accounts), 20)
    draft.lead.append(f"{names or 'No service account, by the roles that were read,'} may {right.said}")
    for account, binding, role in shown[:_SHOWN]:
        draft.say(account)
        draft.say(binding)
        draft.say(role, Spot(path=("rules", right.rule_in(role) - 1)), detail=True)
    draft.left_out += max(0, len(shown) - _SHOWN)
    draft.objects = [found[one] for one in accounts]
    if not shown:
        draft.say_all(catalog.of(("ServiceAccount",), reading.namespaces, reading.clusters), most=5)
    return bool(draft.said)


def _of_subjects(draft: Draft, reading: Reading, kind: str, catalog: Catalog) -> bool:
    """Which groups or users any binding names."""
    asked = [one for one in BINDINGS if one in reading.kinds] or list(BINDINGS)
    found: dict[str, list[Node]] = {}
    for binding in catalog.of(asked, reading.namespaces, reading.clusters):
        for name in _named(binding, kind):
            found.setdefault(name, []).append(binding)
    ordered = sorted(found, key=lambda name: (name.startswith("system:") and name != "system:masters", name))
    draft.lead.append(f"{counted(len(found), kind)}: {listed(ordered, 40) or 'none that a binding names'}")
    bindings = list({b.id: b for name in ordered for b in found[name]}.values())
    draft.say_all(bindings or catalog.of(asked, reading.namespaces), most=_SHOWN if bindings else 3)
    draft.objects = bindings
    return bool(draft.said)


def _named(binding: Node, kind: str) -> Iterator[str]:
    return (text(one, "name") for _, one in entries(binding.value, "subjects") if text(one, "kind") == kind)
