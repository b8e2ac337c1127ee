"""The `kubelore` command line: its commands, its exit codes and the one place where errors become messages.

Exit codes: 0 done; 1 done with failures listed; 2 wrong usage or configuration; 3 a source or server is
unreachable; 130 interrupted.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from api.commands import (
    ask,
    changes,
    config,
    doctor,
    evaluate,
    feedback,
    gaps,
    graph,
    ingest,
    investigate,
    mcp,
    onboard,
    search,
    serve,
    status,
    version,
)
from api.commands.console import print_error, print_json_error
from api.commands.context import GlobalOptions
from api.errors import message_of
from connectors.errors import ConfigurationError, KubeloreError, UnreachableError

_JSON = "--json"
FAILURES, USAGE, UNREACHABLE, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="kubelore",
    help="Answers Kubernetes questions from your own documents, Terraform and manifests, with citations.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _global(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(help="The configuration file.", envvar="KUBELORE_CONFIG", show_default=True)
    ] = Path("config.yaml"),
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and log what happens.")] = False,
) -> None:
    context.obj = GlobalOptions(config, debug)
    _log_to_stderr(debug)


app.command("ingest")(ingest.command)
app.command("ask")(ask.command)
app.command("search")(search.command)
app.command("serve")(serve.command)
app.command("status")(status.command)
app.command("graph")(graph.command)
app.command("changes")(changes.command)
app.command("investigate")(investigate.command)
app.command("eval")(evaluate.command)
app.command("onboard")(onboard.command)
app.command("gaps")(gaps.command)
app.add_typer(feedback.app, name="feedback")
app.add_typer(config.app, name="config")
app.command("doctor")(doctor.command)
app.command("mcp")(mcp.command)
app.command("version")(version.command)


def run() -> None:
    """Run the command line and leave the process with its exit code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """The exit code of one command line; only a defect of ours shows a traceback.

    With `--json`, standard output holds one document whatever happens.
    """
    try:
        result = app(list(arguments), prog_name="kubelore", standalone_mode=False)
    except TyperException as error:
        _show_usage(error)
        if _JSON in arguments:
            print_json_error(type(error).__name__, error.format_message(), USAGE)
        return USAGE
    except SystemExit:
        # The reader of our output (`| head`) has what it wanted: typer's way to say so.
        return 0
    except (KubeloreError, OSError) as error:
        return _explain(error, arguments)
    except Exception as error:  # noqa: BLE001 - --json must print a document even then
        traceback.print_exception(error)
        if _JSON in arguments:
            print_json_error(type(error).__name__, "an internal error; see standard error", FAILURES)
        return FAILURES
    if result == INTERRUPTED:
        print_error("interrupted; what was finished is kept")
    return result if isinstance(result, int) else 0


def exit_code(error: Exception) -> int:
    """The contract's exit code for an error of our tree or of the operating system."""
    if isinstance(error, ConfigurationError):
        return USAGE
    return UNREACHABLE if isinstance(error, UnreachableError) else FAILURES


def _explain(error: KubeloreError | OSError, arguments: Sequence[str]) -> int:
    if "--debug" in arguments:
        traceback.print_exception(error)
    message = message_of(error)
    print_error(message)
    if _JSON in arguments:
        print_json_error(type(error).__name__, message, exit_code(error))
    return exit_code(error)


def _show_usage(error: TyperException) -> None:
    context = getattr(error, "ctx", None)
    if context is not None:
        print(context.get_usage(), file=sys.stderr)
    # `kubelore` alone shows the help, which is no error message.
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message, file=sys.stderr)
    else:
        print_error(message)
        if context is not None:
            print(f"Try `{context.command_path} --help`.", file=sys.stderr)


def _log_to_stderr(debug: bool) -> None:
    import logging

    level = logging.INFO if debug else logging.WARNING
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s")
