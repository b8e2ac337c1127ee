"""Units: the quotable pieces of a document."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.units import UnitKind, units_of
from tests.unit.answer_fakes import a_page, all_units, texts


def test_sentences_end_at_full_stops_only() -> None:
    page = a_page(
        "The workers restart on their own. Wait until the queue has drained! Only then look at Grafana."
    )
    assert texts(page) == [
        "The workers restart on their own.",
        "Wait until the queue has drained!",
        "Only then look at Grafana.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Give the pod more room on the small nodes, e.g. Kubernetes workers of the blue group.",
        "It was the second outage of the month, cf. The postmortem of March.",
        "The gateway is pinned to version 1.2.3 Because newer ones drop websockets.",
        "Read https://wiki.example.com/a.b.Html?x=1.Y before you touch the database.",
        "Ask Dr. Young or Mr. Smith of the platform team before you do that.",
        "Every pod of the shop has a sidecar that was built by A. Miller years ago.",
    ],
)
def test_abbreviations_versions_and_urls_end_no_sentence(sentence: str) -> None:
    assert texts(a_page(sentence)) == [sentence]


def test_a_colon_inside_a_line_ends_no_sentence() -> None:
    sentence = "The longest time that we may be down in a year: Four hours."
    assert texts(a_page(sentence)) == [sentence]


def test_chinese_sentences_end_without_a_blank() -> None:
    assert texts(a_page("每晚两点备份数据库。备份保留三十天。")) == [
        "每晚两点备份数据库。",
        "备份保留三十天。",
    ]


def test_list_items_keep_what_is_nested_in_them() -> None:
    page = a_page("- first\n  - inner one\n  - inner two\n- second\n  goes on\n")
    assert texts(page) == ["- first\n  - inner one\n  - inner two", "- second\n  goes on"]
    assert {u.kind for u in all_units(page)} == {UnitKind.ITEM}


def test_code_between_steps_is_a_unit_of_its_own() -> None:
    page = a_page(
        "1. Scale down:\n\n   ```sh\n   kubectl scale deploy/cart --replicas=0\n   ```\n\n1. Wait.\n"
    )
    assert [(u.kind, u.text) for u in all_units(page)] == [
        (UnitKind.ITEM, "1. Scale down:"),
        (UnitKind.CODE, "   kubectl scale deploy/cart --replicas=0"),
        (UnitKind.ITEM, "1. Wait."),
    ]


def test_dashes_inside_nested_yaml_start_no_item() -> None:
    items = a_page("- set\n- the list below\n")
    text = "- set this:\n```yaml\n- a: 1\n- b: 2\n```\n- done\n"
    section = replace(items.sections[0], text=text, start=0, end=len(text))
    page = replace(items, text=text, sections=(section,))
    assert texts(page) == ["- set this:\n```yaml\n- a: 1\n- b: 2\n```", "- done"]


def test_table_rows_know_their_header() -> None:
    page = a_page("| Name | Days |\n|------|-----:|\n| logs | 30 |\n| dumps | 120 |\n")
    rows = all_units(page)
    assert [(u.text, u.header, u.kind) for u in rows] == [
        ("| logs | 30 |", "| Name | Days |", UnitKind.ROW),
        ("| dumps | 120 |", "| Name | Days |", UnitKind.ROW),
    ]


def test_rules_and_fences_of_other_tables_are_no_header() -> None:
    rst = a_page(
        "+------+------+\n| Name | Days |\n+======+======+\n| logs | 30   |\n+------+------+\n", "a.rst"
    )
    assert [(u.text, u.header) for u in all_units(rst)] == [("| logs | 30   |", "| Name | Days |")]
    adoc = a_page("|===\n|Name |Days\n\n|logs |30\n|===\n", "a.adoc")
    assert [(u.text, u.header) for u in all_units(adoc)] == [("|logs |30", "|Name |Days")]


def test_code_is_kept_whole_with_its_indentation() -> None:
    code = "\n    if ok:\n        run()\n\n    stop()"
    page = a_page(f"```python\n{code}\n```\n")
    (unit,) = all_units(page)
    assert unit.kind is UnitKind.CODE
    assert unit.text == "    if ok:\n        run()\n\n    stop()"


def test_long_settings_are_cut_where_the_indentation_is_lowest() -> None:
    blocks = [f"service_{i} = {{\n  cpu    = {i}\n  memory = {i}\n  nodes  = {i}\n}}" for i in range(12)]
    page = a_page("```hcl\n" + "\n".join(blocks) + "\n```\n")
    units = all_units(page)
    assert len(units) > 4
    assert "\n".join(u.text for u in units) == "\n".join(blocks)
    assert all(not u.text.startswith(" ") for u in units)


def test_only_what_lies_in_the_span_is_given() -> None:
    page = a_page("The first sentence stands here alone. The second sentence is the one that is asked for.")
    second = page.text.index("The second")
    assert [u.text for u in units_of(page, second, len(page.text))] == [page.text[second:]]


_LINES = st.sampled_from(
    [
        "# Title", "## Part", "Some words. And More of them, e.g. This one! Then?", "- item one",
        "  - inner: x", "1. step",
        "| a | b |", "|---|---|", "| 1 | 2 |", "```yaml", "```", "key: value", "    indented: code",
        "> note: Look", "",
        "中文。再来一句。", "---", "\ttabbed", "[l]: http://x/y", "a \u00a0 b", "\u2028odd", "😀 **bold**: Text",
    ]
)  # fmt: skip


@given(st.lists(_LINES, max_size=30), st.sampled_from(["a.md", "a.rst", "a.adoc", "a.txt", "a.yaml"]))
def test_units_are_exact_and_in_order(lines: list[str], path: str) -> None:
    page = a_page("\n".join(lines), path)
    position = 0
    for unit in all_units(page):
        assert unit.text.strip()
        assert unit.section.start <= unit.start < unit.end <= unit.section.end
        assert unit.start >= position
        position = unit.end


@given(st.lists(_LINES, max_size=30))
def test_units_leave_no_word_of_prose_out(lines: list[str]) -> None:
    page = a_page("\n".join(lines))
    told = "".join("".join(u.text.split()) for u in all_units(page))
    for section in page.sections:
        if section.kind in ("paragraph", "list", "admonition", "code", "key_value"):
            assert "".join(section.text.split()) in told
