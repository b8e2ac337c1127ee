"""`kubelore eval`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.ask import filters_of
from api.commands.console import err, out, print_json
from api.commands.context import services_of


def command(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS.jsonl", help="One question a line.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON document.")] = False,
    with_errors: Annotated[
        bool, typer.Option("--errors", help="Also list what was answered wrongly, and which stage lost it.")
    ] = False,
    principal: Annotated[
        list[str] | None, typer.Option(help="Also read what this principal may read (repeatable).")
    ] = None,
) -> None:
    """Score retrieval, answers, citations and abstention on a question file."""
    from rich.progress import track

    from answers.errors import errors
    from answers.evaluate import evaluate
    from answers.questions import load_questions

    asked = load_questions(questions)
    with services_of(context) as services:
        shown = track(asked, "asking", console=err(), transient=True, disable=not sys.stderr.isatty())
        roots = {s.name: str(path) for s in services.settings.sources if (path := getattr(s, "path", None))}
        report = evaluate(
            shown,
            services.searcher,
            services.answerer,
            lambda document_id: services.document(document_id, None),
            roots,
            filters_of(None, None, principal),
        )
    figures = report.to_json()
    if with_errors:
        figures["errors"] = errors(report.outcomes)
    if as_json:
        print_json(figures)
        return
    _show(figures)
    if with_errors:
        _show_errors(figures["errors"])


def _show(report: dict[str, Any]) -> None:
    from rich.table import Table

    columns = {"all": report["overall"], **report["by_kind"]}
    table = Table(box=None, pad_edge=False)
    table.add_column("measure", no_wrap=True)
    for name in columns:
        table.add_column(name or "none", justify="right", no_wrap=True)
    for measure in report["overall"]:
        table.add_row(measure, *(_number(figures[measure]) for figures in columns.values()))
    out().print(table)


def _show_errors(errors: dict[str, Any]) -> None:
    """What each stage lost, then the wrong questions, stage by stage."""
    from rich.table import Table

    stages = list(errors["by_stage"])
    counts = Table("stage", "questions", box=None, pad_edge=False)
    for stage in stages:
        counts.add_row(stage, str(errors["by_stage"][stage]))
    wrong = Table("id", "stage", "rank", "first file", "missing", "question", box=None, pad_edge=False)
    for row in sorted(errors["questions"], key=lambda row: stages.index(row["stage"])):
        place = str(row["rank"] or "–")
        wrong.add_row(
            row["id"], row["stage"], place, row["first"], ", ".join(row["missing"]), row["question"]
        )
    out().print(counts, "", wrong, sep="\n", markup=False)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}".rstrip("0").rstrip(".")
