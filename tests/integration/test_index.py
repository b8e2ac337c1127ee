"""The index as ingest writes it and searches read it: in step, repeatable, and whole after any crash."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.hashing import HashingModel
from index.index import Index
from index.retriever import Retriever
from tests.integration.index_cases import A1, A2, B, assert_holds, everyone, found, write
from tests.unit.index_fakes import document, heading, paragraph

# What is written


def test_an_empty_index_finds_nothing_and_loads_no_model(tmp_path: Path) -> None:
    index = Index.open(tmp_path)
    assert found(index, "anything") == []
    assert index.stamp() == ""
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == ["lexical", "lexical-objects"]
    index.close()


def test_what_is_committed_is_found_now_and_after_opening_again(opened: Callable[..., Index]) -> None:
    first = opened()
    write(first, A1, B)
    assert found(first, "payments database")[0] == "b.md"
    first.close()
    again = opened()
    assert found(again, "payments database")[0] == "b.md"
    assert_holds(again, A1, B)


def test_a_result_is_the_documents_own_text_at_its_span(index: Index) -> None:
    page = document(
        "d.md",
        heading("Rollback"),
        paragraph("Run argocd app rollback.", "Rollback"),
        title="Deploy",
        url="https://x/d",
    )
    write(index, page)
    result = Retriever(index, everyone).search("rollback")[0]
    assert result.text == page.text[result.start : result.end]
    assert (result.anchor, result.url, result.title, result.kind) == (
        "L1-L3",
        "https://x/d",
        "Deploy",
        "page",
    )
    assert result.to_json()["scores"]["dense"] is not None


def test_applying_twice_is_applying_once(index: Index) -> None:
    for _ in range(2):
        write(index, A1, B)
        assert_holds(index, A1, B)
    index.apply([A1, B, A1])
    index.apply([A1])
    index.commit()
    assert_holds(index, A1, B)


def test_the_last_of_equal_documents_counts(index: Index) -> None:
    write(index, A1, A2)
    assert_holds(index, A2)


def test_a_changed_document_loses_its_old_chunks_everywhere(index: Index) -> None:
    write(index, A1, B)
    write(index, A2)
    assert_holds(index, A2, B)
    assert "argocd" not in " ".join(r.text for r in Retriever(index, everyone).search("argocd", 10))


def test_an_emptied_document_is_gone(index: Index) -> None:
    write(index, A1, B)
    write(index, replace(A1, text="", sections=()))
    assert_holds(index, B)


def test_a_document_that_changes_back_before_the_commit_is_kept(index: Index) -> None:
    write(index, A1, B)
    index.apply([A2])
    index.apply([A1])
    index.commit()
    assert_holds(index, A1, B)


def test_a_removed_document_that_comes_back_before_the_commit_is_kept(index: Index) -> None:
    write(index, A1, B)
    index.remove([A1.id])
    index.apply([A1])
    index.commit()
    assert_holds(index, A1, B)


def test_removed_is_gone(index: Index) -> None:
    write(index, A1, B)
    index.remove([A1.id, "files:docs/never there"])
    index.commit()
    assert_holds(index, B)
    index.remove([])
    index.commit()
    assert_holds(index, B)


def test_new_lines_above_and_a_new_link_reach_results_and_nodes(index: Index) -> None:
    write(index, B)
    moved = replace(B, url="https://new", sections=tuple(replace(s, anchor="L7") for s in B.sections))
    write(index, moved)
    result = Retriever(index, everyone).search("payments")[0]
    node = index.vectors.store.get_nodes([result.chunk_id])[0]
    assert (
        (result.anchor, result.url)
        == (node.metadata["anchor"], node.metadata["url"])
        == ("L7", "https://new")
    )


def test_what_the_model_refuses_leaves_nothing_behind(opened: Callable[..., Index]) -> None:
    class Refusing(HashingModel):
        def embed(self, texts: Sequence[str]) -> Any:
            if any("refused" in text for text in texts):
                raise ValueError("no vector for this")
            return super().embed(texts)

    index = opened(model=Refusing())
    write(index, A1)
    with pytest.raises(ValueError, match="no vector"):
        index.apply([A2, document("d.md", "refused")])
    index.commit()
    assert_holds(index, A1)


def test_the_fingerprint_tells_models_apart(tmp_path: Path) -> None:
    from index.embedding.models import EmbeddingSettings

    prints = set()
    for model in ("default", "other"):
        index = Index.open(tmp_path / model, EmbeddingSettings(model))
        prints.add(index.fingerprint())
        index.close()
    assert len(prints) == 2


# What is not embedded again


def test_a_rebuild_embeds_nothing(tmp_path: Path, opened: Callable[..., Index]) -> None:
    write(first := opened(), A1, B)
    first.close()
    for lost in ("chroma", "lexical"):
        shutil.rmtree(tmp_path / "state" / lost)
    for lost_file in (tmp_path / "state").glob("vectors*"):
        lost_file.unlink()
    model = HashingModel()
    again = opened(model=model)
    write(again, A1, B)
    assert model.embedded == []
    assert_holds(again, A1, B)


def test_only_new_texts_are_embedded_and_equal_ones_once(opened: Callable[..., Index]) -> None:
    model = HashingModel()
    index = opened(model=model)
    twins = [document(f"{i}.md", "The same words.", title="Same") for i in range(3)]
    write(index, *twins)
    assert len(model.embedded) == 1
    write(index, *twins, B)
    assert len(model.embedded) == 2
    assert_holds(index, *twins, B)


def test_what_was_prepared_is_not_embedded_again(opened: Callable[..., Index]) -> None:
    model = HashingModel()
    index = opened(model=model)
    first = document("a.md", "Nobody restarts the payments database by hand.")
    index.prepare([first, B])
    assert index.chunks.count() == 0  # nothing is to be seen yet
    write(index, first, B)
    assert len(model.embedded) == len(set(model.embedded)) == index.chunks.count()
    assert_holds(index, first, B)


def test_a_document_that_changed_after_it_was_prepared_is_cut_again(opened: Callable[..., Index]) -> None:
    index = opened()
    index.prepare([document("a.md", "Old words.")])
    changed = document("a.md", "New words.")
    write(index, changed)
    assert_holds(index, changed)
