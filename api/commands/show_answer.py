"""An answer as a person reads it: the text, the confidence, and numbered sources with links to the lines."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markdown import Markdown
from rich.style import Style
from rich.text import Text

from answers.model import Answer, Citation, Related
from api.commands.console import clean, indented

if TYPE_CHECKING:
    from api.settings import Settings

_LINES = re.compile(r"L(\d+)(?:-L(\d+))?")
_QUOTE_WIDTH = 100


def show_answer(answer: Answer, settings: Settings, console: Console) -> None:
    """Write `answer` to `console`; links and colours appear on a terminal only."""
    # The text of an abstention may list the pages that are listed below with their links.
    parts = answer.answer.split("\n\n")
    first = "\n\n".join(parts[: 2 if answer.understood else 1])
    text = clean(first if answer.related and answer.abstained else answer.answer)
    if console.is_terminal:
        console.print(Markdown(text, code_theme="ansi_dark"))
    else:
        console.print(Text(text))
    if answer.script:
        console.print(Text("\nSee it live" if answer.script.steps else "\nCommands"), style="bold")
        console.print(Text(clean(answer.script.explanation)), style="dim")
        console.print(Text(indented(clean(answer.script.text), 2)))
        for step in answer.script.output or ():
            _show_output(step, console)
    for finding in answer.findings:
        numbers = "".join(f" [{number}]" for number in finding.citations)
        console.print(Text(f"\n{finding.type}: {clean(finding.text)}{numbers}"), style="yellow")
    if answer.abstained:
        _show_related(answer.related, settings, console)
        return
    console.print(Text("\nSources"), style="bold")
    for citation in answer.citations:
        _show_citation(citation, settings, console)
    if answer.followups:
        console.print(Text("\nAsk next"), style="bold")
    for question in answer.followups:
        console.print(Text(f" · {clean(question)}"))
    console.print(Text(f"\nConfidence {answer.confidence:.0%} · {answer.took_ms} ms"), style="dim")


def where(path: str | None, anchor: str) -> str:
    """`docs/a.md:10-22`; what stands in an editor's or terminal's notation for lines of a file."""
    lines = _LINES.fullmatch(anchor)
    if not path:
        return anchor
    if lines:
        first, last = lines.groups()
        return f"{path}:{first}-{last}" if last else f"{path}:{first}"
    return f"{path}#{anchor}" if anchor else path


def place_of(source: str, path: str | None, anchor: str, url: str) -> str:
    """`runbooks/docs/a.md:10-22`; the source alone where the place is a block of a wiki, to which `url` leads."""
    return f"{source}/{where(path, anchor)}".rstrip("/") if path or not url else source


def link(url: str, source: str, path: str | None, settings: Settings) -> str:
    """Where a click leads: the source's own address, or the local file; '' if there is neither."""
    if url:
        return clean(url)
    root = next((getattr(s, "path", None) for s in settings.sources if s.name == source), None)
    return (root / path).as_uri() if root and path else ""


def _show_citation(citation: Citation, settings: Settings, console: Console) -> None:
    target = link(citation.url, citation.source, citation.path, settings)
    # A space of a wiki and its first page often share a name.
    title = " › ".join(dict.fromkeys((*citation.breadcrumbs, citation.title)))
    place = place_of(citation.source, citation.path, citation.anchor, citation.url)
    line = Text.assemble(
        (f" [{citation.number}] ", "bold"),
        (clean(title), Style(link=target or None)),
        "  ",
        (clean(place), Style(color="cyan", link=target or None)),
    )
    if citation.url and not console.is_terminal:
        line.append(f"  {clean(citation.url)}")
    console.print(line)
    quote = " ".join(clean(citation.quote).split())
    if quote:
        width = min(_QUOTE_WIDTH, console.width - 8)
        shown = quote if len(quote) <= width else quote[: width - 1] + "…"
        console.print(Text(indented(f"“{shown}”", 5), style="dim"))


def _show_output(step: Mapping[str, Any], console: Console) -> None:
    console.print(Text(f"\n$ {clean(shlex.join(step['argv']))}"), style="bold")
    for stream, style in (("stdout", ""), ("stderr", "yellow")):
        if step[stream]:
            console.print(Text(clean(step[stream]).rstrip("\n")), style=style)
    if step["truncated"]:
        console.print(Text("… the output was cut"), style="dim")
    if step["exit_code"]:
        console.print(Text(f"exit code {step['exit_code']}"), style="dim")


def _show_related(related: tuple[Related, ...], settings: Settings, console: Console) -> None:
    if related:
        console.print(Text("\nPossibly related"), style="bold")
    for page in related:
        # The second part of `files:runbooks/…` is the source: `Related` itself does not name it.
        source = page.document_id.partition(":")[2].partition("/")[0]
        target = link(page.url, source, page.path, settings)
        line = Text.assemble(" · ", (clean(page.title), Style(link=target or None)))
        if page.path:
            line.append(f"  {source}/{clean(page.path)}", style="cyan")
        if page.url and not console.is_terminal:
            line.append(f"  {clean(page.url)}")
        console.print(line)
