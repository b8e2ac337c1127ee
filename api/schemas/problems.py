"""Health and errors."""

from __future__ import annotations

from pydantic import BaseModel, Field


class HealthModel(BaseModel):
    """`ok`, or what is missing."""

    status: str


class FieldProblem(BaseModel):
    """One wrong field of a request."""

    field: str
    message: str


class ProblemModel(BaseModel):
    """An error after RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FieldProblem] | None = None
    candidates: list[str] | None = Field(default=None, description="Of a 300: the ids to choose from.")
