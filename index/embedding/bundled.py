"""The bundled all-MiniLM-L6-v2 in onnxruntime, int8.

What makes it fast (two cores with AVX-512 VNNI, chunks of 150 tokens): whole texts side by side, one a core,
each staying in that core's cache, instead of all cores in one batch: 24,000 tokens a second, more with AMX.
Batches of 4,096 tokens with onnxruntime's own threads made 13,000, and 5,000 on a busy machine, where such
threads wait for one another. With AMX, many texts go through OpenVINO instead (`index.embedding.bulk`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from index.embedding.bulk import BulkModel, cores

DIMENSION = 384
WINDOW = 256
"""Tokens that the model was trained to read; what is longer would be cut, so chunks must be shorter."""

MANY = 48
"""Texts for which it pays to load OpenVINO, which takes about a second: more than a changed page has chunks."""

_SLOWER = ("SkipLayerNormFusion",)
"""onnxruntime's fused operator is not vectorised: without it a core makes a third more tokens a second."""


class BundledModel:
    """Embeds texts with a model file made by `index.embedding.build`; `bulk` is the one for many at once."""

    dimension = DIMENSION
    window = WINDOW

    def __init__(self, model: Path, tokenizer: Path, bulk: Path | None = None) -> None:
        self._file = model
        self._session: onnxruntime.InferenceSession | None = None
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._bulk_file = bulk
        self._bulk: BulkModel | None = None
        self._lock = threading.Lock()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as the model counts them, its two special tokens included."""
        return [len(e.ids) for e in self._tokenizer.encode_batch_fast(list(texts))]

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Unit vectors, one row a text; a text longer than the window is read up to the window."""
        encoded = [e.ids[: WINDOW - 1] + e.ids[-1:] if len(e.ids) > WINDOW else e.ids
                   for e in self._tokenizer.encode_batch_fast(list(texts))]  # fmt: skip
        if len(encoded) == 1:
            return self._run(encoded[0])
        if self._bulk_file is not None and (len(encoded) >= MANY or (self._bulk and encoded)):
            return self._loaded_bulk(self._bulk_file).embed(encoded)
        # A running session is outside the interpreter's lock.
        with ThreadPoolExecutor(cores()) as pool:
            rows = list(pool.map(self._run, encoded))
        return np.concatenate(rows) if rows else np.empty((0, DIMENSION), dtype=np.float32)

    def _loaded_bulk(self, file: Path) -> BulkModel:
        with self._lock:
            if self._bulk is None:
                self._bulk = BulkModel(file, cores())
            return self._bulk

    def _run(self, ids: list[int]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """One text alone: int8 scales a batch by its largest value, so neighbours would change its vector.

        Batches save time only for texts far shorter than chunks.
        """
        tokens = {"input_ids": np.array([ids], dtype=np.int64)}
        session = self._session or self._loaded_session()
        found: np.ndarray[Any, np.dtype[np.float32]] = session.run(["vectors"], tokens)[0]
        return found

    def _loaded_session(self) -> onnxruntime.InferenceSession:
        """The session, made when first needed: an ingest that embeds with OpenVINO does not, and saves its memory."""
        with self._lock:
            if self._session is None:
                self._session = _session_of(self._file)
            return self._session


def _session_of(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Memory patterns and the arena grow with every new batch shape and never shrink.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(model), options, providers=["CPUExecutionProvider"], disabled_optimizers=list(_SLOWER)
    )
