"""Models that read two texts together: how well a passage answers a question, whether one text says another.

Any cross-encoder that sentence-transformers can load, by hub name or folder; none travels in a package. With torch,
so it is loaded when it is first asked, which takes some seconds.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from connectors.errors import ConfigurationError
from index.embedding.bulk import has_matrix_units

WINDOW = 512
"""Tokens of question and passage together: a model that reads more is given no more."""
_LONGEST = 8_000
"""Characters of one text that are cut into tokens: more than the window ever holds."""
_SCORES_PAIRS = "ForSequenceClassification"
_ENTAILMENT = "entailment"

_FEWER = threading.Lock()
"""The number of threads is one for all of torch."""

Pair = tuple[str, str]
Logits = np.ndarray[Any, np.dtype[np.float64]]


class CrossEncoder:
    """A cross-encoder, loaded when it is first asked; safe to share between threads, which take turns.

    Every method raises `ConfigurationError` where it cannot be loaded: at once, after the first time, as asking the hub
    again takes long.
    """

    def __init__(self, name: str, key: str) -> None:
        """`name` of the hub or a folder; `key` is the configuration's, which errors name."""
        self._name = name
        self._key = key
        self._lock = threading.Lock()
        self._model: Any = None
        self._failed = ""

    def logits(self, pairs: Sequence[Pair]) -> Logits:
        """What the model says of each pair, a row each, from one forward pass; longer texts are cut to its window."""
        with self._lock:
            model = self._loaded()
            cut = [(first[:_LONGEST], second[:_LONGEST]) for first, second in pairs]
            # The tokenizer cannot be shared between threads, and what the model makes of its scores is not wanted.
            with _one_core():
                found = model.predict(
                    cut, batch_size=len(cut), show_progress_bar=False, activation_fn=lambda scores: scores
                )
        return np.asarray(found, dtype=np.float64).reshape(len(cut), -1)

    def width(self) -> int:
        """How many columns `logits` has."""
        with self._lock:
            return int(self._loaded().num_labels)

    def labels(self) -> list[str]:
        """The names of the columns of `logits`, in lower case."""
        with self._lock:
            named = self._loaded().model.config.id2label
        return [str(named[i]).lower() for i in sorted(named)]

    def refuse(self, reason: str) -> ConfigurationError:
        """The error for a model that does not fit, from now on raised whenever it is asked."""
        self._failed = (
            f"the model {self._name!r} of {self._key} {reason}; set it to the folder or hub name of one that"
            " does, or to null"
        )
        return ConfigurationError(self._failed)

    def _loaded(self) -> Any:
        if self._failed:
            raise ConfigurationError(self._failed)
        if self._model is None:
            try:
                self._model = _load(self._name)
            except Exception as error:  # noqa: BLE001 - whatever a model's files raise, the setting is what to correct
                self._failed = (
                    f"the model {self._name!r} of {self._key} cannot be loaded ({type(error).__name__}); set it to a"
                    " folder, to a name that this machine can fetch, or to null; then start again"
                )
                raise ConfigurationError(self._failed) from None
            if not _has_head(self._model):
                raise self.refuse("gives no scores for pairs of texts (it is no cross-encoder)")
        return self._model


class Reranker:
    """How well passages answer a question, by a cross-encoder with one score."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model

    def load(self) -> None:
        """Load the model; raises `ConfigurationError` if it cannot be, or has another number of scores."""
        if (width := self._model.width()) != 1:
            raise self._model.refuse(f"has {width} scores where a reranker has one")

    def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
        """For each passage how well it answers, 0 to 1: the sigmoid of the model's score."""
        self.load()
        logits = self._model.logits([(question, passage) for passage in passages])[:, 0]
        return [round(float(value), 4) for value in 1 / (1 + np.exp(-np.clip(logits, -50, 50)))]


class Entailment:
    """Whether what a text says follows from a source, by a cross-encoder for natural language inference."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model
        self._column = 0

    def load(self) -> None:
        """Load the model; raises `ConfigurationError` if it cannot be, or none of its labels is `entailment`."""
        labels = self._model.labels()
        if _ENTAILMENT not in labels or len(labels) < 2:
            raise self._model.refuse(
                f"has no label `{_ENTAILMENT}` among others (it has {', '.join(labels)})"
            )
        self._column = labels.index(_ENTAILMENT)

    def probability(self, source: str, text: str) -> float:
        """That `text` follows from `source`: the label's share of all labels."""
        self.load()
        logits = self._model.logits([(source, text)])[0]
        weights = np.exp(logits - logits.max())
        return round(float(weights[self._column] / weights.sum()), 4)


def _load(name: str) -> Any:
    import sentence_transformers
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()
    # Several times as fast where the processor multiplies such matrices, and slower where it does not.
    kind = torch.bfloat16 if has_matrix_units() else torch.float32
    model = sentence_transformers.CrossEncoder(name, model_kwargs={"dtype": kind})
    positions = getattr(model.model.config, "max_position_embeddings", None) if model.model else None
    model.max_seq_length = min(WINDOW, positions or WINDOW, model.max_seq_length or WINDOW)
    return model


@contextmanager
def _one_core() -> Iterator[None]:
    """Torch with one thread, unless the environment says how many.

    Several wait for each other in loops: where other processes or a container's limit take their cores away, a pass
    takes ten times as long with two.
    """
    import torch

    if "OMP_NUM_THREADS" in os.environ:
        yield
        return
    with _FEWER:
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def _has_head(model: Any) -> bool:
    """Whether the model's files hold what scores a pair: else it would be made up, by chance, when it is loaded."""
    if len(model) > 1:
        return True
    made = getattr(model.model.config, "architectures", None) or []
    return any(name.endswith(_SCORES_PAIRS) for name in made)
