"""New and rising templates, first errors and stack traces in logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.evidence import Log
from incidents.logs.excerpts import excerpt, is_severe
from incidents.logs.news import Kind, news
from incidents.logs.templates import Templates

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ONSET = START + timedelta(minutes=10)


def log(*lines: str, every: int = 10, previous: bool = False) -> Log:
    """A log with a line each so many seconds."""
    times = tuple(START + timedelta(seconds=every * place) for place in range(len(lines)))
    return Log("cart-1", lines, "shop", "server", previous, times)


def test_a_template_that_was_not_there_before_is_new() -> None:
    calm = [f"INFO served request {n} in {n % 7} ms" for n in range(60)]
    bad = [f"ERROR cannot reach 10.0.0.{n}:5432" for n in range(8)]

    found = news([log(*calm, *bad, *calm[:10])], ONSET)

    assert [(one.kind, one.count, one.before) for one in found] == [(Kind.NEW, 8, 0)]
    assert found[0].piece.text == "ERROR cannot reach 10.0.0.0:5432"
    assert found[0].piece.at == START + timedelta(minutes=10)
    assert found[0].text == "new in the log, 8 times: ERROR cannot reach 10.0.0.0:5432"


def test_a_template_that_comes_more_often_rises() -> None:
    calm = ["INFO ok" if n % 20 else f"WARN slow query of {n} ms, timed out" for n in range(60)]
    bad = [f"WARN slow query of {n} ms, timed out" for n in range(40)]

    found = news([log(*calm, *bad)], ONSET)

    assert [(one.kind, one.count, one.before) for one in found] == [(Kind.RISING, 40, 3)]


def test_without_a_time_before_the_first_error_is_told_with_its_trace() -> None:
    lines = ("INFO starting", "ERROR it failed", "java.lang.IllegalStateException: no client",
             "\tat a.B.pick(B.java:41)",
             "Caused by: java.io.IOException: gone", "\t... 3 more", "INFO bye")  # fmt: skip

    found = news([log(*lines)], START)

    assert found[0].kind is Kind.FIRST_ERROR
    assert found[0].piece.text == "\n".join(lines[2:6])


def test_logs_without_times_tell_nothing() -> None:
    assert news([Log("cart", ("ERROR it failed",))], ONSET) == []


def test_a_trace_of_python_ends_with_its_error() -> None:
    lines = ["ERROR in job", "Traceback (most recent call last):", '  File "a.py", line 1, in <module>', "    run()",
             "ValueError: no such table", "INFO next"]  # fmt: skip

    assert excerpt(lines, 0) == "\n".join(lines[:5])


def test_words_of_success_are_no_failure() -> None:
    assert is_severe("level=error msg=refused")
    assert not is_severe("finished with 0 errors")
    assert not is_severe('msg="done" error=null')


def test_numbers_addresses_and_ids_are_one_template() -> None:
    templates = Templates()

    first, second = templates.numbers(["took 12ms from 10.0.0.1:80", "took 7ms from 10.2.0.1:80"])

    assert first == second
    assert templates.text(first) == "took <NUMBER>ms from <ADDRESS>"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=80), max_size=30))
def test_any_lines_are_read_and_excerpts_stand_in_the_log(lines: list[str]) -> None:
    found = news([log(*lines)], ONSET)

    assert all(one.piece.text in "\n".join(lines) for one in found)
