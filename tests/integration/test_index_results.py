"""What a search of the index returns: to whom, in which order, and how many of a place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import tantivy

from bench.hashing import HashingModel
from connectors.documents import OBJECT, Document
from index.index import Index
from index.retriever import Retriever
from index.search_types import EVERYONE, Filters
from tests.integration.index_cases import B, assert_holds, everyone, found, write
from tests.unit.index_fakes import document, paragraph

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


class Spelling(HashingModel):
    """A model that has no word whole in its vocabulary."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [2 * n for n in super().count_tokens(texts)]


def test_a_misspelled_word_is_read_as_the_one_that_the_caller_may_read(opened: Callable[..., Index]) -> None:
    index = opened(model=Spelling())
    hidden = [document(f"h{i}.md", "The wiretaps of the payroll.") for i in range(3)]
    seen = [document(f"s{i}.md", "The database of payments is large.") for i in range(3)]
    write(index, *hidden, *seen)
    retriever = Retriever(index, lambda ids, principals: {i for i in ids if ":s" in i or "/s" in i})
    assert retriever.read("how large is the databse?", frozenset()).text == "how large is the database?"
    assert retriever.read("who wrote the wiretapes?", frozenset()).text == "who wrote the wiretapes?"
