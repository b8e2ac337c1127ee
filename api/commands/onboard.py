"""`kubelore onboard`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.ask import filters_of
from api.commands.console import clean, note, print_json
from api.commands.context import services_of
from connectors.errors import ConfigurationError


def command(
    context: typer.Context,
    team: Annotated[str, typer.Option(help="The path of one team.")] = "",
    service: Annotated[str, typer.Option(help="The path of one service.")] = "",
    namespace: Annotated[str, typer.Option(help="The path of one namespace.")] = "",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The Markdown file to write; else standard output.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the path as one JSON document.")] = False,
    principal: Annotated[
        list[str] | None, typer.Option(help="Also read what this principal may read (repeatable).")
    ] = None,
) -> None:
    """Build a newcomer's path from the team's own content: each step a cited answer or an honest gap, as Markdown."""
    from api.onboarding import onboarding

    given = (("team", team), ("service", service), ("namespace", namespace))
    chosen = [(kind, name.strip()) for kind, name in given if name.strip()]
    if len(chosen) > 1:
        raise ConfigurationError("name a team, a service or a namespace, not several")
    kind, name = chosen[0] if chosen else ("", "")
    with services_of(context) as services:
        path = onboarding(services, kind, name, filters_of(None, None, principal))
    if output is not None:
        output.write_text(path["markdown"], encoding="utf-8")
        answered = sum(step["answered"] for step in path["steps"])
        note(f"{answered} of {len(path['steps'])} steps answered: {output}")
    if as_json:
        print_json(path)
    elif output is None:
        print(clean(path["markdown"]), end="")
