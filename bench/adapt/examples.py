"""What is trained on: passages with their questions, near misses and hard negatives, in batches."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bench.adapt.mining import Mined
from bench.adapt.questions import Asked
from index.chunks import Chunk


@dataclass(slots=True)
class Example:
    """A passage; `questions` are those that it answers, each with texts that do not."""

    document_id: str
    text: str
    questions: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    near: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Batch:
    """Question `i` is answered by passage `i`; `hard[i]` does not answer it.

    `near` are questions that some passage of the batch only seems to answer.
    """

    questions: list[str]
    passages: list[str]
    hard: list[str]
    near: list[str]
    documents: list[str]


def examples(asked: Sequence[Asked], mined: Sequence[Mined], chunks: Mapping[str, Chunk]) -> list[Example]:
    """An example for each chunk that answers anything; near misses go to the chunk that their passage lies in."""
    passages = {one.question: one.passage for one in asked if one.answered}
    found: dict[str, Example] = {}
    where: dict[object, Example] = {}
    for one in mined:
        if one.question not in passages or one.chunk not in chunks:
            continue
        chunk = chunks[one.chunk]
        example = found.setdefault(chunk.id, Example(chunk.document_id, chunk.written_text))
        others = tuple(chunks[ident].written_text for ident in one.others if ident in chunks)
        example.questions.append((one.question, others))
        where[passages[one.question]] = example
    for miss in asked:
        if not miss.answered and miss.passage in where:
            where[miss.passage].near.append(miss.question)
    return list(found.values())


def batches(given: Sequence[Example], epochs: int, size: int, seed: int) -> Iterator[Batch]:
    """Batches of `size` questions, every question once an epoch in another order; a rest is left out."""
    rnd = random.Random(seed)
    order: list[tuple[Example, tuple[str, tuple[str, ...]]]] = []
    for _ in range(epochs):
        epoch = [(example, question) for example in given for question in example.questions]
        rnd.shuffle(epoch)
        order += epoch
    for start, end in pairwise(range(0, len(order) + 1, size)):
        chosen = order[start:end]
        passages = [example.text for example, _ in chosen]
        yield Batch(
            questions=[question for _, (question, _) in chosen],
            passages=passages,
            hard=[rnd.choice(others or passages) for _, (_, others) in chosen],
            near=[rnd.choice(example.near) for example, _ in chosen if example.near],
            documents=[example.document_id for example, _ in chosen],
        )


def count_of_batches(given: Sequence[Example], epochs: int, size: int) -> int:
    """How many `batches` gives."""
    return epochs * sum(len(example.questions) for example in given) // size
