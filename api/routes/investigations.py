"""`/v1/investigations`: what broke and why, from evidence that the caller sends, or after an alert."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import JSONResponse

from api.auth import Caller
from api.incident_schemas import InvestigationModel, InvestigationRequest, QueuedModel
from api.routes.state import TheInvestigations

router = APIRouter(prefix="/v1/investigations", tags=["incidents"])


@router.post("")
def investigate(
    request: InvestigationRequest, response: Response, principals: Caller, investigations: TheInvestigations
) -> InvestigationModel:
    """Investigate the evidence. The report stays at its `Location` for whoever has the caller's rights."""
    report = investigations.start(request.text, request.files, request.namespace, principals)
    response.headers["Location"] = f"/v1/investigations/{report['id']}"
    return InvestigationModel.model_validate(report)


@router.get(
    "/{ident}",
    response_model=InvestigationModel,
    responses={202: {"model": QueuedModel, "description": "Not finished yet"}},
)
def investigation(
    ident: str, principals: Caller, investigations: TheInvestigations
) -> InvestigationModel | JSONResponse:
    """A report, or while there is none how far it is: `queued`, `running`, or `failed` with its `error`."""
    found = investigations.get(ident, principals)
    if found is None:
        raise HTTPException(404, "there is no such investigation")
    if found.report is None:
        waiting = QueuedModel(id=found.id, status=found.state, error=found.error)
        return JSONResponse(waiting.model_dump(), 200 if found.state == "failed" else 202)
    return InvestigationModel.model_validate(investigations.told(found, principals))
