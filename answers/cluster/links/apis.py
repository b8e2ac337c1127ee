"""API services by whether they answer: `which aggregated APIs are registered but not available`."""

from __future__ import annotations

from collections.abc import Iterator

from answers.cluster.links.asked import Asked, listing
from answers.cluster.said import Draft, Spot
from cluster.graph import Node
from cluster.values import entries, mapping, text

_KIND = "APIService"
_ADDED = r"(?:aggregat\w+|extension|extended|additional|add-?on|external|third[- ]party|non-?local|registered|custom)(?: \w+)? apis?|apis? (?:aggregat|extension)\w*"
_BAD = (
    r"(?:not|n't|isn't|aren't|un|no longer|never)(?: \w+)? ?-?(?:available|reachable|ready|working|served|respond\w*|answer\w*|healthy|up)"
    r"|unavailable|unreachable|unhealthy|down|broken|fail\w*|dead|offline|missing|out of order|trouble\w*|problems?|errors?|red|sick"
)
_GOOD = r"available|reachable|healthy|up|working|answer\w*|served"


def answer(one: Asked) -> Draft | None:
    """The API services of the state that is asked for, with who serves them."""
    added = one.says(_ADDED)
    if one.reading.mentions or not (added or _KIND in one.reading.kinds) or not one.is_plain():
        return None
    if not added and not one.says("api ?services?"):
        return None  # `the api` of something
    known = one.catalog.of((_KIND,), clusters=one.reading.clusters)
    among = [node for node in known if mapping(node.value, "spec.service")] if added else known
    if one.says(_BAD):
        return listing(one, [n for n in among if not _serves(n)], among, "that are not available", _shows)
    if one.says(_GOOD):
        return listing(one, [n for n in among if _serves(n)], among, "that are available", _shows)
    return listing(one, among, known, "that a Service of the cluster serves", _shows) if added else None


def _serves(node: Node) -> bool:
    found = [c for _, c in entries(node.value, "status.conditions") if text(c, "type") == "Available"]
    return not found or text(found[0], "status") == "True"


def _shows(node: Node) -> Iterator[Spot]:
    if not _serves(node):
        yield Spot(needles=("Condition Available",))
    if mapping(node.value, "spec.service"):
        yield Spot(path=("spec", "service"))
