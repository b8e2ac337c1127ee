"""What a group or a user that bindings name has: `which roles does the group system:masters have`."""

from __future__ import annotations

from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.access import role_of
from answers.cluster.links.asked import Asked, commands
from answers.cluster.rights import BINDINGS, ROLES
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.graph import Node
from cluster.values import entries, text

_BESIDE = frozenset("group groups user users members member of called named the to for".split())
_ASKS = r"roles?|bindings?|rights?|permissions?|privileges?|powers?|may|can|could|allowed|able|bound|grant\w*|giv\w+|do|assign\w*|entitled|access"
_GROUP = r"groups?|users?|members?"
_PLAIN = r"groups?|users?|members?|given|granted|rights?|powers?|privileges?|bound"
_RULES = 6
_SHOWN = 15


def answer(one: Asked) -> Draft | None:
    """The roles that bindings give to the group or user of this name, and what those allow."""
    if not one.says(_GROUP) or not one.says(_ASKS) or one.says(r"who|whom|whose|how many users"):
        return None
    if not set(one.reading.kinds) <= {*ROLES, *BINDINGS, "Namespace"}:
        return None
    bound = list(_bound(one))
    names = {name for _, _, name in bound}
    if len(names) != 1:
        return None
    name = next(iter(names))
    others = [m for m in one.reading.mentions if m.said.lower() != name.lower()]
    if others or not one.is_plain(rf"{_PLAIN}|{name.lower()}", told=r"users?"):
        return None
    wanted = {*one.reading.kinds} & {*ROLES}
    roles = [(b, place, role) for b, place, _ in bound if (role := role_of(b, one.catalog)) is not None]
    draft = Draft(sure=0.85, clusters=list(one.reading.clusters))
    kind = text(next(s for _, s in entries(bound[0][0].value, "subjects") if text(s, "name") == name), "kind")
    clusters = list(dict.fromkeys(binding.cluster for binding, _, _ in bound))
    for cluster in clusters:
        held = dict.fromkeys(titled(role) for binding, _, role in roles if binding.cluster == cluster)
        where = f" of cluster {cluster}" * (len(clusters) > 1)
        draft.lead.append(f"{kind} {name}{where} has {listed(held, 20) or 'no role that was read'}")
    for binding, place, role in roles[:_SHOWN]:
        draft.say(binding)
        draft.say(binding, Spot(path=("subjects", place)), detail=True)
        draft.say(role)
        if not wanted or len(roles) == 1:
            for number, _ in list(entries(role.value, "rules"))[:_RULES]:
                draft.say(role, Spot(path=("rules", number)), detail=True)
    draft.left_out = max(0, len(roles) - _SHOWN)
    draft.objects = [*dict.fromkeys(role for _, _, role in roles)]
    kinds = list(dict.fromkeys(binding.kind for binding, _, _ in bound))
    draft.commands = [*commands(one, kinds), *(scripts.describe(b, one.kinds) for b, _, _ in roles[:2])]
    return draft


def _bound(one: Asked) -> Iterator[tuple[Node, int, str]]:
    """The bindings of groups and users whose names stand in the question beside a word for such, and where."""
    said = {token.low for place, token in enumerate(one.reading.tokens) if _is_named(one, place)}
    for binding in one.of(*BINDINGS):
        for place, subject in entries(binding.value, "subjects"):
            name = text(subject, "name")
            if text(subject, "kind") in ("Group", "User") and name.lower() in said:
                yield binding, place, name


def _is_named(one: Asked, place: int) -> bool:
    near = one.reading.tokens[max(place - 2, 0) : place] + one.reading.tokens[place + 1 : place + 2]
    return any(token.low in _BESIDE for token in near)
