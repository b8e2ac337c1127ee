"""Any model that sentence-transformers can load: a hub name or a local folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from index.embedding.models import DEFAULT_MODEL
from index.embedding.weights import adapted, package_folder, packaged_weights


class SentenceTransformerModel:
    """Embeds with torch; several times slower than the bundled model, and takes 4 s and 400 MB to load."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        self._model: Any = _bundled() if name == DEFAULT_MODEL else SentenceTransformer(name)
        self.dimension = int(self._model.get_embedding_dimension())
        self.window = int(self._model.max_seq_length or 256)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones included."""
        encoded = self._model.tokenizer(list(texts), truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """One unit vector a text, as rows."""
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def _bundled() -> Any:
    """The bundled model, with the weights that `index.embedding.build` takes too."""
    import torch
    from sentence_transformers import SentenceTransformer

    folder = package_folder()
    model = SentenceTransformer(str(folder))
    weights = {name: torch.from_numpy(value) for name, value in adapted(packaged_weights(folder)).items()}
    # The package also brings what pools a text in another way, and is not used.
    model[0].auto_model.load_state_dict(weights, strict=False)
    return model
