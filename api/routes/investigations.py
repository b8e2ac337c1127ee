"""`/v1/investigations`: what broke and why, from evidence that the caller sends."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from api.auth import Caller
from api.incident_schemas import InvestigationModel, InvestigationRequest
from api.routes.state import TheInvestigations

router = APIRouter(prefix="/v1/investigations", tags=["incidents"])


@router.post("")
def investigate(
    request: InvestigationRequest, response: Response, principals: Caller, investigations: TheInvestigations
) -> InvestigationModel:
    """Investigate the evidence. The report stays at its `Location` for the same caller, as long as the server runs."""
    report = investigations.start(request.text, request.files, request.namespace, principals)
    response.headers["Location"] = f"/v1/investigations/{report['id']}"
    return InvestigationModel.model_validate(report)


@router.get("/{ident}")
def investigation(ident: str, principals: Caller, investigations: TheInvestigations) -> InvestigationModel:
    """A report that the caller asked for before."""
    found = investigations.get(ident, principals)
    if found is None:
        raise HTTPException(404, "there is no such investigation")
    return InvestigationModel.model_validate(found)
