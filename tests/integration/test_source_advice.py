"""What `check` (and so `kubelore doctor`) says of a wiki that cannot be read: always what somebody has to change."""

from __future__ import annotations

import http.server
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from connectors.errors import KubeloreError
from connectors.notion.connector import NotionConnector
from tests.integration import notion_crawls
from tests.integration.confluence_crawls import connector, crawl
from tests.servers.confluence import CLOUD_ID, ConfluenceServer, ConfluenceSite, Fault, serving
from tests.servers.notion import NotionServer
from tests.servers.notion import serving as serving_notion
from tests.servers.notion_model import NotionWorkspace


@pytest.fixture
def site() -> ConfluenceSite:
    made = ConfluenceSite()
    made.add_space("OPS", "Operations")
    made.add_space("ENG", "Engineering")
    return made


@pytest.fixture
def cloud(site: ConfluenceSite) -> Iterator[ConfluenceServer]:
    with serving(site) as running:
        yield running


def advice(server: ConfluenceServer, **options: Any) -> str:
    """What the check of a source says that cannot be read."""
    report = connector(server, **options).check()
    assert not report.ok
    return "; ".join((report.message, *report.details))


# ---- 401 and 403 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"user": "", "token": "wrong-token-4711"},
            "`token` to a personal access token that has not expired",
        ),
        ({"user": "ada", "token": "wrong-token-4711"}, "`email` (the user name) and `token` (the password)"),
    ],
)
def test_wrong_credentials_of_a_data_center(
    data_center: ConfluenceServer, options: dict[str, Any], words: str
) -> None:
    said = advice(data_center, **options)
    assert "answered 401" in said
    assert words in said
    assert "scope" not in said
    assert "Cloud" not in said
    assert "4711" not in said


@pytest.mark.parametrize("user", ["", "ada@acme.example"])
def test_wrong_credentials_of_cloud(cloud: ConfluenceServer, user: str) -> None:
    said = advice(cloud, user=user, token="wrong-token-4711")
    assert "`email` and `token` to an account's address and an API token of it that has not expired" in said
    assert "a token with scopes holds only where `url` is https://api.atlassian.com/ex/confluence/" in said
    assert "Data Center" not in said
    assert "4711" not in said


def test_where_it_is_not_known_which_it_is_both_are_told(data_center: ConfluenceServer) -> None:
    said = advice(data_center, cloud=None, user="", token="wrong-token-4711")
    assert "on Cloud, set" in said
    assert "on Data Center, set" in said


def test_a_scoped_token_at_the_gateway_is_told_the_scope(cloud: ConfluenceServer) -> None:
    said = advice(cloud, url=f"{cloud.url}/ex/confluence/{CLOUD_ID}/wiki", token="wrong-token-4711")
    assert "has the scope read:confluence-user" in said


@pytest.mark.parametrize(
    ("where", "right"),
    [
        ("permission", "administer the space"),
        ("user/current", "use Confluence"),
        ("rest/api/space", "use Confluence and view this"),
    ],
)
def test_a_right_that_is_missing_on_data_center_is_no_scope(
    data_center: ConfluenceServer, where: str, right: str
) -> None:
    data_center.faults = [Fault(where, status=403, times=99)]
    said = advice(data_center)
    assert "answered 403" in said
    assert f"give the source's account the right to {right}" in said
    assert "scope" not in said


# ---- addresses --------------------------------------------------------------------------------------------


def test_an_address_without_the_path_of_the_wiki(data_center: ConfluenceServer) -> None:
    for options in ({}, {"cloud": None}):
        said = advice(data_center, url=data_center.url, **options)
        assert "correct the source's `url`: the wiki's address with its path" in said


def test_a_login_page_in_the_place_of_an_answer(cloud: ConfluenceServer) -> None:
    page = b"\n<!DOCTYPE html><html><head><title>Sign in &ndash; Acme SSO</title></head></html>"
    cloud.login_page = page
    said = advice(cloud)
    host = cloud.url.removeprefix("http://")
    assert f'{host} answers with a web page called "Sign in \u2013 Acme SSO"' in said
    assert "correct the source's `url`" in said
    assert "proxy or single sign-on" in said
    with pytest.raises(KubeloreError, match="answers with a web page"):
        crawl(cloud)


