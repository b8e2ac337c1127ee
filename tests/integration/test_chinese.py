"""Questions find documents of the other language through the real index, and nothing hidden has an effect on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench.hashing import HashingModel
from connectors.documents import Document
from index.embedding.models import EmbeddingSettings
from index.index import Index
from index.retriever import Retriever
from index.search_types import Filters
from tests.unit.index_fakes import document

CHINESE = document("import.md", "原始文件保留 60 天，之后自动删除。", title="供应商商品导入")
ENGLISH = document("backup.md", "Automatic snapshots are kept for 35 days.", title="Database backup")
OTHER = document("hotel.md", "A hotel in Dublin costs at most 210 euro.", title="Travel")
TERM = document("terms.md", "混沌演练（chaos drill）由平台组负责。", title="术语")
DRILL = document("drill.md", "The chaos drill takes place on the first Tuesday.", title="Drills")
STAFF = frozenset({"public", "staff"})
HIDDEN = {TERM.id}


def readable(ids: Sequence[str], principals: frozenset[str]) -> set[str]:
    """Everybody reads all but the hidden ones, staff reads these too."""
    return {ident for ident in ids if ident not in HIDDEN or "staff" in principals}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = Index.open(tmp_path / "state", embedder=HashingModel())
    yield opened
    opened.close()


def write(index: Index, *documents: Document) -> Retriever:
    index.apply(documents)
    index.commit()
    return Retriever(index, readable)


def test_each_language_finds_the_other(index: Index) -> None:
    retriever = write(index, CHINESE, ENGLISH, OTHER)
    assert retriever.search("how long are the original files kept", 1)[0].path == "import.md"
    assert retriever.search("数据库备份保留多少天？", 1)[0].path == "backup.md"
    assert retriever.search("出差去都柏林的酒店最多多少钱", 1)[0].path == "hotel.md"
    assert retriever.search("原始文件存多久", 1)[0].path == "import.md"


def test_terms_that_a_document_gives_in_both_languages_are_learnt_by_who_may_read_it(index: Index) -> None:
    retriever = write(index, TERM, DRILL, ENGLISH)
    for principals, learnt in ((STAFF, True), (frozenset({"public"}), False)):
        query = retriever.read("混沌演练是哪天", principals)
        assert ("drill" in query.terms) is learnt
        assert bool(query.unknown) is not learnt
    found = retriever.search("混沌演练是哪天", 2, Filters(principals=STAFF))
    assert "drill.md" in {one.path for one in found}


def test_what_a_document_no_longer_says_is_forgotten(index: Index) -> None:
    write(index, TERM, DRILL)
    retriever = write(index, replace(TERM, text="平台组。", sections=document("t.md", "平台组。").sections))
    assert "drill" not in retriever.read("混沌演练是哪天", STAFF).terms
    index.remove([TERM.id])
    index.commit()
    assert index.chunks.pairs() == []


@pytest.mark.parametrize("multilingual", [False, True])
def test_only_a_multilingual_model_is_given_chinese(tmp_path: Path, multilingual: bool) -> None:
    model = HashingModel()
    index = Index.open(tmp_path / "state", EmbeddingSettings(multilingual=multilingual), embedder=model)
    write(index, CHINESE).search("文件保留多久")
    index.close()
    assert any("保留" in text for text in model.embedded) is multilingual
    assert len(model.embedded) > 1
