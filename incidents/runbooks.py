"""The team's own documents for a report: the pages of its alerts, and how to take back or repair what is broken.

A page belongs to an alert by its title, or to a group of alerts by naming them. It belongs to a symptom by a reason
that Kubernetes gives in its title (`CrashLoopBackOff`), whatever workload it speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from incidents.evidence import Piece, PieceType
from incidents.report import Investigation, ReportedCause
from incidents.vocabulary import CAUSES

_MOST = 3
_LONGEST = 800
_UNDOING = re.compile(r"\broll(?:s|ed|ing)?[ -]?backs?\b|\brollout undo\b|\brevert", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a page that a search found: `text` stands so in the page."""

    title: str
    text: str
    document_id: str
    url: str = ""


Search = Callable[[str], Sequence[Passage]]
"""Gives the best passages of pages for a query, best first; of those that the caller may read."""


def with_runbooks(report: Investigation, search: Search, alerts: Iterable[str] = ()) -> Investigation:
    """The report with the documents that match its alerts or its first cause, as evidence and in the summary."""
    found: dict[str, Passage] = {}
    for passage in _matching(report, search, alerts):
        found.setdefault(passage.document_id, passage)
    chosen = list(found.values())[:_MOST]
    if not chosen:
        return report
    first = len(report.evidence) + 1
    pieces = tuple(
        Piece(
            PieceType.DOCUMENT,
            one.text[:_LONGEST],
            one.title,
            url=one.url or one.document_id,
            document_id=one.document_id,
        )
        for one in chosen
    )
    numbers = tuple(range(first, first + len(pieces)))
    lines = [
        f"- {one.title} ({one.url or one.document_id}) [{n}]" for n, one in zip(numbers, chosen, strict=True)
    ]
    causes = report.causes
    if causes:
        causes = (replace(causes[0], evidence=(*causes[0].evidence, *numbers)), *causes[1:])
    return replace(
        report, causes=causes, evidence=(*report.evidence, *pieces),
        summary=report.summary + "\n\n**Runbooks:**\n" + "\n".join(lines),
    )  # fmt: skip


def _matching(report: Investigation, search: Search, alerts: Iterable[str]) -> Iterator[Passage]:
    names = [name for name in dict.fromkeys(alerts) if name]
    found = {name: search(_spaced(name)) for name in names}
    for name in names:
        yield from (one for one in found[name] if _plain(one.title) == _plain(name))
    yield from _of_group(names, [one for name in names for one in found[name]])
    if report.causes:
        yield from _of_cause(report, report.causes[0], search)
        yield from _of_symptom(report, report.causes[0], search)


def _of_group(names: Sequence[str], passages: Iterable[Passage]) -> Iterator[Passage]:
    """Pages that name alerts of the group, those that name most first; a name of one common word names nothing."""
    telling = [name for name in names if _REASON.fullmatch(name)]
    counts = {one: sum(_names(one, name) for name in telling) for one in passages}
    yield from sorted((one for one, count in counts.items() if count), key=lambda one: -counts[one])


_REASON = re.compile(r"(?:[A-Z]+[a-z0-9]+){2,}|[A-Z]{2,}[a-z]+(?:[A-Z][a-z]+)*")
"""A reason of Kubernetes or the name of an alert: two words or more, written together."""
_MOST_REASONS = 3


def _of_symptom(report: Investigation, cause: ReportedCause, search: Search) -> Iterator[Passage]:
    """Pages whose title is on a reason that the evidence of the cause gives."""
    told = " ".join(report.evidence[number - 1].text for number in cause.evidence)
    said = (
        match[0]
        for match in re.finditer(rf"(?<![\w-])(?:{_REASON.pattern})(?![\w-])", f"{told} {cause.text}")
    )
    for reason in list(dict.fromkeys(said))[:_MOST_REASONS]:
        yield from (one for one in search(_spaced(reason)) if _plain(reason) in _plain(one.title))


def _of_cause(report: Investigation, cause: ReportedCause, search: Search) -> Iterator[Passage]:
    """Pages that name the workload: those that undo, where a change began it, then those on the symptom."""
    name = cause.object.rpartition("/")[2]
    if any(report.evidence[number - 1].type is PieceType.CHANGE for number in cause.evidence):
        about = [one for one in search(f"roll back {name}") if _names(one, name)]
        undoing = [one for one in about if _UNDOING.search(f"{one.title}\n{one.text}")]
        own = [one for one in undoing if _says(one.title, name)]
        yield from own or undoing
    title = CAUSES[cause.cause].title if cause.cause in CAUSES else cause.cause
    words = {_stem(word) for word in re.findall(r"[a-z]{4,}", title.lower())}
    for one in search(f"{name} {title}"):
        said = {_stem(word) for word in re.findall(r"[a-z]{4,}", f"{one.title} {one.text}".lower())}
        if _names(one, name) and len(words & said) * 2 >= len(words):
            yield one


def _names(passage: Passage, name: str) -> bool:
    return _says(passage.title, name) or _says(passage.text, name)


def _says(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) is not None


def _stem(word: str) -> str:
    return word[:5]


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _spaced(name: str) -> str:
    """`CartHighErrorRate` with its words apart behind it, so that either spelling is found."""
    return f"{name} {re.sub(r'(?<=[a-z0-9])(?=[A-Z])', ' ', name)}"
