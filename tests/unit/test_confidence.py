"""How sure an answer may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from answers.confidence import Evidence, answerable, confidence, importance, mentions, weigh
from index.query import analyse
from tests.unit.answer_fakes import a_candidate, a_page

PAGE = a_page(
    "Our Istio gateways run version 1.22 in every cluster.\n\nThe cluster has forty nodes of one version.\n"
)
AXES = {"istio": 3.0, "version": 1.0, "cluster": 1.0}


def embed(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A vector with one axis a known word, so that leaving `istio` out turns it furthest."""
    rows = np.array([[weight * (word in t.lower()) for word, weight in AXES.items()] + [0.1] for t in texts])
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def known(term: str) -> float:
    """The rarity of a term where the index holds all but `mesh`."""
    return 0.0 if term == "mesh" else 1.0


def an_evidence() -> Evidence:
    return Evidence(
        dense=0.5,
        about=0.7,
        missing=0.1,
        nowhere=0.0,
        live=0.0,
        lead=0.1,
        nearer=0.05,
        valueless=0.0,
    )


def test_the_subject_is_the_most_important_word() -> None:
    words, weights = importance("Which Istio version does the cluster run?", embed)
    assert words[:2] == ["Istio", "version"]
    assert max(zip(weights, words, strict=True))[1] == "Istio"
    assert min(weights) >= 0


def test_stop_words_have_no_importance() -> None:
    assert importance("what is it?", embed) == ([], [])


def test_a_missing_subject_lowers_both_probabilities() -> None:
    query = analyse("Which Istio version does the cluster run?")
    held = weigh(query, [a_candidate(PAGE, PAGE.sections[0].text, 1.0)], 0.2, embed=embed, idf=known)
    missing = weigh(query, [a_candidate(PAGE, PAGE.sections[1].text, 1.0)], 0.2, embed=embed, idf=known)
    assert held.missing < missing.missing
    assert held.about > missing.about
    assert answerable(held) > answerable(missing)
    assert confidence(held) > confidence(missing)


def test_what_stands_around_the_passages_is_not_missing() -> None:
    query = analyse("Which Istio version does the cluster run?")
    chunk = [a_candidate(PAGE, PAGE.sections[1].text, 1.0)]
    alone = weigh(query, chunk, 0.2, embed=embed, idf=known)
    wide = weigh(query, chunk, 0.2, embed=embed, idf=known, around=[PAGE.sections[0].text])
    assert wide.missing < alone.missing
    assert answerable(wide) > answerable(alone)


def test_a_word_that_the_index_holds_nowhere_counts_by_its_weight() -> None:
    chunk = [a_candidate(PAGE, PAGE.sections[0].text, 1.0)]
    known_word, unknown = analyse("the istio version"), analyse("the mesh version")
    assert weigh(known_word, chunk, 0.2, embed=embed, idf=known).nowhere == 0
    asked = weigh(
        unknown,
        chunk,
        0.2,
        embed=lambda texts: embed([t.replace("mesh", "istio") for t in texts]),
        idf=known,
    )
    assert 0.5 < asked.nowhere < 1


@pytest.mark.parametrize(
    ("name", "better", "worse"),
    [
        ("dense", 0.8, 0.3),
        ("about", 1.0, 0.2),
        ("missing", 0.0, 0.4),
        ("nowhere", 0.0, 0.3),
        ("valueless", 0.0, 1.0),
        ("live", 0.0, 1.0),
    ],
)
def test_each_sign_counts_in_its_direction(name: str, better: float, worse: float) -> None:
    evidence = an_evidence()
    assert answerable(replace(evidence, **{name: better})) > answerable(replace(evidence, **{name: worse}))


@pytest.mark.parametrize(
    ("name", "better", "worse"),
    [
        ("lead", 0.5, 0.0),
        ("nearer", 0.1, -0.1),
        ("valueless", 0.0, 1.0),
        ("dense", 0.8, 0.3),
        ("missing", 0.0, 0.4),
    ],
)
def test_a_lead_and_an_answerable_question_make_surer(name: str, better: float, worse: float) -> None:
    evidence = an_evidence()
    assert confidence(replace(evidence, **{name: better})) > confidence(replace(evidence, **{name: worse}))


def test_nothing_found_is_hardly_answerable() -> None:
    evidence = weigh(analyse("Which Istio version?"), [], 1.0, embed=embed, idf=known)
    assert evidence == Evidence(0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    assert answerable(evidence) < 0.01
    assert confidence(evidence) < 0.1


def test_the_best_passage_counts_and_the_lead_is_capped() -> None:
    weak = a_candidate(PAGE, PAGE.sections[0].text, 1.0, dense=0.2)
    strong = a_candidate(PAGE, PAGE.sections[1].text, 0.9, dense=0.7)
    evidence = weigh(analyse("istio nodes"), [weak, strong], 3.0, embed=embed, idf=known)
    assert (evidence.dense, evidence.lead) == (0.7, 1.0)
    assert evidence.missing == 0.0


@pytest.mark.parametrize(
    ("word", "present", "expected"),
    [
        ("istio", {"istio"}, 1.0),
        ("kube-system", {"kube-system"}, 1.0),
        ("kube-system", {"kube", "system"}, 1.0),
        ("kube-system", {"kube"}, 0.5),
        ("istio", {"cluster"}, 0.0),
        ("postgres", {"rds"}, 0.6),
        ("...", {"istio"}, 0.0),
    ],
)
def test_a_word_is_mentioned_whole_in_part_or_by_another_name(
    word: str, present: set[str], expected: float
) -> None:
    assert mentions(word, present) == pytest.approx(expected)
