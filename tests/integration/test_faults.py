"""A short run of `make faults`: whatever goes wrong on the way, the end is the server's truth."""

from __future__ import annotations

import logging
import random
from pathlib import Path

import pytest

from bench import faults
from bench.faults import trial
from tests.effort import cases


@pytest.mark.parametrize("seed", range(cases(9)))
def test_random_faults_lose_double_and_betray_nothing(seed: int, tmp_path: Path) -> None:
    assert trial(seed, tmp_path) == []


def test_a_document_that_is_lost_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful(faults.MemoryIndex):
        def commit(self) -> None:
            self._staged.pop(next(iter(self._staged), ""), None)
            super().commit()

    monkeypatch.setattr(faults, "MemoryIndex", Forgetful)
    assert trial(random.Random(1).randrange(100), tmp_path)


def test_the_last_line_and_the_exit_code_tell(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "trial", lambda seed, folder, only: ["x is missing"] if seed == 8 else [])
    assert faults.main(["3", "--seed", "7"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3 tried, 1 wrong"
    assert faults.main(["1"]) == 0
    assert capsys.readouterr().out == "1 tried, 0 wrong\n"
    assert logging.root.isEnabledFor(logging.WARNING)  # a caller still hears of everything else
