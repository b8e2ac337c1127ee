"""A slip of the pen in a question becomes the word that was meant."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.spelling import mended
from index.tokens import stem

TEXTS = ["The deployment of the database runs locally."] * 3 + [
    "Do untick it, the deployments say.",
    "Access to the cart, its rollback.",
]
STEMS = {stem(word) for text in TEXTS for word in text.lower().rstrip(".").split()}
ENGLISH = {"broken", "office"}


def read(question: str, texts: Sequence[str] = TEXTS) -> str:
    return mended(
        question,
        stands=lambda root: root in STEMS,
        is_english=lambda word: word in ENGLISH,
        texts_with=lambda root: texts,
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("is the databse broken?", "is the database broken?"),
        ("a Deploymnet", "a deployment"),
        ("runs localy", "runs locally"),
        ("the deployment", "the deployment"),
        ("who may acess the crat", "who may access the cart"),
        ("rolback", "rollback"),
        ("cars and accuss", "cars and accuss"),
        ("our office", "our office"),
        ("unstick it", "unstick it"),
        ("what is keycloak", "what is keycloak"),
        ("/srv/databse databse.yaml databse-0", "/srv/databse databse.yaml databse-0"),
        ("atabase", "atabase"),
        ("", ""),
    ],
)
def test_a_word_that_nobody_knows_becomes_the_one_a_letter_away(written: str, meant: str) -> None:
    assert read(written) == meant


@given(st.text("abdeslt -/.", max_size=60))
def test_only_unknown_plain_words_change(question: str) -> None:
    before, after = question.split(" "), read(question).split(" ")
    assert len(after) == len(before)
    assert all(
        b == a or (len(b) >= 4 and a.strip(".") in " ".join(TEXTS))
        for b, a in zip(before, after, strict=True)
    )
