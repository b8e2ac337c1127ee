"""Rerankers and models for entailment through sentence-transformers: real files, weights set by hand."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from api.checks import all_checks
from api.engines import entailment_of, generation_of, reranking_of
from api.settings import NliSettings, RerankerSettings, load_settings
from api.wiring import Wiring
from bench.hashing import HashingModel
from connectors.errors import ConfigurationError
from index.cross_encoder import CrossEncoder, Entailment, Reranker
from index.index import Index
from index.retriever import Retriever
from tests.integration.index_cases import everyone, write
from tests.integration.pair_models import save_model
from tests.unit.index_fakes import document

pytestmark = pytest.mark.slow  # torch takes seconds to import


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reranker that likes the word `back`, and a model for entailment that `never` turns round."""
    models = tmp_path_factory.mktemp("models")
    save_model(models / "reranker", {"LABEL_0": (-2.0, 3.0)}, "back")
    labels = {"contradiction": (0.0, 4.0), "Entailment": (3.0, 0.0), "neutral": (0.0, 0.0)}
    save_model(models / "nli", labels, "never")
    return models


def test_a_reranker_scores_passages_between_0_and_1(folder: Path) -> None:
    reranker = Reranker(CrossEncoder(str(folder / "reranker"), "index.reranker.model"))
    passages = ["delete the database", "roll back checkout", "delete " * 100 + "back"]
    scores = reranker.relevance("roll checkout", passages)
    assert scores == pytest.approx([0.12, 0.95, 0.12], abs=0.02)  # the last was cut to the window
    assert reranker.relevance("roll checkout", passages[::-1]) == scores[::-1]

    found: list[list[float]] = []
    ask = lambda: found.extend(reranker.relevance("roll checkout", passages) for _ in range(5))  # noqa: E731
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert found == [scores] * 20


def test_a_model_for_entailment_says_whether_a_text_follows(folder: Path) -> None:
    model = Entailment(CrossEncoder(str(folder / "nli"), "answers.llm.nli.model"))
    assert model.probability("Back up the database.", "the database") > 0.8
    assert model.probability("Never delete the database.", "delete the database") < 0.1


def test_the_configured_reranker_orders_what_is_found(folder: Path, tmp_path: Path) -> None:
    settings = RerankerSettings.model_validate({"model": str(folder / "reranker"), "weight": 5})
    index = Index.open(tmp_path, embedder=HashingModel())
    write(
        index, document("a.md", "checkout checkout delete"), document("b.md", "checkout, the database, back")
    )
    plain = Retriever(index, everyone).search("checkout")
    asked = Retriever(index, everyone, reranking=reranking_of(settings)).search("checkout")
    index.close()
    assert ([r.path for r in plain], [r.path for r in asked]) == (["a.md", "b.md"], ["b.md", "a.md"])
    assert [r.scores.rerank for r in plain] == [r.score for r in plain]
    liked, other = (r.scores.rerank or 0 for r in asked)
    assert liked > 0.8 > 0.2 > other
    # What it was without the model can still be told.
    assert [round(r.score - 5 * (r.scores.rerank or 0), 3) for r in asked[::-1]] == [
        round(r.score, 3) for r in plain
    ]


def test_models_that_do_not_fit_are_refused_with_a_remedy(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "reranker", tmp_path / "headless")
    config = tmp_path / "headless" / "config.json"
    config.write_text(config.read_text().replace("BertForSequenceClassification", "BertModel"))
    shutil.copytree(folder / "reranker", tmp_path / "broken")
    (tmp_path / "broken" / "model.safetensors").write_bytes(b"not the weights")
    wrong = {
        folder / "nli": "3 scores where a reranker has one",
        tmp_path / "headless": "no cross-encoder",
        tmp_path / "broken": "cannot be loaded",
        tmp_path / "none": "cannot be loaded",
    }
    for model, reason in wrong.items():
        reranker = Reranker(CrossEncoder(str(model), "index.reranker.model"))
        for _ in range(2):  # it is told as often as it is asked
            with pytest.raises(ConfigurationError, match=rf"index\.reranker\.model .*{reason}.*; set it to"):
                reranker.relevance("a", ["b"])
    with pytest.raises(ConfigurationError, match=r"no label `entailment` .*label_0"):
        entailment_of(NliSettings(model=str(folder / "reranker"))).model.load()


def test_doctor_loads_both_models(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "sources: [{name: docs, type: files, path: .}]\n"
        f"index: {{reranker: {{model: {folder}/reranker}}}}\n"
        f"answers: {{llm: {{base_url: 'http://127.0.0.1:1/v1', model: m, nli: {{model: {folder}/reranker}}}}}}\n"
    )
    settings = load_settings(tmp_path / "config.yaml", {})
    checks = {check.name: check for check in all_checks(Wiring(settings))}
    assert checks["reranker"].ok
    assert not checks["entailment model"].ok
    assert "no label `entailment`" in checks["entailment model"].message
    assert settings.answers.llm is not None
    generation = generation_of(settings.answers.llm, lambda ids: {})
    assert generation.entailment is not None
