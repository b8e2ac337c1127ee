"""What each source says of one value of one object: what runs first, then code, then pages.

An account is told only where it is sure that it is of the same object, in the same environment. Whether two accounts
contradict each other is for the findings to say: their rules know who else sets a value. A source whose value
differs, and of which no finding is made, is not told at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cluster.findings.account import BOUNDS, Account, Sources, Subject, Verdict, finding_of, main_field
from cluster.findings.fields import Field, agree, fields_of, is_known
from cluster.findings.model import Finding, FindingType, Side, Tier
from cluster.findings.page_accounts import of_page
from connectors.kubernetes.observed import ObservedObject


def accounts_of(subject: Subject, what: str, sources: Sources) -> list[Account]:
    """All that is surely said of `what` (a name of `cluster.findings.fields`) of the subject; the first one holds."""
    holds = _holding(subject, what, sources)
    if holds is None:
        return []
    code = list(_of_code(subject, what, sources))
    prose = [one for page in sources.pages for one in of_page(page, subject, what, sources)]
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
        found = finding_of({seen.document_id}, subject, what, sources, FindingType.DRIFT)
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


def _path(seen: ObservedObject, sources: Sources) -> str:
    document = sources.quotes.document(seen.document_id)
    return (document.path or document.title) if document else seen.document_id
