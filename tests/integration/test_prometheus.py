"""The source `prometheus` over real HTTP: whether it answers, and what is wrong where it does not."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from connectors.documents import CheckReport
from connectors.errors import ConfigurationError
from connectors.http.credentials import Token
from connectors.http.errors import CutError
from connectors.prometheus.client import Access, PrometheusApi
from connectors.prometheus.connector import PrometheusConnector
from tests.servers.faults import Fault
from tests.servers.prometheus import Prometheus, serving

BEGIN = 1_790_000_000.0


def checked(url: str, access: Access | None = None) -> CheckReport:
    return PrometheusConnector("metrics", lambda: PrometheusApi(url, access, timeout=30.0)).check()


def test_a_server_that_answers_is_ok_and_holds_no_documents() -> None:
    with serving(Prometheus()) as running:
        connector = PrometheusConnector("metrics", lambda: PrometheusApi(running.url))

        assert connector.check() == CheckReport(True, "the server answers queries")
        assert list(connector.crawl()) == []
        assert list(connector.list_ids()) == []


def test_what_is_wrong_is_said_with_its_remedy() -> None:
    server = Prometheus()
    server.token = "right"
    with serving(server) as running:
        refused = checked(running.url, Access(Token("wrong-token")))
        elsewhere = checked(f"{running.url}/prometheus", Access(Token("right")))
    gone = checked("http://127.0.0.1:9")

    assert "set the source's `token`" in refused.message
    assert "wrong-token" not in refused.message
    assert "`/api/v1` is appended" in elsewhere.message
    assert gone.unreachable
    assert not refused.unreachable


def test_a_certificate_of_an_unknown_authority_is_not_trusted(tmp_path: Path) -> None:
    with serving(Prometheus(), tls=True) as running:
        assert "is not trusted" in checked(running.url).message
        assert checked(running.url, Access(authorities=running.ca)).ok
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ConfigurationError, match="no file of certificates"):
        PrometheusApi("https://localhost", Access(authorities=tmp_path / "ca.pem"))


def test_a_tenant_is_named() -> None:
    server = Prometheus()
    with serving(server) as running:
        checked(running.url, Access(tenant="shop"))

    assert server.asked[0].headers["x-scope-orgid"] == "shop"


def test_values_that_are_no_numbers_are_gaps() -> None:
    server = Prometheus()
    server.gauge("up", {"job": "a"}, [BEGIN, BEGIN + 15], [1.0, float("inf")])
    with serving(server) as running, closing(PrometheusApi(running.url)) as api:
        (one,) = api.range("up", BEGIN, BEGIN + 30, 15).series

    assert one.times == (BEGIN, BEGIN + 15, BEGIN + 30)
    assert one.values[0] == 1.0
    assert one.values[1] != one.values[1]


def test_a_temporary_failure_is_tried_again() -> None:
    server = Prometheus()
    server.faults = [Fault("/api/v1/query", status=502)]
    with serving(server) as running:
        assert checked(running.url).ok

    assert len(server.asked) == 2


def test_an_answer_that_is_not_from_prometheus_is_refused() -> None:
    server = Prometheus()
    server.faults = [Fault("/api/v1/", "garbage", times=9)]
    with (
        serving(server) as running,
        closing(PrometheusApi(running.url)) as api,
        pytest.raises(CutError, match="that is not an answer of Prometheus"),
    ):
        api.names('{job="a"}', BEGIN, BEGIN)
