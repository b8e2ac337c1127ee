"""`kubelore graph`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.commands.console import clean, note
from api.commands.context import services_of
from api.commands.moments import moment
from connectors.errors import ConfigurationError


class Format(StrEnum):
    """How the graph is written."""

    SVG = "svg"
    MERMAID = "mermaid"
    DOT = "dot"
    JSON = "json"


def command(
    context: typer.Context,
    namespace: Annotated[str | None, typer.Option(help="Only this namespace.")] = None,
    focus: Annotated[
        str | None,
        typer.Option(metavar="KIND/NAME", help="Only this object and what is two steps away from it."),
    ] = None,
    format: Annotated[
        Format | None, typer.Option(help="Default: what the file's ending says, else svg.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write; without it, standard output.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="As it was then, such as 2026-03-01T12:00Z.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(help="Only this cluster; default: all that are live, else what manifests declare."),
    ] = None,
) -> None:
    """Draw the objects of the clusters, or of the manifests, and how they hang together."""
    from api.graphs import GraphRequest

    chosen = format or _format_of(output)
    request = GraphRequest(chosen.value, namespace, focus, cluster, moment("--at", at))
    with services_of(context) as services:
        drawn = services.clusters.graph(request, None)
        unread = services.clusters.unread() if cluster is None else []
    for name in unread:
        note(f"warning: cluster {name} is not in the picture: nothing was read of it; see `kubelore status`")
    if output is None:
        # No terminal takes commands from a name in the cluster.
        sys.stdout.write(clean(drawn) if sys.stdout.isatty() else drawn)
        return
    try:
        output.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{output}: {error.strerror}; correct --output") from None
    note(f"{output} written")


def _format_of(output: Path | None) -> Format:
    endings = {".mmd": Format.MERMAID, ".mermaid": Format.MERMAID, ".gv": Format.DOT}
    suffix = output.suffix.lower() if output else ""
    known = {f".{one}": one for one in Format}
    return endings.get(suffix) or known.get(suffix) or Format.SVG
