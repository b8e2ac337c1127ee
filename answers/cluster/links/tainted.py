"""What would run on a node with a taint that somebody thinks of: `which daemonsets tolerate a custom NoSchedule taint`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster.catalog import WORKLOADS, pod_path
from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft, Spot
from cluster.graph import Node
from cluster.values import Value, entries, text

_THOUGHT_OF = (
    r"(?:(?:an?|any|some|the|my|our|another|such a|whatever|every) )?(?:(?:custom|new|own|arbitrary|unknown|random|made[- ]up|self-made|different|fresh|extra|additional|any) )?"
    r"(?:no ?schedule|no ?execute|prefer ?no ?schedule) taints?"
    r"|(?:custom|new|own|arbitrary|unknown|random|made[- ]up|self-made|fresh|extra|additional|whatever) taints?"
    r"|taint\w* .{0,60}?\S+:(?:no ?schedule|no ?execute|prefer ?no ?schedule)|\S+:(?:no ?schedule|no ?execute|prefer ?no ?schedule) taint"
)
_RUNS = (
    r"tolerat\w*|(?:would|will|could|can|may|might|do|does)(?: \w+){0,3}? (?:go|run|land|stay|start|survive|get|be (?:scheduled|placed|put|allowed|started)|schedule|remain|keep|end up|accept)\w*"
    r"|put up with|ignor\w*|unaffected|not (?:care|mind)"
)
_LACKS = r"not|n't|no longer|never|without|cannot|evict\w*|kick\w*|leav\w*|lose|lack\w*"
_EFFECT = re.compile(r"(prefer ?no ?schedule|no ?schedule|no ?execute)")
_EFFECTS = {name.lower(): name for name in ("PreferNoSchedule", "NoSchedule", "NoExecute")}
_KEY = re.compile(
    r"(?<![\w.-])([a-z0-9][\w./-]*)(?:=([\w.-]*))?:(?:no ?schedule|no ?execute|prefer ?no ?schedule)"
)
_PLAIN = r"no-?schedule|no-?execute|prefer-?no-?schedule|taint\w*|tolerat\w*|tainted|.*:(?:no|prefer).*"


def answer(one: Asked) -> Draft | None:
    """The objects of a kind that tolerate a taint which is not on any node yet; None where none is thought of."""
    said = one.reading.text.lower()
    if one.reading.mentions or not one.says(_THOUGHT_OF) or not one.says(_RUNS) or one.says(_LACKS):
        return None
    kinds = [kind for kind in one.reading.kinds if kind in (*WORKLOADS, "Pod")]
    if (set(one.reading.kinds) - {*WORKLOADS, "Pod", "Node"}) or not one.is_plain(_PLAIN, told="will"):
        return None
    among = [
        node
        for node in (one.of(*kinds) if kinds else one.catalog.workloads(one.reading.namespaces))
        if pod_path(node)
    ]
    if not among:
        return None
    effect = _effect(said)
    match = _KEY.search(said)
    key, value = (match[1], match[2] or "") if match else ("", "")

    def shows(node: Node) -> Iterator[Spot]:
        path = f"{pod_path(node)}.tolerations"
        for place, found in entries(node.value, path):
            if _tolerates(found, key, value, effect):
                yield Spot(path=(*path.split("."), place))

    found = [node for node in among if next(shows(node), None)]
    words = f"that tolerate a taint with {f'the key {key}' if key else 'any key'}{f' and the effect {effect}' * bool(effect)}"
    return listing(one, found, among, words, shows)


def _effect(said: str) -> str:
    """The effect of the taint as the API writes it, '' where none is said."""
    match = _EFFECT.search(said)
    return _EFFECTS[match[1].replace(" ", "")] if match else ""


def _tolerates(found: Value, key: str, value: str, effect: str) -> bool:
    """Whether a toleration matches the key, or every key where none is given, and the effect, as the scheduler does."""
    of_effect = text(found, "effect") in ("", effect)
    own = text(found, "key").lower()
    same = text(found, "operator") == "Exists" or text(found, "value").lower() == value
    return of_effect and (not own or (bool(key) and own == key and same))
