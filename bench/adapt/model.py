"""The bundled model in torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch.nn.functional import normalize
from transformers import AutoModel, AutoTokenizer

from index.embedding.bundled import WINDOW
from index.embedding.weights import Weights, package_folder

_MULTIPLE = 8
"""Texts are padded to multiples of so many tokens, which products are faster with."""


class Model:
    """all-MiniLM-L6-v2: the mean of the last layer's vectors, as a unit vector."""

    def __init__(self) -> None:
        folder = str(package_folder())
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        # Dropout takes steps to learn through that a run of three epochs has not.
        self.network: Any = AutoModel.from_pretrained(
            folder,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        # The package brings it, and the model does not use it.
        self.network.pooler = None

    def freeze(self, layers: int) -> list[Any]:
        """Keep the embeddings and the first `layers` as they are; gives the parameters that are trained."""
        for part in (self.network.embeddings, *self.network.encoder.layer[:layers]):
            part.requires_grad_(False)
        return [parameter for parameter in self.network.parameters() if parameter.requires_grad]

    def embed(self, texts: Sequence[str], tokens: int = WINDOW) -> Any:
        """A unit vector a text, as rows; only the first `tokens` of each are read."""
        read = self._tokenizer(
            list(texts),
            truncation=True,
            max_length=tokens,
            padding=True,
            pad_to_multiple_of=_MULTIPLE,
            return_tensors="pt",
        )
        last = self.network(**read).last_hidden_state
        mask = read["attention_mask"].unsqueeze(-1).to(last.dtype)
        return normalize(((last * mask).sum(1) / mask.sum(1)).float(), dim=-1)

    def weights(self) -> Weights:
        """A copy of the parameters by their names."""
        return {name: value.detach().numpy().copy() for name, value in self.network.named_parameters()}

    def load(self, weights: Mapping[str, np.ndarray[Any, Any]]) -> None:
        """Take these weights; what the network has not is left out."""
        self.network.load_state_dict({n: torch.from_numpy(w) for n, w in weights.items()}, strict=False)
