"""The bundled all-MiniLM-L6-v2 in onnxruntime, int8: 169 texts a second where torch makes 51."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

DIMENSION = 384
WINDOW = 256
"""Tokens that the model was trained to read; what is longer would be cut, so chunks must be shorter."""

_BATCH_TOKENS = 4096
"""Tokens a batch: larger ones are no faster on two cores and hold more memory."""
_FEW = 16
"""Texts that one thread embeds as fast as many do, without a second copy of the model."""


class BundledModel:
    """Embeds texts with a model file made by `index.embedding.build`."""

    dimension = DIMENSION
    window = WINDOW

    def __init__(self, model: Path, tokenizer: Path) -> None:
        self._model = model
        self._for_questions = self._session(threads=1)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    @cached_property
    def _for_batches(self) -> onnxruntime.InferenceSession:
        """The model on all cores, loaded with the first batch: who only searches does without it."""
        return self._session(threads=0)

    def _session(self, threads: int) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Threads that spin between two batches take the cores from everything else.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Memory patterns and the arena grow with every new batch shape and never shrink.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(self._model), options, providers=["CPUExecutionProvider"])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as the model counts them, its two special tokens included."""
        return [len(e.ids) for e in self._tokenizer.encode_batch_fast(list(texts))]

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Unit vectors, one row a text; a text longer than the window is read up to the window."""
        encoded = [e.ids[: WINDOW - 1] + e.ids[-1:] if len(e.ids) > WINDOW else e.ids
                   for e in self._tokenizer.encode_batch_fast(list(texts))]  # fmt: skip
        order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        start = 0
        while start < len(order):
            stop = start + 1
            # Sorted by length: the longest of a batch is its last, and padding stays small.
            while stop < len(order) and (stop - start + 1) * len(encoded[order[stop]]) <= _BATCH_TOKENS:
                stop += 1
            rows = order[start:stop]
            vectors[rows] = self._run([encoded[i] for i in rows])
            start = stop
        return vectors

    def _run(self, ids: list[list[int]]) -> np.ndarray[Any, np.dtype[np.float32]]:
        width = max(len(row) for row in ids)
        tokens = np.zeros((len(ids), width), dtype=np.int64)
        mask = np.zeros((len(ids), width), dtype=np.int64)
        for i, row in enumerate(ids):
            tokens[i, : len(row)] = row
            mask[i, : len(row)] = 1
        session = self._for_questions if len(ids) <= _FEW else self._for_batches
        found: np.ndarray[Any, np.dtype[np.float32]] = session.run(
            ["vectors"], {"input_ids": tokens, "attention_mask": mask}
        )[0]
        return found
