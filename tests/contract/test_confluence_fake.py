"""The fake Confluence speaks the wire format of the vendor's own API documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse

from tests.servers.confluence import ConfluenceServer, ConfluenceSite, serving

DOCUMENTS = Path(__file__).resolve().parents[2] / "../shared/openapi"
V2, V1 = DOCUMENTS / "confluence-v2.json", DOCUMENTS / "confluence-v1.primelib.yaml"

pytestmark = pytest.mark.skipif(not V2.exists() or not V1.exists(), reason="the API documents are not here")


@cache
def load(path: Path) -> dict[str, Any]:
    text = path.read_text("utf-8")
    data: dict[str, Any] = json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CSafeLoader)
    return data


def api(path: Path, address: str) -> OpenAPI:
    """A document as the API at `address`; the vendor's repeats itself in places that its own schema forbids."""
    return OpenAPI.from_dict(
        {**load(path), "servers": [{"url": address}]}, config=Config(spec_validator_cls=None)
    )


def filled() -> ConfluenceSite:
    """A site with one of everything."""
    site = ConfluenceSite()
    ben = site.add_user("ben", groups=("money",))
    space = site.add_space("OPS", "Operations", users=(ben,), groups=("staff",), anonymous=True)
    folder = site.add_page("Folder", kind="folder", parent=space.homepage)
    page = site.add_page("Page", "<p>x</p>", parent=folder.id, labels=("runbook", "prod"))
    site.add_page("Child", "<p>y</p>", parent=page.id, subtype="live")
    site.add_page("Board", kind="whiteboard", parent=page.id)
    site.add_page("Table", kind="database", parent=page.id)
    site.add_page("News", "<p>z</p>", kind="blogpost")
    for status in ("draft", "archived", "trashed"):
        site.add_page(status.title(), "<p>-</p>", status=status)
    site.edit(page.id, "<p>xx</p>", author=ben)
    footer = site.comment(page.id, "<p>c</p>")
    site.comment(page.id, "<p>r</p>", reply_to=footer.id)
    site.comment(page.id, "<p>i</p>", marker="m-1", selection="xx", resolution="resolved")
    site.attach(page.id, "a b.txt", b"hello", media_type="text/plain")
    site.restrict(page.id, users=(ben,), groups=("money",))
    site.restrict(page.id, users=(ben,), operation="update")
    return site


@pytest.fixture(scope="module")
def server() -> Iterator[ConfluenceServer]:
    with serving(filled()) as running:
        yield running


@pytest.fixture(scope="module")
def v2(server: ConfluenceServer) -> OpenAPI:
    return api(V2, f"{server.base}/api/v2")


@pytest.fixture(scope="module")
def v1(server: ConfluenceServer) -> OpenAPI:
    return api(V1, server.base)


def ids(site: ConfluenceSite) -> dict[str, str]:
    """The ids that paths name in braces."""
    found = {content.title.lower(): content.id for content in site.contents.values()}
    found["space"] = site.spaces["OPS"].id
    found["footer"], _, found["inline"] = site.comments
    found["file"] = next(iter(site.attachments))
    found["ada"], found["group"] = site.ada.account_id, site.groups["money"].id
    return found


def check(server: ConfluenceServer, document: OpenAPI, path: str, **query: str) -> Any:
    """The answer, if the document allows it."""
    service = server.site.service
    address = path.format(**ids(server.site))
    response = requests.get(server.base + address, query, auth=(service.email, service.token), timeout=60)
    assert response.status_code == 200, response.text
    document.validate_response(RequestsOpenAPIRequest(response.request), RequestsOpenAPIResponse(response))
    return response.json()


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/spaces", {"keys": "OPS"}),
        ("/spaces/{space}", {}),
        ("/spaces/{space}/permissions", {}),
        ("/spaces/{space}/pages", {"body-format": "storage", "limit": "2"}),
        ("/spaces/{space}/blogposts", {"body-format": "atlas_doc_format"}),
        ("/pages", {"status": "trashed", "sort": "-modified-date"}),
        ("/pages/{page}", {"body-format": "view", "include-labels": "true", "include-versions": "true"}),
        ("/pages/{child}", {"body-format": "storage"}),
        ("/pages/{page}/ancestors", {}),
        ("/pages/{page}/children", {}),
        ("/pages/{page}/labels", {}),
        ("/pages/{page}/versions", {}),
        ("/pages/{page}/attachments", {}),
        ("/pages/{page}/footer-comments", {"body-format": "storage"}),
        ("/pages/{page}/inline-comments", {"body-format": "storage", "resolution-status": "resolved"}),
        ("/blogposts", {}),
        ("/blogposts/{news}", {"body-format": "storage"}),
        ("/folders/{folder}", {}),
        ("/whiteboards/{board}", {}),
        ("/databases/{table}", {}),
        ("/attachments", {}),
        ("/attachments/{file}", {}),
        ("/footer-comments", {"body-format": "storage"}),
        ("/footer-comments/{footer}/children", {}),
        ("/inline-comments", {}),
        ("/inline-comments/{inline}", {"body-format": "storage"}),
    ],
)
def test_version_2_answers_as_its_document_says(
    server: ConfluenceServer, v2: OpenAPI, path: str, query: dict[str, str]
) -> None:
    data = check(server, v2, "/api/v2" + path, **query)
    assert data.get("results", data), "an empty list proves nothing"


EVERYTHING = (
    "space,version,history.lastUpdated,ancestors,body.storage,body.view,metadata.labels,container,"
    "restrictions.read.restrictions.user,restrictions.read.restrictions.group,restrictions.update.restrictions.user"
)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/content/search", {"cql": "space = OPS order by lastmodified", "expand": EVERYTHING}),
        ("/search", {"cql": "type in (page, comment, attachment)"}),
        ("/content/{page}/restriction/byOperation", {}),
        ("/content/{page}/restriction/byOperation/read", {}),
        ("/user/current", {}),
        ("/user", {"accountId": "{ada}"}),
        ("/user/memberof", {"accountId": "{ada}"}),
        ("/group", {}),
        ("/group/by-id", {"id": "{group}"}),
        ("/group/{group}/membersByGroupId", {}),
    ],
)
def test_version_1_answers_as_its_document_says(
    server: ConfluenceServer, v1: OpenAPI, path: str, query: dict[str, str]
) -> None:
    named = {name: value.format(**ids(server.site)) for name, value in query.items()}
    data = check(server, v1, "/rest/api" + path, **named)
    assert data.get("results", data), "an empty list proves nothing"
