"""OAuth 2 from `config.yaml` to the documents: both grants, rotating refresh tokens, and what is said when it fails."""

from __future__ import annotations

import json
import logging
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from api.connectors import build_connector
from api.refresh_tokens import FileRefreshTokens
from api.settings import load_settings
from connectors.errors import ConfigurationError, TemporaryError
from tests.integration.test_wiring import HashingModel
from tests.servers.confluence import (
    CLIENT_ID,
    CLIENT_SECRET,
    CLOUD_ID,
    REDIRECT_URI,
    ConfluenceServer,
    ConfluenceSite,
    Fault,
    serving,
)

ROOT = Path(__file__).parents[2]
FIRST = "refresh-token-of-the-fake-0"


@pytest.fixture(autouse=True)
def quick_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())


@pytest.fixture
def site() -> ConfluenceSite:
    made = ConfluenceSite()
    made.add_space("OPS", "Operations", anonymous=True)
    for number in range(60):
        made.add_page(f"Page {number}", f"<p>How to restart service {number}.</p>")
    return made


@pytest.fixture
def cloud(site: ConfluenceSite) -> Iterator[ConfluenceServer]:
    with serving(site) as running:
        yield running


def configured(
    folder: Path, server: ConfluenceServer, *, refresh: str = FIRST, secret: str = CLIENT_SECRET, **more: str
) -> Path:
    """A configuration of one source; on Cloud, the fake stands for Atlassian's own servers too."""
    oauth = {"client_id": CLIENT_ID, "client_secret": secret}
    if refresh:
        oauth["refresh_token"] = refresh
    if server.cloud:
        # Another host than the site's, as in life.
        oauth |= {"token_url": server.token_url, "gateway_url": server.url.replace("127.0.0.1", "localhost")}
    elif refresh:
        oauth["redirect_uri"] = REDIRECT_URI
    oauth |= more
    source = {"name": "wiki", "type": "confluence", "url": server.base, "spaces": ["OPS"], "oauth": oauth}
    path = folder / "config.yaml"
    path.write_text(json.dumps({"sources": [source], "index": {"path": "state"}}))
    return path


def kubelore(config: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    """Exit code, document and messages of one command."""
    code = main(["--config", str(config), *arguments, *([] if arguments[0] == "doctor" else ["--json"])])
    captured = capsys.readouterr()
    return code, captured.out if arguments[0] == "doctor" else json.loads(captured.out), captured.err


def secrets_in(folder: Path, server: ConfluenceServer, *texts: str) -> list[str]:
    """Where a secret stands that must not: in a text, or in any file but the one of the refresh token."""
    held = [CLIENT_SECRET, FIRST, *server.oauth.issued]
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != "config.yaml"]
    places = {str(number): text.encode() for number, text in enumerate(texts)}
    places |= {str(file): file.read_bytes() for file in files if file.parent.name != "oauth"}
    return [place for place, data in places.items() if any(secret.encode() in data for secret in held)]


def stored(folder: Path) -> str:
    """The refresh token that is kept."""
    token = json.loads((folder / "state" / "oauth" / "wiki.json").read_text())["refresh_token"]
    assert isinstance(token, str)
    return token


# ---- it works ---------------------------------------------------------------------------------------------


