"""A second judge of what a model says, where one is configured: whether it follows from the line that holds its words.

`Delete the database.` stands word for word in a line that forbids it, and is not what the line says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from answers.generation.support import words_of
from answers.units import Unit


class Entailment(Protocol):
    """A model for natural language inference (`index.cross_encoder.Entailment`)."""

    def load(self) -> None:
        """Make it ready; raises `ConfigurationError` if that cannot be."""
        ...

    def probability(self, source: str, text: str) -> float:
        """That `text` follows from `source`."""
        ...


@dataclass(frozen=True, slots=True)
class EntailmentCheck:
    """Can only refuse: what does not stand word for word in a line never comes here."""

    model: Entailment
    threshold: float = 0.5

    def passes(self, text: str, unit: Unit) -> bool:
        """Whether `text`, whose words stand in `unit`, also follows from it.

        All of the unit does; the model, which may err, is not asked for that.
        """
        if words_of(text) == words_of(unit.text):
            return True
        return self.model.probability(unit.read, text) >= self.threshold
