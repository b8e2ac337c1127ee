"""How often images are used: which the most, and how many different ones there are."""

from __future__ import annotations

from collections.abc import Sequence

from answers.cluster.candidates import superlative, where_of
from answers.cluster.catalog import Catalog, images
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, counted, listed
from cluster.graph import Node

_MOST_USED = (
    r"(?:which|what) (?:container )?images? .{0,40}?(?:most|fewest|least)|"
    r"(?:most|least) (?:often |commonly |widely |frequently )?(?:used|common|popular|frequent|shared) "
    r"(?:container )?images?"
)
_DIFFERENT = (
    r"(?:how many|number of|count(?: of)?) (?:different|distinct|unique|separate) (?:container )?images?"
)
_OFTEN = frozenset(
    {"popular", "common", "commonly", "frequent", "frequently", "widely", "often", "shared", "reused"}
)
_SHOWN = 10


def answer(draft: Draft, reading: Reading, catalog: Catalog, kinds: Sequence[str]) -> bool:
    """Counts the images of the workloads; False where the question does not ask how they are used."""
    often = reading.asks(_MOST_USED) and not reading.mentions and not reading.asks("memory|cpu|restarts?")
    unknown = [word for word in reading.unknown if word.lower() not in _OFTEN]
    if not (often or reading.asks(_DIFFERENT)) or unknown or reading.missing or reading.mentions:
        return False
    nodes = (
        catalog.of(("Pod",), reading.namespaces, reading.clusters)
        if "Pod" in kinds
        else (catalog.workloads(reading.namespaces, reading.clusters))
    )
    users: dict[str, list[Node]] = {}
    for node in nodes:
        for image in dict.fromkeys(images(node, main=True)):
            users.setdefault(image, []).append(node)
    if not users:
        return False
    least = superlative(reading) == "least"
    ordered = sorted(users, key=lambda image: (len(users[image]) * (1 if least else -1), image))
    word = "Pod" if "Pod" in kinds else "workload"
    draft.lead.append(
        f"{counted(len(users), 'different image')} in {counted(len(nodes), word)}{where_of(reading)}"
    )
    if often:
        best = [image for image in ordered if len(users[image]) == len(users[ordered[0]])]
        each = " each" * (len(best) > 1)
        draft.lead.append(
            f"Used {'least' if least else 'most'}: {listed(best)}, by {counted(len(users[best[0]]), word)}{each}"
        )
        draft.objects = [node for image in best for node in users[image]]
        for image in best[:_SHOWN]:
            draft.say_all(users[image], Spot(short=2, needles=(image,)), most=_SHOWN)
    else:
        draft.objects = list(nodes)
        for image in ordered[:30]:
            draft.say(users[image][0], Spot(short=1, needles=(image,)))
    return True
