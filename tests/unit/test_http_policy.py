"""When a request is tried again, and how fast requests follow each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.http.policy import Policy, Retry, decide, retry_after
from connectors.http.rate import AdaptiveRate
from tests.unit.http_fakes import FakeTime

NOW = 1_794_484_800.0  # Thu, 12 Nov 2026 12:00:00 GMT


def choose(status: int, headers: dict[str, str] | None = None, **given: float) -> Retry | None:
    options = {"attempt": 1, "waited": 0.0, "now": NOW, "jitter": 0.0} | given
    return decide(Policy(), status, headers or {}, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [0, 408, 409, 429, 500, 502, 503, 504, 529])
def test_what_may_pass_is_tried_again(status: int) -> None:
    assert choose(status) == Retry(0.5)


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 403, 404, 410, 422, 501])
def test_what_will_not_change_is_taken_as_it_is(status: int) -> None:
    assert choose(status) is None


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "90.5"}, 90.5),
        ({"Retry-After": "Thu, 12 Nov 2026 12:02:00 GMT"}, 120),
        ({"Retry-After": "Thu, 12 Nov 2026 11:00:00 GMT"}, 0),
    ],
)
@pytest.mark.parametrize("status", [429, 503, 529])
def test_retry_after_is_honoured_as_seconds_and_as_date(
    status: int, headers: dict[str, str], wait: float
) -> None:
    assert choose(status, headers) == Retry(wait)


def test_a_date_is_compared_with_the_clock_of_the_server() -> None:
    headers = {"Retry-After": "Thu, 12 Nov 2026 12:02:00 GMT", "Date": "Thu, 12 Nov 2026 12:01:50 GMT"}
    assert choose(429, headers) == Retry(10)


@pytest.mark.parametrize("value", ["", "soon", "-5", "nan", "inf", "Thu, 99 Nov", "12 Nov 99999999999"])
def test_a_useless_retry_after_is_as_none(value: str) -> None:
    assert retry_after({"Retry-After": value}, NOW) is None
    assert choose(429, {"Retry-After": value}) == Retry(0.5)


def test_a_wait_beyond_the_budget_is_not_begun_and_never_shortened() -> None:
    assert choose(429, {"Retry-After": "800"}) == Retry(800)
    assert choose(429, {"Retry-After": "901"}) is None
    assert choose(429, {"Retry-After": "800"}, waited=101.0) is None


def test_jitter_only_adds_to_what_the_server_asked_for() -> None:
    choice = choose(429, {"Retry-After": "10"}, jitter=0.9)
    assert choice
    assert 10 < choice.wait <= 11


def test_a_fault_is_given_up_sooner_than_a_request_for_patience() -> None:
    policy = Policy()
    assert choose(500, attempt=policy.fault_attempts) is None
    assert choose(429, attempt=policy.fault_attempts) is not None
    assert choose(429, attempt=policy.attempts) is None


@given(st.lists(st.sampled_from([0, 429, 500, 503, 529]), min_size=1), st.floats(0, 0.999))
def test_no_request_waits_for_ever(statuses: list[int], jitter: float) -> None:
    policy, waited = Policy(), 0.0
    for attempt in range(1, 1_000):
        status = statuses[attempt % len(statuses)]
        choice = decide(policy, status, {}, attempt=attempt, waited=waited, now=NOW, jitter=jitter)
        if choice is None:
            break
        waited += choice.wait
    assert attempt <= policy.attempts
    assert waited <= policy.budget


def test_the_rate_halves_when_refused_and_grows_back() -> None:
    time = FakeTime()
    rate = AdaptiveRate(time.clock, start=8)
    rate.refused()
    rate.refused()  # the second of a burst says nothing new
    assert rate.per_second == 4
    time.at += 1
    rate.refused()
    assert rate.per_second == 2
    for _ in range(1_000):
        rate.wait()
        rate.succeeded()
    assert 2 < rate.per_second < 50


def test_a_server_without_a_limit_is_soon_asked_as_fast_as_it_answers() -> None:
    time = FakeTime()
    rate = AdaptiveRate(time.clock)
    begun = time.at
    for _ in range(1_000):
        rate.wait()
        rate.succeeded()
    assert time.at - begun < 10


def test_the_rate_does_not_run_ahead_of_a_slow_server() -> None:
    """Else its first 429 would be followed by many more, until the rate were down to what was sent."""
    time = FakeTime()
    rate = AdaptiveRate(time.clock)
    for _ in range(200):
        rate.wait()
        time.at += 0.2  # what an answer takes
        rate.succeeded()
    assert rate.per_second < 25
    rate.refused()
    assert rate.per_second < 3


def test_the_rate_spaces_requests() -> None:
    time = FakeTime()
    rate = AdaptiveRate(time.clock, start=4)
    begun = time.at
    for _ in range(5):
        rate.wait()
    assert time.at - begun == pytest.approx(1)


def test_the_rate_finds_what_a_server_allows() -> None:
    """A server of 3 requests a second refuses few, and gets nearly all it allows."""
    time = FakeTime()
    rate = AdaptiveRate(time.clock)
    tokens, last, refused = 3.0, time.at, 0
    begun = time.at
    for _ in range(2_000):
        rate.wait()
        tokens, last = min(3.0, tokens + 3 * (time.at - last)), time.at
        if tokens < 1:
            refused += 1
            rate.refused()
        else:
            tokens -= 1
            rate.succeeded()
    assert refused < 200
    assert 2_000 / (time.at - begun) > 2
