"""Which routes lead a path of an address to which Service: `what is behind /productpage`."""

from __future__ import annotations

import re

from answers.cluster.catalog import Catalog
from answers.cluster.fields import Path, fields_of
from answers.cluster.link_facts import ROUTERS
from answers.cluster.reading import Reading
from answers.cluster.said import Draft, Spot, listed, titled
from cluster.edges.base import EdgeType
from cluster.graph import Node

_PATH = re.compile(r"(?<![\w/:.§-])/[a-z0-9][\w/.-]*", re.IGNORECASE)
_PATTERN = re.compile(r"[(\[*?$|]")
_SHOWN = 5


def answer(draft: Draft, reading: Reading, catalog: Catalog) -> bool:
    """Adds the routes for the path that a question names and what they lead to; False where there are none."""
    wanted, found = routed(reading, catalog)
    if not found:
        return False
    draft.lead.append(f"{wanted} is routed by {listed(titled(router) for router, _ in found)}")
    for router, places in found[:_SHOWN]:
        draft.say(router)
        for place in places[:2]:
            draft.say(router, Spot(path=place), detail=True)
        draft.say_all(catalog.targets(router, EdgeType.ROUTES), Spot(short=3), most=_SHOWN)
    draft.objects = [router for router, _ in found]
    return True


def routed(reading: Reading, catalog: Catalog) -> tuple[str, list[tuple[Node, list[Path]]]]:
    """The path that a question names, and the routes for it with where they say so."""
    said = _PATH.search(reading.text)
    wanted = said[0].rstrip("/.") if said else ""
    routers = catalog.of(ROUTERS, reading.namespaces, reading.clusters) if wanted else []
    return wanted, [(router, places) for router in routers if (places := _places(router, wanted))]


def _plain(value: str) -> str:
    """A path without what makes a pattern of it: `/tf` for `/tf(/|$)(.*)`."""
    return _PATTERN.split(value, maxsplit=1)[0].rstrip("/")


def _places(router: Node, wanted: str) -> list[Path]:
    """The rules of a route that hold the path, with what it leads to where that stands beside it."""
    held = [path for path, value in fields_of(router) if isinstance(value, str) and _plain(value) == wanted]
    return [path[:-1] if router.kind == "Ingress" else path for path in held if "annotations" not in path]
