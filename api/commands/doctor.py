"""`kubelore doctor`."""

from __future__ import annotations

import typer

from api.commands.console import clean
from api.commands.context import folder_problems_of, services_of
from api.services import Check


def command(context: typer.Context) -> int:
    """Check the configuration, the sources, the state folder, the model and the index; say what to do."""
    with services_of(context) as services:
        problems = folder_problems_of(context, services.settings)
        checks = list(services.checks())
    if problems:
        lines = str(problems).splitlines()
        checks = [check for check in checks if check.name != "configuration"]
        checks = [*(Check("configuration", False, line) for line in lines), *checks]
    for check in checks:
        mark = "ok  " if check.ok else "FAIL"
        print(f"{mark} {check.name}: {clean(check.message)}")
    if any(check.unreachable for check in checks):
        return 3
    return 0 if all(check.ok for check in checks) else 1
