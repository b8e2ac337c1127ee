"""The bundled model in OpenVINO: many texts at once, on processors with matrix units for int8 (Intel AMX).

There it makes 1.4 times as many tokens a CPU second as onnxruntime, whose attention is in fp32. Elsewhere it is slower,
and it takes a second to load; so onnxruntime stays for the rest.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

BATCH = 4
"""Texts of nearly the same length that are run together."""
_STEP = 16
"""Lengths are rounded up to a multiple of it: OpenVINO makes new machine code for each shape that it meets."""
_AHEAD = 8
"""Batches a core that OpenVINO holds at once, half a second of work: others keep the interpreter's lock for long, such
as Chroma for a whole write."""

_MOST_CORES = 8
"""Each core takes some 100 MB; with more cores onnxruntime is fast enough."""


def pays() -> bool:
    """Whether OpenVINO is installed and worth its memory on this machine."""
    return cores() <= _MOST_CORES and has_matrix_units() and find_spec("openvino") is not None


def has_matrix_units(info: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor that `info` describes multiplies matrices of int8."""
    try:
        return any("amx_int8" in line.split() for line in info.read_text().splitlines())
    except OSError:  # not Linux
        return False


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class BulkModel:
    """Embeds tokens with a model file made by `index.embedding.build`, on `threads` cores."""

    def __init__(self, model: Path, threads: int) -> None:
        import openvino

        settings = {
            "INFERENCE_PRECISION_HINT": "bf16",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": threads,
        }
        compiled = openvino.Core().compile_model(model, "CPU", settings)
        self._free: SimpleQueue[Any] = SimpleQueue()
        for _ in range(threads * _AHEAD):
            self._free.put(compiled.create_infer_request())
        # Its binding to numpy is set up by the first run; two threads that do so at once wait for each other for ever.
        self.embed([[0]])

    def embed(self, texts: Sequence[Sequence[int]]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Unit vectors, one row a text; a text is given by its tokens, at least one."""
        # Longest first, so that no core has a long one left when the others are done.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        batches = [[texts[i] for i in order[at : at + BATCH]] for at in range(0, len(order), BATCH)]
        begun: deque[tuple[Any, int]] = deque()
        found: list[np.ndarray[Any, np.dtype[np.float32]]] = []
        try:
            for batch in batches:
                while (request := self._idle(wait=not begun)) is None:
                    found.append(self._finished(*begun.popleft()))
                begun.append((request, len(batch)))
                request.start_async(_padded(batch))
            while begun:
                found.append(self._finished(*begun.popleft()))
        finally:
            for request, _ in begun:  # after an error
                self._free.put(request)
        return np.concatenate(found)[np.argsort(order)]

    def _idle(self, *, wait: bool) -> Any:
        """A request that nobody uses; None if there is none and the caller does not `wait` for other threads."""
        try:
            return self._free.get(block=wait)
        except Empty:
            return None

    def _finished(self, request: Any, rows: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        """The rows of a batch once they are there; its request is idle again."""
        try:
            request.wait()
            found: np.ndarray[Any, np.dtype[np.float32]] = request.get_output_tensor().data[:rows].copy()
            return found
        finally:
            self._free.put(request)


def _padded(texts: Sequence[Sequence[int]]) -> list[np.ndarray[Any, Any]]:
    """Tokens and mask; a batch with room left is filled with nothing, as fewer rows would be one more shape."""
    longest = max(map(len, texts))
    ids = np.zeros((BATCH, -(-longest // _STEP) * _STEP), dtype=np.int32)
    mask = np.zeros(ids.shape, dtype=np.float32)
    for row, tokens in enumerate(texts):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return [ids, mask]
