"""Where a series changed: against its usual hour, and whatever the onset is said to be."""

from __future__ import annotations

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.evidence import Evidence
from incidents.investigate import investigate
from incidents.metrics.changes import shift
from incidents.metrics.series import Numbers, Series
from tests.unit.incident_outputs import deployment, evidence, pod, service

STEP = 300.0
DAY = 86_400.0


def days(count: float, peak: float = 100.0) -> tuple[Numbers, Numbers]:
    """Times, and values that are high by day and low by night."""
    times = numpy.arange(0, count * DAY, STEP)
    return times, 20.0 + peak * numpy.clip(numpy.sin(2 * numpy.pi * times / DAY), 0, None)


def test_what_happens_every_day_is_no_shift() -> None:
    times, values = days(4)

    found = shift(Series("cart", "rps", times, values), floor=1.0)

    assert found is not None
    assert abs(found.score) < 4.0


def test_too_little_for_the_hour_is_a_shift_though_the_night_has_less() -> None:
    times, values = days(4)
    noon = (times >= 3.2 * DAY) & (times < 3.3 * DAY)
    values = numpy.where(noon, values / 2, values)

    found = shift(Series("cart", "rps", times, values), floor=1.0)

    assert found is not None
    assert found.score < -4.0
    assert abs(found.onset - 3.2 * DAY) <= 2 * STEP
    assert found.after < found.before * 0.7


def test_two_days_know_no_season() -> None:
    times, values = days(2.5)
    evening = times >= DAY / 2

    found = shift(Series("cart", "rps", times[evening], values[evening]), floor=1.0)

    assert found is not None
    assert abs(found.score) > 4.0


def test_an_hour_that_was_never_measured_before_gives_no_season() -> None:
    times, values = days(4)
    kept = (times >= 3 * DAY) | (times % DAY < DAY / 2)

    found = shift(Series("cart", "rps", times[kept], values[kept]), floor=1.0)

    assert found is not None


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 5), min_size=3, max_size=5, unique=True),
    st.floats(-60.0, 60.0),
    st.integers(0, 2**16),
)
def test_the_rank_is_kept_when_the_onset_is_misjudged_by_a_minute(
    powers: list[int], late: float, seed: int
) -> None:
    times = numpy.arange(0.0, 1_800.0, 5.0)
    noise = numpy.random.default_rng(seed)
    services = []
    for power in powers:
        quiet = noise.normal(100.0, 2.0, len(times))
        grown = numpy.where(times >= 900.0, quiet * 3.0**power * 2, quiet)
        services.append(Series(f"service-{power}", "latency", times, grown))

    def ranks(onset: float) -> list[str]:
        scores = {
            one.subject: found.score for one in services if (found := shift(one, 5.0, onset)) is not None
        }
        return sorted(scores, key=lambda name: -scores[name])

    assert (
        ranks(900.0 + late) == ranks(900.0) == [f"service-{power}" for power in sorted(powers, reverse=True)]
    )


def series_of(name: str, metric: str, before: float, after: float) -> Series:
    times = numpy.arange(0.0, 600.0, 5.0)
    return Series(name, metric, times, numpy.where(times >= 300.0, after, before))


def said(*series: Series) -> list[tuple[str, str]]:
    """Cause and workload of what a report says of two workloads with these metrics."""
    cart, web = deployment("cart"), deployment("web")
    objects = evidence(cart, pod(cart), web, pod(web)).objects
    causes = investigate(Evidence(objects, series=series, namespace="shop")).causes
    return [(one.cause, one.object.rpartition("/")[2]) for one in causes]


def test_what_became_slower_by_milliseconds_has_not_made_another_slower_by_seconds() -> None:
    little = (series_of("cart", "p50latency", 10, 50), series_of("cart", "p90latency", 20, 2_000))
    much = (series_of("web", "p50latency", 3_000, 9_000),)

    assert said(*little, *much)[0] == ("network_delay", "web")
    times = numpy.arange(0.0, 600.0, 5.0)
    restless = numpy.where(times >= 300.0, 10_000.0, numpy.resize([1_500.0, 3_000.0, 4_500.0], len(times)))
    assert said(*little, Series("web", "p50latency", times, restless))[0] == ("network_delay", "web")


def test_seconds_more_are_noticed_however_slow_it_was() -> None:
    assert said(series_of("web", "p90latency", 9_000, 26_000))[0] == ("network_delay", "web")
    assert said(series_of("web", "p90latency", 90, 260)) == []


def test_an_entry_waits_for_what_is_slow_behind_it() -> None:
    grave = series_of("cart", "p50latency", 10, 200)
    cart, web = deployment("cart"), deployment("web")
    objects = evidence(cart, pod(cart), web, pod(web), service("web", type="NodePort")).objects

    def first(entry: Series) -> str:
        causes = investigate(Evidence(objects, series=(grave, entry), namespace="shop")).causes
        return causes[0].object.rpartition("/")[2]

    assert first(series_of("web", "p50latency", 10, 5_000)) == "cart"
    assert first(series_of("web", "p50latency", 1, 100_000)) == "web"


def test_what_was_not_called_before_has_not_become_slow() -> None:
    assert (
        said(series_of("cart", "p50latency", 0, 80), series_of("web", "p50latency", 10, 500))[0][1] == "web"
    )
    assert said(series_of("cart", "p50latency", 0, 80)) == []


def test_a_slow_workload_that_uses_more_cpu_is_busy() -> None:
    slow = series_of("cart", "p50latency", 10, 500)
    traffic = series_of("cart", "rps", 10, 60)

    assert said(slow, series_of("cart", "cpu", 0.1, 0.5))[0] == ("cpu_overload", "cart")
    assert said(slow, series_of("cart", "cpu", 0.1, 0.5), traffic)[0] == ("network_delay", "cart")


def test_of_throttled_workloads_the_most_throttled_comes_first() -> None:
    def throttled(name: str, much: float) -> list[Series]:
        return [series_of(name, "cpu_cfs", 0.01, much), series_of(name, "cpu", 0.05, 0.2)]

    assert said(*throttled("cart", 0.3), *throttled("web", 0.9))[0] == ("cpu_overload", "web")
    little, much = series_of("cart", "p50latency", 10, 28), series_of("web", "p50latency", 300, 9_000)
    assert said(*throttled("cart", 0.9), little, much)[0] == ("network_delay", "web")


@pytest.mark.parametrize(
    ("typical", "first", "second"),
    [(11, "network_loss", "network_delay"), (100, "network_loss", "network_delay"),
     (900, "network_delay", "network_loss"), (None, "network_delay", "network_loss")],
    ids=["the typical call as before", "a tenth", "nearly as much", "not measured"],
)  # fmt: skip
def test_slow_calls_alone_may_be_lost_packets(typical: int | None, first: str, second: str) -> None:
    measured = [series_of("cart", "p50latency", 10, typical)] if typical else []

    told = said(*measured, series_of("cart", "p90latency", 20, 2_000))

    assert told[:2] == [(first, "cart"), (second, "cart")]
