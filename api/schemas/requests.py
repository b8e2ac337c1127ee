"""What callers send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.moments import sensible

LONGEST_QUESTION = 2_000
"""Characters; every word of a question costs time."""

Question = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION, pattern=r"\S")]


Moment = Annotated[datetime, AfterValidator(sensible)]
"""UTC where no zone is named."""


ScopeName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")] | None


class Request(BaseModel):
    """A request body; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


DocumentKind = Literal["page", "manifest", "object", "values", "terraform", "config", "template"]
Names = Annotated[list[str], Field(max_length=100)] | None


class FilterModel(Request):
    """Limits a question to some documents; an empty list or null means all."""

    sources: Names = None
    kinds: Annotated[list[DocumentKind], Field(max_length=100)] | None = Field(
        default=None,
        description="Kinds of documents, not of Kubernetes objects: name a `Deployment` in the question.",
    )
    namespaces: Names = None
    environments: Names = None


class AskRequest(Request):
    """A question."""

    question: Question
    filters: FilterModel | None = None
    conversation_id: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Of an answer before, to go on from it; without it, a conversation begins.",
    )
    run: bool = Field(
        default=False,
        description="Run the answer's script, if it has one, against its live cluster: `script.output`.",
    )
    stream: bool = Field(default=False, description="Answer with server-sent events.")


class FeedbackRequest(Request):
    """What the asker says of an answer; another word on the same answer replaces this one."""

    answer_id: str = Field(min_length=1, max_length=200)
    helpful: bool
    comment: str | None = Field(default=None, max_length=2_000)


class OnboardingRequest(Request):
    """What the path is about: one of these, or everything."""

    team: ScopeName = None
    service: ScopeName = None
    namespace: ScopeName = None

    @model_validator(mode="after")
    def _one(self) -> OnboardingRequest:
        if sum(one is not None for one in (self.team, self.service, self.namespace)) > 1:
            raise ValueError("name a team, a service or a namespace, not several")
        return self


class StepModel(Request):
    """One command of a script."""

    argv: list[Annotated[str, Field(max_length=4_000)]] = Field(min_length=1, max_length=100)


class ScriptRequest(Request):
    """Commands that only read, to be run against a live cluster."""

    steps: list[StepModel] = Field(min_length=1, max_length=10)
    cluster: str | None = Field(
        default=None, max_length=200, description="Its name; not needed where the caller may read one only."
    )


class SearchRequest(Request):
    """A search."""

    query: Question
    k: int = Field(default=10, ge=1, le=100)
    filters: FilterModel | None = None


class RunRequest(Request):
    """Which sources to ingest; none means all."""

    sources: list[str] = Field(default=[], max_length=1_000)
    full: bool = Field(default=False, description="Read everything again, whatever the last run knew.")
