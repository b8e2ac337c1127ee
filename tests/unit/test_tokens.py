"""The terms of a text keep what engineers search for, whole and in its parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import STOP_WORDS, is_chinese, query_terms, terms, words

TEXTS = st.one_of(st.text(), st.text("aZ9_.-/:@+%# \n'\"部署のé", max_size=60))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CrashLoopBackOff", ["crashloopbackoff", "crash", "loop", "back", "off"]),
        ("m6g.xlarge", ["m6g.xlarge", "m6g", "xlarg"]),
        ("10.0.0.0/16", ["10.0.0.0/16", "10", "0", "16"]),
        ("kube-system", ["kube-system", "kube", "system"]),
        ("--force-sync", ["force-sync", "forc", "sync"]),
        ("apps/v1", ["apps/v1", "app", "v1"]),
        ("maxReplicas", ["maxreplicas", "max", "replica"]),
        ("HTTPRoute", ["httproute", "http", "rout"]),
        ("module.rds.main", ["module.rds.main", "modul", "rds", "main"]),
        ("engine_version", ["engine_version", "engin", "version"]),
        ("v1.29.3-eks", ["v1.29.3-eks", "v1", "29", "3", "ek"]),
        ("https://git.example/a", ["https://git.example/a", "https", "git", "exampl", "a"]),
        ("ops@acme.example", ["ops@acme.example", "op", "acm", "exampl"]),
        ("cpu at 50%.", ["cpu", "at", "50%"]),
        ("_private __init__", ["privat", "init"]),
        ("restarting restarted", ["restart", "restart"]),
        ("utilisation utilization", ["util", "util"]),
        ("organised organized", ["organiz", "organiz"]),
        ("behaviour behavior", ["behavior", "behavior"]),
        ("four hours basis", ["four", "hour", "basi"]),
        ("回滚部署", ["回滚", "滚部", "部署"]),
        ("删", ["删"]),
        ("在EKS上", ["在", "ek", "上"]),
        ("使用kubectl部署pod", ["使用", "kubectl", "部署", "pod"]),
        ("prod环境的10.0.0.0/16网段", ["prod", "环境", "境的", "10.0.0.0/16", "10", "0", "16", "网段"]),
        ("", []),
        (" ,;()\n", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_a_question_is_its_meaningful_terms_once_each() -> None:
    assert query_terms("How do I restart the cart, and then restart payments?") == [
        "restart",
        "cart",
        "payment",
    ]
    assert query_terms("what is it") == []


def test_words_are_as_written() -> None:
    assert words("Use `kubectl -n kube-system`, v1.29!") == ["Use", "kubectl", "n", "kube-system", "v1.29"]


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("如何回滚部署？", True),
        ("如何在EKS上回滚", True),
        ("how to 回滚 a deployment", False),
        ("", False),
        ("部", True),
    ],
)
def test_is_chinese(text: str, chinese: bool) -> None:
    assert is_chinese(text) is chinese


@given(TEXTS)
def test_any_text_has_terms_and_always_the_same(text: str) -> None:
    found = terms(text)
    assert found == terms(text)
    assert all(term and not any(c.isspace() for c in term) for term in found)


@given(TEXTS)
def test_the_terms_of_a_question_are_terms_of_its_text(text: str) -> None:
    asked = query_terms(text)
    assert set(asked) <= set(terms(text))
    assert len(asked) == len(set(asked))


@given(st.lists(st.sampled_from(["kube-system", "m6g.xlarge", "部署", "apps/v1", "cart"]), max_size=8))
def test_words_do_not_disturb_their_neighbours(parts: list[str]) -> None:
    assert terms(" ".join(parts)) == [term for part in parts for term in terms(part)]


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a-" * 100_000, "-" * 200_000, "a" + "." * 200_000, "a_" * 100_000]
)
@pytest.mark.timeout(60)
def test_hostile_texts_take_no_time(text: str) -> None:
    terms(text)


def test_stop_words_are_single_lower_case_words() -> None:
    assert all(word == word.lower() and " " not in word for word in STOP_WORDS)
