"""Retrieval and answers for many threads at once, with a language model where one is configured."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from answers.engine import Answerer
    from answers.generation.entailment import EntailmentCheck
    from answers.generation.repair import Vectors
    from answers.generation.writer import Documents, Material
    from answers.llm import Endpoint
    from answers.model import Answer
    from answers.study import Study
    from api.settings import LlmSettings, NliSettings, RerankerSettings
    from index.cross_encoder import Reranker
    from index.reranking import Reranking
    from index.retriever import Retriever
    from index.search_types import Filters, SearchResult

Add = Callable[["Answer", frozenset[str]], "Answer"]
Tell = Callable[[str], None]

_WRITING = 0.8
"""Of the timeout: a slow model that is still writing then is left with what it has said, before it fails."""


@dataclass(frozen=True, slots=True)
class Generation:
    """The language model to use, and how documents are looked up."""

    endpoint: Endpoint
    documents: Documents
    entailment: EntailmentCheck | None = None


class Engines:
    """The retriever and the answer engine.

    Only a model of sentence-transformers serves one caller at a time: its tokenizer cannot be shared.
    """

    def __init__(
        self,
        retriever: Retriever,
        engine: Answerer,
        *,
        one_at_a_time: bool,
        add: Add,
        generation: Generation | None = None,
    ) -> None:
        """`add` puts into an answer what the engine does not know, for these principals."""
        self._add = add
        self._retriever = retriever
        self._engine = engine
        self._turn: AbstractContextManager[object] = threading.Lock() if one_at_a_time else nullcontext()
        self._writer = None
        if generation:
            from answers.generation.writer import Limits, Writer
            from answers.llm import Llm

            endpoint = generation.endpoint
            limits = Limits(endpoint.context_tokens, _WRITING * endpoint.timeout)
            self._writer = Writer(
                Llm(endpoint), self.embed, generation.documents, limits, generation.entailment
            )

    def search(self, query: str, k: int, filters: Filters) -> list[SearchResult]:
        """The best `k` passages, best first."""
        with self._turn:
            return self._retriever.search(query, k, filters)

    def ask(self, question: str, filters: Filters, tell: Tell | None = None) -> Answer:
        """One cited answer, or an abstention; `tell` is given verified parts of it while a model writes."""
        from answers.chinese.frame import Spoken, in_chinese
        from index.tokens import is_chinese

        started = time.perf_counter()
        with self._turn:
            answer, study = self._engine.ask_with_study(question, filters)
        if self._writer and study and not answer.abstained and not study.elsewhere:
            # Outside of the turn: a slow model holds up nobody but who asked.
            spoken = Spoken(tell or _nobody)
            told = spoken if is_chinese(question) else tell or _nobody
            answer = self._writer.write(answer, self._material(study), told)
            spoken.end()
            answer = replace(answer, took_ms=round(1e3 * (time.perf_counter() - started)))
        if study:
            answer = self._engine.now(answer, filters)
        return in_chinese(self._add(answer, filters.principals))

    def _material(self, study: Study) -> Material:
        from answers.generation.writer import Material

        scores = {c.card.document_id: c.score for c in reversed(study.ranked)}
        units = [*study.units, *self._engine.nearby(study)]
        return Material(units, study.chosen, scores, compares=len(study.query.environments) > 1)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, by the model that tells how alike wordings are."""
        with self._turn:
            return self._retriever.embed_wordings(texts)


def endpoint_of(settings: LlmSettings) -> Endpoint:
    """The endpoint that the settings describe."""
    from answers.llm import Endpoint

    return Endpoint(
        base_url=settings.base_url,
        model=settings.model,
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
        timeout=settings.timeout,
        max_tokens=settings.max_tokens,
        context_tokens=settings.context_tokens,
    )


def generation_of(settings: LlmSettings, documents: Documents) -> Generation:
    """Answers with the model that the settings describe."""
    return Generation(endpoint_of(settings), documents, entailment_of(settings.nli) if settings.nli else None)


def reranking_of(settings: RerankerSettings | None) -> Reranking | None:
    """The reranker that the settings describe, if they do; it loads with the first question."""
    if settings is None:
        return None
    from index.reranking import Limits, Reranking

    return Reranking(reranker_of(settings), Limits(settings.candidates, settings.weight))


def reranker_of(settings: RerankerSettings) -> Reranker:
    """Its model."""
    from index.cross_encoder import CrossEncoder, Reranker

    return Reranker(CrossEncoder(settings.model, "index.reranker.model"))


def entailment_of(settings: NliSettings) -> EntailmentCheck:
    """The check of what a language model says that the settings describe; it loads with the first reply."""
    from answers.generation.entailment import EntailmentCheck
    from index.cross_encoder import CrossEncoder, Entailment

    return EntailmentCheck(
        Entailment(CrossEncoder(settings.model, "answers.llm.nli.model")), settings.threshold
    )


def _nobody(part: str) -> None:
    """Told to nobody."""
