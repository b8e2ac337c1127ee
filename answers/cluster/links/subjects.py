"""Groups and users, whom no object stands for but bindings name: what they may do, which there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.access import role_of
from answers.cluster.links.asked import Asked, commands
from answers.cluster.rights import BINDINGS
from answers.cluster.said import SUMMARY, Draft, Spot, listed, titled
from cluster.graph import Node
from cluster.values import entries, text

_KINDS = {"Group": r"groups?|members?|people|teams?", "User": r"users?|people|persons?|humans?"}
_SUBJECT = r"groups?|members?|users?"
_ABOUT = (
    r"may|can|could|allowed|permitted|able|roles?|clusterroles?|rights?|permissions?|privileges?|access|grant\w*|given|gives?|"
    r"bound|binding|rolebindings?|clusterrolebindings?|read|view\w*|admin\w*|edit\w*|do"
)
_ASKS = r"which|what|who|whom|any|are there|is there|list|show"
_FEW = 2
_VERBS = r"create|delete|patch|update|watch|list|exec|impersonate|escalate"


def answer(one: Asked) -> Draft | None:
    """What a group or a user is bound to, or which of them have roles; None where that is not asked."""
    said = one.reading.text.lower()
    if not re.search(rf"\b(?:{_SUBJECT})\b", said) or not one.says(_ABOUT):
        return None
    held = [
        (name, kind, b)
        for b in one.catalog.of(BINDINGS, clusters=one.reading.clusters)
        for name, kind in _subjects(b)
    ]
    named = {
        name for name, _, _ in held if re.search(rf"(?<![\w:-]){re.escape(name.lower())}(?![\w:-])", said)
    }
    if named:
        found = [(name, kind, b) for name, kind, b in held if name in named]
        return _told(one, found) if _is_plain(one, named) else None
    return _of_role(one, held)


def _of_role(one: Asked, given: list[tuple[str, str, Node]]) -> Draft | None:
    """Which groups or users have a role, or one whose name the question says: `a cluster-wide viewer`."""
    said = one.reading.text.lower()
    kinds = [
        kind
        for kind, words in _KINDS.items()
        if re.search(rf"\b(?:which|what|any) (?:\w+ )?(?:{words})\b", said)
    ]
    named = [m for m in one.reading.mentions if not re.fullmatch(_SUBJECT, m.said.lower())]
    if not kinds or named or not _is_plain(one, set()) or one.says(_VERBS):
        return None
    found = [(name, kind, b) for name, kind, b in given if kind in kinds]
    found.sort(key=lambda held: held[0].startswith("system:"))
    tokens = [token.low for token in one.reading.tokens]
    of_role = [
        held for held in found if any(_alike(word, text(held[2].value, "roleRef.name")) for word in tokens)
    ]
    return _told(one, of_role or found)


def _alike(word: str, role: str) -> bool:
    """Whether a word says a role: `viewer` is `view`, `admins` is `admin`."""
    return len(role) > 3 and word.startswith(role.lower()) and len(word) - len(role) <= 2


def _is_plain(one: Asked, named: set[str]) -> bool:
    names = "|".join(re.escape(name.lower()) for name in named)
    words = "|".join(re.escape(part) for name in named for part in re.split(r"[-:.@]", name.lower()) if part)
    return one.is_plain(
        "|".join(filter(None, (names, words, r"i\.e|members?|groups?|users?"))), told=r"users?|who \w+"
    )


def _told(one: Asked, found: list[tuple[str, str, Node]]) -> Draft | None:
    if not found:
        return None
    draft = Draft(sure=0.85)
    several = len({name for name, _, _ in found}) > _FEW
    for name, kind in dict.fromkeys((name, kind) for name, kind, _ in found):
        bindings = [b for n, k, b in found if (n, k) == (name, kind)]
        roles = dict.fromkeys(_granted(b) for b in bindings)
        draft.lead.append(f"{kind} {name} has {listed(roles, 12)}")
        for binding in bindings[:10]:
            draft.say(binding)
            if (role := role_of(binding, one.catalog)) is not None:
                draft.say(role, Spot(short=1) if several else SUMMARY)
            if role is not None and not several:
                for place, _ in list(entries(role.value, "rules"))[:4]:
                    draft.say(role, Spot(path=("rules", place)), detail=True)
            draft.objects.append(binding)
    kinds = list(dict.fromkeys(node.kind for node in draft.objects))
    draft.commands = [scripts.describe(node, one.kinds) for node in draft.objects[:3]] + commands(one, kinds)
    return draft


def _granted(binding: Node) -> str:
    role = f"{text(binding.value, 'roleRef.kind')} {text(binding.value, 'roleRef.name')}"
    where = f"in {binding.namespace}" if binding.namespace else "in the whole cluster"
    return f"{role} {where} (by {titled(binding)})"


def _subjects(binding: Node) -> Iterator[tuple[str, str]]:
    for _, subject in entries(binding.value, "subjects"):
        if text(subject, "kind") in _KINDS and text(subject, "name"):
            yield text(subject, "name"), text(subject, "kind")
