"""Notion's blocks become typed sections: every type, any nesting, no word lost."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import SectionKind, assemble
from connectors.notion.blocks import read, to_sections
from connectors.notion.rich_text import pieces_in
from tests.unit.notion_blocks import KINDS, UNKNOWN_TYPES, Json, block, piece, rich, table, trees

PAGE_ID = "38a9ce7b-60a4-81ed-988a-c79a10dc5a03"
SIGNED = {
    "type": "file",
    "file": {"url": "https://prod-files-secure.s3.amazonaws.com/1/2/plan%20b.pdf?X-Amz-Signature=3"},
}
EXTERNAL = {"type": "external", "external": {"url": "https://example.com/shop.png"}}


def outline(*blocks: Json) -> list[tuple[str, str]]:
    return [(section.kind.value, section.text) for section in to_sections(list(blocks))]


def paths(*blocks: Json) -> dict[str, tuple[str, ...]]:
    return {section.text: section.heading_path for section in to_sections(list(blocks))}


SIMPLE: list[tuple[Json, list[tuple[str, str]]]] = [
    (block("paragraph", "One\ntwo"), [("paragraph", "One\ntwo")]),
    (block("paragraph", "  "), []),
    (block("heading_4", "Deep\nheading"), [("heading", "Deep heading")]),
    (block("quote", "Said"), [("paragraph", "> Said")]),
    (block("callout", "Never at night.", icon={"emoji": "!"}), [("admonition", "Never at night.")]),
    (block("toggle", "How?"), [("paragraph", "How?")]),
    (block("template", "New task"), [("paragraph", "New task")]),
    (block("to_do", "Ask", checked=True), [("list", "- [x] Ask")]),
    (block("equation", expression="E = mc^2"), [("paragraph", "$$E = mc^2$$")]),
    (block("bookmark", url="https://x.org", caption=rich("Docs")), [("paragraph", "https://x.org\nDocs")]),
    (block("embed", url="https://x.org/f?X-Amz-Signature=1", caption=[]), []),
    (block("link_preview", url="https://github.com/a/b/pull/1"), [("paragraph", "https://github.com/a/b/pull/1")]),
    (block("child_page", title="Failover"), [("paragraph", "Failover")]),
    (block("child_database", title="Tasks"), [("paragraph", "Tasks")]),
    (block("image", **EXTERNAL, caption=rich("The shop")),
     [("paragraph", "[shop.png](https://example.com/shop.png)\nThe shop")]),
    (block("pdf", **SIGNED), [("paragraph", "plan b.pdf")]),
    (block("file", **SIGNED, name="plan.pdf"), [("paragraph", "plan.pdf")]),
    (block("video", type="external", external={"url": "https://youtube.com/watch?v=1"}),
     [("paragraph", "https://youtube.com/watch?v=1")]),
    (block("meeting_notes", title=rich("Standup")), [("paragraph", "Standup")]),
    (block("transcription", title=rich("Standup")), [("paragraph", "Standup")]),
    (block("divider"), []),
    (block("breadcrumb"), []),
    (block("table_of_contents", color="default"), []),
    (table(["a", "b"], ["1\n2", "x | y"]), [("table", "| a | b |\n| --- | --- |\n| 1 2 | x | y |")]),
    (table(["a", "b"], ["", ""], header=False), [("table", "| a | b |")]),
    (table(["Owner", "team-shop"], ["Tier", ""], ["", "x"], header=False, named=True),
     [("key_value", "Owner: team-shop\nTier\nx")]),
    (table(["a", "b"], ["c", "d"], named=True), [("table", "| a | b |\n| --- | --- |\n| c | d |")]),
    (table(["a", "b", "c"], header=False, named=True), [("table", "| a | b | c |")]),
]  # fmt: skip


@pytest.mark.parametrize(("given_block", "expected"), SIMPLE, ids=[b["type"] for b, _ in SIMPLE])
def test_each_type_of_block(given_block: Json, expected: list[tuple[str, str]]) -> None:
    assert outline(given_block) == expected


def test_code_keeps_every_byte_and_its_caption_leads_to_it() -> None:
    code = block(
        "code",
        "\tfoo:\n",
        piece("    - bar  \n"),
        "\n",
        language="YAML",
        caption=rich("The values"),
        id=PAGE_ID,
    )
    first, caption = to_sections([code])
    assert first.text == "\tfoo:\n    - bar  \n\n"
    assert (first.kind, first.language, first.context) == (SectionKind.CODE, "yaml", "The values")
    assert first.anchor == caption.anchor == PAGE_ID.replace("-", "")
    assert caption.text == "The values"


def test_plain_text_is_no_language() -> None:
    assert [section.language for section in to_sections([block("code", "x", language="plain text")])] == [
        None
    ]


def test_a_character_that_notion_cut_in_two_is_whole_again() -> None:
    assert outline(block("code", "a\ud83d", "\ude00")) == [("code", "a\U0001f600")]
    assert outline(block("paragraph", "lone \ud83d half")) == [("paragraph", "lone \ufffd half")]


def test_consecutive_items_are_one_list_with_what_is_nested_in_them() -> None:
    nested = [block("bulleted_list_item", "inner\nline"), block("paragraph", "A word more.")]
    items = [
        block("numbered_list_item", "first", id="a-1"),
        block("numbered_list_item", "second", children=nested),
        block("numbered_list_item", "third"),
    ]
    text = "1. first\n2. second\n   - inner\n     line\n\n   A word more.\n3. third"
    sections = to_sections([*items, block("to_do", "ask"), block("paragraph", "End.")])
    assert [(s.kind.value, s.text) for s in sections] == [
        ("list", text), ("list", "- [ ] ask"), ("paragraph", "End."),
    ]  # fmt: skip
    assert sections[0].anchor == "a1"


def test_code_in_a_list_is_a_section_between_its_parts_and_numbers_go_on() -> None:
    below = [block("code", "kubectl get pods"), block("bulleted_list_item", "look at it", id="b-2")]
    sections = to_sections(
        [block("numbered_list_item", "List:", children=below), block("numbered_list_item", "Done")]
    )
    assert [(s.kind.value, s.text) for s in sections] == [
        ("list", "1. List:"), ("code", "kubectl get pods"), ("list", "   - look at it\n2. Done"),
    ]  # fmt: skip
    assert sections[2].anchor == "b2"


def test_a_number_that_the_author_set_starts_the_list() -> None:
    items = [block("numbered_list_item", "c", list_start_index=3), block("numbered_list_item", "d")]
    assert outline(*items, block("paragraph", "-"), block("numbered_list_item", "a")) == [
        ("list", "3. c\n4. d"), ("paragraph", "-"), ("list", "1. a"),
    ]  # fmt: skip


def test_a_long_list_is_cut_between_items_so_that_links_lead_near() -> None:
    items = [block("bulleted_list_item", "word " * 100, id=str(n)) for n in range(9)]
    sections = to_sections(items)
    assert [section.anchor for section in sections] == ["0", "3", "6"]


def test_a_callout_holds_its_blocks_but_code() -> None:
    below = [
        block("paragraph", "Why."),
        block("bulleted_list_item", "one"),
        block("code", "x"),
        block("paragraph", "Then."),
    ]
    assert outline(block("callout", "Careful.", children=below), block("callout", "Other.")) == [
        ("admonition", "Careful.\n\nWhy.\n- one"), ("code", "x"), ("admonition", "Then."), ("admonition", "Other."),
    ]  # fmt: skip


def test_a_callout_around_headings_is_a_box_on_the_page() -> None:
    box = block("callout", "Box", children=[block("heading_2", "In"), block("paragraph", "text")])
    assert outline(box) == [("admonition", "Box"), ("heading", "In"), ("paragraph", "text")]
    assert paths(box, block("paragraph", "after")) == {
        "Box": (), "In": (), "text": ("In",), "after": (),
    }  # fmt: skip


def test_headings_stand_above_what_follows_up_to_their_rank() -> None:
    page = [
        block("heading_1", "Run", piece("book", code=True)), block("heading_3", "Step"), block("paragraph", "a"),
        block("heading_2", "Other"), block("paragraph", "b"), block("heading_1", "End"), block("paragraph", "c"),
    ]  # fmt: skip
    assert paths(*page) == {
        "Run`book`": (), "Step": ("Runbook",), "a": ("Runbook", "Step"), "Other": ("Runbook",),
        "b": ("Runbook", "Other"), "End": (), "c": ("End",),
    }  # fmt: skip


def test_what_a_toggle_holds_stands_under_it_and_what_follows_does_not() -> None:
    inner = [block("heading_1", "Inner"), block("paragraph", "a")]
    page = [
        block("heading_1", "Top"), block("heading_2", "Toggled", is_toggleable=True, children=inner),
        block("paragraph", "b"), block("toggle", "How?", children=[block("paragraph", "So.")]),
    ]  # fmt: skip
    assert paths(*page) == {
        "Top": (), "Toggled": ("Top",), "Inner": ("Top", "Toggled"), "a": ("Top", "Toggled", "Inner"),
        "b": ("Top",), "How?": ("Top",), "So.": ("Top", "How?"),
    }  # fmt: skip


def test_a_tab_is_a_title_above_its_content() -> None:
    tab = block("tab", children=[block("paragraph", "Linux", children=[block("code", "apt")])])
    assert paths(tab) == {"Linux": (), "apt": ("Linux",)}


def test_headings_in_a_column_stay_in_it_and_those_in_a_synced_block_do_not() -> None:
    columns = block(
        "column_list",
        children=[
            block("column", children=[block("heading_1", "Left"), block("paragraph", "l")]),
            block("column", children=[block("paragraph", "r")]),
        ],
    )
    synced = block("synced_block", synced_from=None, children=[block("heading_2", "Shared")])
    assert paths(columns, synced, block("paragraph", "after")) == {
        "Left": (), "l": ("Left",), "r": (), "Shared": (), "after": ("Shared",),
    }  # fmt: skip


def test_a_page_link_has_the_name_that_the_connector_knows() -> None:
    link = block("link_to_page", type="page_id", page_id=PAGE_ID)
    url = "https://www.notion.so/38a9ce7b60a481ed988ac79a10dc5a03"
    assert [s.text for s in read([link]).sections] == [url]
    assert [s.text for s in read([link], {PAGE_ID.replace("-", ""): "Failover"}).sections] == [
        f"[Failover]({url})"
    ]


def test_what_the_connector_needs_besides_the_text() -> None:
    ada = piece("@Ada", mention={"type": "user", "user": {"id": "u-1", "name": "Ada"}})
    page = [
        block("child_page", title="Failover", id=PAGE_ID), block("child_database", title="Tasks", id="d-1"),
        block("paragraph", ada), block("callout", ada), block("pdf", **SIGNED, id="f-1"),
        block("image", **EXTERNAL, id="f-2"), block("unsupported", block_type="ai_block"),
        block("unsupported"), block("hologram", "kept"), {"object": "block", "id": "x"},
    ]  # fmt: skip
    content = read(page)
    assert content.child_pages == (PAGE_ID,)
    assert content.child_databases == ("d-1",)
    assert [(user.id, user.name) for user in content.users] == [("u-1", "Ada")]
    assert [(f.block_id, f.kind, f.name, f.external) for f in content.files] == [
        ("f-1", "pdf", "plan b.pdf", False), ("f-2", "image", "shop.png", True),
    ]  # fmt: skip
    assert content.skipped == {"ai_block": 1, "unsupported": 1, "hologram": 1, "(no type)": 1}
    assert content.sections[-1].text == "kept"


def test_an_address_that_expires_shows_nowhere() -> None:
    content = read([block("pdf", **SIGNED, caption=rich("Plan"))])
    assert content.files[0].url == SIGNED["file"]["url"]  # type: ignore[index]
    assert "Signature" not in repr(content)


def test_a_list_response_is_read_like_its_blocks() -> None:
    page = [block("paragraph", "a", children=[block("paragraph", "b")])]
    response = {"object": "list", "results": [{**page[0], "children": {"results": page[0]["children"]}}]}
    assert read(response) == read(page)
    assert read(page[0]) == read(page)


def test_blocks_that_hold_themselves_end() -> None:
    loop = block("toggle", "round", children=[])
    loop["children"] += [loop, block("paragraph", "and"), loop]
    content = read([loop])
    assert [section.text for section in content.sections] == ["round", "and"]
    assert content.skipped == {"(repeated)": 2}


def test_the_same_block_in_two_places_is_read_twice() -> None:
    same = block("paragraph", "again")
    assert len(to_sections([same, block("toggle", "x", children=[same])])) == 3


def test_blocks_that_share_their_children_cannot_fill_the_memory() -> None:
    shared = block("paragraph", "x")
    for _ in range(60):
        shared = block("column", children=[shared, shared])
    assert read([shared]).skipped["(repeated)"] > 0


@pytest.mark.parametrize(
    "kind", ["paragraph", "bulleted_list_item", "toggle", "heading_1", "callout", "hologram"]
)
def test_ten_thousand_levels_are_read(kind: str) -> None:
    tree = block(kind, "bottom")
    for _ in range(10_000):
        tree = block(kind, "level", children=[tree])
    sections = to_sections([tree])
    text = "\n".join(section.text for section in sections)
    assert text.count("level") == 10_000
    assert "bottom" in text
    assert len(text) < 1_000_000
    assert max(len(section.heading_path) for section in sections) <= 12


def test_five_thousand_blocks_convert_to_as_many_sections() -> None:
    kinds = ["paragraph", "heading_2", "numbered_list_item", "to_do", "code", "callout", "quote", "toggle"]
    page = [block(kinds[n % len(kinds)], "word " * 40, id=str(n)) for n in range(5_000)]
    sections = to_sections(page)
    assert len(sections) == 5_000


def folded(text: str) -> str:
    return " ".join(text.split())


def walked(blocks: list[Json]) -> list[Json]:
    """All blocks of a tree in the order of the page."""
    return [found for each in blocks for found in (each, *walked(each.get("children") or []))]


@settings(max_examples=200, deadline=None)
@given(trees)
def test_laws_of_every_tree(blocks: list[Json]) -> None:
    before = copy.deepcopy(blocks)
    content = read(blocks)
    every = walked(blocks)
    text, placed = assemble(content.sections)
    assert blocks == before
    assert all(
        piece["plain_text"] == "" or folded(piece["plain_text"]) in folded(text)
        for piece in pieces_in(blocks)
    )
    assert all(
        section.text.strip() and text[section.start : section.end] == section.text for section in placed
    )
    assert [s.text for s in placed if s.kind is SectionKind.CODE] == [
        code for b in every if b["type"] == "code"
        if (code := "".join(p["plain_text"] for p in b["code"]["rich_text"])).strip()
    ]  # fmt: skip
    unread = Counter(b["type"] for b in every if b["type"] in (*UNKNOWN_TYPES, "unsupported"))
    assert content.skipped == unread
    assert {s.anchor for s in placed} <= {b["id"].replace("-", "") for b in every}
    assert "X-Amz" not in text
    assert set(content.child_pages) == {b["id"] for b in every if b["type"] == "child_page"}


_keys = st.sampled_from(
    ["type", "object", "id", "children", "results", "rich_text", "caption", "cells", "title", "url", "plain_text",
     "mention", "text", "file", "external", "checked", "annotations", "href", "list_start_index", *KINDS]
)  # fmt: skip
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(KINDS),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(_keys, below, max_size=6),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(_json)
def test_any_json_converts(value: Any) -> None:
    content = read(value)
    assert all(section.text.strip() for section in content.sections)
    assert to_sections(value) == list(content.sections)
