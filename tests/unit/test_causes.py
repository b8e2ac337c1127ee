"""Causes before symptoms, changes before their effects, and a report that explains itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.evidence import Alert, Evidence, Log
from incidents.finding import Finding
from incidents.investigate import investigate
from incidents.metrics.changes import shift
from incidents.metrics.kinds import Kind, kind_of
from incidents.metrics.ranking import Measured, is_off, rank
from incidents.metrics.series import Series
from incidents.situation import Situation
from incidents.travel import Travel
from tests.unit.incident_outputs import deployment, event, evidence, node, pod, service


def broken_rollout() -> Evidence:
    """A cart whose image does not exist, and a web front that cannot reach it."""
    cart = deployment("cart")
    web = deployment("web", container={"env": [{"name": "CART_ADDR", "value": "cart:80"}]})
    stuck = pod(cart, ready=False, state={"waiting": {"reason": "ImagePullBackOff"}})
    failed = event("Pod", "cart-1", "Failed", 'Failed to pull image "cart:9": not found')
    empty = {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "cart", "namespace": "shop"},
        "subsets": [],
    }
    log = Log("web", ("dial tcp 10.0.0.9:80: connect: connection refused",), "shop")
    return evidence(cart, stuck, failed, web, pod(web), service("cart"), empty, node("worker-1"), logs=[log])


def test_the_cause_stands_before_its_symptoms() -> None:
    report = investigate(broken_rollout())

    assert (report.causes[0].cause, report.causes[0].object) == ("image_not_found", "Deployment/shop/cart")
    assert all(cause.cause not in ("not_ready", "endpoints_missing") for cause in report.causes)
    assert not report.healthy


def test_the_report_has_the_shape_of_the_contract() -> None:
    data = json.loads(json.dumps(investigate(broken_rollout()).to_json()))

    assert data.keys() >= {
        "id", "namespace", "window", "summary", "causes", "graph", "timeline", "evidence", "healthy", "took_ms",
    }  # fmt: skip
    numbers = {piece["number"] for piece in data["evidence"]}
    assert all(set(cause["evidence"]) <= numbers for cause in data["causes"])
    assert "[1]" in data["summary"]
    assert data["causes"][0]["script"]["steps"][0]["argv"][0] == "kubectl"


def test_the_graph_leads_from_the_cause_to_what_it_affects() -> None:
    graph = investigate(broken_rollout()).to_json()["graph"]

    roles = {
        node["name"]: node["role"] for node in graph["nodes"] if node["kind"] in ("Deployment", "Service")
    }
    (edge,) = [edge for edge in graph["edges"] if edge["target"].endswith("Service/cart")]
    assert roles["cart"] in ("cause", "affected")
    assert edge["path"]
    assert "spec.selector" in edge["evidence"]


def test_the_way_is_that_of_the_topology_though_the_finding_knows_whom_it_affects() -> None:
    cart, web = (
        deployment("cart"),
        deployment("web", container={"env": [{"name": "CART", "value": "http://cart:80"}]}),
    )
    found = evidence(cart, pod(cart, ready=False), service("cart"), web, pod(web))
    cause, effect = ("bundle/shop/Deployment/cart", "bundle/shop/Deployment/web")
    about = Finding("not_ready", cause, "Deployment/shop/cart", "It is down.", 0.8, "", about=(effect,))

    way = Travel(Situation(found), [about]).path(cause, effect)

    assert [step.type for step in way] == ["selects", "calls"]


def test_the_window_ends_when_it_was_looked_at() -> None:
    late = datetime(2026, 11, 30, 12, tzinfo=UTC)
    report = investigate(replace(broken_rollout(), taken_at=late))

    assert report.window[1] == late
    assert report.id == investigate(replace(broken_rollout(), taken_at=late + timedelta(minutes=1))).id


def test_nothing_wrong_is_healthy() -> None:
    cart = deployment("cart")

    report = investigate(evidence(cart, pod(cart), service("cart"), node("worker-1")))

    assert report.healthy
    assert report.causes == ()


def test_a_suspicion_is_mentioned_and_counts_where_an_alert_says_that_something_is_wrong() -> None:
    cart, front = deployment("cart"), service("cart", ports=[{"port": 80, "targetPort": 9090}])
    found = evidence(cart, pod(cart), front)

    others = (Alert("Watchdog", "", "always"), Alert("MailDown", "mail", "down"))
    report, elsewhere = investigate(found), investigate(replace(found, alerts=others))
    alarmed = investigate(replace(found, alerts=(*others, Alert("CartDown", "cart", "down"))))

    assert report.healthy
    assert elsewhere.healthy
    assert not report.causes
    assert "9090" in report.summary
    assert (alarmed.healthy, alarmed.causes[0].cause) == (False, "service_target_port_wrong")


def test_manifests_that_nobody_has_applied_are_healthy() -> None:
    assert investigate(evidence(deployment("cart", replicas=3), service("cart"))).healthy


def test_nothing_known_is_not_healthy() -> None:
    assert not investigate(Evidence()).healthy


def test_a_credential_in_an_excerpt_is_masked() -> None:
    found = broken_rollout()
    secret = event(
        "Pod", "cart-1", "Failed", 'Failed to pull image "cart:9": not found password=hunter2secret'
    )

    report = investigate(Evidence(found.objects, evidence(secret).events, found.logs, namespace="shop"))

    assert "hunter2secret" not in json.dumps(report.to_json())


def steps(*levels: tuple[float, int]) -> numpy.ndarray:
    return numpy.concatenate([numpy.full(count, level) for level, count in levels])


def series(subject: str, metric: str, values: numpy.ndarray) -> Series:
    return Series(subject, metric, numpy.arange(len(values)) * 5.0, values)


def slow_chain() -> Evidence:
    """The front calls the cart; both are slow, the cart's network is delayed."""
    cart = deployment("cart")
    web = deployment("web", container={"env": [{"name": "CART_ADDR", "value": "cart:80"}]})
    found = evidence(cart, pod(cart), web, pod(web), service("cart"), service("web"), node("worker-1"))
    return Evidence(
        found.objects, (), (),
        (
            series("cart", "p50latency", steps((3, 20), (900, 20))),
            series("web", "p50latency", steps((30, 20), (2000, 20))),
        ),
        namespace="shop",
    )  # fmt: skip


