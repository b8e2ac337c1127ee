"""Writes what training changed in the compact form that travels with Kubelore, and the vectors to check it with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save

from bench.adapt.model import Model
from bench.adapt.recipe import Recipe
from index.embedding.build import PROBES
from index.embedding.weights import Weights, added, changes_of, package_folder, packaged_weights


def write_change(trained: Weights, out: Path, recipe: Recipe) -> None:
    """Write the change to `out`, and beside it to `probes.npy` the vectors of the model that it makes."""
    packaged = packaged_weights(package_folder())
    changes = changes_of(packaged, shared(packaged, trained, recipe.keep), recipe.rank)
    out.parent.mkdir(parents=True, exist_ok=True)
    # `save_file` would write a file that only its owner may read.
    out.write_bytes(save(changes))
    model = Model()
    model.load(added(packaged, changes))
    model.network.eval()
    with torch.inference_mode():
        np.save(out.with_name("probes.npy"), model.embed(PROBES).numpy())


def shared(packaged: Weights, trained: Weights, keep: float) -> Weights:
    """The share `keep` of the way from the packaged weights to the trained ones."""
    return {name: packaged[name] + keep * (weight - packaged[name]) for name, weight in trained.items()}
