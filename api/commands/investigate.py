"""`kubelore investigate`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.console import note, out, print_json
from api.commands.context import services_of
from api.commands.moments import moment
from api.commands.show_investigation import show
from api.errors import NotThereError
from api.moments import in_order
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from api.live_investigations import LiveRequest
    from incidents.evidence import Alert

_FAILURES = 1


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
        typer.Option(
            help="The namespace in question; default for a bundle: that with most pods that are not ready."
        ),
    ] = None,
    workload: Annotated[
        str | None,
        typer.Option(metavar="NAMESPACE/NAME", help="Only what concerns this one; KIND/NAME does as well."),
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
    svg: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also draw the causal graph and the metrics that turned."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON document.")] = False,
) -> int:
    """Find out what broke and why, from a bundle or from what is kept of a live cluster."""
    from api.live_investigations import LiveRequest

    broken: list[str] = []
    times = in_order(moment("--from", start), moment("--to", end))
    if bundle is not None:
        told, broken = _of_bundle(bundle, alert, namespace or "", workload or "")
        gaps = broken
    else:
        told = _live(context, alert, LiveRequest(cluster or "", namespace or "", workload or "", *times))
        gaps = [f"{one['item']}: not read: {one['reason']}" for one in told["unread"]]
    for gap in gaps:
        note(gap)
    if svg is not None:
        _draw(told, svg)
    if as_json:
        print_json(told)
    else:
        show(told, out())
    untold = not told["healthy"] and not told["causes"]
    if untold and as_json:
        note(told["summary"])
    return _FAILURES if broken or untold else 0


def _draw(told: dict[str, Any], file: Path) -> None:
    from incidents.drawing import render

    try:
        file.write_text(render(told), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"--svg: {file} cannot be written: {error.strerror}") from None
    note(f"drawn: {file}")


def _of_bundle(
    bundle: Path, alert: Path | None, namespace: str, workload: str
) -> tuple[dict[str, Any], list[str]]:
    """The report on a bundle, and the files of it that could not be read."""
    from api.workloads import focused
    from incidents.bundles import read_folder
    from incidents.investigate import investigate

    if not bundle.is_dir():
        raise ConfigurationError(f"--bundle: {bundle} is not a folder")
    if alert is not None:
        _alerts(alert)
    evidence = focused(read_folder(bundle, namespace, [alert] if alert else []), workload)
    told = {**investigate(evidence).to_json(), "similar": []}
    return told, [f"{one.item}: not read: {one.reason}" for one in evidence.unread if one.broken]


def _live(context: typer.Context, alert: Path | None, request: LiveRequest) -> dict[str, Any]:
    """The report on a live cluster, which is kept, with similar incidents of the past."""
    from api.incident_store import IncidentStore
    from api.investigations import Investigations, kept_report

    if alert is not None:
        request = replace(request, alerts=_alerts(alert))
    with services_of(context) as services:
        store = IncidentStore(services.settings.index.path)
        try:
            report = kept_report(services, store, request, None)
        except NotThereError as error:
            raise ConfigurationError(f"{error}; or give --bundle DIR") from None
        return Investigations(services, store).with_similar(report, None)


def _alerts(file: Path) -> tuple[Alert, ...]:
    from incidents.bundles import alerts

    if not file.is_file():
        raise ConfigurationError(f"--alert: {file} is not a file")
    found = tuple(alerts.parse(file.read_text(encoding="utf-8", errors="replace")))
    if not found:
        raise ConfigurationError(
            f"--alert: {file} holds no alert; give the JSON that Alertmanager or Prometheus sends"
        )
    return found
