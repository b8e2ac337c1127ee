"""The bodies of `/v1/investigations`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

from api.schemas import Request

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


class WindowModel(BaseModel):
    """From the first to the last piece of evidence that has a time."""

    from_: datetime | None = Field(None, alias="from")
    to: datetime | None = None


class CauseModel(BaseModel):
    """One cause; `evidence` holds numbers, `why` says what gave it its rank."""

    rank: int
    object: str
    cause: str
    category: str
    text: str
    confidence: float
    evidence: list[int]
    fix: str
    why: str
    script: dict[str, Any] | None = None


class MomentModel(BaseModel):
    """One entry of the timeline; `type` is one of event, metric, log, change, topology."""

    at: datetime
    type: str
    object: str
    text: str
    evidence: list[int]


class PieceModel(BaseModel):
    """An exact excerpt; `type` is one of event, object, metric, log, change, document."""

    number: int
    type: str
    text: str
    object: str
    url: str
    at: datetime | None = None


class UnreadModel(BaseModel):
    """A part of the evidence that could not be used."""

    item: str
    reason: str


class CausalGraphModel(BaseModel):
    """What is affected, and how failure travelled: nodes have a `role`, edges a `path` and their `evidence`."""

    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]


class InvestigationModel(BaseModel):
    """What broke, why, how it spread, and what shows it."""

    id: str
    namespace: str
    window: WindowModel
    summary: str
    causes: list[CauseModel]
    graph: CausalGraphModel
    timeline: list[MomentModel]
    evidence: list[PieceModel]
    healthy: bool
    took_ms: int
    unread: list[UnreadModel]
