"""Answers about a value of an object say what each source says of it: what runs, then code, then pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from answers.citations import citation_of
from answers.findings import number_of
from answers.model import Answer, Citation, Claim, Finding
from answers.verify import verified
from cluster.findings import Finding as Found
from cluster.findings import Side, Tier
from cluster.findings.account import Account, Verdict
from connectors.documents import Document
from index.intent import Expect, Intent, asks_person

MOST_VALUES = 2
"""Values of one question that are compared."""
_LONGEST = 300

_ASKED: tuple[tuple[str, str], ...] = (
    ("memory request", r"(?:memory|ram|mem)\b.{0,30}\brequests?|requests?\b.{0,20}\b(?:memory|ram)"),
    ("memory limit", r"(?:memory|ram|mem)"),
    ("cpu request", r"cpu\b.{0,30}\brequests?|requests?\b.{0,20}\bcpu"),
    ("cpu limit", r"cpu (?:limits?|max\w*)|(?:limits?|max\w*) (?:of |for )?(?:the )?cpu|how much cpu"),
    ("replicas", r"(?:min|max)?_?replicas?|replica ?count|copies|pod count|"
                 r"(?:how many|number of) (?:\w+ ){0,2}?(?:pods?|instances|copies)|"
                 r"(?:min|max|minimum|maximum|least|most) (?:\w+ ){0,2}?pods?|pods? (?:max|min)"),
    ("image", r"images?|tag|(?:which|what) (?:\w+ )?(?:build|version|release)|version"),
    ("schedule", r"schedul\w+|cron|what time|at which time|when (?:does|do|is|will)"),
    ("port", r"ports?"),
    ("host", r"hosts?|hostnames?|domains?|urls?"),
    ("storage", r"storage|(?:volume|disk) size|(?:how (?:big|large)|size)\b.{0,40}\b(?:volume|disk|storage)"),
)  # fmt: skip
_COMPILED = tuple(
    (what, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)) for what, words in _ASKED
)

_SINCE = re.compile(r"^(?:since when|when (?:was|were|did|has|have))\b|从什么时候", re.IGNORECASE)
_STILL = re.compile(
    r"\b(?:still|up[ -]to[ -]date|outdated|agree|match(?:es)?|contradict\w*|differ\w*|documented|docs)\b"
    r"|一致|过时|还对",
    re.IGNORECASE,
)
_NOT_FOR_VALUES = frozenset({Expect.STEPS, Expect.REASON})

Documents = Callable[[Sequence[str]], Mapping[str, Document]]


@dataclass(frozen=True)
class Comparison:
    """What is said of one value of one object, in the order of its rank."""

    called: str
    what: str
    accounts: Sequence[Account]

    @property
    def contradicts(self) -> bool:
        """Whether one source is wrong."""
        return any(one.verdict is Verdict.CONTRADICTS for one in self.accounts)


def wants_value(question: str, intent: Intent) -> bool:
    """Whether a question asks for a value, and not how, why, who or since when.

    Whether something is so it may ask of a number, or of what is written.
    """
    if not _NOT_FOR_VALUES.isdisjoint(intent.wanted) or asks_person(question) or _SINCE.search(question):
        return False
    said = any(sign.isdigit() for sign in question) or _STILL.search(question)
    return Expect.YES_NO not in intent.wanted or bool(said)


def asked_values(question: str) -> list[str]:
    """The values of an object that an English question may ask for, at most two; the words alone decide."""
    found: list[str] = []
    for what, pattern in _COMPILED:
        group = what.split()[0]
        if pattern.search(question) and all(one.split()[0] != group for one in found):
            found.append(what)
    return found[:MOST_VALUES]


def names_in(question: str, names: Sequence[str]) -> list[str]:
    """Those of `names` that a question says, as one token or as the words it is made of; no part of a longer one."""
    said = f" {' '.join(re.findall(r'[a-z0-9][a-z0-9-]*', question.lower()))} "
    spread = f" {said.replace('-', ' ').strip()} "
    found = [
        name
        for name in names
        if f" {name} " in said or ("-" in name and f" {name.replace('-', ' ')} " in spread)
    ]
    return [
        name for name in found if not any(name != other and name in re.split("-", other) for other in found)
    ]


def with_sides(answer: Answer, comparisons: Sequence[Comparison], documents: Documents) -> Answer:
    """The answer with a line on what each source says of the value, and the places that say it, each cited.

    It comes first where sources contradict each other, or where the answer does not tell what holds; else at the end.
    Only what two sources tell is told.
    """
    told = [one for one in comparisons if len(one.accounts) > 1]
    if answer.abstained or not told:
        return answer
    accounts = [account for one in told for account in one.accounts]
    ids = [side.document_id for account in accounts for side in account.sides]
    ids += [ident for account in accounts if account.finding for ident in account.finding.documents]
    stored = documents(list(dict.fromkeys(ids)))
    citations, claims = list(answer.citations), list(answer.claims)
    found: list[Finding] = []
    first: list[str] = []
    last: list[str] = []
    for one in told:
        lines = [_line(side, stored, citations, claims) for account in one.accounts for side in account.sides]
        shown = list(dict.fromkeys(filter(None, lines)))
        block = [f"*{_escaped(summary(one))}*", "\n".join(shown)]
        before = one.contradicts or not _tells(answer, one)
        (first if before else last).extend(block if shown else ())
        for known in (account.finding for account in one.accounts):
            if known is not None and known.said.quote and known.holds.quote:
                found.append(_finding(known, stored, citations))  # noqa: PERF401
    kept, cited = verified(claims, citations, {**stored, **documents([c.document_id for c in citations])})
    if len(kept) < len(claims):
        return answer
    findings = (*found, *(one for one in answer.findings if one not in found))
    named = {number for one in findings for number in one.citations}
    return replace(
        answer,
        answer="\n\n".join((*first, answer.answer, *last)),
        claims=tuple(kept),
        citations=tuple(c for c in citations if c in cited or c.number in named),
        findings=findings,
    )


def _tells(answer: Answer, one: Comparison) -> bool:
    """Whether the answer cites the document that holds."""
    return any(side.document_id == c.document_id for side in one.accounts[0].sides for c in answer.citations)


def marked(answer: Answer) -> Answer:
    """The answer with a line before it on each page that it quotes and that names what is gone, and the reason."""
    cited = {citation.number: citation for citation in answer.citations}
    claimed = {cited[n].document_id for claim in answer.claims for n in claim.citations if n in cited}
    reasons: dict[str, str] = {}
    for finding in answer.findings:
        page = cited.get(finding.citations[0]) if finding.type == "stale" and finding.citations else None
        if page is not None and page.kind == "page" and page.document_id in claimed:
            reasons.setdefault(page.document_id, finding.text)
    lines = [f"*Outdated: {_escaped(text.rstrip('.'))}.*" for text in reasons.values()]
    return replace(answer, answer="\n\n".join((*lines, answer.answer))) if lines else answer


def summary(one: Comparison) -> str:
    """One sentence: what each source says, in the order of its rank."""
    name = one.what[0].upper() + one.what[1:]
    parts = [_part(account) for account in one.accounts]
    return f"{name} of {one.called}: {'; '.join(parts)}."


def _part(account: Account) -> str:
    outdated = " (the page is outdated)" if account.outdated else ""
    if account.tier is Tier.LIVE:
        when = f" (as of {account.at:%Y-%m-%d %H:%M} UTC)" if account.at else ""
        return f"cluster {account.who} has {account.words}{when}"
    code = f"{'Terraform' if account.of_terraform else 'manifest'} {account.who}"
    who = code if account.tier is Tier.CODE else f"page “{account.who}”"
    verb = "sets" if account.tier is Tier.CODE else "says"
    match account.verdict:
        case Verdict.HOLDS | Verdict.ALLOWS:
            return f"{who} {verb} {account.words}"
        case Verdict.AGREES:
            return f"{who} {verb} the same{outdated}"
        case Verdict.SCALED:
            return f"{who} {verb} {account.words}, which the autoscaler may change"
        case Verdict.CONTRADICTS:
            return f"{who} {verb} {account.words}, which contradicts it{outdated}"


def _line(
    side: Side, documents: Mapping[str, Document], citations: list[Citation], claims: list[Claim]
) -> str:
    """The quote of a side as a list item with its marker; '' where the document says something else by now."""
    document = documents.get(side.document_id)
    quote = side.quote
    if (
        document is None
        or not quote
        or document.text[side.start : side.end] != quote
        or len(quote) > _LONGEST
    ):
        return ""
    number = next(
        (
            c.number
            for c in citations
            if (c.document_id, c.start, c.end) == (document.id, side.start, side.end)
        ),
        0,
    )
    if not number:
        number = max((c.number for c in citations), default=0) + 1
        citations.append(citation_of(document, side.start, side.end, number))
    claims.append(Claim(quote, (number,)))
    shown = " ".join(quote.split())
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    return f"- {ticks}{' ' * (len(ticks) > 1)}{shown}{' ' * (len(ticks) > 1)}{ticks} [{number}]"


def _finding(found: Found, documents: Mapping[str, Document], citations: list[Citation]) -> Finding:
    numbers = tuple(
        number_of(side, documents[side.document_id], citations)
        for side in (found.said, found.holds)
        if side.document_id in documents
    )
    return Finding(str(found.type), found.as_of, numbers)


def _escaped(words: str) -> str:
    return re.sub(r"([*<|])", r"\\\1", words)
