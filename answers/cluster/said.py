"""What an answer will say: remarks of ours, and places in documents that are quoted word for word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from answers.cluster.wording import Aspect
from cluster.graph import Node


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in an object's document; without anything else its first line.

    `needles`: the first line that holds them all. `value`: the first line of YAML whose value is exactly this.
    `path`: a field of the YAML, and of one that is a text `lines`, its first and last. `whole`: the YAML down to the
    status. `short`: of a first line only so many facts, and as many more as hold the needles.
    """

    needles: tuple[str, ...] = ()
    value: str = ""
    path: tuple[str | int, ...] = ()
    whole: bool = False
    short: int = 0
    lines: tuple[int, int] | None = None


SUMMARY = Spot()


@dataclass(frozen=True, slots=True)
class Said:
    """One quoted line: of which document, where, and whether it only explains the line before it."""

    document_id: str
    spot: Spot = SUMMARY
    detail: bool = False
    node: Node | None = None


@dataclass(slots=True)
class Draft:
    """An answer in the making.

    `lead` are remarks of ours, counted or compared from the objects that are cited. `objects` are what the question is
    about, for the script and the documents; `shown` are the kinds of what hangs together with them, `clusters` those
    of the question, `notes` are remarks on one cluster of several. `aspect` is what was told, where the question says
    it by a kind. `commands` are argument lists. `settled`: every word was understood, no other reading is looked for.
    """

    lead: list[str] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    objects: list[Node] = field(default_factory=list)
    commands: list[list[str]] = field(default_factory=list)
    explanation: str = ""
    sure: float = 0.95
    left_out: int = 0
    described: bool = False
    aspect: Aspect | None = None
    shown: tuple[str, ...] = ()
    clusters: list[str] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    settled: bool = False

    def say(self, node: Node, spot: Spot = SUMMARY, *, detail: bool = False) -> None:
        """Quote a place of an object's document, once."""
        if node.document_id:
            said = Said(node.document_id, spot, detail, node)
            if all((one.document_id, one.spot) != (said.document_id, said.spot) for one in self.said):
                self.said.insert(self._behind(node) if detail else len(self.said), said)

    def _behind(self, node: Node) -> int:
        """Where a detail of an object goes: behind what is said of it, or at the end."""
        places = [
            place for place, one in enumerate(self.said) if one.node is not None and one.node.id == node.id
        ]
        return places[-1] + 1 if places else len(self.said)

    def quote(self, document_id: str, spot: Spot = SUMMARY) -> None:
        """Quote a place of a document that is of no object: an event, an overview, a page."""
        said = Said(document_id, spot)
        if document_id and said not in self.said:
            self.said.append(said)

    def say_all(self, nodes: Iterable[Node], spot: Spot = SUMMARY, most: int = 30) -> None:
        """Quote the same place of several objects; of more than `most` the first."""
        for place, node in enumerate(nodes):
            if place < most:
                self.say(node, spot)
            else:
                self.left_out += 1


def titled(node: Node) -> str:
    """`Deployment shop/cart`, `Node node-1`."""
    return f"{node.kind} {node.namespace}/{node.name}" if node.namespace else f"{node.kind} {node.name}"


def told_apart(nodes: Iterable[Node], name: Callable[[Node], str] = titled) -> dict[str, str]:
    """What to call each object, by its id: with its cluster behind where another cluster has one of the same name."""
    each = {node.id: node for node in nodes}
    called = Counter(map(name, each.values()))
    return {
        one: f"{name(node)} of {node.cluster}" if called[name(node)] > 1 else name(node)
        for one, node in each.items()
    }


def plainly(node: Node) -> str:
    """Its name alone, for kinds of which the sentence has said which they are."""
    return node.name


def listed(words: Iterable[str], most: int = 8) -> str:
    """`a, b and c`, of more than `most` only the first."""
    given = list(words)
    if len(given) > most:
        return f"{', '.join(given[:most])} and {len(given) - most} more"
    return " and ".join(filter(None, (", ".join(given[:-1]), *given[-1:])))


def counted(number: int, kind: str) -> str:
    """`1 Deployment`, `3 Deployments`, `2 NetworkPolicies`."""
    if number == 1:
        return f"1 {kind}"
    if kind.endswith("y") and kind[-2] not in "aeiou":
        return f"{number} {kind[:-1]}ies"
    return (
        f"{number} {kind}es"
        if kind.endswith(("s", "x")) and kind != "Endpoints"
        else f"{number} {kind}{'s' * (kind != 'Endpoints')}"
    )
