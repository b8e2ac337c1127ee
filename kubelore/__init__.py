"""Launcher only: it makes Kubelore's own folders importable, then hands over to `api.cli`.

The folders have generic names (`api`, `index`, …), so they must not land in site-packages by
themselves. In a wheel they lie inside this package; in a checkout beside it.
"""

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_HOME = _HERE if (_HERE / "connectors").is_dir() else _HERE.parent
if str(_HOME) not in sys.path[:1]:
    sys.path.insert(0, str(_HOME))


def main() -> None:
    """Run the command line (see `docs/reference/commands.md`)."""
    from api.cli import run

    run()
