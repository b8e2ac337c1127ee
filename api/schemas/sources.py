"""Sources, their runs and what runs in clusters."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class SourceModel(BaseModel):
    """A source and what is known of it; `documents` counts those that the caller may read."""

    name: str
    type: str
    documents: int
    last_run_at: datetime | None = None
    last_success_at: datetime | None = None
    status: str = Field(description="never, running, done, or what stopped the last run of it")
    problem: str | None = None


class NodeModel(BaseModel):
    """An object, or a document about objects (`kind` is then `Terraform` or `Page`, `cluster` null)."""

    id: str
    kind: str
    name: str
    namespace: str | None
    cluster: str | None
    status: str
    reason: str
    since: str | None
    documents: list[str]


class EdgeModel(BaseModel):
    """How two nodes hang together, and where that is said."""

    source: str
    target: str
    type: Literal[
        "owns", "selects", "routes", "mounts", "references", "scales", "allows", "runs_on", "calls", "created_by",
        "documented_by",
    ]  # fmt: skip
    evidence: str


class GraphModel(BaseModel):
    """The resource graph, or the part of it that was asked for."""

    nodes: list[NodeModel]
    edges: list[EdgeModel]


class SourcesResponse(BaseModel):
    """The sources that the caller may read."""

    sources: list[SourceModel]


class ClusterModel(BaseModel):
    """A live cluster: how many objects of it are known, as of when, and how many earlier states are kept."""

    name: str
    objects: int
    observed_at: datetime | None
    snapshots: int


class ItemModel(BaseModel):
    """One thing that a run left out (`skipped`), could not use or read around a fault in (`warning`), and why."""

    item: str
    reason: str
    skipped: bool
    temporary: bool = False
    warning: bool = False


class Counts(BaseModel):
    """`seen` = `indexed` + `unchanged` + `skipped` + `failed`; `updated` are part of `unchanged`.

    `updated` documents have a new author, time or access; `reindexed` ones went into a changed index again;
    `warnings` tell of documents that were indexed although something in them is broken.
    """

    seen: int = 0
    indexed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    deleted: int = 0
    updated: int = 0
    reindexed: int = 0
    warnings: int = 0
    seconds: float = 0.0


RunStatusName = Literal["running", "done", "done_with_failures", "failed", "interrupted", "refused"]


class SourceRunModel(Counts):
    """One source's row of a run; a dry run tells the ids that it would index and delete."""

    source: str
    status: RunStatusName
    started_at: datetime
    finished_at: datetime | None = None
    nothing_new: bool = False
    error: str | None = None
    unreachable: bool = False
    items: list[ItemModel] = Field(
        default=[], description="What was skipped, failed or warned of, with its reason."
    )
    items_omitted: int = Field(default=0, description="Further such items, of which only the number is kept.")
    to_index: list[str] = []
    to_delete: list[str] = []


class RunModel(Counts):
    """A run: the totals and a row a source."""

    id: str | None = Field(description="null for a dry run")
    status: RunStatusName
    full: bool = False
    dry_run: bool = False
    nothing_new: bool = False
    started_at: datetime
    finished_at: datetime | None = None
    sources: list[SourceRunModel] = []


class RunsResponse(BaseModel):
    """Runs, newest first."""

    runs: list[RunModel]
