"""The JSON of the REST API, of `--json` and of the run ledger: requests, responses and problems."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LONGEST_QUESTION = 2_000
"""Characters; every word of a question costs time."""

Question = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION, pattern=r"\S")]


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
