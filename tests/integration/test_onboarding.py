"""A newcomer's path over a small team's real index: over HTTP and on the command line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.settings import load_settings
from tests.integration.test_wiring import HashingModel

PAGES = {
    "deploy.md": "# Deploy a service\n\nTo deploy a service, merge to `main`; Argo CD deploys it soon.\n",
    "rollback.md": "# Roll back a release\n\nTo roll back a release, revert the commit in the deploy repository.\n",
    "glossary.md": (
        "---\ntitle: Glossary\nowner: all\n---\n\n# Glossary\n\n- basket: what is not paid yet, see [cart](cart.md)\n"
    ),
    "cart.md": "# Roll back cart\n\nTo roll back cart, drain the redis queue first, then revert the commit.\n",
    "2026-cart.md": "# Post-mortem: cart out of memory\n\nFor 47 minutes most baskets failed.\n",
}
HIDDEN = "# Dashboards\n\nThe dashboards are at https://grafana.hr.example for people of HR.\n"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())
    for folder, files in (("pages", PAGES), ("secret", {"dashboards.md": HIDDEN})):
        (tmp_path / folder).mkdir()
        for name, text in files.items():
            (tmp_path / folder / name).write_text(text)
    path = tmp_path / "config.yaml"
    path.write_text(
        "sources:\n"
        "  - {name: pages, type: files, path: pages, url: https://git.example/pages}\n"
        "  - {name: secret, type: files, path: secret, access: [hr]}\n"
        "index: {path: state}\n"
        "api: {auth: {tokens: {t-hr: [hr], t-eng: [eng]}}}\n"
    )
    assert main(["--config", str(path), "ingest", "--json"]) == 0
    return path


@pytest.fixture
def client(config: Path, capsys: pytest.CaptureFixture[str]) -> TestClient:
    capsys.readouterr()
    return TestClient(create_app(load_settings(config, {})), base_url="http://localhost")


def path_of(client: TestClient, token: str = "t-eng", **scope: str) -> dict[str, Any]:
    response = client.post("/v1/onboarding", json=scope, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def steps(path: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {step["title"]: step for step in path["steps"]}


def test_each_step_is_a_cited_answer_or_a_gap(client: TestClient) -> None:
    path = path_of(client)
    assert 0 < len(path["steps"]) <= 12
    for step in path["steps"]:
        assert step["answered"] == bool(step["citations"]) == bool(step["answer"])
        for citation in step["citations"]:
            url = f"/v1/documents/{citation['document_id']}"
            text = client.get(url, headers={"Authorization": "Bearer t-eng"}).json()["text"]
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    found = steps(path)
    assert "Argo CD" in found["How we deploy"]["answer"]
    assert "basket" in found["Glossary"]["answer"]
    assert "owner:" not in found["Glossary"]["answer"]
    assert "[cart](https://git.example/pages/cart.md)" in found["Glossary"]["answer"]
    assert "47 minutes" in found["Incidents to read"]["answer"]
    assert not found["On-call and incidents"]["answered"]


def test_the_markdown_numbers_its_sources_through(client: TestClient) -> None:
    text = path_of(client)["markdown"]
    assert text.startswith("# Onboarding\n")
    assert "Nothing that is indexed answers" in text
    body, _, sources = text.partition("## Sources")
    cited = {int(number) for number in re.findall(r"\[(\d+)\](?!\()", body)}
    listed = {int(number) for number in re.findall(r"^(\d+)\. ", sources, re.MULTILINE)}
    assert cited == listed == set(range(1, len(listed) + 1))
    assert "https://git.example/pages/deploy.md" in sources


def test_a_service_comes_before_what_holds_in_general(client: TestClient) -> None:
    path = path_of(client, service="cart")
    found = steps(path)
    assert path["title"] == "Onboarding: cart"
    assert "redis queue" in found["How to roll back"]["answer"]
    assert (found["How to roll back"]["general"], found["How we deploy"]["general"]) == (False, True)
    assert "Nothing is written about this for cart; in general" in path["markdown"]


def test_what_the_caller_may_not_read_is_a_gap(client: TestClient) -> None:
    hidden = path_of(client)
    assert not steps(hidden)["Dashboards and alerts"]["answered"]
    assert "grafana.hr" not in str(hidden)
    assert "grafana.hr" in steps(path_of(client, "t-hr"))["Dashboards and alerts"]["answer"]


@pytest.mark.parametrize(
    "scope", [{"team": "a", "service": "b"}, {"team": " "}, {"squad": "a"}, {"team": "x" * 201}]
)
def test_an_unclear_scope_is_refused(client: TestClient, scope: dict[str, str]) -> None:
    response = client.post("/v1/onboarding", json=scope, headers={"Authorization": "Bearer t-eng"})
    assert response.status_code == 422


def test_the_command_line_writes_a_page(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    page = tmp_path / "welcome.md"
    assert main(["--config", str(config), "onboard", "-o", str(page)]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "of 12 steps answered" in captured.err
    assert page.read_text().startswith("# Onboarding\n")
    assert main(["--config", str(config), "onboard", "--team", "a", "--service", "b"]) == 2
    assert "not several" in capsys.readouterr().err
