"""What pages say of one value of an object, where it is sure that they speak of it."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.findings import wording
from cluster.findings.account import Account, Sources, Subject, Verdict, finding_of, main_field
from cluster.findings.claims import Claim, claims_of
from cluster.findings.clusters import WORKLOADS
from cluster.findings.contradictions import is_part
from cluster.findings.fields import agree, fields_of, image_of, is_known
from cluster.findings.model import Finding, FindingType, Tier
from cluster.findings.pages import Page
from cluster.findings.written import Said
from connectors.documents import Document


def of_page(document: Document, subject: Subject, what: str, sources: Sources) -> Iterator[Account]:
    """What a page says of the value, if it does: once, as contradicting where a finding says so."""
    found = finding_of({document.id}, subject, what, sources, FindingType.CONTRADICTION)
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


def _claimed(document: Document, found: Finding) -> str:
    """The value that the page's words at the finding's place claim; '' where they are a manifest."""
    for claim in claims_of(document):
        inside = claim.start <= found.said.start and found.said.end <= claim.end + 1
        if inside and claim.said.what == found.value.partition(" of ")[0]:
            return claim.said.value
    return ""
