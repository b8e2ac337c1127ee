"""Network policies by what they do in general: on one direction only, with UDP, for nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft, Spot
from cluster.graph import Node
from cluster.values import entries, mapping, text, words

_KIND = "NetworkPolicy"


def answer(one: Asked) -> Draft | None:
    """The policies of a namespace, or all, that do what the question says of them."""
    if not one.is_plain(r"\d+|udp|tcp|sctp", told="traffic|default"):
        return None
    among = one.of(_KIND)
    for pattern, test, said, field in _SORTS:
        if among and one.says(pattern):
            spot = Spot(path=("spec", field))
            return listing(one, [node for node in among if test(node)], among, said, partial(_always, spot))
    return None


def _always(spot: Spot, _: Node) -> list[Spot]:
    return [spot]


def _types(node: Node) -> set[str]:
    return set(words(node.value, "spec.policyTypes")) or {"Ingress"}


def _denies(node: Node) -> bool:
    """Whether a policy selects all pods and lets nothing through."""
    spec = mapping(node.value, "spec")
    return not mapping(spec, "podSelector") and not spec.get("ingress") and not spec.get("egress")


def _speaks(protocol: str) -> Callable[[Node], bool]:
    return lambda node: any(
        text(port, "protocol") == protocol
        for side in ("ingress", "egress")
        for _, rule in entries(node.value, f"spec.{side}")
        for _, port in entries(rule, "ports")
    )


_ONLY = r"(?:only|just|solely|exclusively|nothing but|alone|merely)"
_SORTS: tuple[tuple[str, Callable[[Node], bool], str, str], ...] = (
    (rf"(?:{_ONLY} .{{0,20}}?(?:egress|outgoing|outbound)|(?:egress|outgoing|outbound)(?: \w+)? {_ONLY})",
     lambda node: _types(node) == {"Egress"}, "on egress only", "policyTypes"),
    (rf"(?:{_ONLY} .{{0,20}}?(?:ingress|incoming|inbound)|(?:ingress|incoming|inbound)(?: \w+)? {_ONLY})",
     lambda node: _types(node) == {"Ingress"}, "on ingress only", "policyTypes"),
    (r"udp", _speaks("UDP"), "with UDP ports", "ingress"),
    (r"sctp", _speaks("SCTP"), "with SCTP ports", "ingress"),
    (r"(?:den(?:y|ies)|block\w*|shut\w*|clos\w*|reject\w*|forbid\w*|refus\w*|drop\w*|isolat\w*|cut\w*|lock\w*)(?: \w+)? (?:off |down |out )?(?:all|everything|anything|everybody|everyone|any|by default)|default[- ]deny|deny[- ]all|(?:lets?|allow\w*|permit\w*) nothing",
     _denies, "that select all pods and let nothing through", "podSelector"),
)  # fmt: skip
