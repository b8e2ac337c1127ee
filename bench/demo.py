"""`make demo`: ingest the demo, serve it, ask seven questions over the REST API, print the answers, draw a cluster.

The demo company's handbook (Confluence), wiki (Notion) and two clusters are served by fakes while it runs.
`python -m bench.demo [--config data/demo/config.yaml] [--once]` then serves until Ctrl-C; it ends by itself with
`--once`, and where standard input is no terminal.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

from pydantic import TypeAdapter

from answers.model import Answer
from api.cli import main as kubelore
from api.commands.console import err, out, print_error
from api.commands.show_answer import show_answer
from api.server import serve
from api.settings import Settings, load_settings
from bench.demo_servers import CONFLUENCE_PORT, DEMO, NOTION_PORT, demo_servers, free_port
from connectors.errors import KubeloreError, UnreachableError

QUESTIONS = (
    "new release is bad and nobody can buy anything, how do i get the old checkout back",
    "which ec2 types are the base graviton nodes in prod",
    "what time is the stock comparison job started on prod",
    "how do i forward the on-call mobile to my own number",
    "how old can a feature flag get until it is taken out of the code",
    "describe the deployments in shop in production",
    "which istio version do we run",
)
"""One of each kind of source (pages, Terraform, manifests, wikis, clusters), and one that nothing answers."""

_NAMESPACE, _PICTURE = "shop", "shop.svg"

_START_SECONDS = 60
_ASK_SECONDS = 60
_ANSWER = TypeAdapter(Answer)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or that of the ingest if there is nothing to ask."""
    options = _parser().parse_args(arguments)
    ports = (free_port("127.0.0.1", CONFLUENCE_PORT), free_port("127.0.0.1", NOTION_PORT))
    try:
        with demo_servers(DEMO, *ports) as wikis:
            os.environ.update(wikis.environment())
            settings = load_settings(options.config)
            _build_model(settings)
            code = kubelore(["--config", str(options.config), "ingest"])
            if code not in (0, 1):
                return code
            return _serve_and_ask(settings, keep=not options.once and sys.stdin.isatty())
    except KubeloreError as error:
        print_error(str(error))
        return 3 if isinstance(error, UnreachableError) else 2
    except KeyboardInterrupt:
        return 130


def _serve_and_ask(settings: Settings, *, keep: bool) -> int:
    console = out()
    with _served(settings) as (address, process):
        for number, question in enumerate(QUESTIONS, 1):
            console.print(f"\n[{number}/{len(QUESTIONS)}] {question}\n", style="bold cyan", markup=False)
            show_answer(ask(address, question, run=True), settings, console)
        picture = settings.index.path / _PICTURE
        picture.write_bytes(_get(f"{address}/v1/graph?namespace={_NAMESPACE}&format=svg"))
        console.print(f"\nNamespace {_NAMESPACE} is drawn in {picture}", markup=False, soft_wrap=True)
        console.print(f"\nKubelore answers at {address}", style="bold")
        console.print(f'  kubelore ask "{QUESTIONS[0]}"', markup=False)
        if keep:
            console.print("Ctrl-C ends it.")
            with contextlib.suppress(KeyboardInterrupt):
                process.join()
    return 0


def ask(address: str, question: str, *, run: bool = False) -> Answer:
    """The answer of the server at `address`; with `run`, what its script prints too. Raises `UnreachableError`."""
    request = urllib.request.Request(
        f"{address}/v1/ask",
        data=json.dumps({"question": question, "run": run}).encode(),
        headers={"Content-Type": "application/json"},
    )
    answer: Answer = _ANSWER.validate_json(_get(request))
    return answer


def _get(request: urllib.request.Request | str) -> bytes:
    """What the server answers; raises `UnreachableError` with what it said instead."""
    address = request if isinstance(request, str) else request.full_url
    try:
        with urllib.request.urlopen(request, timeout=_ASK_SECONDS) as response:
            found: bytes = response.read()
    except urllib.error.HTTPError as error:
        raise UnreachableError(f"{address} answered {error.code}: {error.read().decode()}") from None
    except OSError as error:
        raise UnreachableError(f"{address} does not answer: {error}") from None
    return found


@contextlib.contextmanager
def _served(settings: Settings) -> Iterator[tuple[str, BaseProcess]]:
    """The address of a server in a process of its own, which ends with the block."""
    port = free_port(settings.api.host, settings.api.port)
    chosen = settings.model_copy(update={"api": settings.api.model_copy(update={"port": port})})
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(chosen,), daemon=True)
    process.start()
    address = f"http://{settings.api.host}:{port}"
    try:
        _wait_until_ready(address, process)
        yield address, process
    finally:
        process.terminate()
        process.join()


def _wait_until_ready(address: str, process: BaseProcess) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.is_alive():
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/readyz", timeout=5):
            return
        time.sleep(0.1)
    raise UnreachableError(f"the server at {address} did not start within {_START_SECONDS} s")


def _build_model(settings: Settings) -> None:
    """Before the ingest, as it takes a few seconds once and would look like a hang."""
    from index.embedding.models import DEFAULT_MODEL, ensure_built

    if settings.index.embedding.model == DEFAULT_MODEL:
        with err().status("building the embedding model (once)"):
            ensure_built(settings.index.path / "model")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.demo", description=__doc__)
    parser.add_argument("--config", type=Path, default=DEMO / "config.yaml", help="default: the demo's own")
    parser.add_argument("--once", action="store_true", help="end after the questions")
    return parser


if __name__ == "__main__":
    sys.exit(main())