@pytest.mark.parametrize("kind", ["cloud", "data_center"])
def test_a_space_that_is_none_is_told_with_those_there_are(kind: str, request: pytest.FixtureRequest) -> None:
    server: ConfluenceServer = request.getfixturevalue(kind)
    said = advice(server, spaces=["OPS", "NOPE"])
    assert "may not view space NOPE" in said
    assert (
        "it may view ENG, OPS: correct the source's `spaces`" in said
        or "it may view OPS, ENG: correct" in said
    )
    found = crawl(server, spaces=["OPS", "NOPE"])
    assert "correct the source's `spaces`" in found.reasons()
    assert len(found.documents) == 1


def test_a_host_that_is_not_known(cloud: ConfluenceServer) -> None:
    report = connector(cloud, url="http://acme-typo.invalid/wiki").check()
    assert "the name acme-typo.invalid is not known; correct the host in the source's `url`" in report.message
    assert report.unreachable


def test_nobody_at_the_port(cloud: ConfluenceServer) -> None:
    said = advice(cloud, url="http://127.0.0.1:9/wiki")
    assert "127.0.0.1:9 refuses the connection; start the server, or correct host and port" in said


def test_no_encryption_where_some_is_expected(cloud: ConfluenceServer) -> None:
    said = advice(cloud, url=cloud.base.replace("http://", "https://"))
    assert "does not speak TLS as expected; correct the scheme or the port" in said


def test_a_proxy_that_is_away(cloud: ConfluenceServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://user:proxy-secret@127.0.0.1:9")
    said = advice(cloud, url="http://wiki.example/wiki")
    assert "correct HTTPS_PROXY, HTTP_PROXY or NO_PROXY" in said
    assert "proxy-secret" not in said


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[str]:
    """A server whose certificate nobody has signed."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("no openssl to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"https://localhost:{server.server_port}"
        server.shutdown()


def test_a_certificate_that_is_not_trusted(cloud: ConfluenceServer, encrypted: str) -> None:
    words = (
        f"the certificate of {encrypted.removeprefix('https://')} is not trusted; name your authority's file"
    )
    assert words in advice(cloud, url=f"{encrypted}/wiki")
    options: dict[str, Any] = {"policy": notion_crawls.PATIENT, "clock": cloud.site.time.clock}
    assert words in NotionConnector("notes", "ntn-token", url=encrypted, **options).check().message


def test_doctor_ends_with_3_where_a_source_does_not_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.http.exchange.decide", lambda *given, **named: None)
    config = tmp_path / "config.yaml"
    config.write_text(
        "sources:\n  - {name: wiki, type: confluence, url: 'http://127.0.0.1:9/wiki', email: a@b.c, token: t-4711}\n"
        "index: {path: state}\n"
    )
    assert main(["--config", str(config), "doctor"]) == 3
    out = capsys.readouterr().out
    assert "FAIL source wiki: no connection for GET /wiki/rest/api/user/current: 127.0.0.1:9 refuses" in out
    assert "4711" not in out


# ---- Notion -----------------------------------------------------------------------------------------------


@pytest.fixture
def notion() -> Iterator[NotionServer]:
    workspace = NotionWorkspace()
    workspace.add_page("Home")
    with serving_notion(workspace) as running:
        yield running


def test_a_wrong_token_of_notion(notion: NotionServer) -> None:
    report = notion_crawls.connector(notion, token="ntn_wrong_9999").check()
    assert "answered 401" in report.message
    assert "set the source's `token` to that of an integration that exists" in report.message
    assert "9999" not in report.message


def test_a_missing_capability_to_read_is_told(notion: NotionServer) -> None:
    notion.workspace.capabilities.discard("content")
    report = notion_crawls.connector(notion).check()
    assert not report.ok
    assert "give the integration the capability `Read content`" in report.message


@pytest.mark.parametrize(
    ("capability", "words"),
    [
        ("comments", "comments are not read: .*the capability `Read comments`"),
        ("users", "the names of authors are not read: .*the capability `Read user information`"),
    ],
)
def test_what_is_left_out_for_want_of_a_capability_is_told(
    notion: NotionServer, capability: str, words: str
) -> None:
    assert notion_crawls.connector(notion).check().details == ()
    notion.workspace.capabilities.discard(capability)
    report = notion_crawls.connector(notion).check()
    assert report.ok
    (detail,) = report.details
    assert re.search(words, detail)


def test_a_root_that_is_not_shared(notion: NotionServer) -> None:
    root = "393abc1e-0000-0000-0000-00000000ffff"
    report = notion_crawls.connector(notion, roots=[root]).check()
    assert "share it in Notion (page menu, Connections), or correct the source's `roots`" in report.message
    assert "correct the source's `roots`" in notion_crawls.crawl(notion, roots=[root]).reasons()
