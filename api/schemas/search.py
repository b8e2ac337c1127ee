"""Passages that were found, and documents."""

from __future__ import annotations

from pydantic import BaseModel


class ScoresModel(BaseModel):
    """The parts of a score; null where that part did not find the result."""

    dense: float | None
    lexical: float | None
    rerank: float | None


class ResultModel(BaseModel):
    """One passage that was found."""

    document_id: str
    title: str
    url: str
    source: str
    kind: str
    path: str | None
    anchor: str
    text: str
    score: float
    scores: ScoresModel


class SearchResponse(BaseModel):
    """Passages, best first."""

    results: list[ResultModel]


class SectionModel(BaseModel):
    """A block of a document: `text` is the document's text from `start` to `end`."""

    kind: str
    text: str
    anchor: str
    heading_path: list[str]
    language: str | None
    context: str
    start: int
    end: int


class ResourceModel(BaseModel):
    """The identity of a Kubernetes object; `*` where it is not known."""

    kind: str
    name: str
    namespace: str
    cluster: str


class TerraformModel(BaseModel):
    """The address of a Terraform block."""

    address: str


class DocumentModel(BaseModel):
    """A document as it is stored."""

    id: str
    title: str
    text: str
    sections: list[SectionModel]
    source: str
    kind: str
    path: str | None
    url: str
    version: str
    updated_at: str | None
    author: str
    breadcrumbs: list[str]
    labels: list[str]
    environment: str
    namespace: str
    resource: ResourceModel | None
    terraform: TerraformModel | None
    creates: list[ResourceModel]
    mentions: list[ResourceModel]
