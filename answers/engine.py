"""Answers a question from the index without a model: select, order, cite, verify, or decline."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from typing import Protocol

import numpy as np

from answers.compose import compose
from answers.confidence import answerable, confidence, weigh
from answers.environments import other_values
from answers.followups import followups
from answers.lead import holds_value, lead_of
from answers.model import Answer, Related
from answers.outdated import outdated_last
from answers.page_script import page_script
from answers.parts import elsewhere, parts_of
from answers.passages import Passage, choose, places
from answers.select import OTHER_SHARE, pick
from answers.study import Study, units_of_passages
from answers.units import Unit
from answers.verify import verified
from connectors.documents import OBJECT, Document
from index.chunk_store import Card
from index.hints import Attributed, attributed, is_of
from index.intent import Expect
from index.ranking import Candidate
from index.rarity import Rarity
from index.retriever import Retriever
from index.search_types import WRITTEN, Filters

LEAST = 0.4
"""Below this confidence the answer is withheld."""
OBJECTS_FIRST = 0.75
"""Where live objects answer at least so surely, the documents are not asked; else the surer of both answers."""
BESIDE = 500
"""Characters that are quoted of another file which answers a part of the question."""
NEAR_FILES, NEAR = 6, 0.7
"""How many files, and from which share of the best one's score on, a model may also choose from."""
LENGTHS = ((0.3, 300), (0.65, 400), (0.8, 900), (0.88, 2_500), (0.93, 6_000))
"""Characters that an answer quotes, by confidence, and in between in proportion: who is less sure says less."""
OTHERS = ((0.9, OTHER_SHARE), (0.95, 1.0))
"""The share of the best unit's worth that a unit of a further file needs, by confidence: who is sure needs no other."""

Documents = Callable[[Sequence[str]], dict[str, Document]]
Keep = Callable[[Card], bool]


class Responder(Protocol):
    """Answers questions about live clusters (`answers.cluster.responder`)."""

    def respond(self, question: str, filters: Filters) -> Answer | None:
        """The answer; an abstention where the objects do not tell; None where the question is not about them."""
        ...

    def now(self, answer: Answer, filters: Filters) -> Answer:
        """An answer from documents, with a cited line on how the object is that its question names."""
        ...


