"""The demo's wikis and clusters are served as the real ones would be."""

from __future__ import annotations

import requests

from bench.demo_servers import DEMO, demo_servers
from cluster.kubectl import Target, run


def test_both_wikis_answer_with_the_credentials_that_are_told() -> None:
    with demo_servers(DEMO, 0, 0) as servers:
        auth = (servers.confluence_email, servers.confluence_token)
        pages = requests.get(f"{servers.confluence_url}/api/v2/pages", auth=auth, timeout=60).json()[
            "results"
        ]
        assert "Contracts and prices" in {page["title"] for page in pages}
        headers = {"Authorization": f"Bearer {servers.notion_token}", "Notion-Version": "2026-03-11"}
        found = requests.post(f"{servers.notion_url}/v1/search", json={}, headers=headers, timeout=60).json()
        assert {item["object"] for item in found["results"]} == {"page", "data_source"}
        assert servers.environment()["DEMO_NOTION_URL"] == servers.notion_url


def test_a_page_that_everybody_may_read_opens_in_a_browser_and_no_other() -> None:
    with demo_servers(DEMO, 0, 0) as servers:
        leave = requests.get(f"{servers.confluence_url}/spaces/HB/pages/2003/Leave", timeout=60)
        assert leave.headers["Content-Type"].startswith("text/html")
        assert "<h1>Leave and holidays</h1>" in leave.text
        assert requests.get(f"{servers.confluence_url}/spaces/HB/pages/2011", timeout=60).status_code == 404


def test_kubectl_sees_both_clusters_at_rest() -> None:
    with demo_servers(DEMO, 0, 0) as servers:
        command = ["kubectl", "get", "deployments", "-n", "shop"]
        for context in ("production", "staging"):
            (shown,) = run([command], Target(servers.kubeconfig, context))
            assert "checkout" in shown.stdout
            assert " 0/" not in shown.stdout
