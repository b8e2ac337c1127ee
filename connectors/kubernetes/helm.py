"""Renders Helm charts with the `helm` command, where it is installed, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from connectors.errors import PermanentError

_TIMEOUT = 60
_MAX_OUTPUT = 50_000_000
_MAX_REASON = 300
RELEASE = "release-name"
"""Nobody knows what a chart will be installed as: Helm's own stand-in, which readers know."""


class HelmError(PermanentError):
    """A chart could not be rendered; the message is Helm's own first lines."""


def find() -> str | None:
    """The path of the `helm` command, or None where there is none."""
    return shutil.which("helm")


def render(helm: str, chart: Path, values: Path | None = None, timeout: float = _TIMEOUT) -> str:
    """The manifests of the chart in folder `chart` with its default values (and `values`), as one YAML text.

    Nothing is downloaded: dependencies must lie in `charts/`. Raises `HelmError` if Helm refuses the chart or
    takes longer than `timeout` seconds.
    """
    command = [helm, "template", RELEASE, str(chart), "--skip-tests"]
    if values is not None:
        command += ["--values", str(values)]
    # No plugins, repositories or credentials of the person who runs this.
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": os.devnull, "HELM_NO_PLUGINS": "1"}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=timeout,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise HelmError(f"helm template took longer than {timeout:g} seconds") from None
    except OSError as error:
        raise HelmError(f"helm could not be started: {error.strerror}") from None
    if done.returncode != 0:
        reason = " ".join(done.stderr.decode("utf-8", "replace").split())[:_MAX_REASON]
        raise HelmError(f"helm template failed: {reason or f'exit code {done.returncode}'}")
    if len(done.stdout) > _MAX_OUTPUT:
        raise HelmError(f"helm template printed more than {_MAX_OUTPUT:,} bytes")
    return done.stdout.decode("utf-8", "replace")
