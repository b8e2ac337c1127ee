"""`kubelore feedback`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.console import note
from api.commands.context import services_of
from connectors.errors import ConfigurationError

app = typer.Typer(
    help="What people said of answers (`POST /v1/feedback`).", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def _group() -> None:
    # Without a callback, typer would drop the name of the only command.
    pass


@app.command("give")
def give(
    context: typer.Context,
    helpful: Annotated[
        bool,
        typer.Option("--helpful/--unhelpful", help="Whether the last answer on the command line helped."),
    ],
    comment: Annotated[str, typer.Option(help="What was good or missing.")] = "",
) -> None:
    """Say whether the last answer that was given on the command line helped."""
    from api.asking import COMMAND_LINE

    with services_of(context) as services:
        last = services.questions.latest(COMMAND_LINE)
        if last is None:
            raise ConfigurationError("nothing was asked yet; ask with `kubelore ask` first")
        services.questions.judge(last.id, COMMAND_LINE, helpful, comment)
        note(f"noted of “{last.question}”")


@app.command("export")
def export(
    context: typer.Context,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write; without it, standard output.")
    ] = None,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Unhelpful answers too, without gold: complete them by hand."),
    ] = False,
) -> None:
    """Write the questions that were judged as a question file for `kubelore eval`."""
    from answers.feedback import question_lines

    with services_of(context) as services:
        kept = services.questions.all()
        lines = question_lines(
            kept,
            lambda ids: {i: found for i in ids if (found := services.document(i, None))},
            everything=everything,
        )
    text = "".join(f"{line}\n" for line in lines)
    if output is None:
        print(text, end="")
    else:
        output.write_text(text, encoding="utf-8")
    unhelpful = sum(one.helpful is False for one in kept)
    left = f"; {unhelpful} unhelpful answers are left out (`--all`)" if unhelpful and not everything else ""
    note(f"{len(lines)} questions of {len(kept)} that were asked{left}")
