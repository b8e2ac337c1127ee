"""Fetches the blocks of a page with all that is below them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from connectors.http.errors import ForbiddenError, MissingError
from connectors.notion.client import NotionApi
from connectors.notion.values import JsonObject, as_text

_DOCUMENTS = frozenset({"child_page", "child_database"})
"""Blocks that are documents of their own."""
_MAX_DEPTH = 40
_MAX_BLOCKS = 50_000


@dataclass(slots=True)
class BlockTree:
    """The blocks of a page, each with its children under `children`, and how many are missing, by the reason."""

    blocks: list[JsonObject] = field(default_factory=list)
    missing: Counter[str] = field(default_factory=Counter)
    size: int = 0


def fetch(api: NotionApi, page_id: str) -> BlockTree:
    """All blocks of a page, level by level, each once, however they refer to each other.

    Blocks whose children are on a page that is not shared with the integration (synced blocks) stay without
    them, and are counted. Raises what fails for another reason, or for the page itself.
    """
    tree = BlockTree()
    tree.blocks = _below(api, page_id, tree)
    seen = {page_id}
    level = tree.blocks
    for _ in range(_MAX_DEPTH):
        level = [child for block in level for child in _enter(api, block, seen, tree)]
        if not level:
            return tree
    tree.missing["nested too deep"] += sum(block.get("has_children") is True for block in level)
    return tree


def _enter(api: NotionApi, block: JsonObject, seen: set[str], tree: BlockTree) -> list[JsonObject]:
    """The children of a block, which are also put into it."""
    identifier, kind = as_text(block.get("id")), as_text(block.get("type"))
    if block.get("has_children") is not True or kind in _DOCUMENTS or not identifier:
        return []
    if identifier in seen:
        tree.missing["repeated"] += 1
        return []
    seen.add(identifier)
    if tree.size > _MAX_BLOCKS:
        tree.missing["beyond the page's limit"] += 1
        return []
    try:
        children = _below(api, identifier, tree)
    except (MissingError, ForbiddenError):
        tree.missing[f"{kind} from a page that is not shared with the integration"] += 1
        return []
    block["children"] = children
    return children


def _below(api: NotionApi, identifier: str, tree: BlockTree) -> list[JsonObject]:
    children = [child for child in api.children(identifier) if child.get("in_trash") is not True]
    tree.size += len(children)
    return children
