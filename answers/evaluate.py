"""Scores of retrieval, answers, citations and abstention on a question file.

Definitions are those of the contract. Ranks count distinct files in the order in which the search names them.
A claim counts as supported if its words stand in a quote that it cites; claims given to unanswerable
questions count as wrong. What an answer must include is looked for in what it says, not in the headings and
markers that are put in. Beyond the contract: `citation_precision_by_answer` weighs each answer alike, however many
claims it makes; `accuracy_first_800` looks at what is read first; `faithfulness` is the share of shown blocks that
stand in a quote they cite; `right_script` the share of suggested scripts that hold what the question expects of one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from statistics import mean
from typing import Any, Protocol

from answers.faithfulness import shown_text, unfaithful
from answers.model import Answer, Citation
from answers.questions import Question, includes_all
from connectors.documents import Document
from index.search_types import Filters, SearchResult

DEPTH = 10
FIRST = 800
"""Characters of an answer that are read without scrolling."""
_WORD = re.compile(r"\w+")


class Searcher(Protocol):
    """What retrieval is asked through."""

    def search(self, query: str, k: int, filters: Filters) -> list[SearchResult]:
        """The best `k` results."""
        ...


class Answerer(Protocol):
    """What answers are asked through."""

    def ask(self, question: str, filters: Filters) -> Answer:
        """One answer."""
        ...


@dataclass(slots=True)
class Outcome:
    """What one question got."""

    question: Question
    files: list[str]
    rank: int | None
    recall_5: float
    recall_10: float
    answer: Answer
    correct: bool
    correct_at_once: bool
    claims: int
    good_claims: int
    blocks: int
    unfaithful: list[str]
    quotes: int
    exact_quotes: int
    script: bool | None
    search_ms: float
    ask_ms: float


@dataclass(slots=True)
class Report:
    """All outcomes and their summary."""

    outcomes: list[Outcome] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The figures overall and by kind of question, and one row a question."""
        kinds = sorted({o.question.kind for o in self.outcomes})
        return {
            "overall": summarise(self.outcomes),
            "by_kind": {
                kind: summarise([o for o in self.outcomes if o.question.kind == kind]) for kind in kinds
            },
            "questions": [_row(o) for o in self.outcomes],
        }


def evaluate(
    questions: Iterable[Question],
    searcher: Searcher,
    answerer: Answerer,
    document: Callable[[str], Document | None],
    roots: Mapping[str, str],
    filters: Filters | None = None,
) -> Report:
    """Asks every question, within `filters`, and scores what comes back.

    `document` looks a cited document up; `roots` gives the folder of each source that has one, so that a
    gold path `infra/main.tf` is known as `main.tf` of the source whose folder is `…/infra`.
    """
    report = Report()
    within = filters or Filters()
    for question in questions:
        started = time.perf_counter()
        results = searcher.search(question.question, 4 * DEPTH, within)
        searched = time.perf_counter()
        answer = answerer.ask(question.question, within)
        asked = time.perf_counter()
        report.outcomes.append(
            _outcome(
                question,
                results,
                answer,
                document,
                roots,
                1e3 * (searched - started),
                1e3 * (asked - searched),
            )
        )
    return report


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The contract's figures of some outcomes; None where there is nothing to count."""
    answerable = [o for o in outcomes if o.question.answerable]
    unanswerable = [o for o in outcomes if not o.question.answerable]
    declined = [o for o in outcomes if o.answer.abstained]
    return {
        "n": len(outcomes),
        "recall@5": _mean(o.recall_5 for o in answerable),
        "recall@10": _mean(o.recall_10 for o in answerable),
        "mrr": _mean(1 / o.rank if o.rank else 0.0 for o in answerable),
        "answer_accuracy": _mean(float(o.correct) for o in answerable),
        f"accuracy_first_{FIRST}": _mean(float(o.correct_at_once) for o in answerable),
        "citation_precision": _share(sum(o.good_claims for o in outcomes), sum(o.claims for o in outcomes)),
        "citation_precision_by_answer": _mean(o.good_claims / o.claims for o in outcomes if o.claims),
        "faithfulness": _share(
            sum(o.blocks - len(o.unfaithful) for o in outcomes), sum(o.blocks for o in outcomes)
        ),
        "quote_exactness": _share(sum(o.exact_quotes for o in outcomes), sum(o.quotes for o in outcomes)),
        "abstention_precision": _share(sum(not o.question.answerable for o in declined), len(declined)),
        "abstention_recall": _share(sum(o.answer.abstained for o in unanswerable), len(unanswerable)),
        "wrongly_declined": _share(sum(o.answer.abstained for o in answerable), len(answerable)),
        "right_script": _mean(float(o.script) for o in outcomes if o.script is not None),
        "search_ms_p50": _percentile([o.search_ms for o in outcomes], 0.5),
        "search_ms_p95": _percentile([o.search_ms for o in outcomes], 0.95),
        "ask_ms_p50": _percentile([o.ask_ms for o in outcomes], 0.5),
        "ask_ms_p95": _percentile([o.ask_ms for o in outcomes], 0.95),
    }


