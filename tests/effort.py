"""How many random cases a test tries: some in `make test`, many in `make thorough`."""

from __future__ import annotations

import os

EFFORT = int(os.environ.get("KUBELORE_TEST_EFFORT", "1"))


def cases(some: int) -> int:
    """The number of cases where `make test` has time for `some`."""
    return some * EFFORT
