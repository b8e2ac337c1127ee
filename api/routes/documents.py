"""`GET /v1/documents/{id}`: a stored document."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from api.auth import Caller
from api.routes.state import TheServices
from api.schemas import DocumentModel

router = APIRouter(prefix="/v1", tags=["documents"])


@router.get("/documents/{document_id:path}")
def document(document_id: str, principals: Caller, services: TheServices) -> DocumentModel:
    """The document with its text and sections; slashes in the id may be percent-encoded or not.

    Without the right to it the answer is the same 404 as for one that does not exist.
    """
    found = services.document(document_id, principals)
    if found is None:
        raise HTTPException(404, "there is no such document")
    return DocumentModel.model_validate(found.to_json())
