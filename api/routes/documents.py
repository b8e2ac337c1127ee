"""`GET /v1/documents/{id}`: a stored document."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from api.auth import Caller
from api.problems import problem, response
from api.routes.state import TheServices
from api.schemas import DocumentModel

router = APIRouter(prefix="/v1", tags=["documents"])


@router.get(
    "/documents/{document_id:path}",
    response_model=DocumentModel,
    responses={300: response("Several environments hold this Kubernetes object; `candidates` names them")},
)
def document(
    request: Request, document_id: str, principals: Caller, services: TheServices
) -> DocumentModel | Response:
    """The document with its text and sections; slashes in the id may be percent-encoded or not.

    The id of a Kubernetes object may be given without the `@environment` behind it, where only one fits.
    Without the right to a document the answer is the same 404 as for one that does not exist.
    """
    found = services.document(document_id, principals)
    if found is None:
        candidates = services.variants(document_id, principals)
        if len(candidates) > 1:
            detail = "several documents describe this object; ask for one of `candidates`"
            return problem(300, detail, request.url.path, candidates=candidates)
        found = services.document(candidates[0], principals) if candidates else None
    if found is None:
        raise HTTPException(404, "there is no such document")
    return DocumentModel.model_validate(found.to_json())
