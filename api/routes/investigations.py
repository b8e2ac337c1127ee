"""`/v1/investigations`: what broke and why, from evidence that the caller sends."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import Field, model_validator

from api.auth import Caller
from api.routes.state import TheInvestigations
from api.schemas import Request

router = APIRouter(prefix="/v1/investigations", tags=["incidents"])

_MOST = 8_000_000
FileText = Annotated[str, Field(max_length=_MOST)]


class InvestigationRequest(Request):
    """Evidence: a pasted text, or the texts of files by their names."""

    text: FileText = Field("", description="Outputs of kubectl, events, manifests, alerts, log lines.")
    files: Annotated[dict[str, FileText], Field(max_length=500)] = Field(
        default_factory=dict, description="What `--bundle` reads from a folder: file names to their texts."
    )
    namespace: Annotated[str, Field(max_length=253)] = Field(
        "", description="The namespace in question; empty: the one with most workloads."
    )

    @model_validator(mode="after")
    def _something(self) -> InvestigationRequest:
        if not self.text.strip() and not self.files:
            raise ValueError("give a text or files")
        if self.text.strip() and self.files:
            raise ValueError("give a text or files, not both")
        return self


@router.post("")
def investigate(
    request: InvestigationRequest, response: Response, principals: Caller, investigations: TheInvestigations
) -> dict[str, Any]:
    """Investigate the evidence. The report stays at its `Location` for the same caller, as long as the server runs."""
    report = investigations.start(request.text, request.files, request.namespace, principals)
    response.headers["Location"] = f"/v1/investigations/{report['id']}"
    return report


@router.get("/{ident}")
def investigation(ident: str, principals: Caller, investigations: TheInvestigations) -> dict[str, Any]:
    """A report that the caller asked for before."""
    found = investigations.get(ident, principals)
    if found is None:
        raise HTTPException(404, "there is no such investigation")
    return found
