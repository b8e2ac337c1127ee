"""`kubelore serve`."""

from __future__ import annotations

import typer

from api.commands.console import note
from api.commands.context import settings_of

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def command(context: typer.Context) -> None:
    """Serve the REST API and the page, and ingest on the configured schedule, until SIGTERM or Ctrl-C."""
    from api.server import serve

    settings = settings_of(context)
    if settings.api.auth is None and settings.api.host not in _LOOPBACK:
        note("warning: `api.auth` is null: whoever reaches this address can ask, and start runs")
    serve(settings, lambda: note(f"serving http://{settings.api.host}:{settings.api.port}"))
