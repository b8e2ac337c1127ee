"""What each tool does: the services of the command line and the REST API, for one reader.

An editor starts its servers when it opens, so what only one tool needs is imported when that is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.asking import ASSISTANT, Asking
from api.change_schemas import ChangeModel
from api.errors import NotThereError, UnclearError
from api.incident_schemas import InvestigationModel, InvestigationRequest, WindowModel
from api.mcp import texts
from api.mcp.inputs import (
    AskInput,
    ChangesInput,
    DocumentInput,
    GraphInput,
    InvestigateInput,
    ScopeInput,
    SearchInput,
    StatusInput,
)
from api.mcp.replies import ChangesPart, DocumentPart, LiveCluster, Reply, StatusModel
from api.results import result_json
from api.schemas import AnswerModel, GraphModel, ResultModel, SearchResponse
from connectors.errors import RefusedError
from index.search_types import Filters

if TYPE_CHECKING:
    from pydantic import BaseModel

    from api.services import Services
    from connectors.documents import Document
    from incidents.evidence import Alert

LARGEST_PICTURE = 60_000
"""Characters: about what an assistant takes in as one result."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: the services, and the principals whose rights hold for every tool."""

    services: Services
    principals: frozenset[str]

    def ask(self, given: AskInput) -> Reply:
        """One cited answer, which is kept as those of the command line are."""
        filters = self._filters(given)
        asking = Asking(self.services, ASSISTANT, given.conversation_id or "")
        question = given.question.strip()
        answer = asking.ask(question, asking.understand(question, self.principals), filters)
        data = _json(AnswerModel.model_validate(answer.to_json()))
        return Reply(texts.of_answer(answer, self.services.settings), data)

    def search(self, given: SearchInput) -> Reply:
        """The best passages."""
        results = self.services.searcher.search(given.query.strip(), given.k, self._filters(given))
        found = [ResultModel.model_validate(result_json(one)) for one in results]
        return Reply(texts.of_results(results), _json(SearchResponse(results=found)))

    def document(self, given: DocumentInput) -> Reply:
        """A stored document, or as much of it as is asked for."""
        found = self._document(given.id.strip())
        size = len(found.text)
        if given.start and given.start >= size:
            raise NotThereError(f"the document has {size} characters: `start` must be below that")
        end = min(size, given.start + given.length)
        values = {name: getattr(found, name) for name in DocumentPart.model_fields if hasattr(found, name)}
        part = DocumentPart.model_validate(
            {
                **values,
                "start": given.start,
                "end": end,
                "characters": size,
                "text": found.text[given.start : end],
            }
        )
        return Reply(texts.of_document(part), _json(part))

    def status(self, given: StatusInput) -> Reply:
        """Sources and clusters, without what messages of runs may name."""
        clusters = self.services.clusters
        status = StatusModel(
            ready=self.services.ready(),
            sources=self.services.sources(self.principals),
            clusters=[
                LiveCluster(name=name, observed_at=clusters.view.observed_at(name))
                for name in clusters.known(self.principals)
            ],
            problem=self.services.index_problem(),
        )
        return Reply(texts.of_status(status), _json(status))

    def changes(self, given: ChangesInput) -> Reply:
        """The newest changes of a time."""
        from api.changes import ChangesRequest

        place = given.namespace or None, given.cluster or None
        request = ChangesRequest(given.since or None, given.start, given.end, *place)
        found, window = self.services.clusters.changes(request, self.principals)
        shown = found[-given.limit :]
        omitted = len(found) - len(shown)
        part = ChangesPart(
            window=WindowModel.model_validate({"from": window[0], "to": window[1]}),
            changes=[ChangeModel.model_validate(one.to_json()) for one in shown],
            omitted=omitted,
        )
        return Reply(texts.of_changes(shown, window, omitted), _json(part))

    def graph(self, given: GraphInput) -> Reply:
        """The graph or a part of it, if it is not too large to be read."""
        from api.graphs import GraphRequest

        place = given.namespace or None, given.focus or None, given.cluster or None
        request = GraphRequest(given.format, *place, given.at)
        drawn = self.services.clusters.graph(request, self.principals)
        data = None
        if given.format == "json":
            graph = GraphModel.model_validate_json(drawn)
            drawn, data = graph.model_dump_json(), _json(graph)
        if len(drawn) > LARGEST_PICTURE:
            raise RefusedError(
                f"this graph has {len(drawn):,} characters, and at most {LARGEST_PICTURE:,} are given; name a"
                " `namespace`, a `cluster` or best a `focus` such as deployment/cart, or take the format mermaid"
            )
        return Reply(drawn, data)

    def investigate(self, given: InvestigateInput) -> Reply:
        """A root-cause report, which is kept; without its series of metrics, which are for pictures."""
        from api.incident_store import IncidentStore
        from api.investigations import Investigations, kept_report
        from api.live_investigations import LiveRequest

        store = IncidentStore(self.services.settings.index.path)
        past = Investigations(self.services, store)
        namespace, workload = given.namespace or "", given.workload or ""
        if given.text:
            pasted = {"text": given.text, "namespace": namespace, "workload": workload}
            report = past.start(InvestigationRequest.model_validate(pasted), self.principals)
        else:
            times = given.start, given.end
            asked = LiveRequest(given.cluster or "", namespace, workload, *times, _alerts(given.alert))
            kept = kept_report(self.services, store, asked, self.principals)
            report = past.with_similar(kept, self.principals)
        model = InvestigationModel.model_validate({**report, "panels": []})
        return Reply(texts.of_report(report), _json(model))

    def _filters(self, given: ScopeInput) -> Filters:
        sources = tuple(given.sources or ())
        self.services.settings.require_sources(sources, self.principals)
        return Filters(
            sources=sources,
            namespaces=tuple(given.namespaces or ()),
            environments=tuple(given.environments or ()),
            principals=self.principals,
        )

    def _document(self, ident: str) -> Document:
        """The document that an id names, where it is clear which one."""
        found = self.services.document(ident, self.principals)
        candidates = [] if found else self.services.variants(ident, self.principals)
        if len(candidates) > 1:
            raise UnclearError(f"several documents describe this object; use one of {', '.join(candidates)}")
        if candidates:
            found = self.services.document(candidates[0], self.principals)
        if found is None:
            raise NotThereError("there is no such document; take the `document_id` of a citation or result")
        return found


def _json(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True)


def _alerts(text: str | None) -> tuple[Alert, ...]:
    """The alerts that were sent; none where nothing was."""
    from incidents.bundles import alerts

    if not text:
        return ()
    found = tuple(alerts.parse(text))
    if not found:
        raise UnclearError("`alert` holds no alert; give the JSON that Alertmanager or Prometheus sends")
    return found
