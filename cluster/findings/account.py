"""What one source says of one value of an object, and the object that is meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cluster.findings.fields import Field, fields_of, hosts_of
from cluster.findings.model import Finding, FindingType, Side, Tier
from cluster.findings.quotes import Quotes
from connectors.documents import Document
from connectors.kubernetes.observed import ObservedObject

BOUNDS = ("minReplicas", "maxReplicas")


class Verdict(StrEnum):
    """How an account stands to the one that holds."""

    HOLDS = "holds"
    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    SCALED = "scaled"
    """Another number of replicas, which an autoscaler is free to set."""
    ALLOWS = "allows"
    """Several values, of which what runs is one."""


@dataclass(frozen=True, slots=True)
class Account:
    """What one source says: in `words`, and the places in its document that say it.

    `who` is the cluster's name, the file's path or the page's title; `outdated` is why a page is not to be trusted,
    `finding` what says that it contradicts what holds.
    """

    tier: Tier
    who: str
    words: str
    sides: tuple[Side, ...]
    verdict: Verdict
    at: datetime | None = None
    outdated: str = ""
    finding: Finding | None = None

    @property
    def of_terraform(self) -> bool:
        """Whether a Terraform block says it."""
        return self.sides[0].document_id.startswith("terraform:")


@dataclass(frozen=True)
class Subject:
    """An object of one environment as it runs (None: nothing is known to run) and as code declares it.

    `scaler` is the autoscaler of what runs, `scalers` are those that code declares for it.
    """

    environment: str
    live: ObservedObject | None = None
    scaler: ObservedObject | None = None
    declared: Sequence[ObservedObject] = ()
    scalers: Sequence[ObservedObject] = ()
    cluster: str = ""
    namesakes: int = 1
    """How many workloads of its cluster have its name: of several, a page's table may mean any."""

    @property
    def shown(self) -> ObservedObject:
        """The object that holds: what runs, or the first that is declared."""
        return self.live or self.declared[0]

    @property
    def called(self) -> str:
        """`Deployment shop/cart`."""
        seen = self.shown
        return f"{seen.kind} {seen.namespace}/{seen.name}" if seen.namespace else f"{seen.kind} {seen.name}"


@dataclass(frozen=True)
class Sources:
    """What may speak of a subject: pages, findings and exact texts; `usual` are the environments of unnamed ones."""

    pages: Sequence[Document]
    findings: Sequence[Finding]
    quotes: Quotes
    usual: frozenset[str] = field(default_factory=lambda: frozenset({""}))


def main_field(seen: ObservedObject, what: str) -> Field | None:
    """The one field of an object that a question about `what` means: its own, or that of its container."""
    if what == "host":
        hosts = hosts_of(seen.value)
        return Field("host", "", *hosts[0]) if len(hosts) == 1 else None
    if what == "replicas" and seen.kind not in ("Deployment", "StatefulSet", "Rollout"):
        return None
    fields = [one for one in fields_of(seen.value) if one.what == what]
    own = [one for one in fields if one.of == f"container {seen.name}"]
    found = own or fields
    return found[0] if len(found) == 1 else None


def finding_of(
    documents: Collection[str], subject: Subject, what: str, sources: Sources, kind: FindingType
) -> Finding | None:
    """The finding that a document contradicts what holds of the value."""
    wanted = {what, "version"} if what == "image" else {what, *BOUNDS} if what == "replicas" else {what}
    called = {subject.called, *(_scaler_called(one) for one in (subject.scaler, *subject.scalers) if one)}
    cluster = subject.cluster if subject.live else subject.environment
    for one in sources.findings:
        if one.type is not kind or one.said.document_id not in documents or one.cluster != cluster:
            continue
        if one.subject in called and one.value.partition(" of ")[0] in wanted:
            return one
    return None


def _scaler_called(seen: ObservedObject) -> str:
    return f"{seen.kind} {seen.namespace}/{seen.name}"
