"""What `kubelore serve` must see: an ingest that another process (cron, a CronJob) has made meanwhile.

`python -m tests.integration.test_two_processes CONFIG` ingests, with an embedding model that costs nothing.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import index.index
from api.cli import main
from api.settings import load_settings
from api.wiring import Wiring
from bench.hashing import HashingModel
from index.search_types import Filters

ROOT = Path(__file__).resolve().parents[2]


def ingest(config: Path) -> None:
    command = [sys.executable, "-m", "tests.integration.test_two_processes", str(config)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)


def test_a_server_sees_every_ingest_of_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())
    pages = tmp_path / "pages"
    pages.mkdir()
    config = tmp_path / "config.yaml"
    config.write_text("sources: [{name: pages, type: files, path: pages}]\nindex: {path: state}\n")
    (pages / "first.md").write_text("# First\n\nThe first page.\n")
    ingest(config)
    services = Wiring(load_settings(config))
    try:
        assert services.searcher.search("first page", 1, Filters())
        for word in ("kafka", "redis"):
            (pages / f"{word}.md").write_text(f"# About {word}\n\nRestart {word} with care.\n")
            ingest(config)
            (found,) = services.searcher.search(f"restart {word}", 1, Filters())
            assert found.path == f"{word}.md"
    finally:
        services.close()


if __name__ == "__main__":
    index.index.load = lambda settings, folder: HashingModel()
    sys.exit(main(["--config", sys.argv[1], "ingest"]))
