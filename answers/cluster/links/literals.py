"""Whether secrets are written in the specs of workloads, or taken from a Secret: `which deployments hard-code passwords`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answers.cluster import scripts
from answers.cluster.catalog import WORKLOADS, containers, pod_path
from answers.cluster.fields import Path
from answers.cluster.links.asked import Asked, listing
from answers.cluster.mentions import Mention
from answers.cluster.said import Draft, Spot, listed, told_apart
from cluster.graph import Node
from cluster.values import at, entries, text

_LITERAL = (
    r"hard-? ?cod\w*|(?:plain|clear|open) ?-?text|in the (?:clear|open)|in-?line[ds]?|literal\w*|baked (?:in|into)|unencrypted|in plain sight|as plain values?"
    r"|written (?:directly|straight|right|out)|(?:directly|straight|right) (?:in|into) (?:the |their |its )?(?:spec|manifest|env|pod|template|yaml|deployment)\w*"
    r"|(?:not|n't) (?:\w+ ){0,3}(?:from|in|via|using|through|out of) (?:an? |the |any )?secrets?|(?:rather than|instead of) (?:from |using |in |through )?(?:an? |the )?secrets?"
)
_WORDS: tuple[tuple[str, str], ...] = (
    (r"pass ?words?|passwd|pws?", r"PASS(?:WORD|WD|PHRASE)?|PWD|PW"),
    (r"tokens?", r"TOKEN"),
    (r"(?:\w+ )?keys?", r"KEY|SECRET"),
    (r"credentials?|secrets?|logins?|sensitive \w+|confidential \w+", r"PASS(?:WORD|WD|PHRASE)?|PWD|TOKEN|KEY|SECRET|CREDENTIALS?"),
)  # fmt: skip
"""What people call secrets, and the parts of the names of variables that hold them."""
_NO_SECRET = re.compile(
    r"(?:^|_)(?:FILE|PATH|NAME|EMPTY|DIR|LENGTH|ENABLED|URL|HOST|PORT|TTL|ROTATION|PUBLIC)(?:_|$)"
)
_REFERENCES = r"(?:from|in|via|using|through|by|into) (?:an? |the |any |some )?secrets?"
_PLAIN = r"hard-?\w*|pass ?words?|passwd|pws?|tokens?|keys?|credentials?|logins?|databases?|db|apis?|access|private|secret|plain-?text|in-?lined?|text|clear|pulled|carry|carries|database|root|admin|environment\w*|env|auditor|leak\w*|visible|specs?|baked"
_VALUE = r"(?:what(?:'s| is| are| was)|tell me|show me|give me|print|reveal) (?:the |its |their |our |all )?(?:\w+ |§+ )*?(?:pass ?words?|tokens?|keys?|credentials?)"
"""Asks for the secret itself."""
_KINDS = frozenset({*WORKLOADS, "Pod", "Secret", "Namespace"})


def answer(one: Asked) -> Draft | None:
    """The workloads with secrets in their own specs; of named ones too those that are taken from Secrets."""
    if one.says(_VALUE):
        return None
    named = _named(one)
    if not one.says(_LITERAL) or not set(one.reading.kinds) <= _KINDS or len(named) > 1:
        return None
    if len(named) < len(one.reading.mentions) and not named:
        return None
    parts = next((parts for words, parts in _WORDS if one.says(words)), "")
    if not parts or not one.is_plain(_PLAIN, told=r".*"):
        return None
    among = _among(one, named)
    wanted = re.compile(rf"(?:^|_)(?:{parts})S?(?:_|$|\d)")
    held = {node.id: list(_secrets(node, wanted)) for node in among}
    if named:
        return _told(one, [node for node in among if held[node.id]], held)
    found = [node for node in among if any(not name for _, _, name in held[node.id])]
    if not among:
        return None
    words = "with secrets written in their own spec"
    return listing(
        one, found, among, words, lambda node: (Spot(path=p) for p, _, name in held[node.id] if not name)
    )


def _named(one: Asked) -> list[Mention]:
    """The names in the question that something which runs has: `admin` of `its admin password` is none."""
    return [
        m
        for m in one.reading.mentions
        if any(pod_path(one.catalog.top(node)) or node.kind == "Service" for node in m.nodes)
    ]


def _among(one: Asked, mentions: Sequence[Mention]) -> list[Node]:
    """The workloads that the question is about, and pods that nothing made."""
    kinds = {*one.reading.kinds} - {"Secret", "Namespace", "Pod"}
    nodes = [*one.catalog.workloads(one.reading.namespaces, one.reading.clusters), *_bare_pods(one)]
    nodes = [node for node in nodes if not kinds or node.kind in kinds]
    for mention in mentions:
        named = {one.catalog.top(node).id for node in mention.nodes}
        said = mention.said.lower()
        parts = [n for n in nodes if said in re.split(r"[-_.]", n.name.lower())]
        exact = [n for n in nodes if n.id in named]
        nodes = list({n.id: n for n in (*exact, *parts)}.values())
    return nodes


def _bare_pods(one: Asked) -> list[Node]:
    return [pod for pod in one.of("Pod") if one.catalog.owner(pod) is None]


def _secrets(node: Node, wanted: re.Pattern[str]) -> Iterator[tuple[Path, str, str]]:
    """Where each variable with a secret stands, its name, and the Secret that it is taken from, '' for none."""
    for group, place, container in containers(node):
        for number, variable in entries(container, "env"):
            name = text(variable, "name")
            if not wanted.search(name.upper()) or _NO_SECRET.search(name.upper()):
                continue
            source = text(at(variable, "valueFrom.secretKeyRef"), "name")
            if source or text(variable, "value"):
                yield (*group.split("."), place, "env", number), name, source


def _told(one: Asked, found: Sequence[Node], held: dict[str, list[tuple[Path, str, str]]]) -> Draft | None:
    if not found:
        return None
    draft = Draft(sure=0.8, clusters=list(one.reading.clusters), objects=list(found))
    called = told_apart(found)
    for node in found:
        own = [name for _, name, source in held[node.id] if not source]
        taken = [f"{name} from Secret {source}" for _, name, source in held[node.id] if source]
        said = [f"{listed(own)} hard-coded in its spec"] if own else []
        said += [f"{listed(taken)}, not hard-coded"] if taken else []
        draft.lead.append(f"{called[node.id]}: {' and '.join(said)}")
        draft.say(node, Spot(short=2))
        for path, _, _ in held[node.id]:
            draft.say(node, Spot(path=path), detail=True)
    draft.commands = [scripts.describe(node, one.kinds) for node in found[:4]]
    return draft
