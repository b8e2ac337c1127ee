"""A question is taken apart into terms, environments and what it expects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.glossary import english
from index.query import analyse, environments_in, within
from index.synonyms import expansions


@pytest.mark.parametrize(
    ("question", "environments"),
    [
        ("What is the range in staging?", {"staging"}),
        ("what is staging's range", {"staging"}),
        ("Is STG's database bigger than prod's?", {"staging", "production"}),
        ("prod/staging", {"staging", "production"}),
        ("what does variables/production/rds.tfvars set", {"production"}),
        ("which tag has values-staging.yaml", {"staging"}),
        ("the pre-prod cluster", {"preproduction"}),
        ("the stages of a product", set()),
        ("reproduction of a liveness bug", set()),
        ("生产环境的数据库", {"production"}),
        ("在prod环境", {"production"}),
        ("预发有几个节点", {"staging"}),
        ("预生产环境的数据库", {"staging"}),
        ("Kafka 的生产者配置", set()),
        ("正式环境和沙箱", {"production", "sandbox"}),
        ("how do I test an alert", set()),
        ("is the new checkout live?", set()),
        ("what runs on the test cluster", {"test"}),
        ("how many pods in test?", {"test"}),
        ("staging and test", {"staging", "test"}),
        ("test env database", {"test"}),
        ("", set()),
    ],
)
def test_environments_that_a_question_names(question: str, environments: set[str]) -> None:
    assert environments_in(question) == environments


@pytest.mark.parametrize(
    ("question", "known", "expected"),
    [
        ("in staging", {"staging", "production"}, {"staging"}),
        ("in production", {"staging", "production"}, {"production"}),
        ("in production", {"staging"}, set()),
        ("in the test environment", {"staging", "integration", "production"}, {"staging", "integration"}),
        ("in test and in staging", {"staging", "integration"}, {"staging"}),
        ("anywhere", {"staging"}, set()),
        ("in staging", set(), set()),
    ],
)
def test_environments_are_those_that_the_index_knows(
    question: str, known: set[str], expected: set[str]
) -> None:
    assert within(analyse(question), frozenset(known)).environments == expected


def test_synonyms_are_related_and_weigh_less_than_own_terms() -> None:
    query = analyse("how do I roll back the db?")
    assert query.terms == ("roll", "back", "db")
    assert {"rollback", "undo", "databas", "rds"} <= set(query.related)
    assert not set(query.related) & set(query.terms)
    assert all(0 < weight < 1 for weight in query.related.values())
    assert query.english == "how do I roll back the db?"
    assert not query.chinese


def test_two_hints_at_the_same_word_weigh_more() -> None:
    assert expansions("rotate the token")["renew"] == 1
    one, two = analyse("disable it").related, analyse("disable it, turn off")
    assert two.related.get("offlin", 0) >= one["offlin"]


def test_a_chinese_question_is_also_put_into_english() -> None:
    query = analyse("如何回滚部署？")
    assert query.chinese
    assert {"roll", "back", "deploy"} <= set(query.terms)
    assert {"rollback", "回滚"} <= set(query.related)  # the page may say it in another word, or in Chinese
    assert "回" not in query.english


def test_chinese_words_that_no_entry_knows_are_searched_for_as_they_are() -> None:
    query = analyse("公司年会今年在哪里办？")
    assert query.unknown == ("年会",)
    assert query.terms == ("年会",)


def test_a_question_of_names_among_chinese_words_is_chinese() -> None:
    query = analyse("checkout 在 production 的内存 limit 是多少")
    assert query.chinese
    assert query.terms == ("checkout", "product", "memori", "limit")


def test_an_english_question_that_holds_a_chinese_word_stays_english() -> None:
    query = analyse("how to 回滚 a deployment")
    assert not query.chinese
    assert query.english == "how to roll back a deployment"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("在EKS上部署", ["EKS", "deployment"]),
        ("使用kubectl重启", ["kubectl", "restart"]),
        ("m6g.xlarge节点", ["m6g.xlarge", "node"]),
        ("命名空间kube-system的日志", ["namespace", "kube-system", "logs"]),
    ],
)
def test_latin_words_in_chinese_are_kept_whole(question: str, words: list[str]) -> None:
    found = english(question).split()
    assert [word for word in words if word not in found] == []


def test_no_known_word_is_no_english() -> None:
    assert english("嗯") == ""


@given(st.text(max_size=200))
def test_any_question_can_be_taken_apart(text: str) -> None:
    query = analyse(text)
    assert query == analyse(text)
    assert within(query, frozenset({"staging"})).environments <= {"staging"}
