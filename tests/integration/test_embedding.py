"""The bundled model: built once, from the right weights, with the vectors that torch would give."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from connectors.errors import ConfigurationError, PermanentError, TemporaryError
from index.embedding import build as building
from index.embedding import models
from index.embedding.bulk import has_matrix_units, pays
from index.embedding.bundled import DIMENSION, MANY, WINDOW, BundledModel
from index.embedding.models import EmbeddingSettings, ensure_built, fingerprint, load

HOME = Path(__file__).resolve().parents[2]
TEXTS = [
    "How do I roll back the checkout deployment?",
    "Stop the automated sync, then run `argocd app rollback checkout 214`.",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart\n  namespace: shop\n",
    'resource "aws_db_instance" "main" {\n  instance_class = "db.m6g.4xlarge"\n}',
    "Nightly dumps are kept for 120 days, snapshots for seven.",
    "| environment | range |\n|---|---|\n| staging | 10.1.0.0/16 |",
    "CrashLoopBackOff",
    "The on-call engineer writes in #incidents within five minutes.",
    "如何回滚部署？",
    "kubectl -n kube-system get pods --field-selector=status.phase!=Running",
    "😀 naïve café — “quotes”",
    "Why did we choose Argo CD instead of Flux? " * 12,
]


def cosines(a: Any, b: Any) -> Any:
    return (a * b).sum(axis=1)


@pytest.fixture(scope="module")
def model(model_folder: Path) -> BundledModel:
    found = load(EmbeddingSettings(), model_folder)
    assert isinstance(found, BundledModel)
    return found


def test_vectors_have_unit_length_and_their_texts_order(model: BundledModel) -> None:
    together = model.embed(TEXTS)
    assert together.shape == (len(TEXTS), DIMENSION)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    back = model.embed(TEXTS[::-1])[::-1]
    assert np.array_equal(together, back)
    assert np.argmax(together @ together.T, axis=1).tolist() == list(range(len(TEXTS)))


def test_alone_and_in_a_batch_a_text_has_the_same_vector(model: BundledModel) -> None:
    alone = np.concatenate([model.embed([text]) for text in TEXTS])
    assert np.array_equal(alone, model.embed(TEXTS))


def test_near_meanings_are_near(model: BundledModel) -> None:
    question, answer, other = model.embed(["undo a release of checkout", TEXTS[0], TEXTS[4]])
    assert question @ answer > question @ other + 0.2


def test_what_is_over_the_window_is_cut_there(model: BundledModel) -> None:
    long = "word " * 5_000
    assert model.count_tokens([long]) == [5_002]
    assert np.array_equal(model.embed([long]), model.embed(["word " * (WINDOW - 2)]))


def test_anything_can_be_embedded(model: BundledModel) -> None:
    assert model.embed([]).shape == (0, DIMENSION)
    assert model.count_tokens([]) == []
    assert np.isfinite(model.embed(["", " ", "\0", "A" * 100_000])).all()


def test_threads_share_the_model(model: BundledModel) -> None:
    expected = model.embed(TEXTS[:1])
    same: list[bool] = []

    def embed() -> None:
        same.extend(bool(np.array_equal(model.embed(TEXTS[:1]), expected)) for _ in range(10))

    threads = [threading.Thread(target=embed) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert same == [True] * 40


@pytest.mark.slow
def test_vectors_are_those_of_torch(model: BundledModel) -> None:
    torch = load(EmbeddingSettings(backend="torch"), Path("unused"))
    assert (torch.dimension, torch.window) == (model.dimension, model.window)
    assert torch.count_tokens(TEXTS) == model.count_tokens(TEXTS)
    assert cosines(model.embed(TEXTS), torch.embed(TEXTS)).min() > 0.98
    assert np.allclose(building.probe_vectors(), torch.embed(building.PROBES), atol=1e-4)


# How alike two wordings are


def test_wordings_are_compared_by_the_model_as_it_is_packaged(
    model: BundledModel, model_folder: Path
) -> None:
    packaged = models.load_for_wordings(EmbeddingSettings(), model_folder)
    assert packaged is not None
    assert packaged.count_tokens(TEXTS) == model.count_tokens(TEXTS)
    assert (
        cosines(packaged.embed(TEXTS), model.embed(TEXTS)).min() < 0.95
    )  # what was adapted is another model


@pytest.mark.slow
def test_the_packaged_model_has_the_vectors_of_torch(model_folder: Path) -> None:
    torch = load(EmbeddingSettings(str(building.package_folder())), Path("unused"))
    packaged = models.load_for_wordings(EmbeddingSettings(), model_folder)
    assert packaged is not None
    assert cosines(packaged.embed(TEXTS), torch.embed(TEXTS)).min() > 0.98


def test_a_configured_model_compares_wordings_itself(model_folder: Path) -> None:
    assert models.load_for_wordings(EmbeddingSettings("acme/other"), model_folder) is None
    assert models.load_for_wordings(EmbeddingSettings(backend="torch"), model_folder) is None


# Many texts at once

MANY_TEXTS = [f"{text} {number}" for number in range(6) for text in TEXTS]
needs_bulk = pytest.mark.skipif(not pays(), reason="OpenVINO is slower here, and so not used")


def test_many_texts_have_the_vectors_of_each_alone(model: BundledModel) -> None:
    assert len(MANY_TEXTS) >= MANY
    together = model.embed(MANY_TEXTS)
    alone = np.concatenate([model.embed([text]) for text in MANY_TEXTS])
    assert together.shape == alone.shape
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert cosines(together, alone).min() > 0.96  # two int8 models, each .98 from the fp32 one


def test_the_vectors_of_many_texts_do_not_depend_on_their_neighbours(model: BundledModel) -> None:
    back = model.embed(MANY_TEXTS[::-1])[::-1]
    assert cosines(model.embed(MANY_TEXTS), back).min() > 0.999


def test_many_texts_may_be_of_any_length(model: BundledModel) -> None:
    texts = ["", " ", "\0", "A" * 100_000, "word " * 5_000, *MANY_TEXTS]
    assert np.isfinite(model.embed(texts)).all()


@needs_bulk
def test_threads_embed_many_texts_side_by_side(model_folder: Path) -> None:
    model = load(EmbeddingSettings(), model_folder)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(model.embed(MANY_TEXTS))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(found) == len(threads)
    assert cosines(found[0], found[1]).min() > 0.999


def test_a_folder_without_the_file_for_many_texts_is_taken_as_it_is(
    model_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(model_folder, tmp_path / "model")
    for file in (tmp_path / "model").glob("*.xml"):
        file.unlink()
    model = load(EmbeddingSettings(), tmp_path / "model")
    assert np.array_equal(model.embed(MANY_TEXTS)[:2], model.embed(MANY_TEXTS[:2]))


@needs_bulk
@pytest.mark.slow
def test_the_vectors_of_many_texts_are_those_of_torch(model: BundledModel) -> None:
    torch = load(EmbeddingSettings(backend="torch"), Path("unused"))
    found = cosines(model.embed(MANY_TEXTS), torch.embed(MANY_TEXTS))
    assert found.mean() > 0.99
    assert found.min() > 0.97


@needs_bulk
def test_a_different_model_for_many_texts_is_refused(model_folder: Path) -> None:
    built = building.bulk_file(ensure_built(model_folder))
    building._compare_bulk(building.package_folder(), built, building.probe_vectors())
    with pytest.raises(ValueError, match="cosine"):
        building._compare_bulk(building.package_folder(), built, building.probe_vectors()[::-1])


@pytest.mark.parametrize(
    ("flags", "expected"), [("fpu avx512_vnni amx_tile amx_int8", True), ("fpu amx_bf16", False), ("", False)]
)
def test_matrix_units_are_told_by_the_processors_flags(tmp_path: Path, flags: str, expected: bool) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text(f"processor\t: 0\nflags\t\t: {flags}\n")
    assert has_matrix_units(info) is expected
    assert has_matrix_units(tmp_path / "none") is False


# How it is built


def test_wrong_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "model.safetensors").write_bytes(b"not the weights")
    monkeypatch.setattr(building, "package_folder", lambda: package)
    with pytest.raises(ValueError, match="sha256"):
        building.build(tmp_path / "target" / "model.onnx")
    assert not (tmp_path / "target").exists()


def test_a_different_model_is_refused(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = ensure_built(model_folder)
    building._compare(building.package_folder(), built, building.probe_vectors())
    with pytest.raises(ValueError, match="cosine"):
        building._compare(building.package_folder(), built, building.probe_vectors()[::-1])


def builder(folder: Path, script: str) -> str:
    """A program that stands for the Python which builds; its last argument is the target."""
    program = folder / "builder.sh"
    program.write_text(f"#!/bin/sh\nfor target; do :; done\n{script}\n")
    program.chmod(0o755)
    return str(program)


def test_a_failed_build_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", builder(tmp_path, "echo 'ValueError: wrong weights' >&2; exit 1"))
    with pytest.raises(PermanentError, match="wrong weights"):
        ensure_built(tmp_path / "model")


def test_a_build_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", builder(tmp_path, "exec sleep 60"))
    monkeypatch.setattr(models, "_BUILD_SECONDS", 0.2)
    with pytest.raises(TemporaryError, match="try again"):
        ensure_built(tmp_path / "model")


def test_two_processes_build_once(tmp_path: Path) -> None:
    beside = 'touch "${target%.onnx}.plain.onnx"'
    program = builder(
        tmp_path, f'echo built >> "{tmp_path}/log"; sleep 0.5; {beside}; echo model > "$target"'
    )
    code = (
        "import sys; from pathlib import Path; from index.embedding.models import ensure_built\n"
        "sys.executable = sys.argv[2]; print(ensure_built(Path(sys.argv[1])).read_text())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "model"), program]
    running = [subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=60)[0].strip() for process in running] == ["model"] * 3
    assert (tmp_path / "log").read_text() == "built\n"


def test_a_built_model_is_taken_as_it_is(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(model_folder, tmp_path / "model")
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    assert ensure_built(tmp_path / "model").is_file()


# Which model is meant


def test_an_unknown_model_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    import index.embedding.sentence_transformer as module

    def missing(name: str) -> None:
        raise OSError("no connection")

    monkeypatch.setattr(module, "SentenceTransformerModel", missing)
    with pytest.raises(ConfigurationError, match="acme/none"):
        load(EmbeddingSettings("acme/none"), Path("unused"))


def test_settings_have_fingerprints_of_their_own() -> None:
    chosen = [EmbeddingSettings(), EmbeddingSettings("x"), EmbeddingSettings(backend="torch")]
    assert len({fingerprint(settings) for settings in chosen}) == len(chosen)
