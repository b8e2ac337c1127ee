"""An onboarding path for one caller, for the command line and the REST API."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from api.schemas import AnswerModel

if TYPE_CHECKING:
    from answers.onboarding import Scope, Told
    from api.services import Services
    from index.search_types import Filters


def onboarding(services: Services, kind: str, name: str, filters: Filters) -> dict[str, Any]:
    """The path as JSON, with its Markdown; `kind` is `team`, `service`, `namespace` or ''."""
    from answers.onboarding import Guide, title_of, to_markdown

    started = time.perf_counter()
    scope = _scope(services, kind, name, filters.principals)
    if kind == "namespace":
        filters = replace(filters, namespaces=(name,))
    guide = Guide(
        services.answerer, services.searcher, lambda ident: services.document(ident, filters.principals)
    )
    path = guide.path(scope, filters)
    return {
        "title": title_of(scope),
        "markdown": to_markdown(scope, path),
        "steps": [_step(told) for told in path],
        "took_ms": round(1e3 * (time.perf_counter() - started)),
    }


def _scope(services: Services, kind: str, name: str, principals: frozenset[str]) -> Scope:
    """What the path is about, with the services beside it that the caller may know of."""
    from answers.onboarding import Scope

    members = services.clusters.workloads_in(name, principals) if kind == "namespace" else frozenset()
    names = services.clusters.names(principals).objects
    others = names - members - {name.lower()} if name else frozenset()
    return Scope(kind, name, tuple(sorted(members)), tuple(sorted(others)))


def _step(told: Told) -> dict[str, Any]:
    answer = told.answer
    shown = AnswerModel.model_validate(answer.to_json()).model_dump(mode="json") if answer else None
    return {
        "title": told.title,
        "question": told.question,
        "answered": answer is not None,
        "general": told.general,
        "answer": shown["answer"] if shown else "",
        "claims": shown["claims"] if shown else [],
        "citations": shown["citations"] if shown else [],
        "nearest": [
            {"document_id": p.document_id, "title": p.title, "url": p.url, "path": p.path}
            for p in told.nearest
        ],
    }
