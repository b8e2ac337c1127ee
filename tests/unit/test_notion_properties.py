"""The properties of a Notion page become one key-value section; a data source's rows become a table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import SectionKind
from connectors.notion.data_sources import describe, title_of, to_table
from connectors.notion.properties import read, to_section, value_text
from connectors.notion.rich_text import pieces_in
from tests.unit.notion_blocks import Json, piece, rich, rich_texts

SIGNED = "https://prod-files-secure.s3.amazonaws.com/1/2/plan.pdf?X-Amz-Signature=3"
ADA = {"object": "user", "id": "u-1", "name": "Ada", "type": "person"}
VALUES: list[tuple[str, Any, str]] = [
    ("title", rich("Rotate ", "keys"), "Rotate keys"),
    ("rich_text", rich("Run ", piece("make", code=True)), "Run `make`"),
    ("number", 15.0, "15"),
    ("number", 0, "0"),
    ("select", {"id": "1", "name": "High", "color": "red"}, "High"),
    ("multi_select", [{"name": "eks"}, {"name": "rds"}], "eks, rds"),
    ("status", {"id": "1", "name": "Done"}, "Done"),
    ("date", {"start": "2026-01-01", "end": "2026-02-01", "time_zone": None}, "2026-01-01 → 2026-02-01"),
    ("people", [ADA, {"object": "user", "id": "u-2"}], "Ada"),
    ("files", [{"name": "a.pdf", "type": "file", "file": {"url": SIGNED}},
               {"name": "b", "type": "external", "external": {"url": "https://x.org/b"}}],
     "a.pdf, [b](https://x.org/b)"),
    ("checkbox", False, "No"),
    ("checkbox", True, "Yes"),
    ("url", "https://x.org", "https://x.org"),
    ("url", SIGNED, ""),
    ("email", "ops@acme.org", "ops@acme.org"),
    ("phone_number", "+1 234", "+1 234"),
    ("formula", {"type": "string", "string": "late"}, "late"),
    ("formula", {"type": "number", "number": 8.5}, "8.5"),
    ("formula", {"type": "boolean", "boolean": True}, "Yes"),
    ("formula", {"type": "date", "date": {"start": "2026-01-01"}}, "2026-01-01"),
    ("formula", {"type": "unsupported", "unsupported": {}}, ""),
    ("relation", [{"id": "p-1"}, {"id": "p-2"}, {"id": "p-3"}], "Failover, 2 pages"),
    ("rollup", {"type": "number", "number": 2, "function": "count"}, "2"),
    ("rollup", {"type": "date", "date": {"start": "2026-01-01"}, "function": "latest_date"}, "2026-01-01"),
    ("rollup", {"type": "array", "function": "show_original", "array": [
        {"type": "title", "title": rich("One")}, {"type": "formula", "formula": {"type": "number", "number": 2}}]},
     "One, 2"),
    ("rollup", {"type": "incomplete", "incomplete": {}, "function": "sum"}, ""),
    ("created_time", "2026-06-26T13:45:00.000Z", "2026-06-26T13:45:00.000Z"),
    ("created_by", ADA, "Ada"),
    ("last_edited_time", "2026-06-26T13:45:00.000Z", "2026-06-26T13:45:00.000Z"),
    ("last_edited_by", {"object": "user", "id": "bot-1"}, "Deployer"),
    ("unique_id", {"prefix": "OPS", "number": 7}, "OPS-7"),
    ("unique_id", {"prefix": None, "number": None}, ""),
    ("verification", {"state": "verified", "verified_by": ADA, "date": {"start": "2026-01-01", "end": None}},
     "verified by Ada (2026-01-01)"),
    ("button", {}, ""),
    ("place", {"lat": 52.52, "lon": 13.405, "name": None, "address": "Berlin", "google_place_id": "x"},
     "Berlin, (52.52, 13.405)"),
    ("hologram", {"words": rich("kept")}, "kept"),
]  # fmt: skip
NAMES = {"p1": "Failover", "bot1": "Deployer"}


def title(text: str) -> Json:
    return {"type": "title", "title": rich(text)}


@pytest.mark.parametrize(("kind", "held", "expected"), VALUES)
def test_each_type_of_property(kind: str, held: Any, expected: str) -> None:
    assert value_text({"id": "x", "type": kind, kind: held}, NAMES) == expected
    assert value_text({"id": "x", "type": kind, kind: None}, NAMES) == ""


def test_a_page_is_one_section_with_a_line_for_each_value_the_title_first() -> None:
    properties = {
        "Notes": {"type": "rich_text", "rich_text": rich("one\ntwo")},
        "Empty": {"type": "select", "select": None},
        "Name": {"type": "title", "title": rich("Rotate keys")},
        "Owner": {"type": "people", "people": [ADA]},
        "Blocks": {"type": "relation", "relation": [{"id": "p-9"}], "has_more": False},
        "Plan": {
            "type": "files",
            "id": "f1",
            "files": [{"name": "a.pdf", "type": "file", "file": {"url": SIGNED}}],
        },
        "New": {"type": "hologram", "hologram": {}},
    }
    content = read(properties)
    assert content.section is not None
    assert content.section.kind is SectionKind.KEY_VALUE
    assert content.section.text == (
        "Name: Rotate keys\nNotes: one\n  two\nOwner: Ada\nBlocks: 1 page\nPlan: a.pdf"
    )
    assert (content.title, content.related, content.skipped) == ("Rotate keys", ("p-9",), {"hologram": 1})
    assert [user.name for user in content.users] == ["Ada"]
    assert [(file.name, file.url) for file in content.files] == [("a.pdf", SIGNED)]
    assert "X-Amz" not in repr(content)
    untitled = read(properties, with_title=False).section
    assert untitled is not None
    assert untitled.text.startswith("Notes: one")


def test_a_page_without_values_has_no_section() -> None:
    assert to_section({"Name": {"type": "title", "title": []}}) is None
    assert to_section(None) is None


def test_a_rollup_that_holds_itself_ends() -> None:
    loop: Json = {"type": "rollup", "rollup": {"type": "array", "array": []}}
    loop["rollup"]["array"] += [loop, loop, {"type": "title", "title": rich("end")}]
    assert "end" in value_text(loop)


def test_rows_are_a_table_with_the_columns_of_their_data_source() -> None:
    source = {
        "properties": {"Port": {"type": "number"}, "Unused": {"type": "url"}, "Name": {"type": "title"}}
    }
    rows = [
        {"properties": {"Name": title("cart\nservice"), "Port": {"type": "number", "number": 8080}}},
        {"properties": {"Port": {"type": "number", "number": None}, "Name": title("web")}},
    ]
    table = to_table(rows, source)
    assert table is not None
    assert table.kind is SectionKind.TABLE
    assert table.text == "| Name | Port |\n| --- | --- |\n| cart service | 8080 |\n| web |  |"
    assert to_table([], source) is None


def test_a_data_source_says_what_it_is_and_what_its_options_are() -> None:
    source = {
        "object": "data_source",
        "title": rich("Incidents"),
        "description": rich("All of them."),
        "properties": {
            "State": {"type": "status", "status": {"options": [{"name": "Open"}, {"name": "Done"}]}},
            "Owner": {"type": "people", "people": {}, "description": "Who is on call"},
            "Date": {"type": "date", "date": {}, "description": None},
        },
    }
    assert title_of(source) == "Incidents"
    assert [(s.kind.value, s.text) for s in describe(source)] == [
        ("paragraph", "All of them."), ("key_value", "State: Open, Done\nOwner: Who is on call"),
    ]  # fmt: skip


@given(
    st.dictionaries(
        st.text(max_size=8), st.tuples(st.sampled_from(["title", "rich_text", "new"]), rich_texts)
    )
)
def test_no_plain_text_of_a_property_is_lost(held: dict[str, tuple[str, list[Json]]]) -> None:
    properties = {name: {"type": kind, kind: text} for name, (kind, text) in held.items()}
    section = to_section(properties)
    text = " ".join(section.text.split()) if section else ""
    assert all(" ".join(piece["plain_text"].split()) in text for piece in pieces_in(properties))  # type: ignore[attr-defined]


_keys = st.sampled_from(
    ["type", "id", "name", "array", "start", "properties", "options", *sorted({k for k, _, _ in VALUES})]
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | _keys,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(_keys, below, max_size=6),
    max_leaves=30,
)


@settings(max_examples=200, deadline=None)
@given(_json)
def test_any_json_is_read(value: Any) -> None:
    section = to_section(value)
    assert section is None or section.text.strip()
    assert all(s.text.strip() for s in describe(value))
    table = to_table([value], value)
    assert table is None or table.text.startswith("|")
