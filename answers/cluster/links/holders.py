"""Rights: who holds a role, what an identity may do, which roles may do everything, accounts of other namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.access import of_role, role_of, subjects_of
from answers.cluster.catalog import labels, pod_path
from answers.cluster.links.asked import Asked, commands, listing
from answers.cluster.mentions import compiled
from answers.cluster.rights import ALL, BINDINGS, ROLES, Right
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import entries, text

_ROLE = re.compile(r"roles?|clusterroles?")
_HELD = r"hold\w*|ha(?:s|ve|d)|bound|binds?|giv\w+|gave|given|grant\w*|hand\w*|assign\w*|got|gets?|wear\w*|enjoy\w*|possess\w*|belong\w*|carr\w+|who|whom|whose|members?|subjects?|recipients?"
_OWN = r"service ?accounts?|identity|identities|(?:its|their|the|own) account|rights?|permissions?|privileges?|roles?|rbac|entitle\w*|powers?|authori[sz]\w*"
_MAY = r"may|can|could|allowed|permitted|able|entitled|authori[sz]ed|free to|rights?|permissions?|privileges?|powers?"
_OPEN = r"what|which (?:rights|permissions|privileges|resources|things|verbs|powers|rules)|everything|list|show|all"
_ACTS = r"read|see|look|view|access|do|touch|change|writ\w*|list|delete|create|modify|edit|manage|get|watch|have|has|hold|possess|right\w*|permission\w*|privilege\w*|power\w*"
_EVERYWHERE = r"(?:whole|entire|all of the|complete) cluster|cluster[- ]?wide|every ?where|(?:all|every|any)(?: the)? namespaces?|across namespaces|outside (?:its|of its|their)(?: own)? namespace"
_ALL = r"(?:all|any|each|every|full)"
_ANY_VERB = rf"{_ALL}(?: single| possible)? (?:verbs?|actions?|operations?|rights?|permissions?)|anything|everything|whatever|wild ?cards?|\*|unlimited|unrestricted|omnipotent|god ?mode|full (?:control|access|power\w*)|absolute|complete control"
_ANY_THING = r"everything|anything|all (?:resources|objects|kinds|things)|(?:every|any) (?:resource|object|kind|thing)|wild ?cards?|\*|full (?:control|access|power\w*)|unlimited|unrestricted|omnipotent|god ?mode|absolute|complete control"
_VERBS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"delet\w*|remov\w*|destroy\w*|wipe\w*", ("delete",)),
    (r"creat\w*", ("create",)), (r"patch\w*|updat\w*|chang\w*|modif\w*|edit\w*|alter\w*", ("update", "patch")),
    (r"read\w*|see|list|get|look\w*|view", ("get", "list", "watch")),
)  # fmt: skip
_FOREIGN = r"(?:an?other|different|other|foreign|separate|someone else's|elsewhere|outside|not (?:their|its) own|cross[- ]?)(?: \w+){0,2}? ?(?:name ?space\w*|ns)?"
_ADMIN = (
    r"(?:full|effective\w*|complete|total|unlimited|de facto|as good as|practically) (?:\w+ )?(?:admin\w*|super ?-?users?|root)"
    r"|(?:admin\w*|super ?-?user) (?:rights?|access|permissions?|privileges?|powers?)"
)
_APART = re.compile(
    r"(?:apart from|besides|leav\w+ out|barring|save for|minus|not including|except(?: for)?|excluding|other than|aside from|beyond|not counting|without counting|leaving out|ignoring)([^?,;:]*(?::(?! )[^?,;]*)?)"
)
_SHOWN = 15


def answer(one: Asked) -> Draft | None:
    """Who or what has the rights that the question is about."""
    return _other_places(one) or _of_everything(one) or _of_role(one) or _of_identity(one)


def _of_role(one: Asked) -> Draft | None:
    """Whom the role is bound to whose name stands beside the word `role`."""
    if not one.says(_HELD) or one.says(r"what (?:may|can|does)|verbs?|allow\w*"):
        return None
    roles = list(_beside_word(one))
    said = "|".join(re.escape(role.name.lower()) for role in roles)
    if len({role.name for role in roles}) != 1 or not one.is_plain(
        said, told=r"who (?:holds?|has|have|is|are|can|may|got|gets?|owns?|wears?|enjoys?|was|were)"
    ):
        return None
    draft = Draft(sure=0.85, objects=roles)
    of_role(draft, roles, one.catalog)
    draft.commands = [*_bindings(one), *(scripts.describe(role, one.kinds) for role in roles[:2])]
    return draft


def _beside_word(one: Asked) -> Iterator[Node]:
    tokens = one.reading.tokens
    words = [place for place, token in enumerate(tokens) if _ROLE.fullmatch(token.low)]
    places = one.reading.namespaces
    for near in words:
        for place in (near - 1, near + 1, near + 2):
            said = tokens[place].low if 0 <= place < len(tokens) else ""
            kinds = ("ClusterRole",) if tokens[near].low.startswith("cluster") else ROLES
            found = [n for n in one.catalog.by_name.get(said, ()) if n.kind in kinds]
            found = [n for n in found if not places or n.namespace in ("", *places)]
            if found:
                yield from found
                return


def _of_identity(one: Asked) -> Draft | None:
    """What the service account of a named object may do; only by cluster-wide bindings where that is asked."""
    mentions = one.reading.mentions
    if len(mentions) != 1 or not (one.says(_OWN) and one.says(_MAY) and one.says(_ACTS) and one.says(_OPEN)):
        return None
    if not set(one.reading.kinds) <= {"ServiceAccount", "Namespace", *ROLES}:
        return None  # `can the account of cart delete pods`: the grammar knows single rights
    if (
        one.says("who|whom|whose|which (?:service ?)?accounts?|how many|mounts?|tokens?")
        or not one.is_plain()
    ):
        return None
    draft = Draft(sure=0.85)
    node = next(iter(one.named(draft, mentions[0])), None)
    account = _account(node, mentions[0].nodes, one) if node is not None else None
    if account is None:
        return None
    bound = [b for b in one.catalog.of(BINDINGS, clusters=(account.cluster,)) if account in _targets(b, one)]
    wide = bool(one.says(_EVERYWHERE))
    bound = [b for b in bound if not wide or b.kind == "ClusterRoleBinding"]
    roles = [(b, role) for b in bound if (role := role_of(b, one.catalog)) is not None]
    names = listed(dict.fromkeys(titled(role) for _, role in roles), 12)
    draft.lead.append(f"{titled(account)} has {names or 'no role'}{' in the whole cluster' * wide}")
    draft.say(account)
    for binding, role in roles:
        draft.say(binding)
        draft.say(role)
        for place, _ in list(entries(role.value, "rules"))[:8]:
            draft.say(role, Spot(path=("rules", place)), detail=True)
    draft.objects = [account, *(role for _, role in roles)]
    draft.commands = [scripts.describe(role, one.kinds) for _, role in roles][:2] + _bindings(one)
    return draft


def _account(node: Node, named: list[Node], one: Asked) -> Node | None:
    """The service account that an object is, or that its pods run as."""
    own = [n for n in named if n.kind == "ServiceAccount" and n.namespace == node.namespace]
    path = pod_path(node)
    name = text(node.value, f"{path}.serviceAccountName") if path else ""
    found = [n for n in one.catalog.by_name.get(name.lower(), ()) if n.kind == "ServiceAccount"]
    return next((n for n in (*found, *own) if n.namespace == node.namespace), None)


def _targets(binding: Node, one: Asked) -> list[Node]:
    return one.catalog.targets(binding, EdgeType.REFERENCES)


def _bindings(one: Asked) -> list[list[str]]:
    return commands(one, ["ClusterRoleBinding"]) + commands(one, ["RoleBinding"])


def _of_everything(one: Asked) -> Draft | None:
    """The roles that allow something, or all, with everything; or who has them."""
    verbs = next((v for words, v in _VERBS if one.says(words)), ()) or ((ALL,) if one.says(_ANY_VERB) else ())
    powers = compiled(_ADMIN).search(one.reading.text.lower())
    verbs = (ALL,) if powers else verbs
    roles = set(one.reading.kinds) & {*ROLES}
    who = one.says(
        r"who|whom|(?:which|what|any) (?:\w+ )?(?:identit\w+|accounts?|subjects?|principals?|users?|groups?)|anybody|anyone|somebody|someone"
    )
    if not verbs or not (powers or one.says(_ANY_THING)) or not (roles or powers or (who and one.says(_MAY))):
        return None
    left_out = _APART.search(one.text)
    apart = left_out[1] if left_out else ""
    names = {t.low for t in one.reading.tokens if t.low in apart}
    known = [n for m in one.reading.mentions for n in m.nodes if not (powers and m.said.lower() in powers[0])]
    if any(node.kind not in ROLES or node.name.lower() not in names | _said(one, apart) for node in known):
        return None
    if not one.is_plain(
        r"\S*system:?\S*|\*|built-in|powers?|privileges?",
        told=r"who (?:holds?|has|have|is|are|can|may|got|gets?|owns?|wears?|enjoys?|was|were)|users?",
    ):
        return None
    right = Right(verbs, ALL)
    found = [r for r in one.catalog.of(ROLES, clusters=one.reading.clusters) if right.rule_in(r)]
    if roles == {"ClusterRole"} or one.says(_EVERYWHERE):
        found = [role for role in found if role.kind == "ClusterRole"]
    if re.search(r"system|built[- ]?in", apart):
        found = [role for role in found if not role.name.startswith("system:")]
    found = [role for role in found if role not in known and role.name.lower() not in names]
    if re.search(r"built[- ]?in", apart):
        found = [role for role in found if "kubernetes.io/bootstrapping" not in labels(role)]
    return _say_everything(
        one, right, found, "ServiceAccount" if "ServiceAccount" in one.reading.kinds else ""
    )


def _said(one: Asked, apart: str) -> set[str]:
    """The names that stand in a part of the text, where they are covered: all of them, in their order."""
    return {m.said.lower() for m in one.reading.mentions} if "§" in apart else set()


def _say_everything(one: Asked, right: Right, found: list[Node], subject: str) -> Draft:
    found.sort(key=lambda role: (role.name.startswith("system:"), role.name))
    bound = [
        (b, r)
        for b in one.catalog.of(BINDINGS, clusters=one.reading.clusters)
        if (r := role_of(b, one.catalog)) in found and r
    ]
    who = dict.fromkeys(name for b, _ in bound for name in subjects_of(b))
    draft = Draft(sure=0.8, objects=list(found))
    draft.lead.append(f"May {right.said}: {listed(map(titled, found), 20) or 'no role that was read'}")
    if who:
        who = dict.fromkeys(name for name in who if not subject or name.startswith(subject)) or who
        draft.lead.append(f"Held by {listed(who, 20)}")
    for role in found[:_SHOWN]:
        draft.say(role, Spot(short=2))
        draft.say(role, Spot(path=("rules", right.rule_in(role) - 1)), detail=True)
    draft.say_all((b for b, _ in bound), most=_SHOWN)
    if not found:
        draft.say_all(one.catalog.by_name.get("cluster-admin", ()), most=1)
    draft.commands = [scripts.describe(role, one.kinds) for role in found[:2]] + commands(
        one, ["ClusterRole"]
    )
    return draft


def _other_places(one: Asked) -> Draft | None:
    """The bindings that give a role to an account of another namespace."""
    if not set(one.reading.kinds) & {*BINDINGS} or not one.says(_FOREIGN) or one.reading.mentions:
        return None
    if (
        not one.says(r"name ?spaces?|ns|elsewhere")
        or not one.says(r"accounts?|subjects?|identit\w+|somebody|someone")
        or not one.is_plain()
    ):
        return None
    among = one.of("RoleBinding")
    found = [b for b in among if any(_is_foreign(s, b) for _, s in entries(b.value, "subjects"))]
    draft = listing(one, found, among, "with an account of another namespace", _subjects) if among else None
    return draft


def _is_foreign(subject: object, binding: Node) -> bool:
    place = text(subject, "namespace")
    return text(subject, "kind") == "ServiceAccount" and place not in ("", binding.namespace)


def _subjects(_: Node) -> Iterator[Spot]:
    yield Spot(path=("subjects",))
