"""`/v1/investigations`: what broke and why, from evidence that the caller sends, or after an alert."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import JSONResponse

from api.auth import Caller
from api.incident_schemas import (
    InvestigationModel,
    InvestigationRequest,
    InvestigationsModel,
    ListedModel,
    QueuedModel,
)
from api.incident_store import Kept
from api.routes.graph import PICTURE_POLICY
from api.routes.state import TheInvestigations

router = APIRouter(prefix="/v1/investigations", tags=["incidents"])


@router.post("")
def investigate(
    request: InvestigationRequest, response: Response, principals: Caller, investigations: TheInvestigations
) -> InvestigationModel:
    """Investigate the evidence, or a live cluster. The report stays at its `Location` for who has the caller's rights.

    A live cluster is looked at with its logs and metrics, which takes up to a minute.
    """
    report = investigations.start(request, principals)
    response.headers["Location"] = f"/v1/investigations/{report['id']}"
    return InvestigationModel.model_validate(report)


@router.get("")
def newest(
    principals: Caller,
    investigations: TheInvestigations,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> InvestigationsModel:
    """The newest investigations that the caller may see, with the likeliest cause of each."""
    found = investigations.newest(principals, limit)
    return InvestigationsModel(investigations=[_listed(one) for one in found])


@router.get(
    "/{ident}",
    response_model=InvestigationModel,
    responses={
        200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}},
        202: {"model": QueuedModel, "description": "Not finished yet"},
    },
)
def investigation(
    ident: str,
    principals: Caller,
    investigations: TheInvestigations,
    format: Annotated[
        Literal["json", "svg"], Query(description="`svg`: the causal graph and the metrics that turned.")
    ] = "json",
) -> InvestigationModel | Response:
    """A report, or while there is none how far it is: `queued`, `running`, or `failed` with its `error`."""
    found = investigations.get(ident, principals)
    if found is None:
        raise HTTPException(404, "there is no such investigation")
    if found.report is None:
        waiting = QueuedModel(id=found.id, status=found.state, error=found.error)
        return JSONResponse(waiting.model_dump(), 200 if found.state == "failed" else 202)
    if format == "svg":
        from incidents.drawing import render

        headers = {"Content-Security-Policy": PICTURE_POLICY}
        return Response(render(found.report), media_type="image/svg+xml", headers=headers)
    return InvestigationModel.model_validate(investigations.told(found, principals))


def _listed(one: Kept) -> ListedModel:
    """An investigation as the list has it."""
    report: dict[str, Any] = one.report or {}
    asked = one.request or {}
    cause: dict[str, Any] = next(iter(report.get("causes") or ()), {})
    return ListedModel(
        id=one.id,
        at=one.created_at,
        status=one.state,
        namespace=str(report.get("namespace") or asked.get("namespace") or ""),
        healthy=report.get("healthy"),
        object=cause.get("object", ""),
        cause=cause.get("cause", ""),
        text=cause.get("text", ""),
        error=one.error,
    )
