"""Writes an answer with a language model: the model points, the documents speak.

The model is asked for the numbers of the lines that answer. One that writes instead is held to the lines while it
writes: what stands there word for word, and what was probably meant by the rest, is said as the document says it.
Whatever else the model wrote is never shown.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from answers.generation.entailment import EntailmentCheck
from answers.generation.pack import Line, is_fit, pack, part_of
from answers.generation.parse import Piece, pieces
from answers.generation.prompt import SYSTEM, ask_for
from answers.generation.repair import Embed, Repairs
from answers.generation.said import Said
from answers.generation.support import holders, is_code
from answers.llm import LlmError
from answers.model import Answer
from answers.page_script import page_script
from answers.select import WHOLE, company_of
from answers.units import Unit
from answers.verify import verified
from connectors.documents import Document
from connectors.errors import ConfigurationError

log = logging.getLogger(__name__)

_IN_VAIN = 6
"""So many pieces in a row that add nothing: the model is looping or inventing."""
SURE = 0.65
"""From this confidence on the best file stays in the answer, whatever the model points at."""
_SHORT = 600
"""Characters under one heading that are shown whole: a line is best understood among its neighbours."""
_MOST = 12
"""So many pieces that are kept: a model that goes on chooses nothing."""

_HOLDERS = 3
"""So many lines with the same words are asked about: each may cost a pass of the model for entailment."""

Tell = Callable[[str], None]
Documents = Callable[[Sequence[str]], dict[str, Document]]


class Model(Protocol):
    """What is needed of a language model (`answers.llm`)."""

    def stream(self, system: str, user: str) -> Iterator[str]:
        """The parts of a reply; raises `LlmError`."""
        ...


@dataclass(frozen=True, slots=True)
class Material:
    """What an extractive answer was made of, and what else a model may choose from."""

    units: Sequence[Unit]
    """Those of the best file first."""
    chosen: Sequence[Unit]
    """What the answer shows, in its order."""
    scores: Mapping[str, float]
    compares: bool = False
    """Whether the question asks for several environments, each of which belongs into the answer."""


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

    def __init__(
        self,
        model: Model,
        embed: Embed,
        documents: Documents,
        limits: Limits,
        entailment: EntailmentCheck | None = None,
    ) -> None:
        self._model = model
        self._entailment = entailment
        self._embed = embed
        self._documents = documents
        self._limits = limits

    def write(self, answer: Answer, material: Material, tell: Tell) -> Answer:
        """`answer` with what the model chose first and more of the same files behind.

        `tell` is given the Markdown as it grows, every part verified. `answer` itself where the model fails, is
        too slow, or says nothing that stands in the sources.
        """
        said = Said(material.scores)
        try:
            if self._entailment:
                self._entailment.model.load()  # takes seconds, which are not the model's that writes
            self._follow(answer.question, material, said, tell)
        # What the configuration asks to be checked is not said where it cannot be checked.
        except (LlmError, ConfigurationError, RuntimeError, MemoryError) as error:
            log.warning("answered without the model: %s", error)
            return answer
        if not said.claims:
            log.warning("answered without the model: nothing that it said stands in its sources")
            return answer
        rest = said.add(rest_of(answer, material, said))
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
        lines = pack(material.units, material.chosen, self._limits.tokens)
        if not lines:
            return
        sent = {id(line.unit) for line in lines}
        repairs = Repairs([unit for unit in material.chosen if id(unit) in sent], self._embed)
        fates: Counter[str] = Counter()
        vain = 0
        for piece in _one_by_one(pieces(self._in_time(SYSTEM, ask_for(question, lines)))):
            unit, denied = self._meant(piece, lines)
            fates.update(["not entailed"] * len(denied))
            fate = "kept" if unit else "repaired"
            unit = unit or repairs.for_(piece.text, code=piece.code, but=denied)
            added = said.add(_with_company(unit, material.units)) if unit else ""
            fates[fate if added else "repeated" if unit else "removed"] += 1
            vain = 0 if added else vain + 1
            if added:
                tell(added)
            if vain >= _IN_VAIN or fates["kept"] >= _MOST:
                break
        log.info("of a model's reply: %s", dict(fates))

    def _meant(self, piece: Piece, lines: Sequence[Line]) -> tuple[Unit | None, list[Unit]]:
        """The unit that the piece points at, or that holds it word for word: a line that it cites, else another one.

        Behind it the units that hold its words and do not say it.
        """
        cited = [line.unit for line in lines if line.number in piece.numbers]
        if not piece.text:
            return (cited[0] if cited else None), []
        pool = [*cited, *(line.unit for line in lines if line.number not in piece.numbers)]
        if piece.code:
            pool = [unit for unit in pool if is_code(unit)]
        denied: list[Unit] = []
        for unit in islice(holders(piece.text, pool, code=piece.code), _HOLDERS):
            if piece.code or not self._entailment or self._entailment.passes(piece.text, unit):
                return unit, denied
            denied.append(unit)
        return None, denied

    def _in_time(self, system: str, user: str) -> Iterator[str]:
        """The parts of the reply that come while there is time."""
        end = self._limits.clock() + self._limits.seconds
        for part in self._model.stream(system, user):
            yield part
            if self._limits.clock() >= end:
                return


def rest_of(answer: Answer, material: Material, said: Said) -> list[Unit]:
    """What follows the model's choice: what the answer without it shows, of the files that the model points at.

    Of the best file too where the answer was sure; of all where several environments are compared. What stands under
    the same headings comes first.
    """
    if material.compares:
        return list(material.chosen)
    ids = {citation.document_id for citation in said.citations}
    files = {_file(unit) for unit in material.units if unit.document.id in ids}
    if answer.confidence >= SURE:
        files.add(_file(material.units[0]))
    parts = {part_of(unit) for unit in material.units if said.holds(unit)}
    kept = [unit for unit in material.chosen if _file(unit) in files]
    return sorted(kept, key=lambda unit: part_of(unit) not in parts)


def _file(unit: Unit) -> tuple[str, str]:
    return unit.document.source, unit.document.path or unit.document.id


def _one_by_one(found: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, each number that a piece points at alone."""
    for piece in found:
        if piece.text:
            yield piece
        else:
            yield from (replace(piece, numbers=(number,)) for number in piece.numbers)


def _with_company(unit: Unit, units: Sequence[Unit]) -> list[Unit]:
    """The unit with what must be said with it, and all under its heading if that is short; in the order of the text."""
    at = next(i for i, other in enumerate(units) if other is unit)
    company = company_of(units, at, WHOLE)
    part = [i for i, other in enumerate(units) if part_of(other) == part_of(unit)]
    if sum(len(units[i].text) for i in part) <= _SHORT:
        company.update(part)
    return [units[i] for i in sorted(company) if is_fit(units[i])]
