"""What crawls of a large wiki cost: requests, seconds and memory, measured against the fake server.

`python -m bench.wikis --pages 10000` prints one JSON document. Waits move a clock of their own, so that the seconds
are those of the machine: what a real server's rate limit adds depends on the server.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from bench.crawled import crawled
from connectors.confluence.connector import ConfluenceConnector
from tests.servers.confluence import ConfluenceServer, ConfluenceSite, serving

_BODY = (
    "<h1>Restart the service</h1><p>Use this when it does not answer.</p>"
    '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">bash</ac:parameter>'
    "<ac:plain-text-body><![CDATA[kubectl -n shop rollout restart deploy/cart]]></ac:plain-text-body>"
    "</ac:structured-macro>"
)
_HOUR = 3_600


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=10)
    parser.add_argument("--kilobytes", type=int, default=4, help="size of each body")
    parser.add_argument("--data-center", action="store_true")
    given = parser.parse_args()
    site = _site(given.pages, given.kilobytes * 1_000)
    with serving(site, cloud=not given.data_center) as server:
        print(json.dumps(_measure(site, server, given.changes), indent=1))


def _site(pages: int, size: int) -> ConfluenceSite:
    site = ConfluenceSite()
    site.add_space("OPS", "Operations", anonymous=True)
    parents = [site.spaces["OPS"].homepage]
    for number in range(pages - 1):
        site.time.at += 1
        body = _BODY + f"<p>{number}</p>" + "<p>More words about it.</p>" * (size // 27)
        page = site.add_page(f"Page {number}", body, space="OPS", parent=parents[number // 50])
        parents.append(page.id)
    site.time.at += _HOUR
    return site


def _measure(site: ConfluenceSite, server: ConfluenceServer, changes: int) -> dict[str, Any]:
    first, checkpoint = _crawl(server, None)
    killed, milestone = _crawl(server, None, dies_at=len(site.contents) // 2)
    resumed, _ = _crawl(server, milestone)
    site.time.at += _HOUR
    pages = list(site.contents)
    for page in pages[:: max(1, len(pages) // changes)][:changes]:
        site.edit(page, _BODY + "<p>changed</p>")
    incremental, checkpoint = _crawl(server, checkpoint)
    site.time.at += 25 * _HOUR
    enumeration, _ = _crawl(server, checkpoint)
    resume = {"killed in the middle": killed, "resumed": resumed}
    return {"first": first, **resume, "incremental": incremental, "full enumeration": enumeration}


def _crawl(
    server: ConfluenceServer, checkpoint: Mapping[str, Any] | None, dies_at: int = 0
) -> tuple[dict[str, Any], dict[str, Any]]:
    account = server.site.service
    connector = ConfluenceConnector(
        "wiki",
        server.base,
        account.token,
        user=account.email if server.cloud else account.username,
        cloud=server.cloud,
        spaces=["OPS"],
        clock=server.site.time.clock,
    )
    return crawled(connector, checkpoint, dies_at)


if __name__ == "__main__":
    main()
