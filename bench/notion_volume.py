"""What crawls of a large Notion workspace cost: requests, seconds and memory, measured against the fake server.

`python -m bench.notion_volume --pages 10000` prints one JSON document; a fifth of the pages are rows of databases.
Waits move a clock of their own: what a real server's rate limit adds depends on the server.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from bench.crawled import crawled
from connectors.notion.connector import NotionConnector
from tests.servers.notion import TOKEN, NotionServer, serving
from tests.servers.notion_model import NotionWorkspace
from tests.unit.notion_blocks import block

_HOUR = 3_600
_ROWS = 500
"""In each database."""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=10)
    parser.add_argument("--kilobytes", type=int, default=0, help="more words on each page")
    given = parser.parse_args()
    workspace = large(given.pages, given.kilobytes)
    with serving(workspace) as server:
        print(json.dumps(_measure(workspace, server, given.changes), indent=1))


def large(pages: int, kilobytes: int = 0) -> NotionWorkspace:
    """A workspace of so many pages, each with a few blocks, and paragraphs of so many kilobytes more."""
    workspace = NotionWorkspace()
    parents = [workspace.add_page("Home")]
    sources: list[str] = []
    for number in range(pages - 1):
        workspace.time.at += 1
        if number % (5 * _ROWS) == 0:
            sources.append(workspace.add_database(f"Services {len(sources)}", parent=parents[0])[1])
        parent = sources[-1] if number % 5 == 0 else parents[len(parents) // 50]
        blocks = [block("heading_1", "Restart"), block("paragraph", f"Use number {number}.")]
        blocks.append(block("code", f"kubectl rollout restart deploy/cart-{number}", language="bash"))
        blocks += [block("paragraph", "More words about it. " * 50) for _ in range(kilobytes)]
        page = workspace.add_page(f"Page {number}", *blocks, parent=parent)
        if number % 5:
            parents.append(page)
    workspace.time.at += _HOUR
    return workspace


def _measure(workspace: NotionWorkspace, server: NotionServer, changes: int) -> dict[str, Any]:
    pages = list(workspace.pages)
    first, checkpoint = _crawl(server, None)
    killed, milestone = _crawl(server, None, dies_at=len(pages) // 2)
    resumed, _ = _crawl(server, milestone)
    workspace.time.at += _HOUR
    for page in pages[:: max(1, len(pages) // changes)][:changes]:
        workspace.write(page, block("paragraph", "changed"))
    workspace.time.at += _HOUR
    incremental, checkpoint = _crawl(server, checkpoint)
    workspace.time.at += 25 * _HOUR
    enumeration, _ = _crawl(server, checkpoint)
    resume = {"killed in the middle": killed, "resumed": resumed}
    return {"first": first, **resume, "incremental": incremental, "full enumeration": enumeration}


def _crawl(
    server: NotionServer, checkpoint: Mapping[str, Any] | None, dies_at: int = 0
) -> tuple[dict[str, Any], Any]:
    clock = server.workspace.time.clock
    connector = NotionConnector("wiki", TOKEN, url=server.url, clock=clock)
    return crawled(connector, checkpoint, dies_at)


if __name__ == "__main__":
    main()