def test_of_two_slow_services_the_called_one_is_the_cause() -> None:
    report = investigate(slow_chain())

    assert [(cause.object, cause.cause) for cause in report.causes] == [
        ("Deployment/shop/cart", "network_delay"),
        ("Deployment/shop/cart", "network_loss"),
    ]


def test_a_throttled_workload() -> None:
    cart = deployment("cart")
    found = evidence(cart, pod(cart))
    measured = (
        series("cart", "cpu", steps((0.03, 20), (0.2, 20))), series("cart", "cpu_cfs", steps((0.01, 20), (0.7, 20))),
        series("cart", "p95latency", steps((5, 20), (70, 20))),
    )  # fmt: skip

    report = investigate(Evidence(found.objects, series=measured, namespace="shop"))

    assert report.causes[0].cause == "cpu_overload"


@pytest.mark.parametrize(
    ("percentile", "cause"), [("p50", "node_network_delay"), ("p90", "node_network_loss")]
)
def test_a_node_that_sends_packets_again(percentile: str, cause: str) -> None:
    cart = deployment("cart")
    found = evidence(cart, pod(cart), node("worker-1"))
    told = (
        Alert("n", "worker-1", "…", ("[TCP Retransmission] | Normal=0.00retrans -> Current=6.67retrans",)),
        Alert(
            "s", "cart", "…", (f"[Slow Response] | {percentile}latency: Normal=5.00ms -> Current=800.00ms",)
        ),
    )

    report = investigate(Evidence(found.objects, alerts=told, namespace="shop"))

    assert (report.causes[0].object, report.causes[0].cause) == ("Node/worker-1", cause)


@settings(deadline=None)
@given(st.floats(-60, 60), st.floats(2, 50))
def test_a_minute_either_way_does_not_change_a_shift(late: float, factor: float) -> None:
    values = steps((10, 120), (10 * factor, 120))
    times = numpy.arange(240) * 5.0

    exact = shift(Series("cart", "latency", times, values), onset=600.0)
    misjudged = shift(Series("cart", "latency", times, values), onset=600.0 + late)

    assert exact is not None
    assert misjudged is not None
    assert misjudged.score == pytest.approx(exact.score)


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=60))
def test_any_values_are_measured_without_an_error(values: list[float]) -> None:
    found = shift(series("cart", "latency", numpy.array(values, dtype=numpy.float64)))

    assert found is None or found.before == found.before


