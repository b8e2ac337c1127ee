"""Each signal alone moves the order, in the direction that its weight says."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from index.chunk_store import Card
from index.places import collapse
from index.query import Query, analyse
from index.ranking import Candidate, Weights, rank, words_of
from index.retriever import fuse
from tests.unit.index_fakes import a_chunk, document

NOTHING: dict[str, float] = {f.name: 0.0 for f in fields(Weights)}


def candidate(name: str, text: str = "text", **changes: Any) -> Candidate:
    signals = {key: changes.pop(key) for key in ("dense", "lexical") if key in changes}
    family = changes.pop("family", "")
    fields_ = {"kind": "config", **changes}
    page = document(fields_.pop("path", f"{name}.yaml"), text, **fields_)
    chunk = a_chunk(name, text, page.id, context="", heading_path=(), family=family)
    return Candidate(chunk, Card.of(page), words_of(chunk, Card.of(page)), **signals)


def order(question: str, *candidates: Candidate, **weights: float) -> list[str]:
    found = rank(analyse(question), list(candidates), lambda _: 1.0, Weights(**{**NOTHING, **weights}))
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    return [c.chunk.id for c in found]


def test_settings_of_the_named_environment_do_not_stand_before_pages_that_tell_how() -> None:
    page, settings = candidate("1", kind="page"), candidate("2", environment="staging")
    assert order("which version is in staging?", page, settings, environment=1.0) == ["2", "1"]
    assert order("how do I turn it off in staging?", page, settings, environment=1.0) == ["1", "2"]
    other = candidate("0", environment="production")
    assert order("how do I turn it off in staging?", other, page, environment=1.0) == ["1", "0"]


ALONE = [
    ("dense", "q", candidate("1", dense=0.2), candidate("2", dense=0.7)),
    ("lexical", "q", candidate("1", lexical=2.0), candidate("2", lexical=9.0)),
    ("coverage", "payments database", candidate("1", "payments"), candidate("2", "payments database")),
    ("related", "database", candidate("1", "cart"), candidate("2", "postgres")),
    (
        "environment",
        "in staging",
        candidate("1", environment="production"),
        candidate("2", environment="staging"),
    ),
    ("environment", "in staging", candidate("1", environment="production"), candidate("2")),
    ("environment", "in staging", candidate("1"), candidate("2", environment="staging")),
    ("shape", "what is the vpc cidr?", candidate("1", "the cidr is set"), candidate("2", "10.0.0.0/16")),
    ("page", "q", candidate("1"), candidate("2", kind="page")),
    ("page_for_steps", "how do I restart?", candidate("1"), candidate("2", kind="page")),
    ("decision", "why argo?", candidate("1", path="docs/argo.md"), candidate("2", path="docs/adr/1.md")),
]


@pytest.mark.parametrize(("signal", "question", "worse", "better"), ALONE)
def test_each_signal_alone_moves_the_order(
    signal: str, question: str, worse: Candidate, better: Candidate
) -> None:
    assert order(question, worse, better, **{signal: 1.0}) == ["2", "1"]
    assert order(question, worse, better, **{signal: -1.0}) == ["1", "2"]
    assert order(question, worse, better) == ["1", "2"]  # equal scores: by id, always the same


def test_tests_and_samples_count_against() -> None:
    real, sample = candidate("2", path="rds.yaml"), candidate("1", path="tests/rds.yaml")
    assert order("q", sample, real, test=Weights().test) == ["2", "1"]
    assert Weights().test < 0


@pytest.mark.parametrize(
    ("signal", "question"), [("page_for_steps", "what is it?"), ("decision", "what is it?")]
)
def test_what_was_not_asked_for_does_not_count(signal: str, question: str) -> None:
    page = candidate("2", kind="page", path="docs/adr/1.md")
    assert order(question, page, candidate("1"), **{signal: 1.0}) == ["1", "2"]


def test_words_in_title_and_headings_count() -> None:
    titled = candidate("2", "text", title="Payments")
    assert order("payments", candidate("1"), titled, coverage=1.0) == ["2", "1"]


def test_a_file_covers_what_its_chunks_cover_together() -> None:
    together = [candidate("2", "payments", path="a.md"), candidate("3", "database", path="a.md")]
    alone = candidate("1", "payments", path="b.md")
    assert order("payments database", alone, *together, file_coverage=1.0) == ["2", "3", "1"]


def test_rare_words_count_more() -> None:
    rare, common = candidate("2", "zeebe"), candidate("1", "cluster")
    found = rank(
        analyse("zeebe cluster"),
        [common, rare],
        lambda term: 5.0 if term.startswith("zeeb") else 1.0,
        Weights(**{**NOTHING, "coverage": 1.0}),
    )
    assert [c.chunk.id for c in found] == ["2", "1"]
    assert found[0].signals["coverage"] == pytest.approx(5 / 6)


def test_signals_lie_between_their_bounds() -> None:
    found = rank(
        analyse("database in staging"),
        [
            candidate("1", "postgres database", dense=-0.3, lexical=4.0),
            candidate("2", dense=0.4, environment="test"),
        ],
        lambda _: 2.0,
        Weights(),
    )
    for c in found:
        assert all(-1 <= value <= 1 for value in c.signals.values())


def test_nothing_to_rank() -> None:
    assert rank(analyse("q"), [], lambda _: 1.0, Weights()) == []
    unknown = rank(analyse("q"), [candidate("1")], lambda _: 0.0, Weights())
    assert [c.chunk.id for c in unknown] == ["1"]


def test_fusion_prefers_what_both_found() -> None:
    assert fuse([["a", "b", "c"], ["d", "b", "e"]])[0] == "b"
    assert fuse([["b", "a"], ["a", "b"]]) == ["a", "b"]
    assert set(fuse([["a", "b"], ["c"]])) == {"a", "b", "c"}
    assert fuse([[], []]) == []


def twin(name: str, environment: str, family: str = "f") -> Candidate:
    return candidate(name, environment=environment, family=family)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what size is it", ["1", "4", "5", "2", "3"]),
        ("what size is it in production", ["1", "4", "5", "2", "3"]),
        ("what size is it in staging", ["1", "2", "4", "5", "3"]),
        ("staging or test?", ["1", "2", "3", "4", "5"]),
    ],
)
def test_twins_go_last_unless_their_environment_is_named(question: str, expected: list[str]) -> None:
    ranked = [
        twin("1", "production"), twin("2", "staging"), twin("3", "test"), twin("4", "", ""), twin("5", "", "")
    ]  # fmt: skip
    query: Query = analyse(question)
    assert [c.chunk.id for c in collapse(ranked, query)] == expected
