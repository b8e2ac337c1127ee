"""`kubelore investigate`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import clean, indented, note, out, print_json
from api.commands.context import services_of
from api.commands.moments import moment
from api.errors import NotThereError
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from api.live_investigations import LiveRequest
    from incidents.evidence import Evidence, Unread
    from incidents.report import Investigation

_FAILURES = 1
_EXCERPT = 300


def command(
    context: typer.Context,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder of kubectl outputs, dumps, logs, alerts and metrics."),
    ] = None,
    alert: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Alerts as JSON: Alertmanager's or Prometheus's.")
    ] = None,
    namespace: Annotated[
        str | None,
        typer.Option(help="The namespace in question; default for a bundle: that with most workloads."),
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Without a bundle: the live cluster, if there are several.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Without a bundle: events since then (an hour)."),
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Without a bundle: as the cluster was then.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON document.")] = False,
) -> int:
    """Find out what broke and why, from a bundle or from what is kept of a live cluster."""
    from api.live_investigations import LiveRequest
    from incidents.investigate import investigate

    broken: list[Unread] = []
    if bundle is not None:
        evidence = _bundle(bundle, alert, namespace or "")
        report = investigate(evidence)
        broken = [one for one in evidence.unread if one.broken]
        if evidence.empty:
            note("there is no evidence: nothing that is known was found")
    else:
        place = LiveRequest(cluster or "", namespace or "", moment("--from", start), moment("--to", end))
        report = _live(context, alert, place)
    for one in broken:
        note(f"{one.item}: not read: {one.reason}")
    if as_json:
        print_json(report.to_json())
    else:
        _show(report)
    return _FAILURES if broken else 0


def _bundle(bundle: Path, alert: Path | None, namespace: str) -> Evidence:
    from incidents.bundles import read_folder

    if not bundle.is_dir():
        raise ConfigurationError(f"--bundle: {bundle} is not a folder")
    if alert is not None and not alert.is_file():
        raise ConfigurationError(f"--alert: {alert} is not a file")
    return read_folder(bundle, namespace, [alert] if alert else [])


def _live(context: typer.Context, alert: Path | None, request: LiveRequest) -> Investigation:
    from api.live_investigations import investigate_live
    from incidents.bundles import alerts

    if alert is not None:
        if not alert.is_file():
            raise ConfigurationError(f"--alert: {alert} is not a file")
        try:
            told = alerts.read(json.loads(alert.read_text(encoding="utf-8")))
        except (ValueError, RecursionError):
            raise ConfigurationError(f"--alert: {alert} holds no JSON") from None
        request = replace(request, alerts=tuple(told))
    with services_of(context) as services:
        try:
            return investigate_live(services, request, None)
        except NotThereError as error:
            raise ConfigurationError(f"{error}; or give --bundle DIR") from None


def _show(report: Investigation) -> None:
    from rich.markdown import Markdown

    console = out()
    if console.is_terminal:
        console.print(Markdown(clean(report.summary)))
    else:
        console.print(clean(report.summary), markup=False)
    if report.timeline:
        console.print("\nTimeline", style="bold")
    for entry in report.timeline:
        said = " ".join(entry.text.split())
        line = f"  {entry.at:%Y-%m-%d %H:%M:%S}Z {entry.type} {entry.object}: {said[:_EXCERPT]}"
        console.print(clean(line), markup=False)
    for number, piece in enumerate(report.evidence, 1):
        at = f" {piece.at:%Y-%m-%d %H:%M:%S}Z" if piece.at else ""
        console.print(f"\n[{number}] {piece.type} {clean(piece.object)}{at}", markup=False, style="dim")
        text = clean(piece.text)
        console.print(indented(text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else ""), 4), markup=False)