def _place(found: Citation | SearchResult) -> str:
    """What a gold path is compared with: the file, or the document's id where there is none (a wiki's page)."""
    return found.path or found.document_id


def is_gold(gold_path: str, source: str, path: str, roots: Mapping[str, str]) -> bool:
    """Whether `gold_path` names the file `path` of `source`, or a document without a file.

    Such a document is named by its id, or by what follows the source in it: `shop/Deployment/cart` for an object of
    a cluster. A last part `*` stands for any: `shop/Event/*`.
    """
    if gold_path in (path, f"{source}/{path}"):
        return True
    within = path.partition(f":{source}/")[2]
    if within and (gold_path == within or (gold_path.endswith("/*") and within.startswith(gold_path[:-1]))):
        return True
    if not gold_path.endswith("/" + path):
        return False
    above = PurePath(gold_path[: -len(path) - 1]).parts
    return PurePath(roots.get(source, "")).parts[-len(above) :] == above


def supports(claim: str, quote: str) -> bool:
    """Whether nearly every word of `claim` stands in `quote`."""
    said, given = _WORD.findall(claim.lower()), set(_WORD.findall(quote.lower()))
    return bool(said) and sum(word in given for word in said) >= 0.9 * len(said)


def _outcome(
    question: Question,
    results: Sequence[SearchResult],
    answer: Answer,
    document: Callable[[str], Document | None],
    roots: Mapping[str, str],
    search_ms: float,
    ask_ms: float,
) -> Outcome:
    found = list(dict.fromkeys((r.source, _place(r)) for r in results))
    ranks = [
        next((i for i, (source, path) in enumerate(found, 1) if is_gold(g.path, source, path, roots)), None)
        for g in question.gold
    ]
    first = min((r for r in ranks if r), default=None)
    cited = {c.number: c for c in answer.citations}
    good = [
        any(
            supports(claim.text, cited[n].quote)
            and any(is_gold(g.path, cited[n].source, _place(cited[n]), roots) for g in question.gold)
            for n in claim.citations
            if n in cited
        )
        for claim in answer.claims
    ]
    said = shown_text(answer)
    told = question.answerable and not answer.abstained
    blocks, wrong = unfaithful(answer, document)
    return Outcome(
        question=question,
        files=[f"{source}/{path}" for source, path in found[:DEPTH]],
        rank=first,
        recall_5=_recall(ranks, 5, question.needs_all),
        recall_10=_recall(ranks, 10, question.needs_all),
        answer=answer,
        correct=told and includes_all(said, question.must_include),
        correct_at_once=told and includes_all(said[:FIRST], question.must_include),
        claims=len(good),
        good_claims=sum(good),
        blocks=blocks,
        unfaithful=wrong,
        quotes=len(answer.citations),
        exact_quotes=sum(_exact(c, document(c.document_id)) for c in answer.citations),
        script=_right_script(question, answer),
        search_ms=search_ms,
        ask_ms=ask_ms,
    )


def _right_script(question: Question, answer: Answer) -> bool | None:
    """Whether the answer's script holds what is expected of it; None where nothing is."""
    if not question.script:
        return None
    return answer.script is not None and includes_all(answer.script.text, question.script)


def _recall(ranks: Sequence[int | None], depth: int, needs_all: bool) -> float:
    hits = [bool(rank and rank <= depth) for rank in ranks]
    if not hits:
        return 0.0
    return sum(hits) / len(hits) if needs_all else float(any(hits))


def _exact(citation: Citation, document: Document | None) -> bool:
    return (
        document is not None
        and bool(citation.quote)
        and document.text[citation.start : citation.end] == citation.quote
    )


def _row(o: Outcome) -> dict[str, Any]:
    return {
        "id": o.question.id,
        "kind": o.question.kind,
        "rank": o.rank,
        "correct": o.correct,
        "abstained": o.answer.abstained,
        "confidence": o.answer.confidence,
        "claims": o.claims,
        "good_claims": o.good_claims,
        "right_script": o.script,
        "unfaithful": o.unfaithful,
        "files": o.files,
    }


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return round(mean(numbers), 4) if numbers else None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _percentile(values: Sequence[float], share: float) -> float | None:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else None
