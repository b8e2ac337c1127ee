"""`kubelore investigate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import clean, indented, note, out, print_json
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from incidents.report import Investigation

_FAILURES = 1
_EXCERPT = 300


def command(
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder of kubectl outputs, dumps, logs, alerts and metrics."),
    ] = None,
    alert: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An alert as JSON, besides the bundle.")
    ] = None,
    namespace: Annotated[
        str | None, typer.Option(help="The namespace in question; default: the one with most workloads.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON document.")] = False,
) -> int:
    """Find out from a bundle what broke, and why."""
    from incidents.bundles import read_folder
    from incidents.investigate import investigate

    if bundle is None:
        raise ConfigurationError("say what to look at: --bundle DIR")
    if not bundle.is_dir():
        raise ConfigurationError(f"--bundle: {bundle} is not a folder")
    if alert is not None and not alert.is_file():
        raise ConfigurationError(f"--alert: {alert} is not a file")
    evidence = read_folder(bundle, namespace or "", [alert] if alert else [])
    report = investigate(evidence)
    broken = [one for one in evidence.unread if one.broken]
    for one in broken:
        note(f"{one.item}: not read: {one.reason}")
    if evidence.empty:
        note(f"{bundle}: holds nothing that is known")
    if as_json:
        print_json(report.to_json())
    else:
        _show(report)
    return _FAILURES if broken else 0


def _show(report: Investigation) -> None:
    from rich.markdown import Markdown

    console = out()
    if console.is_terminal:
        console.print(Markdown(clean(report.summary)))
    else:
        console.print(clean(report.summary), markup=False)
    for number, piece in enumerate(report.evidence, 1):
        at = f" {piece.at:%Y-%m-%d %H:%M:%S}Z" if piece.at else ""
        console.print(f"\n[{number}] {piece.type} {clean(piece.object)}{at}", markup=False, style="dim")
        text = clean(piece.text)
        console.print(indented(text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else ""), 4), markup=False)
