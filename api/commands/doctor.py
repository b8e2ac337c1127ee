"""`kubelore doctor`."""

from __future__ import annotations

import typer

from api.commands.console import clean
from api.commands.context import services_of


def command(context: typer.Context) -> int:
    """Check the configuration, the sources, the state folder, the model and the index; say what to do."""
    with services_of(context) as services:
        checks = services.checks()
    for check in checks:
        mark = "ok  " if check.ok else "FAIL"
        print(f"{mark} {check.name}: {clean(check.message)}")
    if any(check.unreachable for check in checks):
        return 3
    return 0 if all(check.ok for check in checks) else 1
