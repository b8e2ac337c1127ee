"""Gathers what each source says of the value that a question asks for, for answers."""

from __future__ import annotations

import logging
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from answers.sides import Comparison, asked_values, marked, names_in, wants_value, with_sides
from cluster.declared import declared, environment_of, is_declared
from cluster.findings.account import Sources, Subject
from cluster.findings.accounts import accounts_of
from cluster.findings.clusters import WORKLOADS, Scope, clusters_of
from cluster.findings.node_groups import WHAT as NODE_TYPE
from cluster.findings.node_groups import accounts_of_group, node_groups
from cluster.findings.nodes import POOLS
from cluster.findings.quotes import Quotes
from cluster.graph import EdgeType, Node, ResourceGraph
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject
from index.intent import Expect
from index.query import Query, analyse
from index.search_types import Filters
from index.tokens import terms

if TYPE_CHECKING:
    from answers.model import Answer
    from api.clusters import Clusters
    from api.findings import Findings
    from cluster.view import Reader
    from index.ledger import Ledger

log = logging.getLogger(__name__)

MOST_ENVIRONMENTS = 3
_MOST_DOCUMENTS = 60
"""Documents that name one object and are read for an answer."""
_KINDS: Mapping[str, tuple[str, ...]] = {
    "replicas": ("Deployment", "StatefulSet", "Rollout"),
    "storage": ("StatefulSet", "PersistentVolumeClaim"),
    "schedule": ("CronJob",),
    "host": ("Ingress", "HTTPRoute", "VirtualService"),
    "port": ("Service",),
}
"""Kinds that have such a value; others are workloads."""
_NODE_GROUP = re.compile(rf"#(?:[\w.\[\]\"-]*\.)?(?:{'|'.join(POOLS)})\.")
_WRITTEN = (EdgeType.DOCUMENTED_BY, EdgeType.CREATED_BY)


@dataclass
class _Known:
    """The objects of a graph by name, the environment of each of its clusters, and their nodes."""

    by_name: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    environments: dict[str, str] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)


