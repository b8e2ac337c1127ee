"""Chooses and loads the embedding model that the configuration names."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from filelock import FileLock, Timeout

from connectors.errors import ConfigurationError, PermanentError, TemporaryError

Vectors = np.ndarray[Any, np.dtype[np.float32]]

DEFAULT_MODEL = "default"
RECIPE = 5
"""Raise it when `index.embedding.build` gives other vectors: model and vectors are then made again."""
_BUILD_SECONDS = 600
_WHOLE = 3
"""Tokens of a word that is not cut into pieces, between the two at the ends."""


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """`model`: `default` (bundled), a sentence-transformers name or a local folder; `backend`: onnx or torch.

    A `multilingual` model is given texts as they are written, another one the English of their Chinese terms.
    """

    model: str = DEFAULT_MODEL
    backend: str = "onnx"
    multilingual: bool = False


class Embedder(Protocol):
    """A model that turns texts into unit vectors."""

    dimension: int
    window: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones included."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, as rows."""
        ...


def fingerprint(settings: EmbeddingSettings) -> str:
    """A short name that differs whenever vectors of two settings may not be mixed."""
    told = f"{settings.model}|{settings.backend}|{RECIPE}" + "|multilingual" * settings.multilingual
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def load(settings: EmbeddingSettings, folder: Path) -> Embedder:
    """The model, ready to use; the bundled one is built into `folder` on first use (a few seconds).

    Raises `ConfigurationError` if a configured model cannot be loaded.
    """
    if settings.model == DEFAULT_MODEL and settings.backend == "onnx":
        from index.embedding.build import bulk_file
        from index.embedding.bulk import pays
        from index.embedding.bundled import BundledModel
        from index.embedding.weights import package_folder

        model = ensure_built(folder)
        # A folder from a machine where it does not pay has no such file: all is then as it is there.
        bulk = bulk_file(model) if pays() and bulk_file(model).exists() else None
        return BundledModel(model, package_folder() / "tokenizer.json", bulk)
    return _sentence_transformer(settings)


def load_for_wordings(settings: EmbeddingSettings, folder: Path) -> Embedder | None:
    """The model that tells how alike two wordings are, where it is another one than `load` gives; else None.

    The bundled model was adapted to find what answers a question. How alike two questions are, it knows better as it
    was packaged.
    """
    if settings.model != DEFAULT_MODEL or settings.backend != "onnx":
        return None
    from index.embedding.build import plain_file
    from index.embedding.bundled import BundledModel
    from index.embedding.weights import package_folder

    return BundledModel(plain_file(ensure_built(folder)), package_folder() / "tokenizer.json")


def knows_whole(count_tokens: Callable[[Sequence[str]], list[int]], *words: str) -> bool:
    """Whether one of `words` is a token of its own to the model: a plain word of its language, and no name."""
    return _WHOLE in count_tokens(words)


def ensure_built(folder: Path) -> Path:
    """The path of the bundled model's ONNX file, built in a process of its own if it is not there yet.

    The packaged model's file beside it, and OpenVINO's where it pays, are built in the same go.
    """
    from index.embedding.build import plain_file

    target = folder / f"all-minilm-l6-v2-int8.{RECIPE}.onnx"

    def is_built() -> bool:
        return target.exists() and plain_file(target).exists()

    if not is_built():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(folder / "build.lock", timeout=_BUILD_SECONDS):
                if not is_built():  # another process may have built it while this one waited
                    _build(target)
        except (Timeout, subprocess.TimeoutExpired):
            raise TemporaryError(
                f"the bundled embedding model was not built within {_BUILD_SECONDS} s; try again on a less busy machine"
            ) from None
    return target


def _build(target: Path) -> None:
    home = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-W", "ignore", "-m", "index.embedding.build", str(target.resolve())]
    done = subprocess.run(
        command, cwd=home, capture_output=True, text=True, timeout=_BUILD_SECONDS, check=False
    )
    if done.returncode != 0 or not target.exists():
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise PermanentError(f"the bundled embedding model could not be built: {reason}")


def _sentence_transformer(settings: EmbeddingSettings) -> Embedder:
    from index.embedding.sentence_transformer import SentenceTransformerModel

    try:
        return SentenceTransformerModel(settings.model)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the embedding model {settings.model!r} cannot be loaded ({type(error).__name__}); "
            "set index.embedding.model to `default`, to a folder, or to a name that this machine can fetch"
        ) from None
