"""The bundled model as an OpenVINO graph in int8, for batches of texts that are padded to one length.

Unlike onnxruntime's dynamic scales, those of the activations are fixed (`ranges.json`, written by
`python -m bench.ranges`), so a text's vector does not depend on the texts beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from openvino import opset13 as operators

from index.embedding.graph import HEADS, HIDDEN, LAYERS, Weights

Ranges = Mapping[str, tuple[float, float]]

_EPSILON = 1e-12
_LEVELS = 255
_FAR = 10_000.0
"""What is taken from the scores of padding, so that nothing attends to it."""


def known_ranges() -> Ranges:
    """The least and greatest value of what goes into each product of matrices."""
    found: Ranges = json.loads(Path(__file__).with_name("ranges.json").read_text())
    return found


def bulk_minilm(weights: Weights, ranges: Ranges) -> Any:
    """The int8 model: `ids` and `mask` (texts, tokens) to unit vectors (texts, 384)."""
    graph = _Graph(weights, ranges)
    x = graph.embeddings()
    for number in range(LAYERS):
        x = graph.layer(x, number)
    # The length of a vector says nothing, so a sum is as good as a mean.
    total = operators.reduce_sum(operators.multiply(x, _unsqueezed(graph.mask, 2)), _integers(1), False)
    vectors = operators.normalize_l2(total, _integers(1), _EPSILON, "add")
    return openvino.Model([vectors], [graph.ids, graph.mask], "minilm")


def observed_minilm(weights: Weights) -> tuple[Any, list[str]]:
    """The fp32 model that gives what goes into each product, and the names of these."""
    graph = _Graph(weights, None)
    x = graph.embeddings()
    for number in range(LAYERS):
        x = graph.layer(x, number)
    return openvino.Model(list(graph.observed.values()), [graph.ids, graph.mask], "observed"), list(
        graph.observed
    )


class _Graph:
    """The model in the making; without `ranges` nothing is quantised, and `observed` keeps what would be."""

    def __init__(self, weights: Weights, ranges: Ranges | None) -> None:
        self._weights = weights
        self._ranges = ranges
        self.observed: dict[str, Any] = {}
        self.ids = operators.parameter([-1, -1], np.int32, name="ids")
        self.mask = operators.parameter([-1, -1], np.float32, name="mask")
        hidden = operators.multiply(operators.subtract(self.mask, np.float32(1)), np.float32(_FAR))
        self._padding = operators.unsqueeze(hidden, _integers(1, 2))

    def embeddings(self) -> Any:
        words = self._weight("embeddings.word_embeddings.weight")
        places = (
            self._weight("embeddings.position_embeddings.weight")
            + self._weight("embeddings.token_type_embeddings.weight")[0]
        )
        length = operators.gather(operators.shape_of(self.ids), _integers(1), np.int64(0))
        place = operators.slice(places, _integers(0), length, _integers(1), _integers(0))
        # Only the rows that are looked up become floats: the whole table would take 47 MB.
        whole, scale = (operators.gather(part, self.ids, np.int64(0)) for part in _as_int8(words))
        word = operators.multiply(operators.convert(whole, "f32"), scale)
        return self._normal(operators.add(word, _unsqueezed(place, 0)), "embeddings.LayerNorm")

    def layer(self, x: Any, number: int) -> Any:
        name = f"encoder.layer.{number}"
        attended = self._attended(self._quantised(x, f"{number}.in"), name)
        attended = self._quantised(attended, f"{number}.attended")
        total = operators.add(self._linear(attended, f"{name}.attention.output.dense"), x)
        x = self._normal(total, f"{name}.attention.output.LayerNorm")
        inner = self._linear(self._quantised(x, f"{number}.middle"), f"{name}.intermediate.dense")
        inner = self._quantised(operators.gelu(inner, "TANH"), f"{number}.inner")
        total = operators.add(self._linear(inner, f"{name}.output.dense"), x)
        return self._normal(total, f"{name}.output.LayerNorm")

    def _attended(self, x: Any, name: str) -> Any:
        turned = _integers(0, 2, 1, 3)
        parts = []
        for part in ("query", "key", "value"):
            found = self._linear(x, f"{name}.attention.self.{part}")
            heads = operators.reshape(found, _integers(0, 0, HEADS, HIDDEN // HEADS), True)
            parts.append(operators.transpose(heads, turned))
        attended = operators.scaled_dot_product_attention(*parts, self._padding)
        return operators.reshape(operators.transpose(attended, turned), _integers(0, 0, HIDDEN), True)

    def _quantised(self, x: Any, key: str) -> Any:
        if self._ranges is None:
            self.observed[key] = x
            return x
        low, high = self._ranges[key]
        step = (high - low) / _LEVELS
        # Zero must be a level of its own.
        below = round(-low / step)
        bounds = [np.full((1, 1, 1), n * step, dtype=np.float32) for n in (-below, _LEVELS - below)]
        return operators.fake_quantize(x, *bounds, *bounds, _LEVELS + 1)

    def _linear(self, x: Any, name: str) -> Any:
        weight = self._weight(f"{name}.weight")
        product = operators.matmul(x, _stored(weight) if self._ranges is not None else weight, False, True)
        return operators.add(product, self._weight(f"{name}.bias").reshape(1, 1, -1))

    def _normal(self, x: Any, name: str) -> Any:
        even = operators.mvn(x, _integers(-1), True, _EPSILON, "INSIDE_SQRT")
        scale, shift = (self._weight(f"{name}.{part}").reshape(1, 1, -1) for part in ("weight", "bias"))
        return operators.add(operators.multiply(even, scale), shift)

    def _weight(self, name: str) -> np.ndarray[Any, Any]:
        return np.asarray(self._weights[name], dtype=np.float32)


def _stored(rows: np.ndarray[Any, Any]) -> Any:
    """`rows` kept as int8."""
    whole, scale = _as_int8(rows)
    return operators.multiply(operators.convert(whole, "f32"), scale)


def _as_int8(rows: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    """The int8 form of `rows` and its scale, one a row."""
    scale = np.maximum(np.abs(rows).max(axis=1, keepdims=True), np.float32(_EPSILON)) / 127
    whole = np.round(rows / scale).astype(np.int8)
    return operators.constant(whole), operators.constant(scale.astype(np.float32))


def _integers(*values: int) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=np.int64)


def _unsqueezed(x: Any, axis: int) -> Any:
    return operators.unsqueeze(x, _integers(axis))
