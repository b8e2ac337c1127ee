"""What commits changed: Terraform's values and manifests, with author and time; real git, no network."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.commits import CommitsRequest, commit_changes
from api.settings import load_settings
from connectors.filetree.versions import file_changes
from tests.integration.clusters import Live, write_clusters
from tests.unit.incident_outputs import deployment, pod

START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
CANARY = "not-a-known-form-of-secret"
TFVARS = 'prometheus_retention = "{retention}"\nworkers = {{ arm = {{ min = 2, max = {most} }} }}\nroot_pin = "{pin}"\n'
VARIABLES = 'variable "root_pin" {\n  sensitive = true\n}\nvariable "prometheus_retention" {}\nvariable "workers" {}\n'
AUTH = "api: {auth: {tokens: {t-ops: [ops], t-eng: [eng]}}}\n"


def git(root: Path, *arguments: str, minutes: int = 0, author: str = "Ellie") -> None:
    """Runs git as somebody, some minutes after the start."""
    at = (START + timedelta(minutes=minutes)).isoformat()
    names = {"GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": "e@x", "GIT_COMMITTER_NAME": author,
             "GIT_COMMITTER_EMAIL": "e@x", "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}  # fmt: skip
    subprocess.run(
        ["git", "-C", str(root), *arguments], env={**os.environ, **names}, check=True, capture_output=True
    )


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def manifest(image: str) -> str:
    return json.dumps(deployment("cart", container={"image": image}), indent=2)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which Ellie changed the image of cart, and Bo the number of workers and a secret pin."""
    root = tmp_path / "repo"
    values = TFVARS.format(retention="30d", most=6, pin=CANARY)
    write(root, {
        "infra/main.tf": VARIABLES, "infra/production/cluster.tfvars": values,
        "manifests/production/cart.json": manifest("cart:1"), "manifests/staging/cart.json": manifest("cart:1"),
    })  # fmt: skip
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "begin")
    write(root, {"manifests/production/cart.json": manifest("cart:2")})
    git(root, "commit", "-qam", "Ship cart 2", minutes=30)
    write(root, {"manifests/staging/cart.json": manifest("cart:3")})
    git(root, "commit", "-qam", "Try cart 3", minutes=40)
    changed = TFVARS.format(retention="30d", most=2, pin=f"{CANARY}-two")
    write(root, {"infra/production/cluster.tfvars": changed})
    git(root, "commit", "-qam", "Save on workers", minutes=60, author="Bo")
    return root


@pytest.fixture
def config(tmp_path: Path, checkout: Path) -> Path:
    cart = deployment("cart")
    stuck = pod(cart, ready=False, state={"waiting": {"reason": "ImagePullBackOff"}})
    live = Live("production", [cart, stuck], access="ops", options=", logs: false")
    file = write_clusters(tmp_path, live, extra=AUTH)
    sources = (
        "  - {name: infra, type: terraform, path: repo/infra, access: [ops]}\n"
        "  - {name: shop, type: kubernetes, path: repo/manifests, access: [ops]}\n"
    )
    file.write_text(file.read_text().replace("index:", f"{sources}index:"))
    return file


def changes(config: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["--config", str(config), "changes", *arguments, "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["changes"]
    return [one for one in found if one["origin"] == "commit"]


def test_values_of_terraform_are_told_with_author_and_time(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (one,) = [one for one in changes(config, capsys) if one["type"] == "terraform"]

    assert one["object"] == "Terraform/production/cluster.tfvars"
    assert one["fields"] == [{"path": "workers.arm.max", "old": "6", "new": "2"}]
    assert (one["by"], one["reason"]) == ("Bo", "Save on workers")
    assert datetime.fromisoformat(one["at"]) == START + timedelta(minutes=60)
    assert one["through"].startswith("commit ")


@pytest.mark.parametrize(("cluster", "number"), [("production", 1), ("staging", 0), ("", 1)])
def test_terraform_of_another_environment_is_not_of_a_cluster(
    config: Path, cluster: str, number: int
) -> None:
    request = CommitsRequest(START, START + timedelta(days=1), None, cluster)
    found = commit_changes(load_settings(config, {}), request)
    assert [one.ref.kind for one in found].count("Terraform") == number


def test_sensitive_values_are_never_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert CANARY not in json.dumps(changes(config, capsys))


def test_manifests_are_told_field_by_field(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = [one for one in changes(config, capsys) if one["type"] == "image"]

    assert [(one["by"], one["fields"][0]["new"]) for one in found] == [
        ("Ellie", "cart:2"),
        ("Ellie", "cart:3"),
    ]
    mine = changes(config, capsys, "--cluster", "production", "--namespace", "shop")
    assert [one["fields"][0]["new"] for one in mine] == ["cart:2"]


def test_the_command_shows_them(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(config), "changes"]) == 0

    said = capsys.readouterr().out
    assert (
        "- Terraform production/cluster.tfvars: terraform changed: workers.arm.max from 6 to 2, by Bo (commit "
        in said
    )


def test_commits_are_for_those_who_may_read_the_source(config: Path) -> None:
    with TestClient(create_app(load_settings(config, {})), base_url="http://localhost") as api:
        found = [
            api.get("/v1/changes", headers={"Authorization": f"Bearer {token}"}).json()["changes"]
            for token in ("t-ops", "t-eng")
        ]

    assert {one["type"] for one in found[0] if one["origin"] == "commit"} == {"image", "terraform"}
    assert found[1] == []


def test_an_investigation_names_the_commit(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(config), "investigate", "--namespace", "shop", "--json"]) == 0

    report = json.loads(capsys.readouterr().out)
    assert "by Ellie (commit " in report["causes"][0]["text"]
    assert "Revert commit" in report["causes"][0]["fix"]
    assert "cart:3" not in json.dumps(report)
    assert [one["object"] for one in report["timeline"] if one["type"] == "change"] == [
        "Deployment/shop/cart"
    ]


def test_only_wanted_files_of_the_time_and_no_mass_moves(checkout: Path) -> None:
    write(checkout, {f"infra/many/{number}.tf": "x = 1\n" for number in range(60)})
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "Move everything", minutes=70)
    everything = (START - timedelta(days=1), START + timedelta(days=1))

    found = file_changes(checkout / "infra", *everything, lambda path: path.endswith((".tf", ".tfvars")))

    assert [(one.path, one.author) for one in found] == [("production/cluster.tfvars", "Bo")]
    assert (
        file_changes(checkout, *everything, lambda path: path.endswith(".json"), most=1)[0].subject
        == "Try cart 3"
    )
    assert file_changes(checkout, START, START + timedelta(minutes=10), lambda path: True) == []
    assert file_changes(checkout.parent, *everything, lambda path: True) == []


def test_a_shallow_clone_has_no_first_change(checkout: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth=2", f"file://{checkout}", "shallow")
    everything = (START - timedelta(days=1), START + timedelta(days=1))

    assert [one.subject for one in file_changes(tmp_path / "shallow", *everything, lambda path: True)] == [
        "Save on workers"
    ]
