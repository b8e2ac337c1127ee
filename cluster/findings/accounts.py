"""What each source says of one value of one object: what runs first, then code, then pages.

An account is told only where it is sure that it is of the same object, in the same environment. Whether two accounts
contradict each other is for the findings to say: their rules know who else sets a value. A source whose value
differs, and of which no finding is made, is not told at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from cluster.findings import wording
from cluster.findings.claims import Claim, claims_of
from cluster.findings.clusters import WORKLOADS
from cluster.findings.contradictions import is_part
from cluster.findings.fields import Field, agree, fields_of, hosts_of, image_of, is_known
from cluster.findings.model import Finding, FindingType, Side, Tier
from cluster.findings.pages import Page
from cluster.findings.quotes import Quotes
from cluster.findings.written import Said
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


def accounts_of(subject: Subject, what: str, sources: Sources) -> list[Account]:
    """All that is surely said of `what` (a name of `cluster.findings.fields`) of the subject; the first one holds."""
    holds = _holding(subject, what, sources)
    if holds is None:
        return []
    code = list(_of_code(subject, what, sources))
    prose = [one for page in sources.pages for one in _of_page(page, subject, what, sources)]
    prose.sort(key=lambda one: bool(one.outdated))
    return [holds, *code, *prose]


def _holding(subject: Subject, what: str, sources: Sources) -> Account | None:
    seen = subject.shown
    main = main_field(seen, what)
    if main is None:
        return None
    tier = Tier.LIVE if subject.live else Tier.CODE
    scaler = (
        (subject.scaler if subject.live else next(iter(subject.scalers), None))
        if what == "replicas"
        else None
    )
    who = subject.cluster if subject.live else _path(seen, sources)
    return _account(tier, who, seen, main, scaler, Verdict.HOLDS, sources)


def _account(
    tier: Tier, who: str, seen: ObservedObject, main: Field, scaler: ObservedObject | None, verdict: Verdict,
    sources: Sources, finding: Finding | None = None,
) -> Account:  # fmt: skip
    sides = [sources.quotes.field(seen, main.path, tier)]
    words = main.value
    if scaler is not None:
        bounds = {one.what: one for one in fields_of(scaler.value)}
        of_bounds = (
            sources.quotes.field(scaler, bounds[name].path, tier) for name in BOUNDS if name in bounds
        )
        sides += _merged(list(of_bounds), sources)
        if "maxReplicas" in bounds:
            low = bounds["minReplicas"].value if "minReplicas" in bounds else "1"
            words = f"{words}, scaled between {low} and {bounds['maxReplicas'].value}"
    return Account(tier, who, words, tuple(sides), verdict, sides[0].at, finding=finding)


def _merged(sides: list[Side], sources: Sources) -> list[Side]:
    """Two lines that follow each other as one."""
    document = sources.quotes.document(sides[0].document_id) if len(sides) == 2 else None
    if document is None:
        return sides
    first, last = sorted(sides)
    if first.document_id != last.document_id or document.text[first.end : last.start].strip():
        return sides
    return [replace(first, end=last.end, quote=document.text[first.start : last.end])]


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


def _of_code(subject: Subject, what: str, sources: Sources) -> Iterator[Account]:
    """The declarations of what runs; without anything that runs, one of them holds already."""
    live = subject.live
    holds = main_field(live, what) if live else None
    if live is None or holds is None:
        return
    for seen in subject.declared:
        said = main_field(seen, what)
        if said is None or said.of != holds.of or not is_known(said.value):
            continue
        scaler = next((one for one in subject.scalers if one.source == seen.source), None)
        found = _finding({seen.document_id}, subject, what, sources, FindingType.DRIFT)
        if found is not None:
            verdict = Verdict.CONTRADICTS
        elif agree(what, said.value, holds.value):
            verdict = Verdict.AGREES
        elif what == "replicas" and subject.scaler is not None:
            verdict = Verdict.SCALED
        else:
            continue
        scaler = scaler if what == "replicas" else None
        yield _account(Tier.CODE, _path(seen, sources), seen, said, scaler, verdict, sources, found)


def _of_page(document: Document, subject: Subject, what: str, sources: Sources) -> Iterator[Account]:
    """What a page says of the value, if it does: once, as contradicting where a finding says so."""
    found = _finding({document.id}, subject, what, sources, FindingType.CONTRADICTION)
    stale = (one for one in sources.findings if one.outdates)
    outdated = next((one.as_of for one in stale if one.said.document_id == document.id), "")
    if found is not None:
        words = _claimed(document, found) or found.said.quote
        yield Account(
            Tier.PROSE,
            document.title,
            words,
            (found.said,),
            Verdict.CONTRADICTS,
            document.updated_at,
            outdated,
            found,
        )
        return
    page = Page(document)
    if not wording.of_now(document):
        return
    for claim in claims_of(document):
        if _is_of(claim, page, subject, sources) and _agrees(claim.said, what, subject):
            side = sources.quotes.place(document, claim.start, claim.end, Tier.PROSE)
            yield Account(
                Tier.PROSE,
                document.title,
                claim.said.value,
                (side,),
                Verdict.AGREES,
                document.updated_at,
                outdated,
            )
            return


def _is_of(claim: Claim, page: Page, subject: Subject, sources: Sources) -> bool:
    """Whether a claim is surely of the subject: by name, kind, namespace and environment."""
    seen = subject.shown
    kinds = {seen.kind, "Service", "Pod"} if seen.kind in WORKLOADS else {seen.kind}
    if claim.name != seen.name or (claim.kind and claim.kind not in kinds) or subject.namesakes > 1:
        return False
    if claim.namespace:
        if claim.namespace != seen.namespace:
            return False
    elif page.namespaces and seen.namespace and seen.namespace not in page.namespaces:
        return False
    environment = page.environment(claim.words, claim.section)
    if environment is None:
        return False
    return environment == subject.environment if environment else subject.environment in sources.usual


def _agrees(said: Said, what: str, subject: Subject) -> bool:
    """Whether a claim says the same of the value, for sure."""
    if what == "replicas":
        return said.what == "replicas" and _same_replicas(said, subject)
    main = main_field(subject.shown, what)
    if main is None or not is_known(main.value) or not is_known(said.value):
        return False
    if what == "image":
        live = image_of(main.value)
        if said.what == "version":
            return bool(live.tag) and is_part(said.value, live.tag)
        told = image_of(said.value)
        return said.what == "image" and (told.base, told.tag) == (live.base, live.tag) and bool(live.tag)
    return said.what == what and agree(what, said.value, main.value)


def _same_replicas(said: Said, subject: Subject) -> bool:
    scaler = subject.scaler if subject.live else next(iter(subject.scalers), None)
    main = main_field(subject.shown, "replicas")
    if scaler is None:
        count = int(main.value) if main is not None and main.value.isdigit() else None
        return count is not None and said.low == count and said.high in (None, count)
    bounds = {one.what: int(one.value) for one in fields_of(scaler.value) if one.value.isdigit()}
    low, high = bounds.get("minReplicas", 1), bounds.get("maxReplicas")
    return not said.fixed and said.low == low and said.high in (low, high)


def _finding(
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


def _claimed(document: Document, found: Finding) -> str:
    """The value that the page's words at the finding's place claim; '' where they are a manifest."""
    for claim in claims_of(document):
        inside = claim.start <= found.said.start and found.said.end <= claim.end + 1
        if inside and claim.said.what == found.value.partition(" of ")[0]:
            return claim.said.value
    return ""


def _path(seen: ObservedObject, sources: Sources) -> str:
    document = sources.quotes.document(seen.document_id)
    return (document.path or document.title) if document else seen.document_id
