"""`kubelore serve`."""

from __future__ import annotations

import typer

from api.commands.console import note
from api.commands.context import settings_of


def command(context: typer.Context) -> None:
    """Serve the REST API and the page, and ingest on the configured schedule, until SIGTERM or Ctrl-C."""
    from api.server import serve

    settings = settings_of(context)
    note(f"serving http://{settings.api.host}:{settings.api.port}")
    serve(settings)
