"""What the command line and the REST API show of a search result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from answers.links import deep_link

if TYPE_CHECKING:
    from index.search_types import SearchResult


def result_json(result: SearchResult) -> dict[str, Any]:
    """The object of `POST /v1/search`, its `url` leading to the lines or heading that were found."""
    return {**result.to_json(), "url": deep_link(result, result.anchor)}
