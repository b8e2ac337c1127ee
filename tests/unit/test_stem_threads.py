"""Stems are the same however many threads ask for them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.tokens import stem

WORDS = [f"{start}{end}" for start in ("restart", "deploy", "rotat", "generali", "conditional", "relat") for end in
         ("ing", "ments", "edly", "ization", "ational", "fulness", "ies", "ously")] * 40  # fmt: skip


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("impatient")
def test_eight_threads_get_the_stems_that_one_gets() -> None:
    uncached = stem.__wrapped__
    alone = [uncached(word) for word in WORDS]
    with ThreadPoolExecutor(8) as pool:
        beside = list(pool.map(lambda _: [uncached(word) for word in WORDS], range(8)))
    assert all(stems == alone for stems in beside)
