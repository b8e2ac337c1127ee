"""`GET /v1/sources`: what is read, and how fresh it is."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import Caller
from api.routes.state import TheServices
from api.schemas import SourcesResponse

router = APIRouter(prefix="/v1", tags=["sources"])


@router.get("/sources")
def sources(principals: Caller, services: TheServices) -> SourcesResponse:
    """The sources that the caller may read; `documents` counts those that it may read."""
    return SourcesResponse(sources=services.sources(principals))
