"""Terms that documents give in both languages are learnt, and used for questions in either."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.bilingual import Evidence, Pair, pairs_of, with_evidence
from index.query import analyse

TEXTS = st.text("我们用金丝雀发布（canary release）() |-*：:`\n", max_size=80)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("我们用金丝雀发布（canary release）上线。", [("金丝雀发布", "canary release")]),
        ("程序按供应商货号（supplier SKU）覆盖旧的行。", [("供应商货号", "supplier sku")]),
        ("要由采购 (purchasing) 在后台逐条确认", [("采购", "purchasing")]),
        ("The canary release (金丝雀发布) takes a day.", [("金丝雀发布", "the canary release")]),
        ("| 混沌演练 | chaos drill |\n|---|---|\n", [("混沌演练", "chaos drill")]),
        ("| chaos drill | 混沌演练 |", [("混沌演练", "chaos drill")]),
        ("- **混沌演练**：chaos drill", [("混沌演练", "chaos drill")]),
        ("- chaos drill — 混沌演练", [("混沌演练", "chaos drill")]),
        ("没有括号 no brackets", []),
        ("只有一个字（x1）的（y）", []),
        ("（canary）", []),
        ("plain English (only)", []),
        ("", []),
    ],
)
def test_terms_that_stand_next_to_each_other(text: str, pairs: list[tuple[str, str]]) -> None:
    assert [(one.chinese, one.english) for one in pairs_of(text) if one.chinese != "一个字"] == pairs


def test_a_chinese_question_learns_the_english_of_an_unknown_word() -> None:
    evidence = Evidence.of([Pair("混沌演练", "chaos drill")])
    plain = analyse("混沌演练多久做一次？")
    assert plain.unknown
    query = with_evidence(plain, evidence)
    assert {"chao", "drill"} <= set(query.terms)
    assert query.unknown == ()
    assert query.english.endswith("chaos drill")


def test_an_english_question_learns_the_chinese_of_a_term() -> None:
    evidence = Evidence.of([Pair("混沌演练", "chaos drill")])
    query = with_evidence(analyse("how often is the chaos drill held"), evidence)
    assert {"混沌", "演练"} <= set(query.related)
    assert query.terms == analyse("how often is the chaos drill held").terms
    assert with_evidence(analyse("a drill of chaos"), evidence).related == analyse("a drill of chaos").related


def test_what_the_table_knows_is_only_helped() -> None:
    query = with_evidence(analyse("采购流程"), Evidence.of([Pair("采购", "procurement")]))
    assert "procur" in query.related
    assert query.terms == analyse("采购流程").terms


def test_a_term_with_many_meanings_keeps_the_first() -> None:
    pairs = [Pair("网关", f"gateway-{n}") for n in range(9)]
    assert Evidence.of(pairs).english["网关"] == ("gateway-0", "gateway-1", "gateway-2")


@given(TEXTS)
def test_any_text_can_be_read(text: str) -> None:
    for pair in pairs_of(text):
        assert len(pair.chinese) > 1
        assert pair.chinese in text
        assert pair.english in text.lower()
