"""The real parts wired together, with an embedding model that costs nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.settings import load_settings
from ingest.lock import exclusive

PAGE = """# Roll back checkout

Stop the automated sync first.

```bash
argocd app rollback checkout 214
```

## Who to tell

Write the time and the tag in the incident channel.
"""
SECRET = "# Salaries of checkout\n\nRoll back the salaries of checkout on the first of May.\n"
TERRAFORM = 'resource "aws_db_instance" "payments" {\n  instance_class = "db.r7g.large"\n}\n'


class HashingModel:
    """A vector of hashed words: near texts share words."""

    dimension = 384
    window = 256

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        rows = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[sum(word.encode()) % self.dimension] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())
    for name, file, text in (
        ("pages", "rollback checkout#1.md", PAGE),
        ("secret", "salaries.md", SECRET),
        ("infra", "rds.tf", TERRAFORM),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(text)
    path = tmp_path / "config.yaml"
    path.write_text(
        "sources:\n"
        "  - {name: pages, type: files, path: pages, url: https://git.example/pages}\n"
        "  - {name: secret, type: files, path: secret, access: [hr]}\n"
        "  - {name: infra, type: terraform, path: infra}\n"
        "index: {path: state}\n"
        "api: {auth: {tokens: {t-hr: [hr], t-eng: [eng], t-op: [operator]}}}\n"
    )
    return path


def kubelore(config: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = main(["--config", str(config), *arguments, "--json"])
    captured = capsys.readouterr()
    return code, json.loads(captured.out), captured.err


def test_from_nothing_to_a_cited_answer(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, body, _ = kubelore(config, capsys, "ask", "how do I roll back checkout?")
    assert code == 1
    assert "kubelore ingest" in body["error"]["message"]
    assert not (config.parent / "state").exists()

    code, run, _ = kubelore(config, capsys, "ingest", "--dry-run")
    assert (code, run["id"]) == (0, None)
    assert "files:pages/rollback checkout#1.md" in run["sources"][0]["to_index"]

    code, run, err = kubelore(config, capsys, "ingest")
    assert (code, run["status"], run["indexed"], run["failed"]) == (0, "done", 3, 0)
    assert [row["source"] for row in run["sources"]] == ["pages", "secret", "infra"]
    assert "reading pages" in err

    code, run, _ = kubelore(config, capsys, "ingest")
    assert (run["nothing_new"], run["unchanged"] + run["indexed"]) == (True, 3)

    code, found, _ = kubelore(config, capsys, "search", "payments db instance class")
    assert found["results"][0]["path"] == "rds.tf"
    code, answer, _ = kubelore(config, capsys, "ask", "how do I roll back checkout?")
    assert code == 0
    assert all(citation["source"] != "secret" for citation in answer["citations"])
    assert "salaries" not in json.dumps(answer).lower()

    code, status, _ = kubelore(config, capsys, "status")
    assert [source["documents"] for source in status["sources"]] == [1, 1, 1]
    assert len(status["runs"]) == 2
    assert status["problems"] == []
    assert main(["--config", str(config), "doctor"]) == 0


def test_an_index_that_lost_its_words_says_so_wherever_it_is_used(
    config: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    kubelore(config, capsys, "ingest")
    shutil.rmtree(config.parent / "state" / "lexical")
    kubelore(config, capsys, "ask", "how do I roll back checkout?")
    [warning] = [record.message for record in caplog.records if record.name == "api.wiring"]
    assert "the index lacks the words of pages and code" in warning
    assert "run `kubelore ingest`" in warning
    _, status, _ = kubelore(config, capsys, "status")
    assert status["problems"] == [warning]
    assert main(["--config", str(config), "doctor"]) == 1
    assert f"FAIL index: {warning}" in capsys.readouterr().out

    kubelore(config, capsys, "ingest")
    assert kubelore(config, capsys, "status")[1]["problems"] == []
    assert main(["--config", str(config), "doctor"]) == 0


def test_an_index_of_another_version_says_so(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kubelore(config, capsys, "ingest")
    with sqlite3.connect(config.parent / "state" / "ledger.db") as ledger:
        ledger.execute("UPDATE settings SET value = '0-old' WHERE name = 'index_fingerprint'")
    [problem] = kubelore(config, capsys, "status")[1]["problems"]
    assert "another version of Kubelore" in problem
    assert "run `kubelore ingest`" in problem
    with sqlite3.connect(config.parent / "state" / "ledger.db") as ledger:
        ledger.execute("UPDATE settings SET value = '' WHERE name = 'index_fingerprint'")
    [problem] = kubelore(config, capsys, "status")[1]["problems"]
    assert "is not complete" in problem


def test_access_holds_from_the_configuration_to_the_rest_api(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kubelore(config, capsys, "ingest")
    with TestClient(create_app(load_settings(config, {})), base_url="http://localhost") as client:

        def get(path: str, token: str) -> Any:
            return client.get(path, headers={"Authorization": f"Bearer {token}"})

        def search(token: str) -> set[str]:
            headers = {"Authorization": f"Bearer {token}"}
            found = client.post("/v1/search", json={"query": "salaries of checkout"}, headers=headers).json()
            return {result["source"] for result in found["results"]}

        assert "secret" in search("t-hr")
        assert search("t-eng") == {"pages", "infra"}
        assert get("/v1/documents/files:secret/salaries.md", "t-hr").status_code == 200
        assert get("/v1/documents/files:secret/salaries.md", "t-eng").status_code == 404
        document = get("/v1/documents/files:pages/rollback%20checkout%231.md", "t-eng").json()
        assert document["url"] == "https://git.example/pages/rollback%20checkout%231.md"
        assert "argocd app rollback checkout 214" in document["text"]
        sources = get("/v1/sources", "t-eng").json()["sources"]
        assert [source["name"] for source in sources] == ["pages", "infra"]
        assert client.get("/readyz").status_code == 200


def test_runs_over_the_rest_api_are_seen_by_the_next_question(config: Path) -> None:
    with TestClient(create_app(load_settings(config, {})), base_url="http://localhost") as client:
        operator = {"Authorization": "Bearer t-op"}

        def run() -> Any:
            posted = client.post("/v1/runs", json={}, headers=operator)
            assert posted.status_code == 202
            for _ in range(1_200):
                found = client.get(posted.headers["location"], headers=operator).json()
                if found["status"] != "running":
                    return found
                time.sleep(0.05)
            raise AssertionError("the run does not end")

        assert client.get("/readyz").status_code == 503
        first = run()
        assert (first["status"], first["indexed"], len(first["sources"])) == ("done", 3, 3)
        query = {"query": "zebra crossing policy"}
        before = client.post("/v1/search", json=query, headers=operator).json()["results"]
        assert all("zebra" not in result["text"] for result in before)
        (config.parent / "pages" / "zebra.md").write_text("# Zebra crossing policy\n\nZebras go first.\n")
        second = run()
        assert second["indexed"] == 1
        after = client.post("/v1/search", json=query, headers=operator).json()["results"]
        assert after[0]["path"] == "zebra.md"
        listed = client.get("/v1/runs", headers=operator).json()["runs"]
        assert [run["id"] for run in listed] == [second["id"], first["id"]]
        with exclusive(config.parent / "state"):
            assert client.post("/v1/runs", json={}, headers=operator).status_code == 409


def test_a_source_that_cannot_be_read_fails_alone_and_metrics_are_not_read_before_they_are_needed(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = config.read_text().replace(
        "index:",
        "  - {name: metrics, type: prometheus, url: http://x, token: t0ken}\n"
        "  - {name: live, type: kubernetes, context: c, kubeconfig: none}\nindex:",
    )
    config.write_text(text)
    code, run, _ = kubelore(config, capsys, "ingest")
    assert code == 1
    rows = {row["source"]: row for row in run["sources"]}
    assert rows["pages"]["status"] == "done"
    assert (rows["metrics"]["status"], rows["live"]["status"]) == ("done", "failed")
    assert rows["metrics"]["seen"] == 0
    assert "there is no kubeconfig" in rows["live"]["error"]
    assert "t0ken" not in json.dumps(run)


def test_a_source_whose_folder_is_missing_fails_alone(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kubelore(config, capsys, "ingest")
    (config.parent / "infra").rename(config.parent / "away")
    code, run, _ = kubelore(config, capsys, "ingest")
    assert code == 3
    rows = {row["source"]: row for row in run["sources"]}
    assert (rows["pages"]["status"], rows["secret"]["status"]) == ("done", "done")
    assert (rows["infra"]["status"], rows["infra"]["unreachable"]) == ("failed", True)
    assert "correct `path` of source infra" in rows["infra"]["error"]
    assert kubelore(config, capsys, "search", "db.r7g.large")[1]["results"][0]["source"] == "infra"
    _, status, _ = kubelore(config, capsys, "status")
    assert [source["documents"] for source in status["sources"]] == [1, 1, 1]


def test_a_source_taken_out_of_the_configuration_is_forgotten(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kubelore(config, capsys, "ingest")
    whole = config.read_text()
    config.write_text("".join(line for line in whole.splitlines(True) if "infra" not in line))
    assert kubelore(config, capsys, "search", "db.r7g.large")[1]["results"][0]["source"] == "infra"
    _, run, _ = kubelore(config, capsys, "ingest")
    assert run["sources"][-1]["source"] == "infra"
    assert (run["deleted"], run["sources"][-1]["deleted"]) == (1, 1)
    results = kubelore(config, capsys, "search", "db.r7g.large")[1]["results"]
    assert all(result["source"] != "infra" for result in results)
    config.write_text(whole)
    assert kubelore(config, capsys, "ingest")[1]["indexed"] == 1


def test_the_history_of_runs_counts_what_was_forgotten(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kubelore(config, capsys, "ingest")
    text = config.read_text()
    config.write_text(text.replace("  - {name: infra, type: terraform, path: infra}\n", ""))
    _, run, _ = kubelore(config, capsys, "ingest")
    _, status, _ = kubelore(config, capsys, "status")
    assert (run["deleted"], status["runs"][0]["deleted"]) == (1, 1)
    assert [row["source"] for row in status["runs"][0]["sources"]] == ["pages", "secret", "infra"]


def test_many_threads_may_ask_while_a_run_goes_on(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kubelore(config, capsys, "ingest")
    failures: list[str] = []
    with TestClient(create_app(load_settings(config, {})), base_url="http://localhost") as client:
        headers = {"Authorization": "Bearer t-op"}

        def ask() -> None:
            for _ in range(10):
                response = client.post(
                    "/v1/ask", json={"question": "how do I roll back checkout?"}, headers=headers
                )
                if response.status_code != 200:
                    failures.append(response.text)

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        client.post("/v1/runs", json={"full": True}, headers=headers)
        for thread in threads:
            thread.join()
    assert failures == []


@pytest.mark.parametrize("command", ["ingest", "status", "ask"])
def test_a_state_folder_that_is_a_file_ends_a_command_with_one_message(
    config: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (config.parent / "state").write_text("")
    code, body, err = kubelore(config, capsys, *([command, "why?"] if command == "ask" else [command]))
    assert (code, body["error"]["type"]) == (2, "ConfigurationError")
    assert "index.path" in body["error"]["message"]
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["ingest", "status", "ask"])
@pytest.mark.parametrize("refused", ["state", "ledger.db"])
def test_a_state_folder_that_is_not_writable_is_a_wrong_configuration(
    config: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    refused: str,
) -> None:
    assert kubelore(config, capsys, "ingest")[0] == 0
    # Whoever runs the tests may be root, who may write everything.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != refused)
    code, body, err = kubelore(config, capsys, *([command, "why?"] if command == "ask" else [command]))
    assert code == 2
    assert f"{refused} is not writable; change its rights" in body["error"]["message"]
    assert "Traceback" not in err


def test_kubernetes_objects_are_found_without_their_environment(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = "apiVersion: v1\nkind: {}\nmetadata: {{name: {}, namespace: shop}}\n"
    for file, kind, name in (
        ("production/cart.yaml", "Service", "cart"),
        ("staging/cart.yaml", "Service", "cart"),
        ("staging/till.yaml", "Service", "till"),
    ):
        for folder in ("open", "closed"):
            path = config.parent / folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(manifest.format(kind, name))
    config.write_text(
        config.read_text().replace(
            "index:",
            "  - {name: open, type: kubernetes, path: open}\n"
            "  - {name: closed, type: kubernetes, path: closed, access: [hr]}\nindex:",
        )
    )
    kubelore(config, capsys, "ingest")
    with TestClient(create_app(load_settings(config, {})), base_url="http://localhost") as client:

        def get(name: str, token: str = "t-eng") -> Any:
            headers = {"Authorization": f"Bearer {token}"}
            return client.get(f"/v1/documents/kubernetes:{name}", headers=headers)

        found = get("open/shop/Service/till").json()
        assert found["id"] == "kubernetes:open/shop/Service/till"
        several = get("open/shop/Service/cart")
        assert several.status_code == 300
        assert several.headers["content-type"] == "application/problem+json"
        assert several.json()["candidates"] == [
            f"kubernetes:open/shop/Service/cart@{name}" for name in ("production", "staging")
        ]
        assert get("open/shop/Service/car").status_code == 404
        for name in ("till", "cart"):  # what the caller may not read is no candidate
            missing = get(f"closed/shop/Service/{name}")
            assert (missing.status_code, "candidates" in missing.json()) == (404, False)
        assert get("closed/shop/Service/cart", "t-hr").status_code == 300


def test_doctor_tells_a_server_that_is_away_from_an_empty_index(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", str(config), "doctor"]) == 1
    assert "FAIL index: it is empty; run `kubelore ingest`" in capsys.readouterr().out
    config.write_text(
        config.read_text().replace("path: state}", "path: state, server: 'http://127.0.0.1:9'}")
    )
    assert main(["--config", str(config), "doctor"]) == 3
    assert "FAIL Chroma server: http://127.0.0.1:9 does not answer" in capsys.readouterr().out