class Sides:
    """Adds to an answer about a value what each source says of it; safe for threads."""

    def __init__(
        self,
        clusters: Clusters,
        findings: Findings,
        ledger: Callable[[], Ledger | None],
        pages: Callable[[str, Filters], Sequence[str]] = lambda _, __: (),
    ) -> None:
        """`ledger` gives None before the first run; `pages` the ids of pages about some words, best first."""
        self._pages = pages
        self._clusters = clusters
        self._findings = findings
        self._ledger = ledger
        self._kept: WeakKeyDictionary[ResourceGraph, _Known] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def added(self, answer: Answer, principals: frozenset[str]) -> Answer:
        """The answer with what each source says, and outdated pages marked; as it is where that cannot be told."""
        ledger = self._ledger()
        if ledger is None or answer.abstained:
            return answer
        try:
            comparisons = list(self._comparisons(answer, principals, ledger))
            return marked(with_sides(answer, comparisons, ledger.get_many))
        except Exception:  # an answer is worth more than what is added to it
            log.exception("sources could not be compared; the answer is shown without")
            return answer

    def _comparisons(
        self, answer: Answer, principals: frozenset[str], ledger: Ledger
    ) -> Iterator[Comparison]:
        query = analyse(answer.understood or answer.question)
        yield from self._node_groups(answer, query, principals, ledger)
        asked = asked_values(query.english) if wants_value(query.text, query.intent) else []
        if not asked:
            return
        reader = self._clusters.reader(principals)
        graph = self._clusters.view.graph(reader)
        known = self._known(graph)
        cited = {citation.document_id for citation in answer.citations}
        findings = self._findings.recent(principals)
        names = names_in(query.english, list(known.by_name))
        environments = set(known.environments.values())
        usual = frozenset({"", "production"} if "production" in environments else {"", *environments})
        quotes = Quotes((), lambda ident: ledger.get(ident) if reader(ident) else None)
        for what in asked:
            wanted = [
                n for name in names for n in known.by_name[name] if n.kind in _KINDS.get(what, WORKLOADS)
            ]
            if len({(n.kind, n.namespace, n.name) for n in wanted}) != 1:
                continue  # which object is meant is not sure
            about = self._pages(f"{wanted[0].name} {what}", Filters(principals=principals))
            found = [one for one in ledger.get_many(about).values() if one.kind == "page"]
            for node in _of_environments(wanted, known, query.environments):
                subject, pages = self._subject(node, graph, known, ledger, reader)
                pages += [one for one in found if all(one.id != page.id for page in pages)]
                if not cited & _ids(subject, pages):
                    continue
                sources = Sources(pages, findings, quotes, usual)
                yield Comparison(subject.called, what, accounts_of(subject, what, sources))

    def _node_groups(
        self, answer: Answer, query: Query, principals: frozenset[str], ledger: Ledger
    ) -> Iterator[Comparison]:
        """Of a question for an instance type: each group of nodes that it names, in each environment that is meant."""
        if Expect.INSTANCE_TYPE not in query.intent.wanted:
            return
        reader = self._clusters.reader(principals)
        graph = self._clusters.view.graph(reader)
        known = self._known(graph)
        sources = {c.source for c in answer.citations if c.document_id.startswith("terraform:")}
        ids = [i for name in sources for i in sorted(ledger.ids(name)) if _NODE_GROUP.search(i) and reader(i)]
        blocks = [one for one in ledger.get_many(ids).values() if _is_named(one, query)]
        quotes = Quotes((), lambda ident: ledger.get(ident) if reader(ident) else None)
        findings = self._findings.recent(principals)
        for group in (group for block in blocks for group in node_groups(block)):
            clusters = [
                n for n, e in known.environments.items() if e == group.environment and not is_declared(n)
            ]
            if len(clusters) != 1 or (query.environments and group.environment not in query.environments):
                continue
            seen = self._clusters.view.observed_at(clusters[0])
            nodes = [_object(n, seen) for n in known.nodes if n.cluster == clusters[0]]
            told = accounts_of_group(group, nodes, clusters[0], findings, quotes)
            yield Comparison(group.called, NODE_TYPE, told)

    def _known(self, graph: ResourceGraph) -> _Known:
        with self._lock:
            found = self._kept.get(graph)
            if found is None:
                found = self._kept[graph] = self._read(graph)
            return found

    def _read(self, graph: ResourceGraph) -> _Known:
        known = _Known()
        places = []
        for node in graph.nodes():
            if not node.present or node.is_document:
                continue
            known.by_name[node.name.lower()].append(node)
            if is_declared(node.cluster):
                known.environments[node.cluster] = environment_of(node.cluster)
            elif node.kind in ("Namespace", "Node"):
                places.append(_object(node))
            if node.kind == "Node":
                known.nodes.append(node)
        scopes: Mapping[str, Scope] = self._findings.scopes()
        known.environments |= {one.name: one.environment for one in clusters_of(places, scopes)}
        return known

    def _subject(
        self, node: Node, graph: ResourceGraph, known: _Known, ledger: Ledger, reader: Reader
    ) -> tuple[Subject, list[Document]]:
        """The object as it runs and as code declares it, and the pages that name it."""
        environment = known.environments.get(node.cluster, "")
        scaler = next((graph.node(e.source) for e in graph.reaching(node.id, EdgeType.SCALES)), None)
        written = self._written(node, graph, ledger, reader)
        names = (node, *((scaler,) if scaler else ()))
        there = [
            one
            for document in (*written, *(self._written(scaler, graph, ledger, reader) if scaler else ()))
            if document.environment in (environment, "") and (one := declared(document)) is not None
            and any((one.kind, one.name, one.namespace) == (n.kind, n.name, n.namespace) for n in names)
        ]  # fmt: skip
        live = not is_declared(node.cluster)
        if not live:
            there = [_object(one) for one in names]
        namesakes = {
            (n.kind, n.namespace)
            for n in known.by_name[node.name.lower()]
            if n.kind in WORKLOADS and n.cluster == node.cluster
        }
        seen = self._clusters.view.observed_at(node.cluster) if live else None
        subject = Subject(
            environment,
            live=_object(node, seen) if live else None,
            scaler=_object(scaler, seen) if live and scaler else None,
            declared=_each_once(one for one in there if one.kind == node.kind),
            scalers=_each_once(one for one in there if one.kind != node.kind),
            cluster=node.cluster if live else "",
            namesakes=max(1, len(namesakes)),
        )
        return subject, [one for one in written if one.kind == "page"]

    def _written(self, node: Node, graph: ResourceGraph, ledger: Ledger, reader: Reader) -> list[Document]:
        ids = [edge.target for edge in graph.leaving(node.id, *_WRITTEN) if reader(edge.target)]
        return list(ledger.get_many(ids[:_MOST_DOCUMENTS]).values())


def _is_named(document: Document, query: Query) -> bool:
    """Whether a question says all words of a block's own name: `arm_workers` of "the arm workers"."""
    name = document.terraform.address.rpartition(".")[2].partition("[")[0] if document.terraform else ""
    words = {term for part in name.split("_") for term in terms(part)}
    return bool(words) and words <= set(query.terms)


def _of_environments(nodes: Sequence[Node], known: _Known, named: frozenset[str]) -> list[Node]:
    """The object of each environment that is asked about, at most some; of an environment's several clusters none."""
    by_environment: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        by_environment[known.environments.get(node.cluster, "")].append(node)
    chosen = {name: found for name, found in by_environment.items() if not named or name in named}
    return [found[0] for name, found in sorted(chosen.items()) if len(found) == 1][:MOST_ENVIRONMENTS]


def _object(node: Node, observed_at: datetime | None = None) -> ObservedObject:
    source = node.document_id.partition(":")[2].partition("/")[0]
    return ObservedObject(node.cluster, source, node.document_id, node.value, observed_at)


def _each_once(objects: Iterable[ObservedObject]) -> list[ObservedObject]:
    return list({one.document_id: one for one in objects}.values())


def _ids(subject: Subject, pages: Sequence[Document]) -> set[str]:
    """The documents of which an answer must cite one to be about the subject."""
    objects = (subject.live, subject.scaler, *subject.declared, *subject.scalers)
    return {one.document_id for one in objects if one} | {page.id for page in pages}
