"""Builds Notion blocks as the API answers them, and strategies that nest them in every way."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

TEXT_TYPES = (
    "paragraph", "heading_1", "heading_2", "heading_3", "heading_4", "bulleted_list_item",
    "numbered_list_item", "to_do", "toggle", "callout", "quote", "template",
)  # fmt: skip
MEDIA_TYPES = ("image", "video", "file", "pdf", "audio")
LINK_TYPES = ("bookmark", "embed", "link_preview")
EMPTY_TYPES = (
    "divider", "breadcrumb", "table_of_contents", "column_list", "column", "synced_block", "tab",
)  # fmt: skip
UNKNOWN_TYPES = ("ai_block", "hologram", "form")


def piece(text: str, *, code: bool = False, href: str | None = None, **own: Any) -> Json:
    """One piece of rich text; `own` replaces the `text` kind (`mention=…`, `equation=…`)."""
    kind = next(iter(own), "text")
    return {
        "type": kind,
        **(own or {"text": {"content": text, "link": {"url": href} if href else None}}),
        "annotations": {"bold": False, "italic": False, "code": code, "color": "default"},
        "plain_text": text,
        "href": href,
    }


def rich(*texts: str | Json) -> list[Json]:
    """A rich text of plain pieces, or of pieces that are given."""
    return [piece(text) if isinstance(text, str) else text for text in texts]


def block(
    kind: str, *texts: str | Json, id: str = "", children: list[Json] | None = None, **own: Any
) -> Json:
    """A block with rich text (`own` adds keys to its own object); what the API sends with each is there too."""
    payload = {"rich_text": rich(*texts), **own} if texts else own
    held: Json = {"children": children} if children is not None else {}
    return {
        "object": "block",
        "id": id or "00000000-0000-4000-8000-000000000000",
        "parent": {"type": "page_id", "page_id": "00000000-0000-4000-8000-0000000000ff"},
        "created_by": {"object": "user", "id": "00000000-0000-4000-8000-0000000000fa"},
        "has_children": children is not None,
        "in_trash": False,
        "type": kind,
        kind: payload,
        **held,
    }


def table(*rows: list[str], header: bool = True, named: bool = False) -> Json:
    """A table block with its rows; `named`: the first cell of each is the name of what follows."""
    children = [block("table_row", cells=[rich(cell) for cell in row]) for row in rows]
    return block(
        "table",
        children=children,
        table_width=len(rows[0]),
        has_column_header=header,
        has_row_header=named,
    )


texts = st.text(max_size=30) | st.sampled_from(
    ["kubectl get pods | grep cart", "two\nlines", "  kept\n\n\tindent\n", "`tick`", "a [b] (c)", "\n", " x "]
)
_ids = st.uuids().map(str)
_hrefs = st.none() | st.sampled_from(
    ["https://example.com/a_(b)", "/8a3f0000000040008000000000000001", "https://x.org/f?X-Amz-Signature=1"]
)
_mentions = st.sampled_from(
    [
        {"type": "user", "user": {"object": "user", "id": "u-1", "name": "Ada"}},
        {"type": "page", "page": {"id": "p-1"}},
        {"type": "database", "database": {"id": "d-1"}},
        {"type": "data_source", "data_source": {"id": "s-1"}},
        {"type": "date", "date": {"start": "2026-01-01", "end": None, "time_zone": None}},
        {"type": "link_preview", "link_preview": {"url": "https://github.com/acme/infra/pull/1"}},
        {"type": "link_mention", "link_mention": {"href": "https://acme.org", "title": "Acme"}},
        {"type": "template_mention", "template_mention": {"type": "template_mention_date"}},
        {"type": "custom_emoji", "custom_emoji": {"id": "e-1", "name": "cart", "url": "https://x.org/e.png"}},
    ]
)
pieces = st.one_of(
    st.builds(lambda text, code, href: piece(text, code=code, href=href), texts, st.booleans(), _hrefs),
    st.builds(lambda text, mention: piece(text, mention=mention), texts, _mentions),
    st.builds(lambda text: piece(text, equation={"expression": text}), texts),
)
rich_texts = st.lists(pieces, max_size=4)
_file = st.sampled_from(
    [
        {"type": "external", "external": {"url": "https://example.com/plan.pdf"}},
        {
            "type": "file",
            "file": {"url": "https://prod-files-secure.s3.amazonaws.com/1/2/a.pdf?X-Amz-Signature=3"},
        },
    ]
)


def _payload(kind: str) -> st.SearchStrategy[Json]:
    if kind == "code":
        language = st.sampled_from(["yaml", "plain text", "bash"])
        return st.fixed_dictionaries({"rich_text": rich_texts, "caption": rich_texts, "language": language})
    if kind == "table_row":
        return st.fixed_dictionaries({"cells": st.lists(rich_texts, max_size=3)})
    if kind in TEXT_TYPES:
        return st.fixed_dictionaries({"rich_text": rich_texts, "checked": st.booleans()})
    if kind in MEDIA_TYPES:
        return st.builds(lambda file, caption: {**file, "caption": caption}, _file, rich_texts)
    if kind in LINK_TYPES:
        url = st.just("https://example.com")
        return st.fixed_dictionaries({"url": url, "caption": rich_texts})
    if kind in ("meeting_notes", "transcription"):
        return st.fixed_dictionaries({"title": rich_texts})
    if kind in ("child_page", "child_database"):
        return st.fixed_dictionaries({"title": texts})
    if kind in UNKNOWN_TYPES:
        return st.fixed_dictionaries({"deep": st.fixed_dictionaries({"words": rich_texts})})
    return st.just({"has_column_header": True} if kind == "table" else {})


KINDS = (
    *TEXT_TYPES, *MEDIA_TYPES, *LINK_TYPES, *EMPTY_TYPES, *UNKNOWN_TYPES, "code", "table", "table_row",
    "child_page", "child_database", "meeting_notes", "transcription", "equation", "unsupported",
)  # fmt: skip


@st.composite
def _blocks(draw: st.DrawFn, children: st.SearchStrategy[list[Json]]) -> Json:
    kind = draw(st.sampled_from(KINDS))
    return block(kind, id=draw(_ids), children=draw(st.none() | children), **draw(_payload(kind)))


trees = st.recursive(
    st.lists(_blocks(st.just([])), max_size=5),
    lambda below: st.lists(_blocks(below), max_size=4),
    max_leaves=12,
)
"""Lists of blocks of all types, nested in each other."""
