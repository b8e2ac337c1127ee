"""Whether something may go: who uses it, whether a volume is free, since when something is in a state."""

from __future__ import annotations

from collections.abc import Iterator

from answers.cluster import scripts
from answers.cluster.choice import USABLE
from answers.cluster.link_facts import say_users
from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft, Spot, counted, listed
from cluster.graph import Node
from cluster.values import entries, text

_GOES = r"(?:can|may|could) (?:i|we|one|you|it) (?:safely |just |already |be )*(?:delet|remov|drop|get rid|throw|clean|retir|scrap|go)\w*|safe to (?:delet|remov|drop)\w*|(?:delet|remov|dropp)\w* (?:safely|without)|still (?:needed|used|in use|required)"
_USES = r"us(?:e|es|ed|ing)|in use|needs?|needed|mount\w*|depend\w*|refer\w*|attached|hang\w*|anyone|anybody|anything|someone|somebody|still"
_FREE = r"free|unclaimed|unbound|unused|available|spare|vacant|untaken|unassigned|(?:not|n't|nobody|no one|never|nothing)(?: (?:has|have|yet|been|is|was|ever))* (?:claim\w*|bound|taken|us\w+)|without (?:an? |any )?claims?|no claims?|(?:not|n't) (?:claimed|bound|taken|used)|up for grabs|waiting (?:for|to be)"
_SINCE = r"since when|how long|when did|since what time|at what time"


def answer(one: Asked) -> Draft | None:
    """Who uses the named object, which volumes are free, or since when the objects of a kind are so."""
    return _free(one) or _since(one)


def goes(one: Asked) -> Draft | None:
    """Who uses what somebody wants to delete."""
    if len(one.reading.mentions) != 1 or not one.says(_GOES) or not one.says(_USES) or not one.is_plain():
        return None
    draft = Draft(sure=0.75)
    nodes = [n for n in one.named(draft, one.reading.mentions[0]) if n.kind in USABLE][:1]
    for node in nodes:
        say_users(draft, node, one.reading, one.catalog)
        draft.objects.append(node)
    draft.commands = [scripts.describe(node, one.kinds) for node in nodes if node.kind != "Secret"]
    draft.commands += [
        scripts.describe(s.node, one.kinds) for s in draft.said if s.node and s.node not in nodes
    ][:2]
    return draft if nodes else None


def _free(one: Asked) -> Draft | None:
    """The volumes that no claim is bound to."""
    if one.reading.kinds[:1] != ("PersistentVolume",) or one.reading.mentions or not one.says(_FREE):
        return None
    if not one.is_plain(r"unclaimed|unbound|unassigned|untaken"):
        return None
    among = one.of("PersistentVolume")
    found = [volume for volume in among if text(volume.value, "status.phase") == "Available"]
    return listing(one, found, among, "that no claim is bound to", _phase) if among else None


def _phase(_: Node) -> Iterator[Spot]:
    yield Spot(path=("status", "phase"))


def _since(one: Asked) -> Draft | None:
    """Since when the objects of a kind have a condition that the question names."""
    kinds = one.reading.kinds
    if (
        not one.says(_SINCE)
        or one.reading.mentions
        or len(kinds) != 1
        or not one.is_plain(told="since|how long.*")
    ):
        return None
    among = one.of(*kinds)
    said = {token.low for token in one.reading.tokens}
    types = dict.fromkeys(kind for node in among for kind, _ in _conditions(node) if kind.lower() in said)
    if len(types) != 1 or len(among) > 30:
        return None
    kind = next(iter(types))
    draft = Draft(sure=0.8, objects=list(among))
    times = dict.fromkeys(at for node in among for name, at in _conditions(node) if name == kind)
    draft.lead.append(f"{kind} of {counted(len(among), among[0].kind)} since {listed(times, 6)}")
    for node in among:
        draft.say(node, Spot(short=2))
        draft.say(node, Spot(needles=(f"Condition {kind}:",)), detail=True)
    draft.commands = [
        ["kubectl", "describe", one.kinds.resource(kinds[0])] + (["-A"] if among[0].namespace else [])
    ]
    return draft


def _conditions(node: Node) -> Iterator[tuple[str, str]]:
    for _, found in entries(node.value, "status.conditions"):
        yield text(found, "type"), text(found, "lastTransitionTime")
