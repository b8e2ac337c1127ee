"""What `kubelore serve` must see: an ingest that another process (cron, a CronJob) has made meanwhile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from api.settings import load_settings
from api.wiring import Wiring
from index.search_types import Filters

ROOT = Path(__file__).resolve().parents[2]


def ingest(config: Path) -> None:
    command = [sys.executable, "-m", "kubelore", "--config", str(config), "ingest"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)


def test_a_server_sees_every_ingest_of_another_process(tmp_path: Path, model_folder: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "model").symlink_to(model_folder)
    pages = tmp_path / "pages"
    pages.mkdir()
    config = tmp_path / "config.yaml"
    config.write_text("sources: [{name: pages, type: files, path: pages}]\nindex: {path: state}\n")
    (pages / "first.md").write_text("# First\n\nThe first page.\n")
    ingest(config)
    services = Wiring(load_settings(config))
    try:
        assert services.searcher.search("first page", 1, Filters())
        for word in ("kafka", "zookeeper", "redis"):
            (pages / f"{word}.md").write_text(f"# About {word}\n\nRestart {word} with care.\n")
            ingest(config)
            (found,) = services.searcher.search(f"restart {word}", 1, Filters())
            assert found.path == f"{word}.md"
    finally:
        services.close()
