"""The results of tools as text, without characters that could command a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from rich.console import Console

from answers.links import deep_link
from api.commands.changes import line_of
from api.commands.console import clean, indented
from api.commands.show_answer import place_of, show_answer
from api.commands.show_investigation import show
from api.commands.status import age

if TYPE_CHECKING:
    from datetime import datetime

    from answers.model import Answer
    from api.mcp.replies import DocumentPart, StatusModel
    from api.settings import Settings
    from cluster.changes import Change
    from index.search_types import SearchResult

_GOOD = frozenset({"done", "done_with_failures", "running"})
_WIDTH = 10_000
"""No line is broken: the assistant's window decides."""


def of_answer(answer: Answer, settings: Settings) -> str:
    """The answer as on the command line, with what the other tools need: ids of documents, the conversation."""
    lines = [_printed(lambda console: show_answer(answer, settings, console)), ""]
    cited = [
        f" [{one.number}] {one.document_id}  characters {one.start} to {one.end}" for one in answer.citations
    ]
    near = [f" · {page.document_id}" for page in answer.related if answer.abstained]
    if cited or near:
        lines += ["Documents, for the tool `document`", *map(clean, (*cited, *near))]
    if answer.abstained:
        lines.append("This is no answer: the documents that may be read hold none that is sure enough.")
    if answer.script:
        lines.append("The commands are a suggestion; nothing was run.")
    lines.append(f"conversation_id: {answer.conversation_id}")
    return "\n".join(lines)


def of_results(results: Sequence[SearchResult]) -> str:
    """The passages, best first, each whole."""
    return "\n\n".join(_passage(number, one) for number, one in enumerate(results, 1)) or "nothing found"


def of_document(part: DocumentPart) -> str:
    """What the document is, its text, and where it goes on."""
    changed = f"last changed {part.updated_at:%Y-%m-%d %H:%M} UTC" if part.updated_at else ""
    about = (part.kind, part.environment, part.namespace, changed, part.url)
    rest = (
        f"characters {part.start} to {part.end} of {part.characters}; go on with start={part.end}"
        if part.end < part.characters
        else f"characters {part.start} to {part.end}, which is the end"
    )
    heading = f"{' › '.join((*part.breadcrumbs, part.title))}\n{part.id}\n{' · '.join(filter(None, about))}"
    return clean(f"{heading}\n\n{part.text}\n\n({rest})")


def of_status(status: StatusModel) -> str:
    """A line a source and a cluster, then what is wrong."""
    lines = [
        f"{one.name} ({one.type}): {one.documents} documents, last read {age(one.last_success_at)}, {one.status}"
        for one in status.sources
    ]
    lines += [f"cluster {one.name}: as of {age(one.observed_at)}" for one in status.clusters]
    if any(one.status not in _GOOD for one in status.sources):
        lines.append("why a source was not read: the owner is told by `kubelore status`")
    if not status.ready:
        lines.append("nothing has been ingested yet: the owner has to run `kubelore ingest`")
    if status.problem:
        lines.append(f"problem: {status.problem}")
    return clean("\n".join(lines))


def of_changes(changes: Sequence[Change], window: tuple[datetime, datetime], omitted: int) -> str:
    """A line a change, oldest first, and of which time they are."""
    first, last = (f"{moment:%Y-%m-%d %H:%M}Z" for moment in window)
    if not changes:
        return f"nothing is known to have changed from {first} to {last}"
    left_out = f"; {omitted} older ones are left out (`limit`)" if omitted else ""
    lines = [line_of(one, several=True) for one in changes]
    return "\n".join([*lines, f"({first} to {last}{left_out})"])


def of_report(report: dict[str, Any]) -> str:
    """The report as on the command line, and what could not be read."""
    gaps = [clean(f"not read: {one['item']}: {one['reason']}") for one in report["unread"]]
    return "\n".join([_printed(lambda console: show(report, console)), *gaps])


def _passage(number: int, result: SearchResult) -> str:
    url = deep_link(result, result.anchor)
    place = place_of(result.source, result.path, result.anchor, url)
    lines = [f"{number}. {result.title}  {place}  {url}".rstrip(), f"   document {result.document_id}"]
    return clean("\n".join([*lines, indented(result.text.strip(), 3)]))


def _printed(show_on: Callable[[Console], None]) -> str:
    """What is shown on a console that is no terminal."""
    written = StringIO()
    show_on(Console(file=written, width=_WIDTH, highlight=False, force_terminal=False))
    return written.getvalue().rstrip("\n")
