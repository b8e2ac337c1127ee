"""The search for a team's own pages, as an investigation asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from api.errors import IndexEmptyError
from api.services import Services
from incidents.runbooks import Passage, Search
from index.search_types import Filters

_MOST = 10
_CODE = ("config", "values", "template", "terraform")


def page_search(services: Services, principals: frozenset[str]) -> Search:
    """Finds pages that `principals` may read; nothing where nothing was ingested yet."""

    def search(query: str) -> Sequence[Passage]:
        try:
            found = services.searcher.search(query, _MOST, Filters(kinds=("page",), principals=principals))
        except IndexEmptyError:
            return ()
        return [Passage(one.title, one.text, one.document_id, one.url) for one in found]

    return search


def code_search(services: Services, principals: frozenset[str]) -> Search:
    """Finds what repositories hold beside pages and manifests, as rule files of Prometheus."""

    def search(query: str) -> Sequence[Passage]:
        try:
            found = services.searcher.search(query, _MOST, Filters(kinds=_CODE, principals=principals))
        except IndexEmptyError:
            return ()
        return [Passage(one.path or one.title, one.text, one.document_id, one.url) for one in found]

    return search
