"""`kubelore config check`."""

from __future__ import annotations

import typer

from api.commands.context import folder_problems_of, settings_of

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
    print(f"ok: {len(settings.sources)} sources, state in {settings.index.path}")
