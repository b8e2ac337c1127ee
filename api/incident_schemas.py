"""The bodies of `/v1/investigations`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas import Moment, Request

_MOST = 8_000_000
FileText = Annotated[str, Field(max_length=_MOST)]


class InvestigationRequest(Request):
    """Evidence: a pasted text, or the texts of files by their names. Without, a place in a live cluster."""

    text: FileText = Field("", description="Outputs of kubectl, events, manifests, alerts, log lines.")
    files: Annotated[dict[str, FileText], Field(max_length=500)] = Field(
        default_factory=dict, description="What `--bundle` reads from a folder: file names to their texts."
    )
    namespace: Annotated[str, Field(max_length=253)] = Field(
        "",
        description="The namespace in question; empty: the one with most workloads, or all of a live cluster.",
    )
    workload: Annotated[str, Field(max_length=600)] = Field(
        "", description="Only what concerns this one: `NAMESPACE/NAME` or `KIND/NAME`."
    )
    cluster: Annotated[str, Field(max_length=253)] = Field(
        "", description="The live cluster; empty: the only one there is."
    )
    start: Moment | None = Field(None, alias="from", description="Events since then; null: an hour before.")
    end: Moment | None = Field(None, alias="to", description="The cluster as it was then; null: now.")

    @property
    def is_live(self) -> bool:
        """Whether it is about a live cluster, as no evidence was sent."""
        return not self.text.strip() and not self.files

    @model_validator(mode="after")
    def _something(self) -> InvestigationRequest:
        if self.is_live and not (self.namespace or self.workload or self.cluster):
            raise ValueError("give a text, files, or the namespace or workload of a live cluster")
        if self.text.strip() and self.files:
            raise ValueError("give a text or files, not both")
        if not self.is_live and (self.cluster or self.start or self.end):
            raise ValueError("`cluster`, `from` and `to` are of a live cluster, not of a text or files")
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


class SimilarModel(BaseModel):
    """An investigation of the past with the same or nearly the same causes, and how alike it is (0 to 1)."""

    id: str
    at: datetime
    score: float
    namespace: str
    object: str
    cause: str
    text: str


class ListedModel(BaseModel):
    """One investigation in the list; the cause and its object are the likeliest ones, '' where there is none."""

    id: str
    at: datetime
    status: str
    namespace: str = ""
    healthy: bool | None = None
    object: str = ""
    cause: str = ""
    text: str = ""
    error: str = ""


class InvestigationsModel(BaseModel):
    """The newest investigations, newest first."""

    investigations: list[ListedModel]


class PanelModel(BaseModel):
    """One metric of one object: `times` in seconds since 1970, a value null where none is known.

    `turned_at` is when it changed for good, from about `before` to about `after`; null where it did not.
    """

    object: str
    subject: str
    metric: str
    times: list[float]
    values: list[float | None]
    turned_at: datetime | None = None
    before: float | None = None
    after: float | None = None


class QueuedModel(BaseModel):
    """How far an investigation is: queued, running, done or failed."""

    id: str
    status: str
    error: str = ""


class AlertModel(BaseModel):
    """One alert of a group; what else Alertmanager sends is kept."""

    model_config = ConfigDict(extra="allow")

    status: Literal["firing", "resolved"] = "firing"
    labels: Annotated[dict[str, str], Field(max_length=200)]
    annotations: Annotated[dict[str, str], Field(max_length=200)] = Field(default_factory=dict)
    startsAt: datetime | None = None  # noqa: N815 - as Alertmanager spells it
    fingerprint: Annotated[str, Field(max_length=200)] = ""


class AlertsRequest(BaseModel):
    """What Alertmanager's webhook sends, version 4; keys that are not needed are ignored."""

    version: Literal["4"]
    groupKey: Annotated[str, Field(min_length=1, max_length=10_000)]  # noqa: N815
    alerts: Annotated[list[AlertModel], Field(max_length=1_000)]


class AlertsModel(BaseModel):
    """The investigations of the group: one for each cluster and namespace with firing alerts."""

    investigations: list[QueuedModel]


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
    panels: list[PanelModel] = []
    status: str = "done"
    similar: list[SimilarModel] = []