def test_a_called_service_that_is_off_explains_its_caller() -> None:
    usual = numpy.tile([1.0, 1.1, 0.9, 1.0], 10)
    now = {"web": [1, 5, 6, 5, 1], "cart": [1, 9, 9, 9, 1], "mail": [4, 4, 4, 4, 4]}
    measured = [Measured(name, usual, numpy.array(values, dtype=float)) for name, values in now.items()]

    suspects = rank({"web": ["cart", "mail"]}, "web", measured)

    assert suspects[0].service == "cart"
    assert "rises and falls with it" in suspects[0].why


def test_a_service_that_is_barely_off_stands_behind_its_address() -> None:
    usual = numpy.tile([1.0, 1.1, 0.9, 1.0], 10)
    now = {
        "web": [1, 1.25, 1.3, 1.25, 1],
        "cart_remote": [1, 1.5, 1.6, 1.5, 1],
        "cart": [1, 1.12, 1.14, 1.13, 1],
    }
    measured = [Measured(name, usual, numpy.array(values, dtype=float)) for name, values in now.items()]

    assert rank({"web": ["cart", "cart_remote"]}, "web", measured)[0].service == "cart"


def test_what_is_off_when_the_target_is_well_is_less_suspect() -> None:
    usual = numpy.tile([1.0, 1.1, 0.9, 1.0], 10)
    now = {"web": [1, 5, 6, 5, 1], "cart": [1, 2, 2.4, 2.3, 1], "mail": [4, 6, 5, 6, 4]}
    measured = [Measured(name, usual, numpy.array(values, dtype=float)) for name, values in now.items()]

    assert rank({"web": ["cart", "mail"]}, "web", measured)[0].service == "cart"


def test_what_the_target_does_not_call_is_no_suspect() -> None:
    usual, now = numpy.tile([1.0, 1.1], 10), numpy.array([9.0, 9, 9])

    suspects = rank({"other": ["web"]}, "web", [Measured("other", usual, now), Measured("web", usual, now)])

    assert [one.service for one in suspects] == ["web"]


def test_availability_is_off_when_it_falls() -> None:
    usual = numpy.full(20, 100.0)

    assert is_off(Measured("web", usual, numpy.array([100.0, 90, 91]), 0.5, good_is_high=True))
    assert not is_off(Measured("web", usual, numpy.array([100.0, 99.9, 100]), 0.5, good_is_high=True))


@pytest.mark.parametrize(
    ("metric", "kind"),
    [("p90latency", Kind.LATENCY), ("cpu_cfs", Kind.THROTTLING), ("tcp_retrans", Kind.RETRANSMISSIONS),
     ("success_rate", Kind.SUCCESS), ("network_receive", Kind.TRAFFIC), ("cpu", Kind.CPU)],
)  # fmt: skip
def test_the_name_of_a_metric_says_what_it_measures(metric: str, kind: Kind) -> None:
    assert kind_of(metric) is kind


def test_what_became_slow_later_is_no_origin() -> None:
    names = ("cart", "mail")
    objects = [made for name in names for made in (deployment(name), pod(deployment(name)), service(name))]
    found = evidence(*objects)
    measured = (
        series("cart", "p50latency", steps((10, 40), (90, 80))),
        series("mail", "p50latency", steps((10, 80), (900, 40))),
    )

    report = investigate(Evidence(found.objects, series=measured, namespace="shop"))

    assert {cause.object for cause in report.causes} == {"Deployment/shop/cart"}


def test_of_slow_services_one_that_only_some_callers_find_slow_comes_after() -> None:
    names = ("cart", "mail")
    objects = [made for name in names for made in (deployment(name), pod(deployment(name)), service(name))]
    found = evidence(*objects)
    measured = (
        series("cart", "p50latency", steps((10, 20), (200, 20))), series("mail", "p50latency", steps((10, 40))),
        series("mail", "p90latency", steps((20, 20), (9000, 20))),
    )  # fmt: skip

    report = investigate(Evidence(found.objects, series=measured, namespace="shop"))

    assert report.causes[0].object == "Deployment/shop/cart"


def test_noise_is_healthy() -> None:
    noise = numpy.random.default_rng(0).normal(30, 2, 60)
    cart = deployment("cart")
    found = evidence(cart, pod(cart))

    assert investigate(
        Evidence(found.objects, series=(series("cart", "p90latency", noise),), namespace="shop")
    ).healthy
