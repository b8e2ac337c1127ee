"""Objects by a port that they listen on: `who listens on 9555`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from answers.cluster.catalog import Catalog, containers
from answers.cluster.conditions import Filter, Found
from answers.cluster.reading import Reading
from cluster.graph import Node
from cluster.values import entries

_PORT = re.compile(
    r"(?:ports?|listen\w*(?: on| at)?|(?:answer|serve|reachable|available|accessible|open)\w* (?:on|at)|behind"
    r"|expos(?:e|es|ing)|offer(?:s|ing)?|publish(?:es|ing)?|open(?:s|ing)?)(?: the| number)? :?(\d{2,5})(?![\w.])"
)
_FIELDS = ("port", "targetPort", "nodePort")


def port_of(reading: Reading) -> int:
    """The port that a question names, 0 for none."""
    found = _PORT.search(reading.masked)
    return int(found[1]) if found else 0


def by_port(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The condition to listen on the port that the question names."""
    if port := port_of(reading):
        yield Filter(f"with port {port}", _has(port), quoted=lambda node: (str(port),)), {str(port)}


def _has(port: int) -> Callable[[Node], bool]:
    def has(node: Node) -> bool:
        own = (one.get(field) for _, one in entries(node.value, "spec.ports") for field in _FIELDS)
        made = (one.get("containerPort") for _, _, c in containers(node) for _, one in entries(c, "ports"))
        return port in own or port in made

    return has
