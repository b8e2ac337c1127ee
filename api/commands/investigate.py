"""`kubelore investigate`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import clean, indented, note, out, print_json
from api.commands.context import services_of
from api.commands.moments import moment
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from incidents.evidence import Evidence
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
        Path | None, typer.Option(metavar="FILE", help="An alert as JSON, besides the bundle.")
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
    from incidents.investigate import investigate

    if bundle is not None:
        evidence = _bundle(bundle, alert, namespace or "")
    else:
        evidence = _kept(context, cluster, namespace or "", moment("--from", start), moment("--to", end))
    report = investigate(evidence)
    broken = [one for one in evidence.unread if one.broken]
    for one in broken:
        note(f"{one.item}: not read: {one.reason}")
    if evidence.empty:
        note("there is no evidence: nothing that is known was found")
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


def _kept(
    context: typer.Context, cluster: str | None, namespace: str, start: datetime | None, end: datetime | None
) -> Evidence:
    from incidents.collectors import kept

    with services_of(context) as services:
        store = services.clusters.store
        known = store.clusters() if store is not None else []
        if store is None or not known:
            raise ConfigurationError("say what to look at: --bundle DIR; nothing is kept of a live cluster")
        if cluster is None and len(known) > 1:
            raise ConfigurationError(f"say which cluster: --cluster {'|'.join(known)}")
        chosen = cluster or known[0]
        if chosen not in known:
            raise ConfigurationError(f"--cluster: there is no {chosen!r}; there is {', '.join(known)}")
        return kept.read(store, chosen, namespace, start, end)


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
