"""Notion's rich text keeps every `plain_text`, its links, its code, and no link that expires."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from connectors.notion.rich_text import User, plain, render, users_in
from tests.unit.notion_blocks import Json, piece, pieces, rich_texts

SIGNED = "https://prod-files-secure.s3.us-west-2.amazonaws.com/1/2/a.pdf?X-Amz-Signature=abc"


def test_neighbours_of_one_look_share_their_marks() -> None:
    bold = {**piece("cart", code=True), "annotations": {"bold": True, "code": True}}
    linked = [piece("li", href="https://x.org"), piece("nk", href="https://x.org")]
    value = [piece("Scale "), piece("deploy/", code=True), bold, piece(": "), *linked]
    assert render(value) == "Scale `deploy/cart`: [link](https://x.org)"
    assert plain(value) == "Scale deploy/cart: link"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (piece(" kubectl ", code=True), " `kubectl` "),
        (piece("a`b", code=True), "`` a`b ``"),
        (piece(" ", code=True), " "),
        (piece("docs ", href="https://x.org/a b(c)"), "[docs](https://x.org/a%20b%28c%29) "),
        (piece("https://x.org", href="https://x.org"), "https://x.org"),
        (piece("Runbook", href="/8a3f00"), "[Runbook](https://www.notion.so/8a3f00)"),
        (piece("E = mc^2", equation={"expression": "E = mc^2"}), "$E = mc^2$"),
    ],
    ids=["blanks outside code", "a backtick in code", "blank code", "blanks outside a link", "a bare address",
         "a link in the workspace", "an equation"],
)  # fmt: skip
def test_marks_are_written_as_in_markdown(value: Json, expected: str) -> None:
    assert render([value]) == expected


@pytest.mark.parametrize(
    "url",
    [
        SIGNED,
        "https://s3.us-west-2.amazonaws.com/secure.notion-static.com/1/a.pdf",
        "https://file.notion.so/f/s/a.pdf?expirationTimestamp=1",
        "https://storage.googleapis.com/b/a.pdf?X-Goog-Signature=1",
        "attachment:0000:a.pdf",
        "data:image/png;base64,AAAA",
    ],
)
def test_a_link_that_expires_is_not_kept_and_its_text_is(url: str) -> None:
    assert render([piece("the plan", href=url)]) == "the plan"


MENTIONS: list[tuple[Json, str, str]] = [
    ({"type": "user", "user": {"id": "u", "name": "Ada"}}, "@Ada", "@Ada"),
    ({"type": "date", "date": {"start": "2026-01-01", "end": "2026-01-03"}}, "x", "2026-01-01 → 2026-01-03"),
    ({"type": "date", "date": {"start": "2026-01-01", "time_zone": "Asia/Tokyo"}}, "x", "2026-01-01 (Asia/Tokyo)"),
    ({"type": "page", "page": {"id": "p"}}, "Runbook", ""),
    ({"type": "database", "database": {"id": "d"}}, "Tasks", ""),
    ({"type": "data_source", "data_source": {"id": "s"}}, "Tasks", ""),
    ({"type": "template_mention", "template_mention": {"type": "template_mention_date",
      "template_mention_date": "today"}}, "@Today", "@today"),
    ({"type": "custom_emoji", "custom_emoji": {"id": "e", "name": "cart", "url": "https://x.org/e.png"}},
     ":cart:", ":cart:"),
    ({"type": "hologram", "hologram": {"name": "Ada"}}, "Ada", "Ada"),
]  # fmt: skip


@pytest.mark.parametrize(("mention", "text", "fallback"), MENTIONS)
def test_a_mention_is_its_plain_text_or_else_what_its_own_keys_say(
    mention: Json, text: str, fallback: str
) -> None:
    whole = piece(text, mention=mention)
    assert render([whole]) == text
    del whole["plain_text"]
    assert render([whole]) == fallback


def test_mentioned_links_lead_where_they_say() -> None:
    preview = {"type": "link_preview", "link_preview": {"url": "https://github.com/acme/infra/pull/1"}}
    page = {"type": "link_mention", "link_mention": {"href": "https://acme.org", "title": "Acme"}}
    assert render([piece("infra#1", mention=preview)]) == "[infra#1](https://github.com/acme/infra/pull/1)"
    assert render([piece("Acme", mention=page)]) == "[Acme](https://acme.org)"
    assert render([{"type": "mention", "mention": page}]) == "[Acme](https://acme.org)"


def test_users_are_found_wherever_they_are_mentioned() -> None:
    ada = piece("@Ada", mention={"type": "user", "user": {"id": "u-1", "name": "Ada"}})
    hidden = piece("@Anonymous", mention={"type": "user", "user": {"id": "u-2"}})
    assert list(users_in({"cells": [[ada], [hidden]]})) == [User("u-1", "Ada"), User("u-2", "")]


@given(rich_texts)
def test_no_plain_text_is_lost(value: list[Json]) -> None:
    text = " ".join(render(value).split())
    assert all(" ".join(item["plain_text"].split()) in text for item in value)
    assert plain(value) == "".join(item["plain_text"] for item in value)


@given(pieces)
def test_a_property_item_comes_without_its_list(value: Json) -> None:
    assert render(value) == render([value])


@pytest.mark.parametrize("value", [None, 3, "text", {}, [[]], [None, 1, {"type": ["x"]}], {"plain_text": 3}])
def test_other_json_is_no_text(value: Any) -> None:
    assert render(value) == plain(value) == ""
