"""What `make demo-incident` does: reads the demo, rolls a bad image out in its shop, reads again, asks what broke.

It asks as if it were ten minutes later, and does not wait for them: the metrics of that time are there already. The
state is a folder that goes away with the process; the demo's own is not touched.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from api.cli import main as kubelore
from api.commands.console import print_error
from bench.demo_servers import DEMO, demo_servers
from connectors.errors import KubeloreError
from tests.servers.bad_rollout import NAMESPACE, WORKLOAD, aged, roll_out

_SOURCES = ("runbooks", "production", "metrics")
_RUNBOOK = "https://github.com/acorn-market/runbooks/blob/main/alerts/checkout-latency.md"
_LATER = timedelta(minutes=10)
_ALERT = "CheckoutLatency"


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the investigation."""
    parser = argparse.ArgumentParser(prog="python -m bench.demo_incident", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the report as one JSON document")
    parser.add_argument("--svg", metavar="FILE", help="also draw how it spread and what was measured")
    options = parser.parse_args(arguments)
    form = [*(["--json"] if options.json else []), *(["--svg", options.svg] if options.svg else [])]
    try:
        with tempfile.TemporaryDirectory(prefix="kubelore-incident-") as folder:
            return _run(Path(folder), form, quiet=options.json)
    except KubeloreError as error:
        print_error(str(error))
        return 3


def _run(folder: Path, form: list[str], *, quiet: bool) -> int:
    with demo_servers(DEMO, 0, 0) as servers:
        os.environ.update(servers.environment())
        aged(servers.production)
        config = ["--config", str(_config(folder))]
        _say(quiet, f"reading the shop at rest ({', '.join(_SOURCES)})")
        code = _quietly([*config, "ingest"])
        if code:
            return code
        released = datetime.now(UTC)
        _say(quiet, f"releasing {roll_out(servers.production)}")
        servers.shop.fill(servers.prometheus, released.timestamp())
        _say(quiet, "reading the cluster again")
        code = _quietly([*config, "ingest", "production"])
        if code:
            return code
        if not quiet:
            _say(quiet, "$ kubelore changes --since 1h --namespace shop")
            kubelore([*config, "changes", "--since", "1h", "--namespace", NAMESPACE])
        alert = folder / "alert.json"
        alert.write_text(json.dumps(_alert(released)), encoding="utf-8")
        later = f"{released + _LATER:%Y-%m-%dT%H:%M:%SZ}"
        _say(quiet, f"$ kubelore investigate --namespace shop --alert alert.json --to {later}")
        asked = ["--namespace", NAMESPACE, "--alert", str(alert), "--to", later]
        return kubelore([*config, "investigate", *asked, *form])


def _quietly(arguments: list[str]) -> int:
    """Runs a command; what it prints goes to standard error."""
    with contextlib.redirect_stdout(sys.stderr):
        return kubelore(arguments)


def _config(folder: Path) -> Path:
    """The demo's configuration with the two sources that an incident needs, and a state of its own."""
    whole = yaml.safe_load((DEMO / "config.yaml").read_text(encoding="utf-8"))
    sources = [one for one in whole["sources"] if one["name"] in _SOURCES]
    for one in sources:
        if "path" in one:
            one["path"] = str(DEMO / one["path"])
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump({"sources": sources, "index": {"path": "state"}}), encoding="utf-8")
    return file


def _alert(released: datetime) -> dict[str, object]:
    """What Alertmanager sends of it."""
    labels = {"alertname": _ALERT, "namespace": NAMESPACE, "service": WORKLOAD, "severity": "page"}
    said = {"summary": "the 95th percentile of checkout is over 1.5 s", "runbook_url": _RUNBOOK}
    starts = (released + timedelta(minutes=5)).isoformat()
    one = {"status": "firing", "labels": labels, "startsAt": starts, "annotations": said}
    return {"version": "4", "groupKey": f"{{}}:{{alertname={_ALERT!r}}}", "status": "firing", "alerts": [one]}


def _say(quiet: bool, text: str) -> None:
    print(text if text.startswith("$") else f"… {text}", file=sys.stderr if quiet else sys.stdout, flush=True)


if __name__ == "__main__":
    sys.exit(main())
