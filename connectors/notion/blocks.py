"""The blocks of a Notion page as typed sections: pure, total, losing no `plain_text`."""

from __future__ import annotations

from typing import Any

from connectors.documents import Section
from connectors.notion.block_reader import BlockReader, NotionContent
from connectors.notion.block_text import Names


def to_sections(blocks: list[dict[str, Any]]) -> list[Section]:
    """The typed sections of blocks as the API returns them, each with its children under `children`.

    A section's `anchor` is the id, without dashes, of the block that it begins with. Spans are not set: see
    `connectors.documents.assemble`. Never raises on any JSON.
    """
    return list(read(blocks).sections)


def read(blocks: object, names: Names | None = None) -> NotionContent:
    """The sections of `blocks`, and what else the connector needs to know of them. Never raises on any JSON.

    `blocks` may also be one block or a list response of the API. `names` says what pages are called that
    blocks link to.
    """
    reader = BlockReader(names or {})
    reader.read(blocks)
    return reader.content()
