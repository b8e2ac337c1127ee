"""`kubelore config check`."""

from __future__ import annotations

import typer

from api.commands.console import note
from api.commands.context import folder_problems_of, settings_of
from api.settings import Source

app = typer.Typer(help="Look at the configuration.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    # Without a callback, typer would drop the name of the only command.
    pass


@app.command("check")
def check(context: typer.Context) -> None:
    """Check the configuration file: every problem with its line and remedy (exit code 2), or `ok`."""
    settings = settings_of(context)
    problems = folder_problems_of(context, settings)
    if problems:
        raise problems
    for source in settings.sources:
        missing = _not_available(source)
        if missing:
            note(f"note: source {source.name}: {missing}")
    print(f"ok: {len(settings.sources)} sources, state in {settings.index.path}")


def _not_available(source: Source) -> str:
    from api.connectors import unavailable

    return unavailable(source.type)
