"""Small runs of the measurements that `make crashes` and `make leaks` do at any size, and that they can fail."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from answers.generation.said import Said
from answers.units import Unit
from bench import hostile_model, leaks
from bench.crash_state import differences
from bench.leak_search import Needles, everything_in
from bench.leaks import Sample, sample, smallest, try_batch
from connectors.filetree.connector import TreeConnector
from index.ledger import Ledger
from tests.effort import cases
from tests.unit.ingest_fakes import document

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_killed_ingests_are_made_good() -> None:
    # In a process of its own, as it forks and pytest's has threads.
    done = subprocess.run(
        [sys.executable, "-m", "bench.crashes", str(cases(2))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == [f"{cases(2)} tried, 0 wrong"], done.stdout + done.stderr
    assert done.returncode == 0


def test_no_planted_credential_is_found_and_no_harmless_value_lost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert leaks.main(["60"]) == 0, capsys.readouterr().out
    assert capsys.readouterr().out.splitlines()[-1] == "60 tried, 0 wrong"


def test_without_masking_every_credential_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(TreeConnector, "mask", lambda self, path, text: text)
    page = next(s for s in map(sample, range(100)) if s.source == "files" and s.secrets)
    found = {(wrong.value, wrong.masked) for wrong in try_batch([page], tmp_path)}
    assert found == {(secret, False) for secret in page.secrets}
    assert leaks.main(["1", "--seed", str(page.seed)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 tried, 1 wrong"


def test_a_harmless_value_that_is_masked_is_wrong_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        TreeConnector, "mask", lambda self, path, text: text.replace("m6g.large", "[redacted]")
    )
    text = "# Page\n\nAbout nodes.\n\nThey are m6g.large ones.\n"
    (wrong,) = try_batch([Sample(1, "files", {"a.md": text}, (), ("m6g.large",))], tmp_path)
    assert wrong.masked
    assert smallest(wrong) == "--- a.md\nThey are m6g.large ones."


def test_a_part_of_a_credential_is_found_in_a_compressed_body(tmp_path: Path) -> None:
    with Ledger.at(tmp_path) as ledger:
        ledger.put([document("a.md", "it began with A1b2C3d4 and so on")], run_id=None)
    needles = Needles([("A1b2C3d4E5f6", 7), ("Zz9Yy8Xx7Ww6", 8)])
    assert needles.found_in(everything_in(tmp_path)) == [("A1b2C3d4E5f6", 7)]


def test_states_differ_by_what_either_lacks_and_by_contents() -> None:
    wanted = {"words": {"a": "1", "b": "1"}, "runs": {"1": "done"}}
    found = {"words": {"b": "2", "c": "1"}, "runs": {"1": "interrupted"}}
    assert [line.split()[1:3] for line in differences(found, wanted)] == [
        ["lacks", "a"],
        ["b", "differs"],
        ["has", "c"],
    ]


def test_the_same_seed_gives_the_same_document() -> None:
    assert sample(3) == sample(3)
    assert replace(sample(3), seed=4) != sample(4)


@pytest.mark.slow
def test_no_lie_of_a_model_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert hostile_model.main([str(cases(15))]) == 0, capsys.readouterr().out
    assert capsys.readouterr().out.splitlines()[-1] == f"{cases(15)} tried, 0 wrong"


def test_a_lie_that_is_shown_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = Said.add

    def gullible(said: Said, units: Sequence[Unit]) -> str:
        text = shown(said, units)
        said.text = said.text.replace("the", "no", 1)
        return text

    monkeypatch.setattr(Said, "add", gullible)
    assert hostile_model.main(["12"]) == 1
    assert not capsys.readouterr().out.endswith(" 0 wrong\n")