def test_a_site_on_cloud_is_read_through_the_gateway_and_linked_at_the_site(
    cloud: ConfluenceServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    config = configured(tmp_path, cloud)
    caplog.set_level(logging.DEBUG)
    code, run, err = kubelore(config, capsys, "ingest")
    assert (code, run["indexed"], run["failed"]) == (0, 61, 0)
    assert "/oauth/token" in caplog.text
    assert not secrets_in(tmp_path, cloud, caplog.text)
    _, found, _ = kubelore(config, capsys, "search", "restart service 7")
    assert found["results"][0]["url"].startswith(f"{cloud.base}/spaces/OPS/")
    outside = {request.path for request in cloud.requests if not request.path.startswith("/ex/confluence/")}
    assert outside == {"/_edge/tenant_info", "/oauth/token"}
    assert stored(tmp_path) == cloud.oauth.refresh_token != FIRST
    assert not secrets_in(tmp_path, cloud, err, json.dumps(run))
    for _ in range(2):
        code, run, err = kubelore(config, capsys, "ingest")
        assert (code, run["failed"], run["unchanged"]) == (0, 0, 61)
    code, out, _ = kubelore(config, capsys, "doctor")
    assert "ok   source wiki: 1 spaces of Confluence Cloud are readable" in out
    assert stored(tmp_path) == cloud.oauth.refresh_token
    assert stat.S_IMODE((tmp_path / "state" / "oauth" / "wiki.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "state" / "oauth").stat().st_mode) == 0o700


def test_an_app_that_acts_for_itself_keeps_nothing(
    cloud: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.oauth.acts_for_itself = True
    code, run, err = kubelore(configured(tmp_path, cloud, refresh=""), capsys, "ingest")
    assert (code, run["indexed"]) == (0, 61)
    assert not (tmp_path / "state" / "oauth").exists()
    assert not secrets_in(tmp_path, cloud, err, json.dumps(run))


@pytest.mark.parametrize("refresh", [FIRST, ""])
def test_a_data_center_gives_tokens_itself(
    data_center: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], refresh: str
) -> None:
    data_center.oauth.acts_for_itself = not refresh
    config = configured(tmp_path, data_center, refresh=refresh)
    code, run, err = kubelore(config, capsys, "ingest")
    assert (code, run["indexed"]) == (0, 61)
    assert not secrets_in(tmp_path, data_center, err, json.dumps(run))
    code, run, _ = kubelore(config, capsys, "ingest")
    assert (code, run["unchanged"]) == (0, 61)
    assert data_center.oauth.asked[0].get("scope") == (None if refresh else "READ")


def test_the_cloud_id_may_be_configured_or_come_of_the_gateway(
    cloud: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, cloud, cloud_id=CLOUD_ID)
    assert kubelore(config, capsys, "ingest", "--dry-run")[0] == 0
    assert not cloud.asked("tenant_info")
    cloud.oauth.tells_cloud_id = False
    cloud.requests.clear()
    data = json.loads(config.read_text())
    del data["sources"][0]["oauth"]["cloud_id"]
    data["sources"][0]["cloud"] = True
    config.write_text(json.dumps(data))
    assert kubelore(config, capsys, "ingest", "--dry-run")[0] == 0
    assert cloud.asked("accessible-resources")
    cloud.oauth.sites = ["other"]
    code, run, _ = kubelore(config, capsys, "ingest", "--dry-run")
    assert code == 1
    assert "the OAuth app is authorized for other.atlassian.net, and not for 127.0.0.1" in str(run)


def test_attached_files_come_through_the_gateway(
    cloud: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = cloud.site.add_page("Files", "<p>x</p>")
    cloud.site.attach(page.id, "plan.txt", b"Evacuate through the north door.")
    # The fake keeps files at the other name of its host, which must get no token.
    config = configured(tmp_path, cloud, gateway_url=cloud.url)
    assert kubelore(config, capsys, "ingest")[1]["failed"] == 0
    _, found, _ = kubelore(config, capsys, "search", "evacuate through the north door")
    assert "north door" in found["results"][0]["text"]


# ---- tokens change on the way -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["cloud", "data_center"])
def test_tokens_that_expire_in_the_middle_of_a_crawl_are_renewed(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server: ConfluenceServer = request.getfixturevalue(kind)
    config = configured(tmp_path, server)

    def an_hour_later() -> None:
        server.site.time.at += 3_700

    server.faults = [Fault("rest/api/content", "action", action=an_hour_later, after=n) for n in (1, 3)]
    code, run, err = kubelore(config, capsys, "ingest")
    assert (code, run["indexed"], run["failed"]) == (0, 61, 0)
    assert len(server.oauth.asked) == 3
    assert stored(tmp_path) == server.oauth.refresh_token == "refresh-token-of-the-fake-3"
    assert not secrets_in(tmp_path, server, err, json.dumps(run))


def test_a_run_killed_right_after_a_rotation_loses_no_token(
    cloud: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, cloud)
    running: list[subprocess.Popen[bytes]] = []
    begun = threading.Event()

    def kill() -> None:
        begun.wait(60)
        os.kill(running[0].pid, signal.SIGKILL)

    cloud.faults = [Fault("GET /ex/confluence/", "action", action=kill)]
    command = [sys.executable, "-m", "kubelore", "--config", str(config), "ingest"]
    running.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE))
    begun.set()
    _, err = running[0].communicate(timeout=120)
    assert running[0].returncode == -signal.SIGKILL, err
    assert stored(tmp_path) == cloud.oauth.refresh_token != FIRST
    assert not secrets_in(tmp_path, cloud)
    code, run, _ = kubelore(config, capsys, "ingest")
    assert (code, run["indexed"]) == (0, 61)


def test_a_newly_configured_token_wins_over_the_stored_one(
    cloud: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubelore(configured(tmp_path, cloud), capsys, "ingest", "--dry-run")[0] == 0
    cloud.oauth.refresh_token = "refresh-token-of-a-new-grant-40"
    assert kubelore(configured(tmp_path, cloud), capsys, "ingest", "--dry-run")[0] == 1
    config = configured(tmp_path, cloud, refresh="refresh-token-of-a-new-grant-40")
    for _ in range(2):
        assert kubelore(config, capsys, "ingest", "--dry-run")[0] == 0
    assert stored(tmp_path) == cloud.oauth.refresh_token


def test_a_token_endpoint_that_is_away_for_a_moment_is_asked_again(
    cloud: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.faults = [Fault("oauth/token", status=503, times=1)]
    code, run, _ = kubelore(configured(tmp_path, cloud), capsys, "ingest", "--dry-run")
    assert (code, run["failed"]) == (0, 0)


# ---- what is said when it fails ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"refresh": "refresh-token-that-is-used"}, "authorize the app again and set the source's `oauth.refresh"),
        ({"secret": "another-client-secret-0815"}, "correct the source's `oauth.client_id` and `oauth.client_secret`"),
        ({"refresh": ""}, "set the source's `oauth.refresh_token`, or use the credentials of a service account"),
    ],
)  # fmt: skip
def test_a_refused_app_is_told_once_what_to_do(
    cloud: ConfluenceServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, str],
    words: str,
) -> None:
    config = configured(tmp_path, cloud, **change)
    code, run, err = kubelore(config, capsys, "ingest")
    assert code == 1
    assert words in run["sources"][0]["error"]
    assert len(cloud.oauth.asked) == 1, "another try would be refused too"
    code, out, _ = kubelore(config, capsys, "doctor")
    assert code == 1
    assert "FAIL source wiki: the OAuth token endpoint answered" in out
    assert words in out
    shown = json.dumps(run) + err + out
    assert not [secret for secret in change.values() if secret and secret in shown]
    assert not secrets_in(tmp_path, cloud, shown)


def test_a_grant_that_is_revoked_in_the_middle_of_a_crawl_ends_it_with_one_message(
    cloud: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def revoke() -> None:
        cloud.site.time.at += 3_700
        cloud.oauth.refresh_token = "refresh-token-of-somebody-else-9"

    config = configured(tmp_path, cloud)
    assert kubelore(config, capsys, "ingest")[0] == 0
    cloud.faults = [Fault("rest/api/content", "action", action=revoke)]
    code, run, _ = kubelore(config, capsys, "ingest", "--full")
    assert code == 1
    assert "authorize the app again" in run["sources"][0]["error"]
    assert run["deleted"] == 0
    assert len(cloud.oauth.asked) == 3


def test_a_missing_scope_is_named(
    cloud: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.oauth.scopes.discard("search:confluence")
    code, run, _ = kubelore(configured(tmp_path, cloud), capsys, "ingest", "--dry-run")
    assert code == 1
    assert "give the OAuth app the scope search:confluence" in run["sources"][0]["error"]
    assert len(cloud.oauth.asked) == 1, "no refresh token is used up for it"


def test_a_wrong_redirect_url_is_told_on_data_center(
    data_center: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, data_center, redirect_uri="https://kubelore.example/other")
    code, run, _ = kubelore(config, capsys, "ingest", "--dry-run")
    assert code == 1
    assert "`oauth.redirect_uri` is not the app's" in run["sources"][0]["error"]


def test_a_token_endpoint_that_is_none_is_told(
    cloud: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.loads(configured(tmp_path, cloud).read_text())
    data["sources"][0]["oauth"]["token_url"] = f"{cloud.url}/wiki/nothing"
    (tmp_path / "config.yaml").write_text(json.dumps(data))
    code, out, _ = kubelore(tmp_path / "config.yaml", capsys, "doctor")
    assert code == 1
    assert "correct the source's `url` or `oauth.token_url`" in out


# ---- where tokens are kept --------------------------------------------------------------------------------


def test_no_token_is_used_up_where_none_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "oauth").write_text("a file where the folder should be")
    used: list[str] = []
    with pytest.raises(ConfigurationError, match="make the folder writable; the old one is still good"):
        FileRefreshTokens(tmp_path, "wiki").rotate("first-token", lambda token: used.append(token) or "x")
    assert used == []


def test_a_token_that_was_not_exchanged_stays(tmp_path: Path) -> None:
    def fails(token: str) -> str:
        raise TemporaryError("away")

    kept = FileRefreshTokens(tmp_path, "wiki")
    kept.rotate("first-token", lambda _: "second-token")
    with pytest.raises(TemporaryError):
        kept.rotate("first-token", fails)
    used: list[str] = []
    kept.rotate("first-token", lambda token: used.append(token) or token)
    assert used == ["second-token"]
    assert sorted(file.name for file in (tmp_path / "oauth").iterdir()) == ["wiki.json", "wiki.lock"]


def test_threads_rotate_one_after_the_other(tmp_path: Path) -> None:
    seen: list[str] = []

    def use(token: str) -> str:
        seen.append(token)
        return f"token-{int(token.rpartition('-')[2]) + 1}"

    def rotate() -> None:
        for _ in range(10):
            FileRefreshTokens(tmp_path, "wiki").rotate("token-0", use)

    threads = [threading.Thread(target=rotate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [f"token-{number}" for number in range(40)]


def test_a_source_with_oauth_is_built_without_asking_anybody(cloud: ConfluenceServer, tmp_path: Path) -> None:
    (source,) = load_settings(configured(tmp_path, cloud)).sources
    build_connector(source, tmp_path / "state")
    assert cloud.requests == []
    assert not (tmp_path / "state").exists()
    assert CLIENT_SECRET not in repr(source)
    assert FIRST not in repr(source)


def test_a_source_that_is_removed_takes_its_refresh_token_with_it(
    cloud: ConfluenceServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path, cloud)
    assert kubelore(config, capsys, "ingest")[0] == 0
    folder = tmp_path / "state" / "oauth"
    (folder / "other.json").write_text("{}")  # of a source that was removed before it had a document
    before = json.loads(config.read_text())
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("# Notes\n\nText.\n")
    files = {"name": "notes", "type": "files", "path": str(notes)}

    config.write_text(json.dumps(before | {"sources": [files, *before["sources"]]}))
    assert kubelore(config, capsys, "ingest", "notes")[0] == 0
    assert (folder / "other.json").exists()  # only a run of all sources forgets some
    assert kubelore(config, capsys, "ingest")[0] == 0
    assert [file.name for file in folder.glob("*.json")] == ["wiki.json"]

    config.write_text(json.dumps(before | {"sources": [files]}))
    kubelore(config, capsys, "ingest")
    assert (folder / "wiki.json").exists()  # a line may be missing by mistake: so are the documents
    assert kubelore(config, capsys, "ingest", "--dry-run", "--confirm-deletions")[0] == 0
    assert (folder / "wiki.json").exists()
    assert kubelore(config, capsys, "ingest", "--confirm-deletions")[0] == 0
    assert list(folder.iterdir()) == []