class Answerer:
    """Extractive answers: every word that is claimed stands in a document.

    Questions about live clusters go to `cluster` first, where there is one.
    """

    def __init__(
        self,
        retriever: Retriever,
        documents: Documents,
        cluster: Responder | None = None,
        outdated: Callable[[frozenset[str]], Set[str]] = lambda _: frozenset(),
    ) -> None:
        """`outdated` gives the pages that are known to name what is gone, of those that some principals may read."""
        self._outdated = outdated
        self._retriever = retriever
        self._documents = documents
        self._cluster = cluster

    def ask(self, question: str, filters: Filters | None = None) -> Answer:
        """The cited answer to `question`, or an abstention that names the nearest pages."""
        answer, study = self.ask_with_study(question, filters)
        return self.now(answer, filters or Filters()) if study else answer

    def ask_with_study(self, question: str, filters: Filters | None = None) -> tuple[Answer, Study | None]:
        """The answer as of `ask`, and what it was chosen from; None where live objects gave it."""
        started = time.perf_counter()
        answer, study = self._answer(question, filters or Filters())
        return replace(answer, took_ms=round(1e3 * (time.perf_counter() - started))), study

    def _answer(self, question: str, filters: Filters) -> tuple[Answer, Study | None]:
        if not filters.sources and (said := attributed(question)):
            answer, study = self._attributed(said, filters)
            return replace(answer, question=question), study
        live = self._cluster.respond(question, filters) if self._cluster else None
        if live is None:
            return self._from_documents(question, filters)
        # Where the objects were asked and do not tell, their words must not guess.
        kinds = tuple(kind for kind in filters.kinds if kind != OBJECT)
        if (not live.abstained and live.confidence >= OBJECTS_FIRST) or (filters.kinds and not kinds):
            return live, None
        answer, study = self._from_documents(question, replace(filters, kinds=kinds))
        # Why something is as it is, people write down: objects only tell how it is.
        reason = Expect.REASON in study.query.intent.wanted
        if answer.abstained or (not live.abstained and not reason and live.confidence > answer.confidence):
            return replace(live, related=answer.related) if live.abstained else live, None
        return answer, study

    def _attributed(self, said: Attributed, filters: Filters) -> tuple[Answer, Study | None]:
        """The answer of the source that a question names, by its name or its kind; else that of others."""
        named = replace(filters, sources=(said.named,), kinds=filters.kinds or WRITTEN)
        if self._retriever.candidates(said.question, named):
            answer, study = self._from_documents(said.question, named)
        else:
            of_kind: Keep = lambda card: is_of(card.document_id, card.kind, said.kinds)  # noqa: E731
            answer, study = self._from_documents(said.question, filters, of_kind)
        if not answer.abstained:
            return answer, study
        other, found = self._answer(said.question, filters)
        if other.abstained:
            return other, found
        if found:
            found.elsewhere = True
        remark = f"*The source “{said.named}” has no answer to this; elsewhere stands what follows.*"
        return replace(other, answer=f"{remark}\n\n{other.answer}"), found

    def now(self, answer: Answer, filters: Filters) -> Answer:
        """An answer from documents, with a line on how the one live object that its question names is now."""
        return self._cluster.now(answer, filters) if self._cluster else answer

    def _from_documents(
        self, question: str, filters: Filters, keep: Keep = lambda _: True
    ) -> tuple[Answer, Study]:
        study = self.study(question, filters, keep)
        sure = confidence(study.evidence)
        held = answerable(study.evidence)
        answer = self._say(question, study, sure) if sure >= LEAST and held >= 0.5 else None
        return answer or _decline(question, study, min(sure, round(held, 3))), study

    def study(self, question: str, filters: Filters, keep: Keep = lambda _: True) -> Study:
        """What the index holds on `question`, of the documents whose cards are to `keep`."""
        query = self._retriever.read(question, filters.principals)
        # What runs is asked in its own way; here a thousand objects would only hide what was written.
        filters = replace(filters, kinds=filters.kinds or WRITTEN)
        rarity = self._retriever.rarity(filters.principals)
        candidates = [c for c in self._retriever.candidates(question, filters) if keep(c.card)]
        candidates = self._retriever.reranked(question, candidates, filters.principals)
        ranked = outdated_last(candidates, self._outdated(filters.principals))
        passages = choose(ranked, query, others=2)
        documents = self._documents(list(dict.fromkeys(p.candidate.card.document_id for p in passages)))
        units, ranks = units_of_passages(passages, documents, query, rarity)
        best = [c.score for c in places(ranked, query)[:2]]
        lead = best[0] - best[1] if len(best) > 1 else 1.0
        best_file = [p.candidate for p in passages if p.place == 0]
        own = [u for u, rank in zip(units, ranks, strict=True) if not rank]
        evidence = weigh(
            query,
            best_file,
            lead,
            ranked=ranked,
            embed=self._retriever.embed,
            idf=rarity.idf,
            around=[unit.read for unit in own],
            valueless=query.intent.wants_value and not holds_value(own, query),
        )
        beside = self._beside(question, ranked, filters, rarity, keep)
        return Study(query, rarity, ranked, passages, documents, units, ranks, evidence, beside)

    def _beside(
        self, question: str, ranked: Sequence[Candidate], filters: Filters, rarity: Rarity, keep: Keep
    ) -> list[Unit]:
        """The units that answer parts of the question from files other than the best one."""
        found: list[Unit] = []
        for part in parts_of(question):
            other = elsewhere(ranked, [c for c in self._retriever.candidates(part, filters) if keep(c.card)])
            documents = self._documents([other.card.document_id]) if other else {}
            if other is None or not documents:
                continue
            asked = self._retriever.read(part, filters.principals)
            place = Passage(other, other.chunk.start, other.chunk.end, 1.0, 0)
            units, ranks = units_of_passages([place], documents, asked, rarity)
            found += pick(units, ranks, BESIDE, asked)
        return found

    def nearby(self, study: Study) -> list[Unit]:
        """The units of further files near the best, which the answer hardly draws on: a model may know better."""
        used = {p.candidate.card.file for p in study.passages}
        told = {unit.document.id for unit in study.beside}
        near = places(study.ranked, study.query)[:NEAR_FILES]
        others = [
            Passage(c, c.chunk.start, c.chunk.end, c.score / near[0].score, rank)
            for rank, c in enumerate(near, 1)
            if c.card.file not in used and c.card.document_id not in told
        ]
        others = [p for p in others if p.share >= NEAR]
        documents = self._documents([p.candidate.card.document_id for p in others])
        return [*study.beside, *units_of_passages(others, documents, study.query, study.rarity)[0]]

    def _say(self, question: str, study: Study, sure: float) -> Answer | None:
        self._choose(study, int(_at(sure, LENGTHS)), _at(sure, OTHERS))
        if not study.chosen:
            return None
        main = study.passages[0].candidate.card.file
        scores = {p.candidate.card.document_id: p.candidate.score for p in reversed(study.passages)}
        draft = compose(study.chosen, study.query, scores, study.rarity.idf, study.beside)
        # Read again: what is shown is held to what is stored now, not to the copy it was cut from.
        stored = self._documents(list(dict.fromkeys(c.document_id for c in draft.citations)))
        claims, citations = verified(draft.claims, draft.citations, stored)
        if len(claims) < len(draft.claims):
            return None
        return Answer(
            id=uuid.uuid4().hex,
            question=question,
            answer=draft.text,
            abstained=False,
            confidence=sure,
            claims=tuple(claims),
            citations=tuple(citations),
            script=page_script(citations, stored),
            followups=followups(study.ranked, _told(study.chosen), study.query),
            related=_related(study, skip=main),
        )

    def _choose(self, study: Study, most: int, share: float) -> None:
        """Sets what `study` says: at most `most` characters of the best files, and what others add to it.

        `share` is what a unit of a further file must be worth, of the best one's. A setting that differs between
        environments is said of each, as if the question had named them.
        """
        chosen = pick(study.units, study.ranks, most, study.query, share)
        if not chosen:
            return
        if not study.query.environments:
            lead = lead_of(chosen, study.query, study.rarity.idf)
            others = other_values(lead, study.ranked, self._documents)
            if lead and others:
                named = frozenset(u.document.environment for u in (lead.unit, *others))
                study.query = replace(study.query, environments=named)
                chosen += others
        chosen = list({(u.document.id, u.start): u for u in (*chosen, *study.beside)}.values())
        order = [p.candidate.card.document_id for p in study.passages]
        order += [u.document.id for u in chosen if u.document.id not in order]
        study.chosen = sorted(chosen, key=lambda u: (order.index(u.document.id), u.start))


def _at(sure: float, steps: Sequence[tuple[float, float]]) -> float:
    """What `steps` say for a confidence, in proportion between two of them."""
    return float(np.interp(sure, [at for at, _ in steps], [value for _, value in steps]))


def _decline(question: str, study: Study, sure: float) -> Answer:
    related = _related(study, skip=None)
    text = "I found no answer to this in the indexed documents."
    if related:
        pages = "\n".join(f"- {r.title}" + (f" ({r.path})" if r.path else "") for r in related)
        text += f"\n\nPossibly related:\n\n{pages}"
    return Answer(
        id=uuid.uuid4().hex, question=question, answer=text, abstained=True, confidence=sure, related=related
    )


def _told(units: Sequence[Unit]) -> set[tuple[str, str]]:
    """The places that an answer uses."""
    return {(u.document.id, (u.section.heading_path or ("",))[-1]) for u in units}


def _related(study: Study, skip: tuple[str, str] | None) -> tuple[Related, ...]:
    cards = [c.card for c in places(study.ranked, study.query)[:4]]
    return tuple(
        Related(card.document_id, card.title, card.url, card.path) for card in cards if card.file != skip
    )[:3]
