"""What tests of several kinds share."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import settings

# A deadline compares clocks, and a busy machine misses it; pytest-timeout ends what hangs.
settings.register_profile("kubelore", deadline=None)
settings.load_profile("kubelore")

HOME = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """A folder with the bundled model, built by the first test session that asks (about 15 s) and then kept."""
    from index.embedding.models import ensure_built

    recipe = hashlib.sha256((HOME / "index" / "embedding" / "build.py").read_bytes()).hexdigest()[:12]
    folder = Path(os.environ.get("KUBELORE_TEST_MODELS", HOME / ".cache" / "models")) / recipe
    ensure_built(folder)
    return folder
