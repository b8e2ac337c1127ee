"""The REST API over services with made-up contents."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from httpx import ASGITransport, AsyncClient, Response

from api.app import create_app
from api.settings import load_settings
from connectors.errors import UnreachableError
from index.search_types import Filters
from tests.integration.fakes import FakeServices, a_document, a_row, write_config

PUBLIC_DOC = a_document("files:docs/guides/checkout.md")
HIDDEN_DOC = a_document("files:infra/secret plan.md", frozenset({"ops"}))
ODD_IDS = [
    'terraform:docs/envs/prod/rds.tf#module.rds["a/b"].aws_db_instance.main',
    "kubernetes:docs/shop/Deployment/cart",
    "files:docs/50% off @ noon?.md",
    "files:docs/a%2Fb.md",
    "files:docs/日本語/über.md",
]


class Api:
    """A client and the services behind it."""

    def __init__(self, folder: Path, extra: str = "", empty: bool = False) -> None:
        settings = load_settings(write_config(folder, extra), {})
        documents = [] if empty else [PUBLIC_DOC, HIDDEN_DOC, *map(a_document, ODD_IDS)]
        self.services = FakeServices(settings, documents)
        self.client = TestClient(
            create_app(settings, self.services), base_url="http://localhost", raise_server_exceptions=False
        )

    def ask(self, question: str = "how do I roll back checkout?", token: str = "", **more: Any) -> Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.post("/v1/ask", json={"question": question, **more}, headers=headers)


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    made = Api(tmp_path)
    with made.client:
        yield made
    assert made.services.closed


AUTH = "api: {auth: {tokens: {t-ops: [ops], t-eng: [eng], t-boss: [ops, operator]}}}\n"


@pytest.fixture
def guarded(tmp_path: Path) -> Api:
    return Api(tmp_path, AUTH)


def problem(response: Response, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["type"] == "about:blank"
    return body


# Answers


def test_an_answer_has_the_shape_of_the_contract(api: Api) -> None:
    body = api.ask().json()
    assert set(body) >= {
        "id", "question", "answer", "abstained", "confidence", "claims", "citations", "script", "findings",
        "followups", "mode", "took_ms",
    }  # fmt: skip
    assert body["claims"] == [{"text": "Use it.", "citations": [1]}]
    (citation,) = body["citations"]
    assert set(citation) >= {
        "number", "document_id", "title", "url", "source", "kind", "breadcrumbs", "path", "anchor", "quote",
        "updated_at", "score",
    }  # fmt: skip
    text = api.client.get(f"/v1/documents/{citation['document_id']}").json()["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert body["mode"] == "extractive"
    assert body["script"] is None


@pytest.mark.parametrize(("path", "key"), [("/v1/ask", "question"), ("/v1/search", "query")])
def test_an_unknown_source_is_a_problem_that_names_those_the_caller_may_see(
    guarded: Api, path: str, key: str
) -> None:
    def detail(token: str, source: str, **more: Any) -> str:
        body = {key: "roll back", "filters": {"sources": ["docs", source]}, **more}
        headers = {"Authorization": f"Bearer {token}"}
        found: str = problem(guarded.client.post(path, json=body, headers=headers), 422)["detail"]
        return found

    assert detail("t-ops", "dcos") == "there is no source 'dcos'; use one of docs, infra"
    assert detail("t-eng", "infra") == "there is no source 'infra'; use one of docs"
    if key == "question":
        assert "use one of docs" in detail("t-eng", "nowhere", stream=True)
    assert guarded.services.asked == []


def test_filters_reach_the_engine_with_the_caller_as_public(api: Api) -> None:
    api.ask(
        filters={
            "sources": ["docs"],
            "kinds": ["page"],
            "namespaces": ["shop"],
            "environments": ["production"],
        }
    )
    _, filters = api.services.asked[-1]
    assert (filters.sources, filters.kinds) == (("docs",), ("page",))
    assert (filters.namespaces, filters.environments) == (("shop",), ("production",))
    assert filters.principals == {"public"}


def events(response: Response) -> list[tuple[str, dict[str, Any]]]:
    assert response.headers["content-type"].startswith("text/event-stream")
    blocks = [block for block in response.text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    found = []
    for block in blocks:
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_a_stream_tells_what_was_retrieved_then_the_text_then_the_answer(api: Api) -> None:
    found = events(api.ask(stream=True))
    names = [name for name, _ in found]
    assert names == ["retrieved", "delta", "delta", "answer"]
    assert found[0][1]["results"][0]["document_id"] == PUBLIC_DOC.id
    assert "".join(data["text"] for name, data in found if name == "delta") == found[-1][1]["answer"]
    plain = api.ask().json()
    own = {"id": "", "conversation_id": ""}
    assert {**found[-1][1], **own} == {**plain, **own}


def test_an_error_within_a_stream_is_an_event_without_particulars(api: Api) -> None:
    api.services.error = RuntimeError("password=hunter2")
    found = events(api.ask(stream=True))
    assert [name for name, _ in found] == ["error"]
    assert found[0][1]["status"] == 500
    assert "hunter2" not in str(found)


def test_a_stream_on_an_empty_index_is_refused_before_it_begins(tmp_path: Path) -> None:
    assert "kubelore ingest" in problem(Api(tmp_path, empty=True).ask(stream=True), 503)["detail"]


def test_search_gives_the_contracts_results(api: Api) -> None:
    body = api.client.post("/v1/search", json={"query": "roll back", "k": 2}).json()
    assert len(body["results"]) == 2
    assert set(body["results"][0]) == {
        "document_id", "title", "url", "source", "kind", "path", "anchor", "text", "score", "scores",
    }  # fmt: skip
    assert body["results"][0]["scores"] == {"dense": 0.5, "lexical": 2.0, "rerank": None}


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize("kind", ["Deployment", "pages"])
def test_a_kind_that_no_document_has_is_refused_with_those_that_there_are(
    api: Api, path: str, kind: str
) -> None:
    body = {"question" if path == "/v1/ask" else "query": "x", "filters": {"kinds": [kind]}}
    detail = problem(api.client.post(path, json=body), 422)["detail"]
    for allowed in ("page", "manifest", "object", "values", "terraform", "config", "template"):
        assert f"'{allowed}'" in detail
    assert api.services.asked == []


@pytest.mark.parametrize("filters", [None, {}, {"sources": None, "kinds": None, "namespaces": []}])
def test_no_filters_may_be_said_in_any_way(api: Api, filters: Any) -> None:
    assert api.ask(filters=filters).status_code == 200
    assert api.services.asked[-1][1] == Filters(principals=frozenset({"public"}))
    assert api.client.post("/v1/search", json={"query": "x", "filters": filters}).status_code == 200


def test_an_answer_without_a_script_has_none_to_run(api: Api) -> None:
    response = api.ask(run=True)
    assert (response.status_code, response.json()["script"]) == (200, None)


def test_links_of_results_lead_to_the_lines(api: Api) -> None:
    linked = replace(PUBLIC_DOC, url="https://github.com/acme/docs/blob/main/checkout.md")
    api.services.documents = {linked.id: linked}
    wanted = linked.url + "?plain=1#L1"
    found = api.client.post("/v1/search", json={"query": "x"}).json()["results"]
    assert [result["url"] for result in found] == [wanted]
    assert events(api.ask(stream=True))[0][1]["results"][0]["url"] == wanted


# Problems


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {}),
        ("/v1/ask", {"question": ""}),
        ("/v1/ask", {"question": " \n "}),
        ("/v1/ask", {"question": "x" * 2001}),
        ("/v1/ask", {"question": "x", "fliters": {}}),
        ("/v1/ask", {"question": "x", "filters": {"source": ["a"]}}),
        ("/v1/ask", {"question": "x", "filters": {"kinds": ["page", "pages"]}}),
        ("/v1/ask", {"question": 7}),
        ("/v1/ask", []),
        ("/v1/search", {"query": "x", "k": 0}),
        ("/v1/search", {"query": "x", "k": 101}),
        ("/v1/search", {"query": "x" * 2001}),
        ("/v1/runs", {"sources": "docs"}),
        ("/v1/runs", {"sources": ["nowhere"]}),
    ],
)
def test_what_is_not_valid_is_a_422_problem(api: Api, path: str, body: Any) -> None:
    problem(api.client.post(path, json=body), 422)


@pytest.mark.parametrize("size", [1, 2000])
def test_the_longest_and_shortest_question_are_taken(api: Api, size: int) -> None:
    assert api.ask("é" * size).status_code == 200


def test_a_validation_problem_names_the_field_and_echoes_nothing(api: Api) -> None:
    body = problem(api.client.post("/v1/search", json={"query": "s3cret" * 1000}), 422)
    assert body["errors"][0]["field"] == "body.query"
    assert "at most 2000 characters" in body["detail"]
    assert "s3cret" not in str(body)


@pytest.mark.parametrize("data", [b"{", b"", b"\xff\xfe", b'{"question": "\\ud800"}'])
def test_broken_json_is_a_problem(api: Api, data: bytes) -> None:
    response = api.client.post("/v1/ask", content=data, headers={"Content-Type": "application/json"})
    assert response.status_code in {400, 422}
    problem(response, response.status_code)


def test_unknown_routes_and_methods_are_problems(api: Api) -> None:
    problem(api.client.get("/v2/none"), 404)
    assert "POST" in api.client.get("/v1/ask").headers["allow"]
    problem(api.client.get("/v1/ask"), 405)
    problem(api.client.delete("/v1/documents/x"), 405)
    problem(api.client.get("/v1/ask/"), 404)


def chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b" " * 10_000


@pytest.mark.parametrize("content", [b" " * 70_000, chunks(7)], ids=["with a length", "without"])
def test_a_large_body_is_refused(api: Api, content: Any) -> None:
    problem(api.client.post("/v1/ask", content=content, headers={"Content-Type": "application/json"}), 413)
    assert api.services.asked == []


def test_an_internal_error_tells_nothing(api: Api) -> None:
    api.services.error = RuntimeError("password=hunter2 in /srv/x.py")
    for response in (api.ask(), api.client.get("/v1/documents/x")):
        assert "hunter2" not in str(problem(response, 500))


def test_a_part_that_is_away_is_a_503_without_its_address(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    api.services.error = UnreachableError("http://user:pw@chroma:8000 does not answer")
    response = api.ask()
    assert "chroma" not in str(problem(response, 503))
    assert response.headers["retry-after"]
    [record] = [one for one in caplog.records if one.name == "api.problems"]
    assert "@chroma:8000 does not answer" in record.message
    assert ":pw@" not in record.message


HOSTS = "api: {host: kubelore.internal, hosts: [Docs.example.org]}\n"


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("localhost", True), ("localhost:8080", True), ("127.0.0.1:8080", True), ("[::1]:8080", True),
        ("10.1.2.3", True), ("kubelore.internal:8080", True), ("docs.example.org", True),
        ("DOCS.example.org.:443", True), ("evil.example", False), ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False), ("xdocs.example.org", False), ("", False), ("[::1].evil.example", False),
    ],
)  # fmt: skip
def test_only_names_of_this_server_are_served(tmp_path: Path, host: str, served: bool) -> None:
    api = Api(tmp_path, HOSTS)
    for path in ("/", "/healthz", "/openapi.json"):
        response = api.client.get(path, headers={"Host": host})
        if served:
            assert response.status_code == 200
        else:
            assert host not in str(problem(response, 421)) or not host
    response = api.client.post("/v1/ask", json={"question": "x"}, headers={"Host": host})
    assert (response.status_code == 200) is served
    assert bool(api.services.asked) is served


def test_any_name_is_served_where_the_configuration_says_so(tmp_path: Path) -> None:
    api = Api(tmp_path, "api: {hosts: ['*']}\n")
    assert api.client.get("/", headers={"Host": "anything.example"}).status_code == 200


# Documents


@pytest.mark.parametrize("document_id", [PUBLIC_DOC.id, *ODD_IDS])
@pytest.mark.parametrize("safe", ["", "/:", "/:@"])
def test_documents_are_found_by_any_encoding_of_their_id(api: Api, document_id: str, safe: str) -> None:
    # Starlette's TestClient decodes a path twice; a server, and this transport, once.
    async def get() -> Response:
        transport = ASGITransport(api.client.app)
        async with AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/v1/documents/" + quote(document_id, safe=safe))

    response = asyncio.run(get())
    assert response.status_code == 200
    body = response.json()
    assert body["id"] == document_id
    for section in body["sections"]:
        assert body["text"][section["start"] : section["end"]] == section["text"]
    assert "access" not in body


def test_a_document_without_the_right_looks_like_a_missing_one(api: Api) -> None:
    hidden = api.client.get("/v1/documents/" + quote(HIDDEN_DOC.id))
    missing = api.client.get("/v1/documents/" + quote(HIDDEN_DOC.id) + "x")
    assert {**problem(hidden, 404), "instance": ""} == {**problem(missing, 404), "instance": ""}
    assert {k: v for k, v in hidden.headers.items() if k != "content-length"} == {
        k: v for k, v in missing.headers.items() if k != "content-length"
    }


# Permissions


@pytest.mark.parametrize(
    "header", [None, "Bearer wrong", "Bearer ", "Basic dDpvcHM=", "Bearer t-op", "Bearer ü"]
)
def test_without_a_valid_token_every_v1_route_is_a_401(guarded: Api, header: str | None) -> None:
    headers = {"Authorization": header.encode("utf-8")} if header else {}
    for method, path in (
        ("POST", "/v1/ask"), ("POST", "/v1/search"), ("GET", "/v1/documents/x"), ("GET", "/v1/sources"),
        ("POST", "/v1/runs"), ("GET", "/v1/runs"), ("GET", "/v1/runs/7"),
    ):  # fmt: skip
        body = {"question": "x"} if path == "/v1/ask" else {"query": "x"} if path == "/v1/search" else {}
        response = guarded.client.request(
            method, path, headers=headers, json=body if method == "POST" else None
        )
        problem(response, 401)
        assert response.headers["www-authenticate"].startswith("Bearer")
    assert guarded.services.asked == []


def test_health_needs_no_token(guarded: Api) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/", "/openapi.json"):
        assert guarded.client.get(path).status_code == 200


def test_a_token_stands_for_its_principals_and_public(guarded: Api) -> None:
    guarded.ask(token="t-ops")
    assert guarded.services.asked[-1][1].principals == {"ops", "public"}
    path = "/v1/documents/" + quote(HIDDEN_DOC.id)
    assert guarded.client.get(path, headers={"Authorization": "Bearer t-ops"}).status_code == 200
    problem(guarded.client.get(path, headers={"Authorization": "Bearer t-eng"}), 404)


def test_sources_count_what_the_caller_may_read(guarded: Api) -> None:
    def listed(token: str) -> dict[str, int]:
        body = guarded.client.get("/v1/sources", headers={"Authorization": f"Bearer {token}"}).json()
        return {source["name"]: source["documents"] for source in body["sources"]}

    assert listed("t-eng") == {"docs": 6}
    assert listed("t-ops") == {"docs": 6, "infra": 1}


def test_only_operators_start_and_see_runs(guarded: Api) -> None:
    for method, path in (("POST", "/v1/runs"), ("GET", "/v1/runs"), ("GET", "/v1/runs/7")):
        problem(guarded.client.request(method, path, headers={"Authorization": "Bearer t-ops"}, json={}), 403)
    assert guarded.services.options == []
    response = guarded.client.post("/v1/runs", headers={"Authorization": "Bearer t-boss"}, json={})
    assert response.status_code == 202
    assert [row["source"] for row in response.json()["sources"]] == ["docs", "infra"]


# Runs


def test_a_run_goes_on_after_its_202_and_ends_with_its_counts(api: Api) -> None:
    api.services.hold.clear()
    response = api.client.post("/v1/runs", json={"sources": ["docs"], "full": True})
    assert response.status_code == 202
    assert response.headers["location"] == "/v1/runs/7"
    assert (response.json()["id"], response.json()["status"]) == ("7", "running")
    problem(api.client.post("/v1/runs", json={}), 409)
    while (going := api.client.get("/v1/runs/7").json())["seen"] < 3:
        assert going["status"] == "running"
    api.services.hold.set()
    while (done := api.client.get("/v1/runs/7").json())["status"] == "running":
        pass
    assert done["seen"] == done["indexed"] + done["unchanged"] + done["skipped"] + done["failed"] == 3
    assert done["sources"][0]["items"] == [
        {"item": "logo.png", "reason": "binary file", "skipped": True, "temporary": False, "warning": False}
    ]
    assert api.services.options[0].full
    assert [run["id"] for run in api.client.get("/v1/runs").json()["runs"]] == ["7"]


def test_a_run_in_another_process_is_a_409_that_names_no_place(api: Api) -> None:
    api.services.busy = True
    assert "/secret" not in str(problem(api.client.post("/v1/runs", json={}), 409))


def test_an_unknown_run_is_a_404(api: Api) -> None:
    problem(api.client.get("/v1/runs/99"), 404)
    problem(api.client.get("/v1/runs/not-a-number"), 404)


def test_without_tokens_the_rows_of_sources_that_are_not_public_stay_hidden(api: Api) -> None:
    api.services.rows = [a_row("docs"), a_row("infra", failed=5, seen=8)]
    api.client.post("/v1/runs", json={})
    while (run := api.client.get("/v1/runs/7").json())["status"] == "running":
        pass
    assert [row["source"] for row in run["sources"]] == ["docs"]
    assert (run["failed"], run["seen"]) == (0, 3)
    problem(api.client.post("/v1/runs", json={"sources": ["infra"]}), 422)


def test_shutting_down_stops_the_run_that_goes_on(tmp_path: Path) -> None:
    made = Api(tmp_path)
    with made.client:
        made.services.hold.clear()
        made.client.post("/v1/runs", json={})
    assert made.services.closed
    assert made.services.history[0].status == "interrupted"


# Health, metrics, page, OpenAPI


def test_ready_means_there_is_something_to_answer_from(api: Api, tmp_path: Path) -> None:
    assert api.client.get("/healthz").json() == {"status": "ok"}
    assert api.client.get("/readyz").json() == {"status": "ok"}
    empty = Api(tmp_path, empty=True).client
    assert empty.get("/healthz").status_code == 200
    problem(empty.get("/readyz"), 503)
    problem(empty.post("/v1/search", json={"query": "x"}), 503)


def test_head_is_answered_like_get(api: Api) -> None:
    for path in ("/", "/healthz", "/readyz", "/metrics"):
        assert api.client.head(path).status_code == 200
        assert api.client.head(path).headers["content-type"] == api.client.get(path).headers["content-type"]


def test_metrics_count_by_route_and_hold_no_id(api: Api) -> None:
    api.ask()
    api.ask("what is the weather?")
    api.client.get("/v1/documents/" + quote(PUBLIC_DOC.id))
    api.client.get("/nowhere/s3cret")
    text = api.client.get("/metrics").text
    assert 'kubelore_http_requests_total{method="POST",route="/v1/ask",status="200"} 2.0' in text
    assert 'kubelore_answers_total{outcome="answered"} 1.0' in text
    assert 'kubelore_answers_total{outcome="abstained"} 1.0' in text
    assert 'route="/v1/documents/{document_id:path}"' in text
    assert "s3cret" not in text
    assert "checkout" not in text


def test_two_apps_count_apart(api: Api, tmp_path: Path) -> None:
    api.ask()
    assert 'route="/v1/ask"' not in Api(tmp_path).client.get("/metrics").text


def test_the_page_fetches_nothing_from_elsewhere(api: Api) -> None:
    response = api.client.get("/")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["content-type"].startswith("text/html")
    for outside in ("src=", "@import", "url(", "innerHTML", "<link"):
        assert outside not in response.text


def test_no_cors_and_no_sniffing(api: Api) -> None:
    response = api.client.post("/v1/ask", json={"question": "x"}, headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"


def test_a_form_of_another_site_cannot_start_a_run(api: Api) -> None:
    response = api.client.post("/v1/runs", content=b"{}", headers={"Content-Type": "text/plain"})
    problem(response, 422)
    assert api.services.options == []


def test_openapi_names_every_response_model(api: Api) -> None:
    document = api.client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            good = next(r for status, r in operation["responses"].items() if status.startswith("2"))
            if path == "/metrics":
                continue
            reference = good["content"]["application/json"]["schema"]["$ref"]
            assert reference.rsplit("/", 1)[1] in schemas, path
    used = {
        part.rsplit("/", 1)[1]
        for part in json.dumps(document).split('"')
        if part.startswith("#/components/schemas/")
    }
    assert used <= set(schemas)
    assert "/v1/documents/{document_id}" in document["paths"]


def test_openapi_describes_problems_as_problems(api: Api) -> None:
    paths = api.client.get("/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for operation in operations.values():
            wanted = {"401", "404", "405", "413", "421", "422", "503"}
            wanted |= {"403"} if path.startswith("/v1/runs") else set()
            wanted |= {"409"} if path == "/v1/runs" and "202" in operation["responses"] else set()
            wanted |= {"300"} if path.startswith("/v1/documents") else set()
            for status in wanted:
                schema = operation["responses"][status]["content"]["application/problem+json"]["schema"]
                assert schema["$ref"].endswith("/ProblemModel"), (path, status)


def test_an_answer_with_a_script_and_findings_is_passed_on(api: Api) -> None:
    from answers.model import Finding, Script
    from tests.integration.fakes import an_answer

    full = replace(
        an_answer("q", PUBLIC_DOC),
        script=Script("kubectl get pods", "Shows pods.", ({"argv": ["kubectl", "get", "pods"]},), (1,)),
        findings=(Finding("stale", "Old.", (1,)),),
    )
    api.services.ask = lambda question, filters: full  # type: ignore[method-assign]
    body = api.ask().json()
    assert body["script"]["steps"] == [{"argv": ["kubectl", "get", "pods"]}]
    assert body["script"]["output"] is None
    assert body["findings"] == [{"type": "stale", "text": "Old.", "citations": [1]}]


@pytest.mark.parametrize("body", [b"", b"{}", b"null"])
def test_a_run_of_everything_needs_no_body(api: Api, body: bytes) -> None:
    response = api.client.post("/v1/runs", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 202
    assert (api.services.options[0].sources, api.services.options[0].full) == ((), False)


def test_another_sites_page_cannot_start_a_run_without_a_body(api: Api) -> None:
    problem(api.client.post("/v1/runs", headers={"Origin": "https://evil.example"}), 403)
    assert api.services.options == []
