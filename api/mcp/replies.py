"""What the tools give back beyond the models of the REST API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.change_schemas import ChangesModel
from api.schemas import SourceModel


@dataclass(frozen=True, slots=True)
class Reply:
    """A tool's result, as text to read and as data in the form that the tool declares; or what went wrong."""

    text: str
    data: dict[str, Any] | None = None
    failed: bool = False


class DocumentPart(BaseModel):
    """A document with the characters `start` to `end` of the `characters` that its text has."""

    id: str
    title: str
    source: str
    kind: str
    url: str
    path: str | None
    breadcrumbs: list[str]
    labels: list[str]
    environment: str
    namespace: str
    author: str
    version: str
    updated_at: datetime | None
    start: int
    end: int
    characters: int
    text: str


class LiveCluster(BaseModel):
    """A live cluster and when its objects were last looked at."""

    name: str
    observed_at: datetime | None


class StatusModel(BaseModel):
    """What can be asked about and how fresh it is."""

    ready: bool = Field(description="Whether anything was ingested yet.")
    sources: list[SourceModel]
    clusters: list[LiveCluster]
    problem: str = Field(description="What is wrong with the whole index and what to run; empty: nothing.")


class ChangesPart(ChangesModel):
    """The newest changes; `omitted` counts older ones of the same time that are left out."""

    omitted: int
