"""One request as the shared HTTP behaviour sends it: patience, credentials, and what its errors say."""

from __future__ import annotations

import json

import pytest

from connectors.errors import ConfigurationError, TemporaryError, UnreachableError, UnreadableError
from connectors.http.credentials import Basic, Credentials, Token
from connectors.http.errors import (
    BusyError,
    CutError,
    ForbiddenError,
    MissingError,
    RejectedError,
    ServerFaultError,
    redacted,
)
from connectors.http.exchange import Answer, Exchange
from connectors.http.policy import Policy
from connectors.http.rate import AdaptiveRate
from tests.unit.http_fakes import FakeTime

URL = "https://api.example/v1/pages/7?cursor=abc"


class Server:
    """Gives the `answers` in their order: a status, a status with headers or body, or an error to raise."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.authorizations: list[str] = []

    def send(self, authorization: str) -> Answer[None]:
        self.authorizations.append(authorization)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = answer if isinstance(answer, tuple) else (answer, {}, {})
        return Answer(status, headers, json.dumps(body).encode(), None)


def exchange(time: FakeTime, credentials: Credentials | None = None) -> Exchange:
    rate = AdaptiveRate(time.clock, start=1_000_000)
    return Exchange("https://api.example", credentials, hint=hint, clock=time.clock, rate=rate)


def hint(status: int, method: str, path: str) -> str:
    return {403: "grant the scope read:page", 401: "correct `token`"}.get(status, "")


def run(server: Server, time: FakeTime | None = None, credentials: Credentials | None = None) -> int:
    return exchange(time or FakeTime(), credentials).run("GET", URL, server.send).status


def test_an_answer_comes_through() -> None:
    assert run(Server(200)) == 200


def test_it_waits_as_long_as_the_server_asks_even_beyond_a_minute() -> None:
    time = FakeTime()
    assert run(Server((429, {"Retry-After": "75"}, {}), (529, {"Retry-After": "3"}, {}), 200), time) == 200
    assert [wait for wait in time.slept if wait > 0.1] == [75, 3]


def test_a_server_that_stays_busy_is_a_temporary_error_in_bounded_time() -> None:
    time = FakeTime()
    begun = time.at
    with pytest.raises(BusyError, match="answered 429 and asks to wait 100 seconds"):
        run(Server((429, {"Retry-After": "100"}, {})), time)
    assert time.at - begun <= Policy().budget


def test_a_fault_of_the_server_and_a_cut_connection_are_temporary() -> None:
    with pytest.raises(ServerFaultError, match="GET /v1/pages/7 answered 500"):
        run(Server(500))
    with pytest.raises(CutError):
        run(Server(CutError("cut")))
    assert run(Server(CutError("cut"), 502, 200)) == 200


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, ConfigurationError), (403, ForbiddenError), (404, MissingError), (410, MissingError)],
)
def test_errors_have_their_place_in_the_tree(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        run(Server(status))


def test_a_rejected_request_says_what_the_server_said() -> None:
    body = {"code": "validation_error", "message": "body failed"}
    with pytest.raises(RejectedError, match=r"answered 400 \(validation_error: body failed\)") as raised:
        run(Server((400, {}, body)))
    assert (raised.value.code, raised.value.said) == ("validation_error", "body failed")
    assert isinstance(raised.value, UnreadableError)


def test_a_refusal_names_the_missing_scope() -> None:
    with pytest.raises(ForbiddenError, match="answered 403; grant the scope read:page"):
        run(Server(403))


class Renewed:
    """Credentials that are numbered; `problems` are raised in their order when new ones are wanted."""

    def __init__(self, *problems: Exception) -> None:
        self.problems = list(problems)
        self.number = 1
        self.has_some = True

    def header(self) -> str:
        if not self.has_some:
            if self.problems:
                raise self.problems.pop(0)
            self.number, self.has_some = self.number + 1, True
        return f"Bearer {self.number}"

    def refresh(self) -> bool:
        self.has_some = False
        return True

    def secrets(self) -> tuple[str, ...]:
        return ()


def test_credentials_are_renewed_once() -> None:
    server, credentials = Server(401, 200), Renewed()
    assert run(server, credentials=credentials) == 200
    assert server.authorizations == ["Bearer 1", "Bearer 2"]
    with pytest.raises(ConfigurationError, match="answered 401; correct `token`"):
        run(Server(401), credentials=credentials)
    assert credentials.number == 3


def test_a_token_endpoint_that_is_busy_is_asked_again() -> None:
    server, credentials = Server(401, 200), Renewed(TemporaryError("busy"), TemporaryError("busy"))
    assert run(server, credentials=credentials) == 200
    assert server.authorizations == ["Bearer 1", "Bearer 2"]
    with pytest.raises(TemporaryError, match="still busy"):
        run(Server(401, 200), credentials=Renewed(*[TemporaryError("still busy")] * 9))


def test_a_missing_scope_uses_up_no_refresh_token() -> None:
    server, credentials = Server((401, {}, {"message": "Unauthorized; scope does not match"})), Renewed()
    with pytest.raises(ConfigurationError, match="scope does not match"):
        run(server, credentials=credentials)
    assert credentials.number == 1


def test_credentials_go_nowhere_else() -> None:
    server = Server(200)
    to = exchange(FakeTime(), Token("secret-token"))
    for url in ("https://files.example/a", "http://api.example/v1", "https://api.example:8443/v1"):
        to.run("GET", url, server.send)
    assert server.authorizations == ["", "", ""]
    to.run("GET", "https://API.example:443/v1", server.send)
    assert server.authorizations[-1] == "Bearer secret-token"


@pytest.mark.parametrize("credentials", [Token("ntn-4711-abcdef"), Basic("ada@example.org", "pa55word-xyz")])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_no_error_holds_a_credential(credentials: Credentials, status: int) -> None:
    said = f"you sent {credentials.header()} and {' '.join(credentials.secrets())}"
    with pytest.raises((ConfigurationError, TemporaryError, UnreadableError)) as raised:
        run(Server((status, {}, {"message": said, "code": said})), credentials=credentials)
    shown = f"{raised.value} {raised.value!r} {vars(raised.value)} {credentials!r}"
    assert not [secret for secret in credentials.secrets() if secret in shown]
    assert "cursor" not in shown


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("GET https://x/y?access_token=abcd1234&page=2", "abcd1234"),
        ("https://s3/x.pdf?X-Amz-Signature=0a1b2c&X-Amz-Date=1", "0a1b2c"),
        ("Authorization: Bearer abcdefgh", "abcdefgh"),
        ("Basic YWRhOnBhc3M=", "YWRhOnBhc3M"),
        ("https://ada:hunter22@site/wiki", "hunter22"),
    ],
)
def test_known_forms_of_credentials_are_masked(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redacted(text)


def test_a_server_that_only_fails_is_unreachable_in_the_end() -> None:
    to = exchange(FakeTime())
    raised: list[type[Exception]] = []
    for _ in range(25):
        with pytest.raises(TemporaryError) as caught:
            to.run("GET", URL, Server(500).send)
        raised.append(caught.type)
    assert raised == [ServerFaultError] * 24 + [UnreachableError]


def test_damaged_items_do_not_make_a_server_unreachable_that_answers_to_the_rest() -> None:
    to = exchange(FakeTime())
    well = Server(200)
    to.run("GET", URL, well.send)
    for number in range(80):
        with pytest.raises(TemporaryError) as caught:
            to.run("GET", f"{URL}{number}", Server(500).send)
        assert caught.type is ServerFaultError
    assert len(well.authorizations) == 1 + 3, "asked again after each 25 failures, and not more"


@pytest.mark.parametrize("later", [500, 429, CutError("no answer")])
def test_a_server_that_no_longer_gives_what_it_gave_is_unreachable(later: object) -> None:
    to = exchange(FakeTime())
    to.run("GET", URL, (server := Server(200, later)).send)
    for _ in range(24):
        with pytest.raises(ServerFaultError):
            to.run("GET", URL, Server(500).send)
    with pytest.raises(UnreachableError, match="25 requests in a row failed"):
        to.run("GET", URL, Server(500).send)
    assert len(server.authorizations) > 1


def test_an_answer_in_between_shows_that_the_server_is_there() -> None:
    to = exchange(FakeTime())
    for _ in range(3):
        for _ in range(20):
            with pytest.raises(ServerFaultError):
                to.run("GET", URL, Server(500).send)
        with pytest.raises(MissingError):
            to.run("GET", URL, Server(404).send)
