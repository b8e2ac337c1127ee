"""One Notion block as the API gives it, with its parts told apart."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.notion import block_text, urls
from connectors.notion.values import JsonObject, as_object, as_text, one_line

_READ = {"code": frozenset({"rich_text", "caption"}), "table_row": frozenset({"cells"})}
"""Where types that are no prose have their rich text."""


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block's type, id and own object (`payload`), without the children that it may hold in two places.

    `unread` is what no reader of this type looks at: rich text that is found there is kept too, so that a key
    that Notion adds, or a type that it invents, loses no words.
    """

    kind: str
    id: str
    anchor: str
    payload: JsonObject
    children: list[object]
    unread: list[object]


def parse(value: object) -> RawBlock:
    """The parts of a block; whatever else `value` is becomes a block without a type."""
    data = as_object(value)
    kind = as_text(data.get("type"))
    own = as_object(data.get(kind)) if kind != "children" else {}
    payload = {key: held for key, held in own.items() if _is_content(key, held)}
    outside = [held for key, held in data.items() if key != kind and _is_content(key, held)]
    read = _READ.get(kind) or frozenset({block_text.key_of(kind)})
    inside = [held for key, held in payload.items() if key not in read]
    identifier = as_text(data.get("id"))
    return RawBlock(
        kind=kind,
        id=identifier,
        anchor=urls.bare_id(one_line(identifier)),
        payload=payload,
        children=[*blocks_in(data.get("children")), *blocks_in(own.get("children"))],
        unread=[*outside, *(inside if own else [data.get(kind)])] if data else [value],
    )


def blocks_in(value: object) -> list[object]:
    """The blocks of a list, or of a list response of the API; none for anything else."""
    results = as_object(value).get("results", value)
    return results if isinstance(results, list) else []


def _is_content(key: str, held: object) -> bool:
    return key != "children" or not blocks_in(held)
