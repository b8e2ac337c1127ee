"""What is asked for of logs and metrics of a live cluster, and what is made of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy
import pytest

from connectors.errors import TemporaryError, UnreachableError
from connectors.http.errors import RejectedError
from incidents.collectors import logs, measured, windows
from incidents.collectors.names import Names
from incidents.collectors.queries import calls_in, code_label, selector
from incidents.evidence import Alert
from incidents.metrics.changes import shift
from incidents.metrics.series import Series
from incidents.metrics.units import shown_value
from incidents.situation import Situation
from tests.unit.incident_outputs import deployment, event, evidence, node, pod, service

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class FakeLogs:
    """Logs by pod and whether they are those before the restart; keeps what was asked."""

    def __init__(
        self, found: Mapping[tuple[str, bool], str] | None = None, error: Exception | None = None
    ) -> None:
        self.found = found or {}
        self.error = error
        self.asked: list[tuple[str, bool]] = []

    def read(
        self,
        namespace: str,
        pod: str,
        container: str,
        *,
        previous: bool = False,
        since: datetime | None = None,
    ) -> str:
        self.asked.append((pod, previous))
        if self.error:
            raise self.error
        return self.found.get((pod, previous), "")


def shop() -> tuple[dict[str, object], ...]:
    """A cart that was restarted and a web front that is well."""
    cart, web = deployment("cart"), deployment("web")
    return (cart, pod(cart, ready=False, restartCount=2), web, pod(web), service("cart"), node("worker-1"))


def test_pods_in_trouble_are_read_and_the_container_before_the_restart_first() -> None:
    source = FakeLogs({("cart-1", True): "2026-03-01T11:59:00.5Z FATAL no such table\n"})

    found = logs.collect(evidence(*shop()), source, NOW)

    assert source.asked == [("cart-1", True), ("cart-1", False)]
    assert found.logs[0].lines == ("FATAL no such table",)
    assert found.logs[0].previous
    assert found.logs[0].at(0) == datetime(2026, 3, 1, 11, 59, 0, 500_000, tzinfo=UTC)


def test_what_an_alert_names_is_read_although_it_is_well() -> None:
    source = FakeLogs()
    alerted = replace(evidence(*shop()), alerts=(Alert("Slow", "web", ""),))

    logs.collect(alerted, source, NOW)

    assert source.asked[0] == ("web-1", False)


def test_credentials_in_logs_are_masked_and_later_lines_left_out() -> None:
    said = "2026-03-01T11:59:00Z connecting with password=hunter2hunter2\n2026-03-01T12:00:01Z later\n"

    found = logs.collect(evidence(*shop()), FakeLogs({("cart-1", True): said}), NOW)

    assert "hunter2" not in str(found.logs)
    assert len(found.logs[0].lines) == 1


def test_logs_that_cannot_be_read_are_one_gap_and_are_given_up_soon() -> None:
    objects = [one for name in ("a", "b", "c", "d") for one in (deployment(name),)]
    pods = [pod(one, ready=False) for one in objects]
    source = FakeLogs(error=TemporaryError("the kubelet does not answer"))

    found = logs.collect(evidence(*objects, *pods), source, NOW)

    assert len(source.asked) == 3
    assert [gap.item for gap in found.unread] == ["logs"]
    assert found.unread[0].reason == "a-1/server: the kubelet does not answer; 3 others were not read either"
    assert not found.unread[0].broken


def test_logs_take_no_more_than_their_time() -> None:
    ticks = iter([0.0, 0.0, 30.0])

    found = logs.collect(evidence(*shop()), FakeLogs(), NOW, monotonic=lambda: next(ticks))

    assert found.unread[0].reason == "1 were not read: the others took longer than 20 seconds"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Deployment", "cart-6f7c9d8b5d-b2x7z"),
        ("StatefulSet", "cart-0"),
        ("DaemonSet", "cart-b2x7z"),
        ("CronJob", "cart-29010101-b2x7z"),
    ],
)
def test_pods_that_are_gone_are_known_by_their_names(kind: str, name: str) -> None:
    made = {**deployment("cart"), "kind": kind}

    names = Names(Situation(evidence(made, deployment("cart-worker"))))

    assert names.workload(name) is not None
    assert names.workload("cart-worker-6f7c9d8b5d-b2x7z").name == "cart-worker"  # type: ignore[union-attr]
    assert names.workload("other-6f7c9d8b5d-b2x7z") is None


def test_metrics_of_calls_are_found_by_their_names() -> None:
    names = [
        "http_request_duration_seconds_bucket", "http_request_duration_seconds_count", "http_requests_total",
        "http_client_requests_total", "http_server_requests_seconds_count", "http_server_requests_seconds_sum",
        "apiserver_request_duration_seconds_bucket", "apiserver_request_duration_seconds_count",
        "http_response_size_bytes_bucket", "http_response_size_bytes_count", "go_gc_duration_seconds_count",
    ]  # fmt: skip

    assert [(one.base, one.quantiles, one.mean) for one in calls_in(names)] == [
        ("http_request_duration_seconds", True, True),
        ("http_server_requests_seconds", False, True),
        ("http_requests_total", False, False),
    ]
    assert code_label([{"method": "GET"}, {"status_code": "200"}]) == "status_code"
    assert selector({"a": 'x"y\\z'}) == 'a="x\\"y\\\\z"'


@dataclass
class FakeRange:
    series: Sequence[measured.MeasuredSeries] = ()
    warnings: Sequence[str] = ()


@dataclass
class FakeSeries:
    labels: Mapping[str, str]
    times: Sequence[float]
    values: Sequence[float]


@dataclass
class FakeMetrics:
    """A server with memory of two pods, which answers as it is told to."""

    error: Exception | None = None
    steps: list[float] = field(default_factory=list)

    def names(self, selector: str, start: float, end: float) -> list[str]:
        return (
            ["container_memory_working_set_bytes"] if "shop" in selector and "namespace=" in selector else []
        )

    def labels(self, selector: str, start: float, end: float) -> list[Mapping[str, str]]:
        return []

    def range(self, query: str, start: float, end: float, step: float) -> FakeRange:
        self.steps.append(step)
        if self.error and len(self.steps) == 1:
            raise self.error
        times = [start, start + step]
        pods = ("cart-6f7c9d8b5d-b2x7z", "cart-6f7c9d8b5d-c3y8z")
        found = [
            FakeSeries({"pod": name}, times, [100.0 * (place + 1), float("nan")])
            for place, name in enumerate(pods)
        ]
        return FakeRange(found, ["a store did not answer"])


def collected(api: FakeMetrics) -> tuple[tuple[Series, ...], list[str]]:
    server = measured.MetricServer("metrics", api, {})
    found = measured.collect(evidence(*shop()), [server], NOW)
    return found.series, [gap.reason for gap in found.unread]


def test_the_pods_of_a_workload_are_one_series_and_warnings_a_gap() -> None:
    series, gaps = collected(FakeMetrics())

    assert [(one.subject, one.metric) for one in series] == [("cart", "memory bytes")]
    assert series[0].values[0] == 150.0
    assert numpy.isnan(series[0].values[1:]).all()
    assert gaps == ["memory bytes: a store did not answer"]


def test_what_is_too_much_is_asked_for_in_longer_steps() -> None:
    api = FakeMetrics(RejectedError("too many samples", status=422))

    series, _ = collected(api)

    assert len(series) == 1
    assert api.steps[1] == 4 * api.steps[0]


@pytest.mark.parametrize("error", [UnreachableError("no connection"), TemporaryError("it is busy")])
def test_a_server_that_does_not_answer_is_a_gap(error: Exception) -> None:
    series, gaps = collected(FakeMetrics(error))

    assert series == ()
    assert [gap for gap in gaps if str(error) in gap]


def test_the_window_begins_an_hour_before_the_first_sign_and_has_few_points() -> None:
    alert = Alert("Slow", "web", "", starts_at=NOW - timedelta(hours=3))
    alerted = replace(evidence(*shop()), alerts=(alert,))

    old = event("Pod", "web-1", "FailedScheduling", "no node")
    old |= {"firstTimestamp": (NOW - timedelta(days=3)).isoformat(), "lastTimestamp": NOW.isoformat()}
    during = windows.window(alerted, NOW)

    assert windows.window(evidence(*shop(), old), NOW).start == (NOW - timedelta(hours=2)).timestamp()
    assert during.start == (NOW - timedelta(hours=4)).timestamp()
    assert len(during.times) <= 241
    assert windows.window(evidence(*shop()), NOW).start == (NOW - timedelta(hours=2)).timestamp()


def test_an_onset_is_the_first_clear_value_and_not_the_window_before_it() -> None:
    values = numpy.array([10.0] * 90 + [100.0] * 30)
    times = numpy.arange(120, dtype=numpy.float64) * 60

    found = shift(Series("cart", "p50latency", times, values), 1.0)

    assert found is not None
    assert found.onset == times[90]


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        ("p50 latency", 57.09, "57.1 ms"), ("p50 latency", 1499.0, "1.5 s"), ("error ratio", 0.95, "95%"),
        ("memory bytes", 2.5e8, "238 MiB"), ("cpu cores", 0.1234, "0.1234"), ("latency", 2000.0, "2000"),
        ("memory bytes", float("nan"), "unknown"),
    ],
)  # fmt: skip
def test_values_are_shown_in_the_unit_that_the_name_says(metric: str, value: float, said: str) -> None:
    assert shown_value(metric, value) == said
