"""Hard negatives: what Kubelore's own retrieval ranks high for a question and is not the passage that answers it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from api.wiring import Wiring
from bench.adapt.index import chunk_of
from bench.adapt.questions import Asked
from index.chunks import Chunk
from index.retriever import Retriever
from index.search_types import Filters

HARDEST = 8
"""Chunks that are kept for a question, best first."""
_TOLD = 200


@dataclass(frozen=True, slots=True)
class Mined:
    """A question with the id of the chunk that answers it and those of chunks that do not."""

    question: str
    chunk: str
    others: tuple[str, ...]


def mine(wiring: Wiring, asked: Sequence[Asked], file: Path) -> int:
    """Append to `file` what is found for each answered question; gives how many passages were not in the index.

    Questions that the file has already are left out, so that an interrupted run goes on.
    """
    done = {mined.question for mined in read_mined(file)} if file.exists() else set()
    todo = [one for one in asked if one.answered and one.question not in done]
    retriever = Retriever(wiring.index, wiring.ledger.readable)
    missing = 0
    with file.open("a", encoding="utf-8") as lines:
        for number, one in enumerate(todo, 1):
            chunk = chunk_of(wiring, one.passage)
            if chunk is None:
                missing += 1
            else:
                mined = Mined(one.question, chunk.id, hardest(retriever, one.question, chunk))
                lines.write(json.dumps(asdict(mined), ensure_ascii=False) + "\n")
            if number % _TOLD == 0 or number == len(todo):
                lines.flush()
                print(f"{number} of {len(todo)} questions, {missing} passages not found", flush=True)
    return missing


def read_mined(file: Path) -> list[Mined]:
    """What `mine` wrote; an end that was cut off is cut from the file, too."""
    text = file.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        file.write_text(whole, encoding="utf-8")
    rows = [json.loads(line) for line in whole.split("\n") if line]
    return [Mined(row["question"], row["chunk"], tuple(row["others"])) for row in rows]


def hardest(retriever: Retriever, question: str, answering: Chunk) -> tuple[str, ...]:
    """The first chunks for a question, but for the one that answers it, its neighbours and its copies."""
    found = [candidate.chunk for candidate in retriever.candidates(question, Filters())]
    return tuple([chunk.id for chunk in found if not _may_answer(chunk, answering)][:HARDEST])


def _may_answer(chunk: Chunk, answering: Chunk) -> bool:
    if chunk.document_id == answering.document_id and abs(chunk.ordinal - answering.ordinal) <= 1:
        return True
    return chunk.written_text.strip() == answering.written_text.strip()
