"""What tests of several kinds share."""

from __future__ import annotations

import gc
import hashlib
import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# A deadline compares clocks, and a busy machine misses it; pytest-timeout ends what hangs.
settings.register_profile("kubelore", deadline=None)
settings.load_profile("kubelore")

HOME = Path(__file__).resolve().parents[1]


def pytest_configure() -> None:
    """Ctrl-C means Ctrl-C, also where a shell has started the tests in the background and so ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What the imports have made stays: the collector need not look through it again in every test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """A folder with the bundled model, built by the first test session that asks (about 15 s) and then kept."""
    from index.embedding.models import ensure_built

    recipe = hashlib.sha256((HOME / "index" / "embedding" / "build.py").read_bytes()).hexdigest()[:12]
    folder = Path(os.environ.get("KUBELORE_TEST_MODELS", HOME / ".cache" / "models")) / recipe
    ensure_built(folder)
    return folder
