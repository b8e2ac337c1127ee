"""`POST /v1/feedback`: whether an answer helped."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from api.auth import Owner
from api.routes.state import TheServices
from api.schemas import FeedbackModel, FeedbackRequest

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post("/feedback")
def feedback(request: FeedbackRequest, owner: Owner, services: TheServices) -> FeedbackModel:
    """Keep whether an answer helped. Only who asked may say so; others get the 404 of an unknown answer."""
    if not services.questions.judge(request.answer_id, owner, request.helpful, request.comment or ""):
        raise HTTPException(404, "you were given no such answer, or too long ago")
    return FeedbackModel(answer_id=request.answer_id, helpful=request.helpful)
