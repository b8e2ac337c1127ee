"""Answers questions about live clusters from their objects: cited, as of when, with the script that shows it."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Protocol

from answers.cluster import absent, asides, between, changes, chatter, elsewhere, history, scripts, written
from answers.cluster.catalog import Catalog
from answers.cluster.compose import Text
from answers.cluster.next_questions import next_questions
from answers.cluster.plan import Declined
from answers.cluster.reading import Reader as QuestionReader
from answers.cluster.said import Draft, Said, listed
from answers.cluster.second.again import SecondReader
from answers.cluster.understanding import Understanding
from answers.model import Answer, Citation, Script
from answers.verify import verified
from cluster.changes.model import Change
from cluster.graph import ResourceGraph
from cluster.scripts import Inventory
from cluster.store import EventRecord
from cluster.view import Reader
from connectors.documents import OBJECT, Document
from index.search_types import Filters


class View(Protocol):
    """The live clusters as one caller sees them (`cluster.view.ClusterView`)."""

    def clusters(self, may_read: Reader) -> list[str]:
        """The live clusters that the caller may read anything of."""
        ...

    def graph(self, may_read: Reader, *, clusters: list[str] | None = None) -> ResourceGraph:
        """Their objects as the caller may see them; the same graph while nothing has changed."""
        ...

    def inventory(self, cluster: str, may_read: Reader) -> Inventory:
        """What there is in a cluster that the caller may know of."""
        ...

    def observed_at(self, cluster: str) -> datetime | None:
        """When the cluster was last heard of."""
        ...


Documents = Callable[[Sequence[str]], Mapping[str, Document]]
Warnings = Callable[[Collection[str]], Iterable[EventRecord]]
Pages = Callable[[str, Filters], Sequence[str]]
Past = Callable[[frozenset[str], datetime, datetime, history.Place], Sequence[Change]]

_GRAPHS = 4
"""Graphs of which what reads questions is kept: one for each group of callers who may read the same."""


class ClusterResponder:
    """Answers from the objects of live clusters that the caller may read; knows nothing of others.

    `documents` gives stored documents by id, `reader` who a caller with these principals is, `warnings` the events of
    some namespaces, or of all, `pages` what people wrote about some words, best first. `contexts` are the kubeconfig
    contexts of clusters, which commands name where the caller may read several; `past` the changes between two moments
    that a caller with these principals may know of.
    """

    def __init__(
        self, view: View, documents: Documents, reader: Callable[[frozenset[str]], Reader],
        warnings: Warnings = lambda _: (), *,
        pages: Pages = lambda _, __: (), contexts: Mapping[str, str] = MappingProxyType({}),
        second: SecondReader | None = None, past: Past = lambda *_: (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._view = view
        self._documents = documents
        self._reader = reader
        self._warnings = warnings
        self._pages_about = pages
        self._contexts = contexts
        self._second = second
        self._past = past
        self._clock = clock
        self._kept: OrderedDict[tuple[int, tuple[str, ...]], tuple[ResourceGraph, QuestionReader]] = (
            OrderedDict()
        )
        self._lock = threading.Lock()

    def respond(self, question: str, filters: Filters) -> Answer | None:
        """The answer; an abstention where objects do not tell; None where the question is not about them."""
        if filters.kinds and OBJECT not in filters.kinds:
            return None
        who = self._reader(filters.principals)
        clusters = self._view.clusters(who)
        if not clusters:
            return None
        reader = self._questions(who, clusters, filters.sources)
        if (request := changes.requested(question, reader)) is not None:
            return self._answer(question, request.draft, reader.catalog, who, filters, request)
        told = self._history(question, reader, filters)
        if (told := told or between.answer(question, reader, filters.namespaces)) is not None:
            return self._answer(question, told, reader.catalog, who, filters)
        asked, found = Understanding(reader, filters.namespaces, self._second).read(question)
        if found is None:
            missing = absent.of_unknown(asked, reader)
            return self._decline(question, missing, clusters, reader) if missing else None
        if isinstance(found, Declined):
            return self._decline(question, found, clusters, reader)
        answer = self._answer(question, found, reader.catalog, who, filters)
        if answer is None:
            return self._decline(question, Declined(), clusters, reader)
        return replace(answer, followups=next_questions(question, found, reader))

    def _history(self, question: str, reader: QuestionReader, filters: Filters) -> Draft | None:
        """What changed, where a question asks for that."""
        asked = history.asked(question, reader, self._clock(), filters.namespaces)
        if asked is None:
            return None
        past = lambda *when: history.of_sources(self._past(filters.principals, *when), filters.sources)  # noqa: E731
        clusters = asked.reading.clusters or reader.catalog.clusters
        heard = [at for name in clusters if (at := self._view.observed_at(name)) is not None]
        return history.told(asked, reader, past, min(heard, default=None))

    def now(self, answer: Answer, filters: Filters) -> Answer:
        """An answer from pages with a line on how the one object that its question names is now, if it names one."""
        who = self._reader(filters.principals)
        clusters = self._view.clusters(who)
        if answer.abstained or not clusters or (filters.kinds and OBJECT not in filters.kinds):
            return answer
        nodes = asides.meant(answer.question, self._questions(who, clusters, filters.sources))
        return (
            asides.with_line(answer, nodes, self._documents([n.document_id for n in nodes]))
            if nodes
            else answer
        )

    def _questions(self, who: Reader, clusters: list[str], sources: tuple[str, ...]) -> QuestionReader:
        """What reads questions of the graph that the caller may see; those of the last few graphs are kept."""
        graph = self._view.graph(who, clusters=clusters)
        key = id(graph), sources
        with self._lock:
            known = self._kept.get(key)
            if known is None or known[0] is not graph:
                known = self._kept[key] = graph, self._new(graph, who, sources)
            self._kept.move_to_end(key)
            while len(self._kept) > _GRAPHS:
                self._kept.popitem(last=False)
            return known[1]

    def _new(self, graph: ResourceGraph, who: Reader, sources: tuple[str, ...]) -> QuestionReader:
        if sources:
            prefixes = tuple(f"kubernetes:{source}/" for source in sources)
            graph = graph.readable(lambda ident: ident.startswith(prefixes))
        return QuestionReader(Catalog(graph, self._readable_warnings(who)))

    def _readable_warnings(self, who: Reader) -> Warnings:
        return lambda namespaces: (e for e in self._warnings(namespaces) if who(e.document_id))

    def _answer(
        self, question: str, draft: Draft, catalog: Catalog, who: Reader, filters: Filters,
        request: changes.Request | None = None,
    ) -> Answer | None:  # fmt: skip
        about = self._about(draft, catalog, filters) if draft.described else []
        documents = self._documents(list(dict.fromkeys([*(one.document_id for one in draft.said), *about])))
        text = Text()
        clusters = list(dict.fromkeys(o.cluster for o in draft.objects)) or draft.clusters or catalog.clusters
        lead = list(dict.fromkeys(draft.lead))
        text.remark(self._as_of(clusters) + (f": {lead[0]}" if lead else ""))
        for words in lead[1:]:
            text.remark(words)
        self._pages(text, written.spans(about, draft.objects, documents))
        before = len(text.claims)
        for cluster in clusters if len(clusters) > 1 else ("",):
            if cluster:
                notes = ". ".join(draft.notes.get(cluster, ()))
                text.remark(f"Cluster {cluster}" + (f": {notes}" if notes else ""))
            text.lines([one for one in draft.said if cluster in ("", _cluster_of(one, documents))], documents)
        if len(text.claims) == before:
            return None
        if draft.left_out:
            text.remark(f"{draft.left_out} more are left out here")
        if draft.described and draft.objects:
            text.remark(f"kubelore graph{_drawing(draft, catalog)} -o picture.svg draws this")
        return self._checked(question, draft, text, clusters, who, request)

    def _about(self, draft: Draft, catalog: Catalog, filters: Filters) -> list[str]:
        """The documents that may describe the objects: those that name them as objects, then those found by words."""
        names = list(dict.fromkeys(node.name for node in draft.objects))
        found = (
            self._pages_about(written.query(draft.objects), filters)
            if 0 < len(names) <= written.MOST_NAMES
            else ()
        )
        return list(dict.fromkeys([*written.documents_about(draft.objects, catalog), *found]))

    def _checked(
        self, question: str, draft: Draft, text: Text, clusters: Sequence[str], who: Reader,
        request: changes.Request | None,
    ) -> Answer | None:  # fmt: skip
        stored = self._documents(list(dict.fromkeys(c.document_id for c in text.citations)))
        claims, citations = verified(text.claims, text.citations, stored)
        if len(claims) < len(text.claims):
            return None
        return Answer(
            id=uuid.uuid4().hex,
            question=question,
            answer="\n\n".join(text.parts),
            abstained=False,
            confidence=draft.sure,
            claims=tuple(claims),
            citations=tuple(citations),
            script=self._script(draft, citations, clusters, who, request),
        )

    def _script(
        self, draft: Draft, citations: Sequence[Citation], clusters: Sequence[str], who: Reader,
        request: changes.Request | None,
    ) -> Script | None:  # fmt: skip
        """The commands, for each cluster that is told of; they name it where the caller may read several."""
        several = len(self._view.clusters(who)) > 1
        inventories: dict[str, Inventory] = {}
        for name in clusters:
            context = self._contexts.get(name, "") if several else ""
            inventories.setdefault(context, self._view.inventory(name, who))
        where = f"cluster{'s' * (len(inventories) > 1)} {listed(clusters[: len(inventories)])}"
        first = tuple(citation.number for citation in citations[:3])
        reads = scripts.script(draft.commands, f"Read-only; shows this live in {where}.", first, inventories)
        return changes.script(request, reads, inventories) if request else reads

    def _pages(self, text: Text, pages: Sequence[tuple[Document, int, int]]) -> None:
        """What the team wrote about the objects, each under its title."""
        for document, start, end in pages:
            quote, number = text.quote(document, start, end)
            text.heading(document.title)
            head = written.header(document, start)
            shown = f"{head}\n{quote}" if head else quote
            text.parts.append(f"{shown}\n\n[{number}]" if "\n" in shown else f"{shown} [{number}]")

    def _as_of(self, clusters: Sequence[str]) -> str:
        times = [at for name in clusters if (at := self._view.observed_at(name)) is not None]
        when = f", as of {min(times):%Y-%m-%d %H:%M} UTC" if times else ""
        return f"In cluster{'s' * (len(clusters) > 1)} {listed(clusters)}{when}"

    def _decline(
        self, question: str, found: Declined, clusters: Sequence[str], reader: QuestionReader
    ) -> Answer:
        names = absent.told(chatter.asked(question), reader, found.missing)
        said = f"{self._as_of(clusters)}{', ' + names if names else ': the objects do not tell this'}."
        if not names and (hint := elsewhere.hint(question)):
            said = f"{said} {hint}"
        return Answer(id=uuid.uuid4().hex, question=question, answer=said, abstained=True, confidence=0.0)


def _cluster_of(said: Said, documents: Mapping[str, Document]) -> str:
    """The cluster that a quoted document is of."""
    document = documents.get(said.document_id)
    return (document.breadcrumbs or ("",))[0] if document is not None else ""


def _drawing(draft: Draft, catalog: Catalog) -> str:
    """The options that draw what was asked about."""
    clusters = list(dict.fromkeys(node.cluster for node in draft.objects))
    cluster = f" --cluster {clusters[0]}" if len(clusters) == 1 < len(catalog.clusters) else ""
    places = list(dict.fromkeys(node.namespace for node in draft.objects if node.namespace))
    if len(draft.objects) == 1:
        node = draft.objects[0]
        place = f" --namespace {node.namespace}" if node.namespace else ""
        return f"{cluster}{place} --focus {node.kind}/{node.name}"
    return f"{cluster} --namespace {places[0]}" if len(places) == 1 else cluster
