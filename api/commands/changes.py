"""`kubelore changes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import clean, note, out, print_json
from api.commands.context import services_of
from api.commands.moments import moment
from connectors.documents import ANY

if TYPE_CHECKING:
    from cluster.changes import Change


def command(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(metavar="LENGTH", help="How far back: 90m, 24h, 7d. Default: 24h.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Instead of --since, such as 2026-03-01T12:00Z."),
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Until then; default: now.")] = None,
    namespace: Annotated[str | None, typer.Option(help="Only this namespace.")] = None,
    cluster: Annotated[str | None, typer.Option(help="Only this live cluster.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the changes as one JSON document.")] = False,
) -> None:
    """List what changed in the live clusters, and by commits: field by field, who changed it and when."""
    from api.changes import ChangesRequest

    request = ChangesRequest(since, moment("--from", start), moment("--to", end), namespace, cluster)
    with services_of(context) as services:
        found, (first, last) = services.clusters.changes(request, None)
    if as_json:
        window = {"from": first.isoformat(), "to": last.isoformat()}
        print_json({"window": window, "changes": [one.to_json() for one in found]})
        return
    if not found:
        note(f"nothing is known to have changed from {first:%Y-%m-%d %H:%M}Z to {last:%Y-%m-%d %H:%M}Z")
    several = len({one.ref.cluster for one in found} - {ANY}) > 1
    for one in found:
        out().print(line_of(one, several), markup=False, soft_wrap=True)


def line_of(change: Change, several: bool) -> str:
    """`2026-03-01 12:00:00Z shop Deployment cart: image changed: …`; `≤` where it may have been earlier."""
    sign = "≤" if change.after else " "
    place = "-" if change.ref.namespace == ANY else change.ref.namespace
    where = f"{change.ref.cluster}/{place}" if several and change.ref.cluster != ANY else place
    return clean(f"{sign}{change.at:%Y-%m-%d %H:%M:%S}Z {where} {change.text}")
