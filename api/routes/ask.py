"""`POST /v1/ask`: an answer as JSON or as server-sent events."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from answers.model import Answer
from api.asking import Asking
from api.auth import Caller, Owner
from api.metrics import Metrics
from api.problems import describe_error
from api.results import result_json
from api.routes.state import TheMetrics, TheServices, filters_for
from api.schemas import AnswerModel, AskRequest
from api.services import Searcher, Services
from api.streaming import Telling
from index.search_types import Filters

router = APIRouter(prefix="/v1", tags=["answers"])

_RETRIEVED = 10


_STREAM = {
    "description": "The answer; with `stream: true`, the events `retrieved`, `delta`, `answer`, `error`.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


@router.post("/ask", response_model=AnswerModel, responses={200: _STREAM})
def ask(
    request: AskRequest, principals: Caller, owner: Owner, services: TheServices, metrics: TheMetrics
) -> Response:
    """Answer a question; every claim is cited, and where the documents hold no answer it abstains."""
    filters = filters_for(request.filters, principals, services.settings)
    # Taken before the stream begins: an index that is not ready is then a proper 503.
    answerer, searcher = services.answerer, services.searcher
    asking = Asking(services, owner, request.conversation_id or "")
    understood = asking.understand(request.question, principals)
    answering = partial(asking.ask, request.question, understood, filters, answerer)
    finish = _finisher(services, principals, run=request.run)
    if request.stream:
        return EventSourceResponse(_events(understood.text, filters, searcher, answering, metrics, finish))
    answer = answering()
    _count(answer, metrics)
    return JSONResponse(answer_json(finish(answer)))


def answer_json(answer: Answer) -> dict[str, Any]:
    """The answer in the shape of the contract."""
    return AnswerModel.model_validate(answer.to_json()).model_dump(mode="json")


def _finisher(services: Services, principals: frozenset[str], *, run: bool) -> Callable[[Answer], Answer]:
    """What is still done to an answer: its script is run, if that is wished."""
    if not run:
        return lambda answer: answer
    return lambda answer: services.clusters.with_output(answer, principals)


def _events(
    question: str,
    filters: Filters,
    searcher: Searcher,
    answering: Callable[..., Answer],
    metrics: Metrics,
    finish: Callable[[Answer], Answer],
) -> Iterator[ServerSentEvent]:
    try:
        results = searcher.search(question, _RETRIEVED, filters)
        names = ("document_id", "title", "url", "source", "kind", "path", "anchor", "score")
        yield _event("retrieved", {"results": [{n: r[n] for n in names} for r in map(result_json, results)]})
        told = Telling(lambda tell: answering(tell=tell))
        parts = 0
        for part in told:
            parts += 1
            yield _event("delta", {"text": part})
        answer = told.result
        _count(answer, metrics)
        # What a model began before it failed is replaced by the event `answer`.
        for part in () if parts else re.split(r"(?<=\n\n)", answer.answer):
            if part:
                yield _event("delta", {"text": part})
        yield _event("answer", answer_json(finish(answer)))
    except Exception as error:  # noqa: BLE001 - the stream has begun: only an event can still tell of it
        yield _event("error", describe_error(error))


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)


def _count(answer: Answer, metrics: Metrics) -> None:
    metrics.answers.labels("abstained" if answer.abstained else "answered").inc()
