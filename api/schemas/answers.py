"""Answers and what belongs to them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class ClaimModel(BaseModel):
    """One statement and the citations that carry it."""

    text: str
    citations: list[int]


class CitationModel(BaseModel):
    """Where a claim comes from; `quote` is the document's text from `start` to `end`."""

    number: int
    document_id: str
    title: str
    url: str
    source: str
    kind: str
    breadcrumbs: list[str]
    path: str | None
    anchor: str
    quote: str
    updated_at: str | None
    score: float
    start: int
    end: int


class StepOutputModel(BaseModel):
    """What a command printed, masked; 124: it was stopped at its time limit, 126: it was not run."""

    argv: list[str]
    exit_code: int
    stdout: str
    stderr: str
    truncated: bool


class ScriptOutputModel(BaseModel):
    """What each step printed, and which cluster was asked."""

    cluster: str
    output: list[StepOutputModel]


class ScriptModel(BaseModel):
    """Read-only commands that would show the answer live."""

    language: str
    text: str
    explanation: str
    steps: list[dict[str, list[str]]]
    citations: list[int]
    output: list[StepOutputModel] | None


class FindingModel(BaseModel):
    """Something about the sources themselves: stale, contradiction or drift."""

    type: str
    text: str
    citations: list[int]


class RelatedModel(BaseModel):
    """A page that may be related, where no answer was found."""

    document_id: str
    title: str
    url: str
    path: str | None


class AnswerModel(BaseModel):
    """A cited answer, or an abstention."""

    id: str
    question: str
    answer: str
    abstained: bool
    confidence: float
    claims: list[ClaimModel]
    citations: list[CitationModel]
    script: ScriptModel | None
    findings: list[FindingModel]
    followups: list[str]
    related: list[RelatedModel]
    mode: Literal["extractive", "llm"]
    understood: str | None = Field(
        default=None, description="The question that was answered, where it was asked as a follow-up."
    )
    conversation_id: str | None = Field(
        default=None, description="Send it with the next question, which may then go on from this one."
    )
    took_ms: int


class FeedbackModel(BaseModel):
    """What is kept of a word on an answer; the comment is kept with credentials masked."""

    answer_id: str
    helpful: bool


class OnboardingStepModel(BaseModel):
    """One step: a cited answer, or a gap with the nearest pages; `general` if it is not about what was asked for."""

    title: str
    question: str
    answered: bool
    general: bool
    answer: str
    claims: list[ClaimModel]
    citations: list[CitationModel]
    nearest: list[RelatedModel]


class OnboardingModel(BaseModel):
    """A newcomer's path, as steps and as one Markdown page."""

    title: str
    markdown: str
    steps: list[OnboardingStepModel]
    took_ms: int
