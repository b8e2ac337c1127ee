"""What unit tests share."""

from __future__ import annotations

import pytest

from index.glossary import english


@pytest.fixture(scope="session", autouse=True)
def chinese_dictionary() -> None:
    """rjieba's dictionary is loaded before the first test: later it would count as the time of some property test."""
    english("集群")
