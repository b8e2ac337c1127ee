"""The pure parts of bench/adapt: the corpus, passages that are found again, the file of questions, batches."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.adapt.corpus import SOURCES, files_of
from bench.adapt.examples import batches, count_of_batches, examples
from bench.adapt.index import settings_of
from bench.adapt.mining import Mined, read_mined
from bench.adapt.passages import QUOTED, Passage, Span, found_again, most_of
from bench.adapt.projects import Project, projects
from bench.adapt.questions import QUESTIONS, Asked, read_questions, write_questions
from bench.adapt.recipe import Recipe
from bench.adapt.rst import markdown
from bench.adapt.sdists import CorpusError, fetched, index_address
from index.chunks import Chunk

HOME = Path(__file__).resolve().parents[2]
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("rst", "expected"),
    [
        ("Title\n=====\n\nPart\n----\ntext", "# Title\n\n## Part\ntext"),
        ("=====\nTitle\n=====\nPart\n=====", "# Title\n## Part"),
        ("A\n===\nB\n---\nC\n===", "# A\n## B\n# C"),
        ("Short rule\n====", "Short rule\n===="),
        ("  indented\n==========", "  indented\n=========="),
        ("use ``kubectl get`` now", "use `kubectl get` now"),
        ("see :ref:`the guide <guide>` and :doc:`other`", "see the guide and other"),
        ("see `the site <https://x.example>`_ and `that <y>`__", "see the site and that"),
        (".. code-block:: bash\n\n  ls", "\n\n  ls"),
        (".. note:: Mind this.\n   More.", "**Note** Mind this.\n   More."),
        (".. warning::\n\n  Hot", "**Warning** \n\n  Hot"),
        (".. _anchor:\n.. toctree::\n   a", "   a"),
        (".. deprecated:: 2", ".. deprecated:: 2"),
        ("", ""),
        ("ends with\n", "ends with\n"),
    ],
)
def test_restructured_text_becomes_markdown(rst: str, expected: str) -> None:
    assert markdown(rst) == expected


@given(st.text(alphabet="ab =-`:.<>_\n", max_size=60))
def test_any_text_can_be_converted(text: str) -> None:
    assert len(markdown(text).split("\n")) <= len(text.split("\n"))


def test_a_project_gives_pages_and_if_wanted_code() -> None:
    body = "x" * 700
    files = {
        "doc/source/admin/index.rst": f"Title\n=====\n{body}",
        "deploy/source/admin/index.md": body,
        "doc/source/admin/tiny.md": "x",
        "doc/source/contributor/index.rst": body,
        "tests/data/values.yaml": "a: 1",
        "infra/main.tf": "locals {}",
        "setup.py": body,
    }
    given_files = [(path, text.encode()) for path, text in files.items()]
    project = Project("shop", "1.0", "ops", "", code=True)
    found = files_of(project, iter(given_files))
    assert found == {
        "ops/shop/admin/index.md": f"# Title\n{body}".encode(),
        "ops/shop/deploy/source/admin/index.md": body.encode(),
        "charts/shop-1.0/tests/data/values.yaml": b"a: 1",
        "infra/shop-1.0/infra/main.tf": b"locals {}",
    }
    pages = files_of(Project("shop", "1.0", "ops", ""), iter(given_files))
    assert set(pages) == {name for name in found if name.startswith("ops/")}


def client_of(pages: dict[str, httpx.Response]) -> httpx.Client:
    return httpx.Client(
        transport=httpx.MockTransport(lambda asked: pages.get(str(asked.url), httpx.Response(404)))
    )


def test_an_sdist_is_found_by_a_relative_address_and_kept(tmp_path: Path) -> None:
    project = Project("big_shop", "1.0", "ops", EMPTY)
    listed = {"files": [{"filename": "big_shop-1.0.tar.gz", "url": "../../files/a.tar.gz"}]}
    pages = {
        "https://i.example/simple/big-shop/": httpx.Response(200, json=listed),
        "https://i.example/files/a.tar.gz": httpx.Response(200, content=b""),
    }
    file = fetched(project, tmp_path, client_of(pages), "https://i.example/simple")
    assert file.read_bytes() == b""
    assert fetched(project, tmp_path, client_of({}), "https://i.example/simple") == file


@pytest.mark.parametrize(
    ("page", "content", "told"),
    [
        (httpx.Response(404), b"", r"^https://i\.example/simple/shop/ cannot be fetched: HTTP 404$"),
        (httpx.Response(200, text="<html>"), b"", "gave no list of files in JSON"),
        (httpx.Response(200, json={"files": []}), b"", r"does not list shop-1\.0\.tar\.gz"),
        (
            httpx.Response(200, json={"files": [{"filename": "shop-1.0.tar.gz", "url": "a"}]}),
            b"other",
            "has sha256 d9298a10",
        ),
    ],
)
def test_what_cannot_be_fetched_is_told_without_credentials(
    tmp_path: Path, page: httpx.Response, content: bytes, told: str
) -> None:
    client = client_of(
        {
            "https://me:pass@i.example/simple/shop/": page,
            "https://me:pass@i.example/simple/shop/a": httpx.Response(200, content=content),
        }
    )
    with pytest.raises(CorpusError, match=told) as raised:
        fetched(Project("shop", "1.0", "ops", EMPTY), tmp_path, client, "https://me:pass@i.example/simple")
    assert "pass" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_the_index_is_that_of_pip_and_else_pypi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://i.example/simple/")
    assert index_address() == "https://i.example/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "")
    assert index_address() == "https://pypi.org/simple"


def passage(start: int, length: int, text: str, file: str = "ops/shop/a.md") -> Passage:
    return Passage("shop", file, start, length, text[start : start + length][:QUOTED])


TEXTS = st.text(alphabet="ab \n", min_size=1, max_size=80)


@given(TEXTS, TEXTS, st.data())
def test_a_passage_is_found_where_it_was_or_where_it_moved(
    text: str, before: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(1, len(text) - start))
    there = passage(start, length, text)
    assert found_again(there, text) == Span(start, start + length)
    moved = found_again(there, before + text)
    assert moved is not None
    assert (before + text).startswith(there.quote, moved.start)


def test_of_equal_beginnings_the_nearest_is_taken_and_a_passage_may_be_gone() -> None:
    there = passage(10, 3, "same......same......same"[:10] + "abc")
    assert found_again(there, "abc.....abc.............abc") == Span(8, 11)
    assert found_again(there, "nothing of it") is None


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([Span(0, 10), Span(10, 30)], 1),
        ([Span(0, 14), Span(14, 30)], 1),
        ([Span(0, 16), Span(16, 30)], 0),
        ([Span(0, 5), Span(20, 30)], None),
        ([], None),
    ],
)
def test_the_chunk_that_holds_most_of_a_passage_is_its_chunk(spans: list[Span], expected: int | None) -> None:
    assert most_of(Span(10, 20), spans) == expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("ops/shop/a.md", "files:ops/shop/a.md"),
        ("infra/shop-1.0/main.tf#var.size", "terraform:infra/shop-1.0/main.tf#var.size"),
        ("charts/_/Role/x@shop-1.0/a.yaml", "kubernetes:charts/_/Role/x@shop-1.0/a.yaml"),
    ],
)
def test_a_file_names_its_document(file: str, expected: str) -> None:
    assert passage(0, 1, "x", file).document_id == expected


@cache
def asked() -> list[Asked]:
    return read_questions()


def wording(question: str) -> str:
    return re.sub(r"\W+", " ", question.casefold()).strip()


def test_the_questions_are_well_formed() -> None:
    answered = {one.passage for one in asked() if one.answered}
    listed = {project.name for project in projects()}
    for one in asked():
        place = one.passage
        assert place.file.partition("/")[0] in SOURCES
        assert place.start >= 0
        assert place.quote == place.quote[:QUOTED].lstrip()
        assert len(place.quote) == min(QUOTED, place.length)
        assert one.question == " ".join(one.question.split()) != ""
        assert isinstance(one.answered, bool)
    assert {one.passage for one in asked()} == answered
    assert {place.project for place in answered} == listed
    assert max(Counter(wording(one.question) for one in asked()).values()) == 1
    assert QUESTIONS.stat().st_size < 1_500_000


def test_no_question_is_one_that_is_evaluated_with() -> None:
    wordings = {wording(one.question) for one in asked()}
    files = sorted((HOME / "data" / "questions").glob("*.jsonl"))
    evaluated = {
        wording(json.loads(line)["question"])
        for file in files
        for line in file.read_text(encoding="utf-8").split("\n")
        if line.strip()
    }
    # Only counted: some of these files nobody reads.
    shared = len(wordings & evaluated)
    assert (len(files) > 0, shared) == (True, 0)


def test_each_project_is_pinned_and_of_a_source_of_pages() -> None:
    for project in projects():
        assert re.fullmatch(r"[0-9a-f]{64}", project.sha256)
        assert SOURCES[project.source] == "files"


def test_questions_are_written_and_read_alike(tmp_path: Path) -> None:
    some = [Asked(passage(2, 3, "a äbc"), "wie groß?", True)]
    write_questions(tmp_path / "a.gz", some)
    write_questions(tmp_path / "b.gz", some)
    assert read_questions(tmp_path / "a.gz") == some
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"question": "a", "answered": true, "file": "b"}'])
def test_a_malformed_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "q.jsonl.gz"
    file.write_bytes(gzip.compress(line.encode()))
    with pytest.raises(ValueError, match=r"q\.jsonl\.gz, line 1"):
        read_questions(file)


def test_a_line_of_negatives_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "mined.jsonl"
    whole = json.dumps({"question": "a\u2028", "chunk": "1", "others": ["2"]}, ensure_ascii=False) + "\n"
    file.write_text(whole + '{"question": "b', encoding="utf-8")
    assert read_mined(file) == [Mined("a\u2028", "1", ("2",))]
    assert file.read_text(encoding="utf-8") == whole


def chunk(ident: str) -> Chunk:
    return Chunk(ident, f"files:ops/{ident}", 0, 0, 1, f"text {ident}", "", "", (), "")


def test_examples_join_passages_questions_near_misses_and_negatives() -> None:
    one, other = passage(0, 5, "abcdefghij"), passage(5, 5, "abcdefghij")
    questions = [
        Asked(one, "q1", True),
        Asked(one, "n1", False),
        Asked(other, "q2", True),
        Asked(other, "n2", False),
    ]
    mined = [Mined("q1", "1", ("2", "gone")), Mined("q2", "1", ()), Mined("q3", "1", ())]
    (example,) = examples(questions, mined, {"1": chunk("1"), "2": chunk("2")})
    assert example.questions == [("q1", (chunk("2").written_text,)), ("q2", ())]
    assert example.near == ["n1", "n2"]


def test_every_question_comes_once_an_epoch_and_the_seed_makes_the_order() -> None:
    passages = [passage(i, 1, "abcd") for i in range(4)]
    questions = [Asked(p, f"q{i}", True) for i, p in enumerate(passages)]
    mined = [Mined(f"q{i}", str(i), ()) for i in range(4)]
    given_examples = examples(questions, mined, {str(i): chunk(str(i)) for i in range(4)})
    made = list(batches(given_examples, 3, 2, 7))
    assert made == list(batches(given_examples, 3, 2, 7))
    assert len(made) == count_of_batches(given_examples, 3, 2) == 6
    assert Counter(q for batch in made for q in batch.questions) == {f"q{i}": 3 for i in range(4)}
    # Without a negative, another passage of the batch stands in.
    assert all(set(batch.hard) <= set(batch.passages) for batch in made)
    assert len(list(batches(given_examples, 1, 3, 7))) == count_of_batches(given_examples, 1, 3) == 1


def test_the_rate_rises_and_falls() -> None:
    rates = [Recipe().rate_at(step, 100) for step in range(100)]
    assert rates[0] == 0.1
    assert max(rates) == rates[9] < 1
    assert rates[-1] == 0.02


def test_a_missing_corpus_is_told(tmp_path: Path) -> None:
    (tmp_path / "corpus" / "apps").mkdir(parents=True)
    with pytest.raises(CorpusError, match="has no iaas, metal, ops, charts, infra: run"):
        settings_of(tmp_path)
