"""The index as ingest writes it and searches read it: in step, repeatable, and whole after any crash."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tantivy

from bench.hashing import HashingModel
from connectors.documents import OBJECT, Document
from index.chunks import chunk
from index.index import Index
from index.retriever import Retriever
from index.search_types import EVERYONE, Filters
from tests.unit.index_fakes import document, heading, paragraph
from tests.unit.ingest_fakes import Died, Tripwire

A1 = document("a.md", "Roll back checkout with argocd.", "Then tell the team.", title="Rollback")
A2 = document("a.md", "Roll back checkout with helm.", title="Rollback")
B = document("b.md", "The payments database is db.r7g.large.")
C = document("c.md", "Nightly dumps are kept for 120 days.")


def everyone(ids: Sequence[str], principals: frozenset[str]) -> set[str]:
    return set(ids)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Index]]:
    """Opens the index of the test (another time), and closes it at the end."""
    indexes: list[Index] = []

    def open_one(folder: str = "state", model: Any = None) -> Index:
        indexes.append(Index.open(tmp_path / folder, embedder=model or HashingModel()))
        return indexes[-1]

    yield open_one
    for index in indexes:
        index.close()


@pytest.fixture
def index(opened: Callable[..., Index]) -> Index:
    return opened()


def write(index: Index, *documents: Document) -> None:
    index.apply(documents)
    index.commit()


def assert_holds(index: Index, *documents: Document) -> None:
    """All three stores hold exactly the chunks of `documents`, and nothing is left of anything else."""
    expected = {c.id: c for d in documents for c in chunk(d, HashingModel().count_tokens)}
    stored = index.chunks.of_documents(sorted(index.chunks.document_ids()))
    assert {c.id: c for c in stored} == expected
    assert {n.node_id for n in index.vectors.store.get_nodes(sorted(expected) or ["none"])} == set(expected)
    assert index.vectors.count() == len(expected)
    assert {name for name, _ in index.words.written.search({"doc": 1.0}, 1_000)} == set(expected)
    assert index.words.count() == len(expected)
    assert {d.path for d in documents} == {r.path for r in Retriever(index, everyone).search("the", 100)}


def found(index: Index, question: str, k: int = 10) -> list[str | None]:
    return [r.path for r in Retriever(index, everyone).search(question, k)]


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


# Crashes

STEPS = {
    "chunks": ("cached", "cache", "ids_of_documents", "add", "remove", "set_setting"),
    "vectors": ("remove", "put", "_describe"),
    "words": ("remove_documents", "add", "commit"),
}


def work(index: Index) -> None:
    """Change one document, add one and remove one."""
    index.apply([A2, C])
    index.remove([B.id])
    index.commit()


def wired(index: Index, die_at: int = 0, after: bool = False) -> Tripwire:
    wire = Tripwire(die_at, after=after)
    for store, names in STEPS.items():
        wire.watch(getattr(index, store), *names)
    return wire


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("before")
    index = Index.open(folder, embedder=HashingModel())
    write(index, A1, B)
    index.close()
    return folder


def steps() -> list[tuple[int, bool]]:
    return [(number, after) for number in range(1, 16) for after in (False, True)]


def test_the_crash_test_reaches_every_step(
    before: Path, opened: Callable[..., Index], tmp_path: Path
) -> None:
    shutil.copytree(before, tmp_path / "state")
    index = opened()
    counting = wired(index)
    work(index)
    assert counting.calls == max(number for number, _ in steps())


@pytest.mark.parametrize(("number", "after"), steps())
@pytest.mark.parametrize("goes_back", [False, True], ids=["goes on", "goes back"])
def test_a_crash_at_any_step_is_made_good_by_doing_it_again(
    before: Path, opened: Callable[..., Index], tmp_path: Path, number: int, after: bool, goes_back: bool
) -> None:
    shutil.copytree(before, tmp_path / "state")
    index = opened()
    wired(index, number, after)
    with pytest.raises(Died):
        work(index)
    index.close()
    again = opened()
    if goes_back:  # the source is meanwhile as it was
        again.apply([A1, B])
        again.remove([C.id])
        again.commit()
        assert_holds(again, A1, B)
    else:
        work(again)
        assert_holds(again, A2, C)


# Writers, readers and threads


def test_a_reader_sees_every_commit_and_nothing_before(opened: Callable[..., Index]) -> None:
    writer, reader = opened(), opened()
    retriever = Retriever(reader, everyone)
    assert retriever.search("payments") == []
    write(writer, B)
    stamp = reader.stamp()
    assert [r.path for r in retriever.search("payments")] == ["b.md"]
    writer.apply([A1])
    assert reader.stamp() == stamp
    assert [r.path for r in retriever.search("roll back checkout")] == ["b.md"]
    writer.commit()
    assert reader.stamp() != stamp
    assert retriever.search("roll back checkout")[0].path == "a.md"
    writer.remove([B.id])
    writer.commit()
    assert [r.path for r in retriever.search("payments")] == ["a.md"]


def test_a_changed_card_is_seen_after_the_commit(opened: Callable[..., Index]) -> None:
    writer, reader = opened(), opened()
    retriever = Retriever(reader, everyone)
    write(writer, B)
    assert retriever.search("payments")[0].url == ""
    write(writer, replace(B, url="https://new"))
    assert retriever.search("payments")[0].url == "https://new"


@pytest.mark.parametrize("shared", [True, False], ids=["one index", "a reader of its own"])
def test_eight_threads_search_while_a_writer_works(opened: Callable[..., Index], shared: bool) -> None:
    writer = opened()
    write(writer, B, *[document(f"{i}.md", f"Page {i} of the handbook.") for i in range(20)])
    retriever = Retriever(writer if shared else opened(), everyone)
    failed: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                results = retriever.search("payments database", 5)
                assert results[0].path == "b.md"
                assert len({r.path for r in results}) == len(results) == 5
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    for round_ in range(6):
        write(writer, *[document(f"{i}.md", f"Page {i} of edition {round_}.") for i in range(0, 20, 2)])
        writer.remove([document(f"{19 - 2 * round_}.md").id])
        writer.commit()
    done.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert writer.words.count() == 15


# Who may see what


SECRETS = [
    document(f"secret/{i}.md", "alpha beta gamma delta", source="hr", title="alpha") for i in range(550)
]
OPEN = document("open.md", "alpha and many other words about something else entirely")


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """One public document that 550 secret ones outrank."""
    index = Index.open(tmp_path_factory.mktemp("crowded"), embedder=HashingModel())
    write(index, OPEN, *SECRETS)
    yield index
    index.close()


def guarded(ids: Sequence[str], principals: frozenset[str]) -> set[str]:
    return {i for i in ids if i.startswith("files:docs/") or "hr" in principals}


def test_the_one_readable_document_is_found_below_hundreds_of_others(crowded: Index) -> None:
    retriever = Retriever(crowded, guarded)
    assert [r.path for r in retriever.search("alpha beta gamma delta", 5)] == ["open.md"]
    both = retriever.search("alpha beta gamma delta", 5, Filters(principals=frozenset({"public", "hr"})))
    assert {r.source for r in both} == {"hr"}
    assert retriever.search("alpha", 5, Filters(sources=("hr",))) == []


def test_who_may_read_nothing_finds_nothing(crowded: Index) -> None:
    def nobody(ids: Sequence[str], principals: frozenset[str]) -> set[str]:
        return set()

    assert Retriever(crowded, nobody).search("alpha", 5) == []


def test_the_ledger_is_asked_with_the_callers_principals(crowded: Index) -> None:
    asked: set[frozenset[str]] = set()

    def spy(ids: Sequence[str], principals: frozenset[str]) -> set[str]:
        asked.add(principals)
        return set()

    Retriever(crowded, spy).search("alpha", 5, Filters(principals=frozenset({"eng"})))
    assert asked == {frozenset({"eng"})}


def test_the_last_candidate_of_a_small_index_is_found(opened: Callable[..., Index]) -> None:
    index = opened()
    write(index, document("open.md", "nothing in common"), *SECRETS[:90])
    assert [r.path for r in Retriever(index, guarded).search("alpha beta gamma delta", 5)] == ["open.md"]


WORDS = ["alpha", "beta", "gamma", "delta", "omega", "sigma"]


def test_who_asks_for_more_places_gets_the_same_first_ones(opened: Callable[..., Index]) -> None:
    # Files of many chunks, each with some of the words: what a wider search adds to a file would lift its score.
    random = Random(7)
    index = opened()
    for i, chunks in enumerate([30] * 12 + [1] * 80):
        texts = [" ".join(random.choices(WORDS, k=random.randint(1, 4))) for _ in range(chunks)]
        write(index, document(f"{i}.md", *(paragraph(f"{t} " + "word " * 150, f"{i}") for t in texts)))
    retriever = Retriever(index, everyone)
    widest = [r.path for r in retriever.search("alpha beta gamma", 80)]
    assert len(widest) == len(set(widest)) == 80
    for k in (1, 5, 10, 20, 40):
        assert [r.path for r in retriever.search("alpha beta gamma", k)] == widest[:k]


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        (Filters(), {"1", "2", "3", "4"}),
        (Filters(sources=("docs",)), {"1", "2"}),
        (Filters(sources=("docs", "infra")), {"1", "2", "3", "4"}),
        (Filters(kinds=("terraform",)), {"3", "4"}),
        (Filters(environments=("staging",)), {"2", "3"}),
        (Filters(namespaces=("shop",)), {"1", "2", "3", "4"}),
        (Filters(namespaces=("billing",)), {"2", "3", "4"}),
        (Filters(sources=("infra",), environments=("staging",)), {"3"}),
        (Filters(sources=("none",)), set()),
    ],
)
def test_filters_let_only_what_they_name_through(
    opened: Callable[..., Index], filters: Filters, paths: set[str]
) -> None:
    index = opened()
    write(
        index,
        document("1", "alpha one", namespace="shop"),
        document("2", "alpha two", environment="staging"),
        document("3", "alpha three", source="infra", kind="terraform", environment="staging"),
        document("4", "alpha four", source="infra", kind="terraform", environment="production"),
    )
    assert {r.path for r in Retriever(index, everyone).search("alpha", 10, filters)} == paths


# One result a place


def test_a_file_is_one_result(index: Index) -> None:
    long = [paragraph(f"alpha {i} " + "word " * 150, f"Part {i}") for i in range(4)]
    write(index, document("long.md", *long), B)
    results = Retriever(index, everyone).search("alpha word", 10)
    assert [r.path for r in results].count("long.md") == 1


def twins(*environments: str) -> list[Document]:
    return [
        document(
            f"envs/{e}/db.tf",
            f"instance class db.r7g.large of payments {e}",
            environment=e,
            title="payments",
            kind="terraform",
        )
        for e in environments
    ]


def test_twins_of_other_environments_go_last(index: Index) -> None:
    write(index, *twins("production", "staging", "test"), document("x.md", "payments page about something"))
    paths = found(index, "instance class of payments")
    assert paths[1] == "x.md"
    assert sorted(p or "" for p in (paths[0], *paths[2:])) == [
        f"envs/{e}/db.tf" for e in ("production", "staging", "test")
    ]


@pytest.mark.parametrize("environment", ["production", "staging", "test"])
def test_the_named_environment_wins(index: Index, environment: str) -> None:
    write(index, *twins("production", "staging", "test"), document("x.md", "payments page"))
    paths = found(index, f"instance class of payments in the {environment} environment")
    assert paths[0] == f"envs/{environment}/db.tf"
    assert paths[1] == "x.md"


def test_all_named_environments_are_shown(index: Index) -> None:
    write(index, *twins("production", "staging", "test"), document("x.md", "payments page"))
    paths = found(index, "does the instance class of payments differ between staging and production?")
    assert sorted(p or "" for p in paths[:2]) == ["envs/production/db.tf", "envs/staging/db.tf"]
    assert paths[2:] == ["x.md", "envs/test/db.tf"]


@pytest.mark.parametrize("lost", ["lexical", "chroma"])
def test_a_lost_store_is_told_to_ingest(opened: Callable[..., Index], lost: str) -> None:
    index = opened()
    write(index, B)
    assert index.stamp()
    index.close()
    shutil.rmtree(index.folder / lost)
    again = opened()
    assert again.stamp() == ""
    write(again, B)
    assert again.stamp()
    assert_holds(again, B)


@pytest.mark.parametrize("question", ["restart the billing service", "goldfinch billing plan"])
def test_what_a_caller_may_not_read_changes_no_result(opened: Callable[..., Index], question: str) -> None:
    index = opened()
    write(index, document("a.md", "restart the billing service"), document("b.md", "a large billing service"))
    retriever = Retriever(index, guarded)
    before = retriever.search(question, 5)
    assert before
    # As long as the others, as the average length still counts all.
    write(index, *[document(f"{i}.md", "goldfinch billing restart plan", source="hr") for i in range(30)])
    assert retriever.search(question, 5) == before
    staff = frozenset({"public", "hr"})
    assert retriever.rarity(staff).idf("goldfinch") > 0
    assert retriever.rarity(frozenset({"public"})).idf("goldfinch") == 0


# What runs beside what was written


def running(number: int) -> Document:
    ident = f"kubernetes:live/shop/Pod/billing-{number}"
    text = f"Pod shop/billing-{number}: Running, the billing service restarts"
    return replace(document("x", text), id=ident, path=None, kind=OBJECT, title=f"Pod shop/billing-{number}")


def test_a_cluster_of_many_objects_leaves_a_page_its_place_and_its_words_their_rarity(index: Index) -> None:
    page = document("billing.md", "restart the billing service with care")
    write(index, page, B)
    retriever = Retriever(index, everyone)
    before = retriever.rarity(EVERYONE).idf("restart")
    write(index, *(running(number) for number in range(300)))
    assert found(index, "how do i restart the billing service", 3)[0] == "billing.md"
    assert retriever.rarity(EVERYONE).idf("restart") == before
    objects = retriever.search("billing service", 5, Filters(kinds=(OBJECT,)))
    assert [r.kind for r in objects] == [OBJECT] * 5
    pages = retriever.search("billing service", 5, Filters(kinds=("page", "config")))
    assert OBJECT not in [r.kind for r in pages]


@pytest.mark.parametrize("lost", ["lexical", "lexical-objects"])
def test_the_lost_words_of_either_half_are_told_to_ingest(opened: Callable[..., Index], lost: str) -> None:
    index = opened()
    write(index, B, running(1))
    index.close()
    shutil.rmtree(index.folder / lost)
    again = opened()
    assert again.stamp() == ""
    write(again, B, running(1))
    assert again.stamp()


def test_what_was_written_again_ranks_as_if_it_had_been_written_once(opened: Callable[..., Index]) -> None:
    pages = [document(f"{n}.md", f"billing page {'restart' if n % 3 else 'deploy'} {n}") for n in range(30)]
    once, often = opened("once"), opened("often")
    write(once, *pages)
    write(often, *(replace(p, text=p.text + " again") for p in pages))
    for n in range(0, 30, 2):
        write(often, pages[n])
    write(often, *pages[1::2])
    question = "how do i deploy the billing page"
    found_once, found_often = (Retriever(index, everyone).search(question, 30) for index in (once, often))
    assert [r.document_id for r in found_often] == [r.document_id for r in found_once]
    rarity = Retriever(often, everyone).rarity(EVERYONE)
    assert rarity.idf("deploy") == Retriever(once, everyone).rarity(EVERYONE).idf("deploy")
    scores = [[r.scores.lexical or 0.0 for r in found] for found in (found_once, found_often)]
    assert scores[1] == pytest.approx(scores[0], rel=0.01)


def test_words_that_were_laid_out_otherwise_start_empty(tmp_path: Path) -> None:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("other", stored=True)
    (tmp_path / "lexical").mkdir()
    tantivy.Index(builder.build(), path=str(tmp_path / "lexical"))
    index = Index.open(tmp_path, embedder=HashingModel())
    write(index, B)
    assert_holds(index, B)
    index.close()
