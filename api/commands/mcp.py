"""`kubelore mcp`."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from api.commands.ask import filters_of
from api.commands.console import note
from api.commands.context import services_of


def command(
    context: typer.Context,
    principal: Annotated[
        list[str] | None, typer.Option(help="Also read what this principal may read (repeatable).")
    ] = None,
) -> None:
    """Serve assistants in editors over standard input and output (Model Context Protocol), to read only."""
    from api.mcp.server import serve

    # Python's own handler would wait for the next line of input; nothing is lost by an end at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.stdin.isatty():
        note(
            "waiting for messages of the Model Context Protocol; an editor starts this command. Ctrl-C ends it."
        )
    with services_of(context) as services:
        serve(services, filters_of(None, None, principal).principals)
