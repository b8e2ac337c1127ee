"""What an assistant may send to each tool: every argument described and bounded, unknown ones refused."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from api.schemas import LONGEST_QUESTION, Moment, Request

MOST_CHARACTERS = 50_000
"""Of a document in one reply: assistants cut off, or refuse, what is much longer."""
LONGEST_EVIDENCE = 200_000


def _listed(value: Any) -> Any:
    """A list, also where an assistant sends a single name, or the list as text."""
    if not isinstance(value, str):
        return value
    try:
        read = json.loads(value)
    except ValueError:
        return [value]
    return read if isinstance(read, list) else [value]


def _written(value: Any) -> Any:
    """The text of JSON, also where an assistant sends the object itself."""
    return json.dumps(value) if isinstance(value, dict | list) else value


Pasted = Annotated[str, Field(max_length=LONGEST_EVIDENCE), BeforeValidator(_written)]
Name = Annotated[str, Field(max_length=253)]
Names = Annotated[Annotated[list[Name], Field(max_length=100)] | None, BeforeValidator(_listed)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION, pattern=r"\S")]


class ScopeInput(Request):
    """Limits a search to some documents."""

    sources: Names = Field(None, description="Only these sources, by the names that `status` lists.")
    namespaces: Names = Field(None, description="Only documents about these Kubernetes namespaces.")
    environments: Names = Field(
        None, description="Only documents about these environments, such as production."
    )


class AskInput(ScopeInput):
    """A question."""

    question: Text = Field(
        description="The question as a person would ask it, whole, in English or Chinese: such as"
        " `how do we rotate the database password?` or `why is cart not ready in production?`."
    )
    conversation_id: Name | None = Field(
        None, description="Of an answer before, so that `and in staging?` is understood."
    )


class SearchInput(ScopeInput):
    """A search."""

    query: Text = Field(description="What to look for: words, names of objects, error messages.")
    k: int = Field(8, ge=1, le=30, description="How many passages.")


class DocumentInput(Request):
    """A part of a document."""

    id: str = Field(
        min_length=1,
        max_length=2_000,
        description="The `document_id` of a citation, a search result or a node of the graph.",
    )
    start: int = Field(0, ge=0, description="The first character: a citation has a `start` too.")
    length: int = Field(20_000, ge=1, le=MOST_CHARACTERS, description="At most so many characters.")


class StatusInput(Request):
    """Nothing."""


class ChangesInput(Request):
    """A time and a place."""

    since: Annotated[str, Field(max_length=20)] | None = Field(
        None, description="How far back: 90m, 24h (default), 7d. Not together with `from`."
    )
    start: Moment | None = Field(
        None, alias="from", description="Instead of `since`, such as 2026-03-01T12:00Z."
    )
    end: Moment | None = Field(None, alias="to", description="Until then; default: now.")
    namespace: Name | None = Field(None, description="Only this namespace.")
    cluster: Name | None = Field(None, description="Only this live cluster.")
    limit: int = Field(50, ge=1, le=500, description="At most so many changes, the newest.")


class GraphInput(Request):
    """A part of the graph."""

    namespace: Name | None = Field(None, description="Only this namespace.")
    focus: Annotated[str, Field(max_length=600)] | None = Field(
        None, description="`KIND/NAME`, such as deployment/cart: this object and what is two steps away."
    )
    cluster: Name | None = Field(
        None, description="Only this cluster; default: all that are live, else what manifests declare."
    )
    at: Moment | None = Field(None, description="As it was then, such as 2026-03-01T12:00Z; default: now.")
    format: Literal["mermaid", "json"] = Field(
        "mermaid", description="A picture as text, or nodes and edges."
    )


class InvestigateInput(Request):
    """A place in a live cluster with the alerts about it, or pasted evidence."""

    namespace: Name | None = Field(
        None, description="The namespace in question; of pasted text, by default the one with most workloads."
    )
    workload: Annotated[str, Field(max_length=600)] | None = Field(
        None, description="Only what concerns this one: NAMESPACE/NAME or KIND/NAME."
    )
    cluster: Name | None = Field(None, description="The live cluster; needed only where there are several.")
    start: Moment | None = Field(None, alias="from", description="Live: events since then; default: an hour.")
    end: Moment | None = Field(
        None, alias="to", description="Live: as the cluster was then; default: now, with logs and metrics."
    )
    alert: Pasted | None = Field(
        None, description="Live: the alerts about it, as the JSON that Alertmanager or Prometheus sends."
    )
    text: Pasted | None = Field(
        None,
        description="Instead of a live cluster, pasted evidence: outputs of kubectl, events, manifests, log lines.",
    )

    @model_validator(mode="after")
    def _something(self) -> InvestigateInput:
        live = self.namespace or self.workload or self.cluster or self.alert
        if not (self.text or live):
            raise ValueError(
                "give the `namespace` or `workload` of a live cluster, an `alert`, or evidence as `text`"
            )
        if self.text and (self.cluster or self.start or self.end or self.alert):
            raise ValueError("`cluster`, `from`, `to` and `alert` are of a live cluster, not of a `text`")
        return self
