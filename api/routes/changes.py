"""`GET /v1/changes`: what changed in the live clusters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import Caller
from api.change_schemas import ChangeModel, ChangesModel
from api.changes import ChangesRequest
from api.incident_schemas import WindowModel
from api.routes.state import TheServices
from api.schemas import Moment

router = APIRouter(prefix="/v1", tags=["clusters"])

_Name = Annotated[str, Query(max_length=253, description="Empty: all.")]


@router.get("/changes")
def changes(
    principals: Caller,
    services: TheServices,
    since: Annotated[
        str | None, Query(max_length=20, description="Such as 24h (default), 90m or 7d.")
    ] = None,
    start: Annotated[Moment | None, Query(alias="from", description="Instead of `since`.")] = None,
    end: Annotated[Moment | None, Query(alias="to", description="Null: now.")] = None,
    namespace: _Name = "",
    cluster: _Name = "",
) -> ChangesModel:
    """What changed, field by field, who changed it and when; of objects that the caller may read."""
    request = ChangesRequest(since, start, end, namespace or None, cluster or None)
    found, window = services.clusters.changes(request, principals)
    return ChangesModel(
        window=WindowModel.model_validate({"from": window[0], "to": window[1]}),
        changes=[ChangeModel.model_validate(one.to_json()) for one in found],
    )
