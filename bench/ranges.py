"""`python -m bench.ranges`: the value ranges of `index/embedding/ranges.json`, from this repository's own texts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openvino
from tokenizers import Tokenizer

from index.embedding.bulk_graph import observed_minilm
from index.embedding.bundled import WINDOW
from index.embedding.weights import adapted, package_folder, packaged_weights

_HOME = Path(__file__).resolve().parent.parent
_CHARACTERS = 700
_MOST = 240


def main() -> int:
    """Prints the least and greatest value of each input of a product, as JSON."""
    folder = package_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(WINDOW)
    model, names = observed_minilm(adapted(packaged_weights(folder)))
    request = (
        openvino.Core()
        .compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        .create_infer_request()
    )
    ranges = {name: [0.0, 0.0] for name in names}
    pieces = list(_pieces())
    for piece in pieces[:: max(1, len(pieces) // _MOST)]:
        ids = np.array([tokenizer.encode(piece).ids], dtype=np.int32)
        found = request.infer([ids, np.ones(ids.shape, dtype=np.float32)])
        for number, name in enumerate(names):
            values = found[number]
            ranges[name] = [
                min(ranges[name][0], float(values.min())),
                max(ranges[name][1], float(values.max())),
            ]
    json.dump({name: [round(v, 3) for v in pair] for name, pair in ranges.items()}, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


def _pieces() -> Iterator[str]:
    """Texts of a chunk's size: documentation, runbooks, Terraform and manifests."""
    for folder in ("docs", "data/demo"):
        for path in sorted((_HOME / folder).rglob("*")):
            if path.suffix in {".md", ".tf", ".yaml", ".yml", ".txt", ".rst", ".adoc"}:
                text = path.read_text(encoding="utf-8", errors="replace")
                yield from (text[i : i + _CHARACTERS] for i in range(0, len(text), _CHARACTERS))


if __name__ == "__main__":
    sys.exit(main())
