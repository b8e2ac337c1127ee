"""`kubelore search`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.ask import filters_of, read_text
from api.commands.console import clean, indented, note, out, print_json
from api.commands.context import services_of

if TYPE_CHECKING:
    from api.settings import Settings
    from index.search_types import SearchResult

_EXCERPT_LINES = 4


def command(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="What to look for; `-` reads it from standard input.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print the passages as one JSON document.")] = False,
    source: Annotated[list[str] | None, typer.Option(help="Only this source (repeatable).")] = None,
    namespace: Annotated[list[str] | None, typer.Option(help="Only this namespace (repeatable).")] = None,
    principal: Annotated[
        list[str] | None, typer.Option(help="Also read what this principal may read (repeatable).")
    ] = None,
) -> None:
    """Find passages, best first, without making an answer of them."""
    text = read_text(query)
    with services_of(context) as services:
        filters = filters_of(source, namespace, principal)
        services.settings.require_sources(filters.sources)
        results = services.searcher.search(text, k, filters)
        if as_json:
            from api.results import result_json

            print_json({"results": [result_json(result) for result in results]})
        elif results:
            _show(results, services.settings)
        else:
            note("nothing found")


def _show(results: list[SearchResult], settings: Settings) -> None:
    from rich.style import Style
    from rich.text import Text

    from answers.links import deep_link
    from api.commands.show_answer import link, place_of

    console = out()
    for number, result in enumerate(results, 1):
        url = deep_link(result, result.anchor)
        target = link(url, result.source, result.path, settings)
        place = place_of(result.source, result.path, result.anchor, url)
        heading = Text.assemble(
            (f"{number:>2}. ", "bold"),
            (clean(result.title), Style(bold=True, link=target or None)),
            "  ",
            (clean(place), Style(color="cyan", link=target or None)),
            (f"  {result.score:.3f}", "dim"),
        )
        console.print(heading)
        lines = clean(result.text).strip().splitlines()
        excerpt = "\n".join(lines[:_EXCERPT_LINES]) + ("\n…" if len(lines) > _EXCERPT_LINES else "")
        console.print(Text(indented(excerpt, 4), style="dim"))
