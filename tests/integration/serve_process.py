"""`kubelore serve` as a process, with an embedding model that costs nothing and a watch that does not dawdle.

`python -m tests.integration.serve_process CONFIG`.
"""

from __future__ import annotations

import sys
from functools import partial

import connectors.kubernetes.live.connector as live
import index.index
from api.cli import main
from connectors.kubernetes.live.watch import Pace
from tests.integration.test_wiring import HashingModel

if __name__ == "__main__":
    index.index.load = lambda settings, folder: HashingModel()
    live.Pace = partial(Pace, pause=0.05, hurried=0.05)  # type: ignore[misc,assignment]
    sys.exit(main(["--config", sys.argv[1], "serve"]))
