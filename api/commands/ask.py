"""`kubelore ask`."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from api.asking import COMMAND_LINE, Asking
from api.commands.console import clean, err, note, out, print_json
from api.commands.context import services_of
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from api.services import Services
    from index.search_types import Filters


def command(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="The question; `-` reads it from standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as one JSON document.")] = False,
    source: Annotated[list[str] | None, typer.Option(help="Only this source (repeatable).")] = None,
    namespace: Annotated[list[str] | None, typer.Option(help="Only this namespace (repeatable).")] = None,
    principal: Annotated[
        list[str] | None, typer.Option(help="Also read what this principal may read (repeatable).")
    ] = None,
    run: Annotated[bool, typer.Option("--run", help="Run the suggested read-only script.")] = False,
    conversation: Annotated[
        str, typer.Option(metavar="ID", help="Go on in the conversation of an answer before.")
    ] = "",
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on from the last question asked on the command line.")
    ] = False,
) -> None:
    """Answer one question from the index, every claim cited."""
    text = read_text(question)
    with services_of(context) as services:
        filters = filters_of(source, namespace, principal)
        services.settings.require_sources(filters.sources)
        asking = Asking(services, COMMAND_LINE, conversation or _last_conversation(services, follow))
        with _waiting(services):
            answer = asking.ask(text, asking.understand(text, filters.principals), filters)
        if run:
            answer = services.clusters.with_output(answer, filters.principals)
        if as_json:
            print_json(answer.to_json())
        else:
            from api.commands.show_answer import show_answer

            show_answer(answer, services.settings, out())
    if run and answer.script is None:
        note("--run: this answer suggests no script, so there is nothing to run")


def _waiting(services: Services) -> AbstractContextManager[object]:
    """On a terminal, a sign that a language model is asked: a slow one takes half a minute."""
    model = services.settings.answers.llm
    if model is None or not sys.stderr.isatty():
        return nullcontext()
    from rich.text import Text

    return err().status(Text(f"asking {clean(model.model)}"))


def _last_conversation(services: Services, follow: bool) -> str:
    """The conversation of the last question, if the next one shall follow it; '' to begin another."""
    if not follow:
        return ""
    last = services.questions.latest(COMMAND_LINE)
    if last is None:
        raise ConfigurationError("--follow: nothing was asked yet; ask without it first")
    return last.conversation


def read_text(argument: str) -> str:
    """The question itself, read from standard input if it is `-`; raises `ConfigurationError` if unusable."""
    from api.schemas import LONGEST_QUESTION

    text = (sys.stdin.read() if argument == "-" else argument).strip()
    if not text:
        raise ConfigurationError("the question is empty; write it in quotes after the command")
    if len(text) > LONGEST_QUESTION:
        raise ConfigurationError(
            f"the question has {len(text):,} characters; ask with at most {LONGEST_QUESTION:,}"
        )
    return text


def filters_of(
    sources: list[str] | None, namespaces: list[str] | None, principals: list[str] | None
) -> Filters:
    """The filters that the options describe."""
    from index.search_types import EVERYONE, Filters

    return Filters(
        sources=tuple(sources or ()),
        namespaces=tuple(namespaces or ()),
        principals=EVERYONE | frozenset(principals or ()),
    )
