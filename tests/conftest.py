"""What tests of several kinds share."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from connectors.http.rate import AdaptiveRate, Time
from tests.effort import EFFORT, cases

# Deadlines and this check compare clocks, and a busy machine misses them; pytest-timeout ends what hangs. `make test`
# tries the same examples each time, so that a change fails for what it does; `make thorough` looks for others.
settings.register_profile(
    "kubelore",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=cases(100),
    derandomize=EFFORT == 1,
)
settings.load_profile("kubelore")

HOME = Path(__file__).resolve().parents[1]
MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 4 << 30
SCRATCH = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Ctrl-C is Ctrl-C, also where a shell in whose background the tests run ignores it; files lie in memory."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput") and "TMPDIR" not in os.environ and memory_holds_programs():
        config.stash[SCRATCH] = folder = Path(tempfile.mkdtemp(prefix="kubelore-", dir=MEMORY))
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)  # for the workers and what they start, too


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give the memory back."""
    if SCRATCH in config.stash:
        shutil.rmtree(config.stash[SCRATCH], ignore_errors=True)


def memory_holds_programs() -> bool:
    """Whether files in memory are an option: databases that wait for a disk take a fifth of the tests' time."""
    try:
        there = os.statvfs(MEMORY)
    except OSError:
        return False
    free = there.f_bavail * there.f_frsize
    return free >= ENOUGH_MEMORY and not there.f_flag & os.ST_NOEXEC and os.access(MEMORY, os.W_OK)


def pytest_xdist_auto_num_workers() -> int:
    """One more than the cores: a test waits for servers, processes and time limits, too."""
    return min(4, len(os.sched_getaffinity(0)) + 1)


def pytest_collection_finish() -> None:
    """What the imports have made stays: the collector need not look through it again in every test."""
    gc.collect()
    gc.freeze()


class Unhurried(AdaptiveRate):
    """Makes no pauses between requests on the real clock: our own servers need none. Clocks of tests are kept."""

    def __init__(self, clock: Time, **options: Any) -> None:
        at_once = {"start": 1e4, "highest": 1e4} if clock.sleep is time.sleep else {}
        super().__init__(clock, **{**options, **at_once})


@pytest.fixture(scope="session", autouse=True)
def unhurried() -> Iterator[None]:
    """Crawls of real servers pause between requests, for a minute of the tests' time in all."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("http.exchange", "kubernetes.live.client", "prometheus.client"):
            patch.setattr(f"connectors.{module}.AdaptiveRate", Unhurried)
        yield


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """A folder with the bundled model, built by the first test session that asks (about 15 s) and then kept."""
    from index.embedding.models import ensure_built

    parts = ("build.py", "graph.py", "bulk_graph.py", "ranges.json", "weights.py", "adaptation.safetensors")
    made = b"".join((HOME / "index" / "embedding" / part).read_bytes() for part in parts)
    recipe = hashlib.sha256(made).hexdigest()[:12]
    folder = Path(os.environ.get("KUBELORE_TEST_MODELS", HOME / ".cache" / "models")) / recipe
    ensure_built(folder)
    return folder
