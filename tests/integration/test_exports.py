"""Exports of both wikis, from the configuration to what a caller is shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import load_settings
from tests.integration.test_wiring import HashingModel, kubelore
from tests.unit.wiki_exports import LONG_AGO, Export, code, write_zip

COMMAND = "if [[ -f x ]] > log; then\n\n\tkubectl rollout restart deploy/cart   \nfi"
NOTION = "1" * 32
IDS = ("confluence:w/1", "notion:n/11111111-1111-1111-1111-111111111111")


def confluence(path: Path, *titles: str) -> None:
    export = Export()
    space = export.space("OPS", "Operations", 900, "anonymous")
    export.page(1, "Restart the cart", "<p>Restart the cart:</p>" + code(COMMAND), space)
    export.restrict(export.page(2, "Salaries", "<p>Salaries of the cart</p>", space), groups=("hr",))
    for number, title in enumerate(titles, 3):
        export.page(number, title, f"<p>{title}</p>", space)
    export.write(path)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())
    # The files' change time is now, whatever a test does.
    monkeypatch.setattr("connectors.exports._SETTLED_NS", -(10**12))
    confluence(tmp_path / "confluence.zip")
    write_zip(tmp_path / "notion.zip", {f"Cart {NOTION}.md": f"# Cart\n\n```sh\n{COMMAND}\n```\n"})
    path = tmp_path / "config.yaml"
    path.write_text(
        "sources:\n"
        "  - {name: w, type: confluence, export: confluence.zip, url: https://wiki.test}\n"
        "  - {name: n, type: notion, export: notion.zip}\n"
        "index: {path: state}\n"
        "api: {auth: {tokens: {t-hr: ['group:hr'], t-eng: [eng]}}}\n"
    )
    return path


def test_code_is_byte_equal_and_access_is_the_exports(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code, run, _ = kubelore(config, capsys, "ingest")
    assert (exit_code, run["indexed"], run["failed"]) == (0, 3, 0)
    with TestClient(create_app(load_settings(config, {})), base_url="http://127.0.0.1") as client:
        hr, eng = ({"Authorization": f"Bearer t-{name}"} for name in ("hr", "eng"))
        for identifier in IDS:
            document = client.get(f"/v1/documents/{identifier}", headers=eng).json()
            assert [s["text"] for s in document["sections"] if s["kind"] == "code"] == [COMMAND]
            assert COMMAND in document["text"]
        assert client.get("/v1/documents/confluence:w/2", headers=eng).status_code == 404
        assert client.get("/v1/documents/confluence:w/2", headers=hr).json()["title"] == "Salaries"


def test_only_a_new_export_is_read_and_what_it_lacks_is_deleted(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kubelore(config, capsys, "ingest")
    path = config.parent / "confluence.zip"
    confluence(path, "Postmortem")
    os.utime(path, (LONG_AGO + 60, LONG_AGO + 60))
    rows = kubelore(config, capsys, "ingest")[1]["sources"]
    assert [(row["indexed"], row["unchanged"], row["deleted"]) for row in rows] == [(1, 2, 0), (0, 1, 0)]
    confluence(path)
    os.utime(path, (LONG_AGO + 120, LONG_AGO + 120))
    rows = kubelore(config, capsys, "ingest")[1]["sources"]
    assert [(row["indexed"], row["unchanged"], row["deleted"]) for row in rows] == [(0, 2, 1), (0, 1, 0)]
    assert kubelore(config, capsys, "ingest")[1]["nothing_new"]


def test_a_file_that_is_cut_fails_its_source_alone_and_deletes_nothing(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kubelore(config, capsys, "ingest")
    path = config.parent / "confluence.zip"
    path.write_bytes(path.read_bytes()[:-100])
    exit_code, run, _ = kubelore(config, capsys, "ingest")
    assert exit_code == 3
    first, second = run["sources"]
    assert (first["status"], first["deleted"], second["status"]) == ("failed", 0, "done")
    assert "correct `export` of source w, or export again" in first["error"]
    status = kubelore(config, capsys, "status")[1]
    assert [source["documents"] for source in status["sources"]] == [2, 1]
