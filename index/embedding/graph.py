"""The bundled model as an ONNX graph, put together from its weights by hand.

An exporter gives each layer some thirty operators; here it has eleven, each one that onnxruntime has a fast kernel
for. A text is run alone, so there is no mask: attention, mean and positions need none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

HIDDEN = 384
HEADS = 12
LAYERS = 6
_EPSILON = 1e-12
_OPSET = 20
_IR_VERSION = 10

Weights = Mapping[str, np.ndarray[Any, Any]]


class _Graph:
    """Nodes and constants in the making; every method returns the name of its output."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def weight(self, name: str) -> np.ndarray[Any, Any]:
        return np.asarray(self._weights[name], dtype=np.float32)

    def constant(self, name: str, value: np.ndarray[Any, Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def product(self, x: str, name: str) -> str:
        """`x` times the weights `name`, without their bias."""
        return self.node(
            "MatMul", [x, self.constant(f"{name}.w", self.weight(f"{name}.weight").T)], f"{name}.product"
        )

    def linear(self, x: str, name: str) -> str:
        bias = self.constant(f"{name}.b", self.weight(f"{name}.bias"))
        return self.node("Add", [self.product(x, name), bias], f"{name}.out")

    def normal(self, x: str, name: str) -> str:
        scale = self.constant(f"{name}.scale", self.weight(f"{name}.weight"))
        shift = self.constant(f"{name}.shift", self.weight(f"{name}.bias"))
        return self.node("LayerNormalization", [x, scale, shift], f"{name}.out", axis=-1, epsilon=_EPSILON)


def minilm(weights: Weights) -> ModelProto:
    """The fp32 model: `input_ids` (1, tokens) to `vectors` (1, 384) of unit length.

    `weights` are those of `BertModel` in transformers, by their names there; 12 heads, 6 layers, mean pooling.
    """
    graph = _Graph(weights)
    x = _embeddings(graph)
    for number in range(LAYERS):
        x = _layer(graph, x, f"encoder.layer.{number}")
    mean = graph.node("ReduceMean", [x, graph.constant("tokens_axis", np.array([1]))], "mean", keepdims=0)
    graph.node("LpNormalization", [mean], "vectors", axis=-1, p=2)
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])]
    outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", HIDDEN])]
    return helper.make_model(
        helper.make_graph(graph.nodes, "minilm", inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", 1)],
        ir_version=_IR_VERSION,
    )


def _embeddings(graph: _Graph) -> str:
    words = graph.constant("words", graph.weight("embeddings.word_embeddings.weight"))
    # Every token is of the first type: its vector can be part of the positions'.
    places = (
        graph.weight("embeddings.position_embeddings.weight")
        + graph.weight("embeddings.token_type_embeddings.weight")[0]
    )
    length = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    zero = graph.constant("zero", np.array([0]))
    place = graph.node("Slice", [graph.constant("places", places), zero, length, zero], "place")
    word = graph.node("Gather", [words, "input_ids"], "word")
    return graph.normal(graph.node("Add", [word, place], "token"), "embeddings.LayerNorm")


def _layer(graph: _Graph, x: str, name: str) -> str:
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    bias = np.concatenate([graph.weight(f"{part}.bias") for part in parts])
    attended = graph.node(
        "MultiHeadAttention",
        [*(graph.product(x, part) for part in parts), graph.constant(f"{name}.attention.bias", bias)],
        f"{name}.attended",
        domain="com.microsoft",
        num_heads=HEADS,
    )
    attended = graph.linear(attended, f"{name}.attention.output.dense")
    x = graph.normal(graph.node("Add", [attended, x], f"{name}.sum"), f"{name}.attention.output.LayerNorm")
    inner = graph.product(x, f"{name}.intermediate.dense")
    # The tanh form of GELU; vectors differ by a cosine of .999998 from those of the exact one.
    inner = graph.node(
        "FastGelu",
        [inner, graph.constant(f"{name}.inner.bias", graph.weight(f"{name}.intermediate.dense.bias"))],
        f"{name}.inner",
        domain="com.microsoft",
    )
    outer = graph.linear(inner, f"{name}.output.dense")
    return graph.normal(graph.node("Add", [outer, x], f"{name}.total"), f"{name}.output.LayerNorm")
