"""`POST /v1/search`: retrieval alone."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import Caller
from api.results import result_json
from api.routes.state import TheServices, filters_for
from api.schemas import ResultModel, SearchRequest, SearchResponse

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post("/search")
def search(request: SearchRequest, principals: Caller, services: TheServices) -> SearchResponse:
    """The best passages for a query, best first."""
    filters = filters_for(request.filters, principals, services.settings)
    results = services.searcher.search(request.query, request.k, filters)
    return SearchResponse(results=[ResultModel.model_validate(result_json(result)) for result in results])
