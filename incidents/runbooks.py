"""The team's own documents for a report: the page of the alert, and how to take back or repair what is broken."""

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
    for name in dict.fromkeys(alerts):
        yield from (one for one in search(_spaced(name)) if name and _plain(one.title) == _plain(name))
    if report.causes:
        yield from _of_cause(report, report.causes[0], search)


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
