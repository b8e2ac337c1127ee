"""Writes an answer with a language model: the model points, the documents speak.

Each piece of the reply is held to the numbered sources while it comes. What stands there word for word, and what
was probably meant by the rest, is said as the document says it; whatever else the model wrote is never shown.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from answers.generation.pack import Source, pack
from answers.generation.parse import Piece, pieces
from answers.generation.prompt import SYSTEM, ask_for
from answers.generation.repair import Embed, Repairs
from answers.generation.said import Said
from answers.generation.support import is_code, meant
from answers.llm import LlmError
from answers.model import Answer
from answers.page_script import page_script
from answers.units import Unit
from answers.verify import verified
from connectors.documents import Document

log = logging.getLogger(__name__)

_IN_VAIN = 6
"""So many pieces in a row that add nothing: the model is looping or inventing."""

Tell = Callable[[str], None]
Documents = Callable[[Sequence[str]], dict[str, Document]]


class Model(Protocol):
    """What is needed of a language model (`answers.llm`)."""

    def stream(self, system: str, user: str) -> Iterator[str]:
        """The parts of a reply; raises `LlmError`."""
        ...


@dataclass(frozen=True, slots=True)
class Material:
    """What an extractive answer was made of: all units that were found, and those that it shows, in its order."""

    units: Sequence[Unit]
    chosen: Sequence[Unit]
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may take."""

    tokens: int
    """Of the sources that are sent."""
    seconds: float = 30.0
    """After these the model is not asked for more; what it has said by then counts."""
    clock: Callable[[], float] = time.monotonic


class Writer:
    """Turns an extractive answer into one that a model has put together."""

    def __init__(self, model: Model, embed: Embed, documents: Documents, limits: Limits) -> None:
        self._model = model
        self._embed = embed
        self._documents = documents
        self._limits = limits

    def write(self, answer: Answer, material: Material, tell: Tell) -> Answer:
        """`answer` with what the model chose first and whatever it left out behind.

        `tell` is given the Markdown as it grows, every part verified. `answer` itself where the model fails, is
        too slow, or says nothing that stands in the sources.
        """
        said = Said(material.scores)
        try:
            self._follow(answer.question, material, said, tell)
        except LlmError as error:
            log.warning("answered without the model: %s", error)
            return answer
        if not said.claims:
            log.warning("answered without the model: nothing that it said stands in its sources")
            return answer
        rest = said.add(material.chosen)
        stored = self._documents(list(dict.fromkeys(c.document_id for c in said.citations)))
        claims, citations = verified(said.claims, said.citations, stored)
        if len(claims) < len(said.claims):
            return answer
        if rest:
            tell(rest)
        return replace(
            answer,
            answer=said.text,
            claims=tuple(claims),
            citations=tuple(citations),
            script=page_script(citations, stored) or answer.script,
            mode="llm",
        )

    def _follow(self, question: str, material: Material, said: Said, tell: Tell) -> None:
        """Say what the model points to, piece by piece."""
        sources = pack(material.units, material.chosen, self._limits.tokens)
        if not sources:
            return
        sent = {id(unit) for source in sources for unit in source.units}
        repairs = Repairs([unit for unit in material.chosen if id(unit) in sent], self._embed)
        fates: Counter[str] = Counter()
        vain = 0
        for piece in pieces(self._in_time(SYSTEM, ask_for(question, sources))):
            unit = _quoted(piece, sources)
            fate = "kept" if unit else "repaired"
            unit = unit or repairs.for_(piece.text, code=piece.code)
            added = said.add([unit]) if unit else ""
            fates[fate if added else "removed"] += 1
            vain = 0 if added else vain + 1
            if added:
                tell(added)
            elif vain >= _IN_VAIN:
                break
        log.info("of a model's reply: %s", dict(fates))

    def _in_time(self, system: str, user: str) -> Iterator[str]:
        """The parts of the reply that come while there is time."""
        end = self._limits.clock() + self._limits.seconds
        for part in self._model.stream(system, user):
            yield part
            if self._limits.clock() >= end:
                return


def _quoted(piece: Piece, sources: Sequence[Source]) -> Unit | None:
    """The unit that holds the piece word for word: in a source that it cites, else in another; the number is ours."""
    cited = [u for s in sources if s.number in piece.numbers for u in s.units]
    others = [u for s in sources if s.number not in piece.numbers for u in s.units]
    pool = [*cited, *others]
    if piece.code:
        pool = [unit for unit in pool if is_code(unit)]
    return meant(piece.text, pool, code=piece.code)
