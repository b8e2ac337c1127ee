"""`kubelore mcp` as a process, with an embedding model that costs nothing and writes to standard output all it can.

`python -m tests.integration.mcp_process CONFIG`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import index.index
from api.cli import main
from index.embedding.models import EmbeddingSettings
from tests.integration.test_wiring import HashingModel


def _talkative(settings: EmbeddingSettings, folder: Path) -> HashingModel:
    print("a library says hello")
    os.write(1, b"so does its code in C\n")
    subprocess.run(["echo", "and its child"], check=True)
    return HashingModel()


if __name__ == "__main__":
    index.index.load = _talkative  # type: ignore[assignment]
    sys.exit(main(["--config", sys.argv[1], "mcp"]))
