"""The only client of a language model: any server that speaks the OpenAI API, through LlamaIndex's interface.

Nothing here logs, and no error holds, a key, a prompt or what a server said: a server may echo both.
"""

from __future__ import annotations

import logging
import queue
import re
import ssl
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import httpx

from connectors.errors import TemporaryError

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatResponse
    from llama_index.llms.openai_like import OpenAILike

_LIST_SECONDS = 3.0
_MODELS_TOLD = 20
_MODEL = re.compile(r"[\w.:/@+-]{1,120}")
_CHARACTERS_A_TOKEN = 12
"""More than any tokenizer puts into one on average: a server that ignores `max_tokens` is stopped by it."""
_NO_KEY = "none"
"""Sent where no key is configured: without one, the client would take `OPENAI_API_KEY` from the environment."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is and what it may use."""

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    """Seconds for the whole of one answer."""
    max_tokens: int = 700
    """Tokens of one answer."""
    context_tokens: int = 1_500
    """Tokens of the lines that are sent with a question."""


class LlmError(TemporaryError):
    """The model did not answer, or not to its end."""


class Llm:
    """A model behind an OpenAI-compatible endpoint; safe to use from several threads."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def stream(self, system: str, user: str) -> Iterator[str]:
        """The parts of one reply as they come.

        Raises `LlmError` where the server fails, breaks off, or needs more than the endpoint's timeout in all. Ends
        quietly where the reply is longer than was allowed.
        """
        import llama_index.llms.openai_like  # noqa: F401 - takes seconds, which are not the model's

        left = self.endpoint.max_tokens * _CHARACTERS_A_TOKEN
        for part in _within(self._parts(system, user), self.endpoint.timeout):
            yield part[:left]
            left -= len(part)
            if left <= 0:
                return

    def check(self) -> str:
        """What is wrong with the endpoint, in a sentence; '' where it answers in the time that answers have."""
        try:
            said = "".join(self.stream("Reply with one word.", "Say yes."))
        except LlmError as error:
            return str(error)
        return "" if said.strip() else "it answers with nothing"

    def _parts(self, system: str, user: str) -> Generator[str]:
        from llama_index.core.base.llms.types import ChatMessage, MessageRole

        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=system),
            ChatMessage(role=MessageRole.USER, content=user),
        ]
        complete = False
        # A client of its own: replies that are left early are closed by the garbage collector, which may do so
        # while its thread holds the lock of a shared pool of connections, and then waits for itself.
        with httpx.Client(timeout=self.endpoint.timeout, verify=self._tls) as http:
            try:
                for response in self._client(http).stream_chat(messages):
                    complete = complete or _is_last(response)
                    if response.delta:
                        yield response.delta
            except Exception as error:  # noqa: BLE001 - told in our words, whatever it is
                raise self._told(error, http) from None
        if not complete:
            raise LlmError("the model's reply broke off")

    def _told(self, error: Exception, http: httpx.Client) -> LlmError:
        """`error` in our words; where the server does not know the model, with the names of those that it has."""
        if getattr(error, "status_code", None) in (400, 404):
            offered = self._offered(http)
            if offered and self.endpoint.model not in offered:
                return LlmError(
                    f"the model's server has no model `{self.endpoint.model}`; "
                    f"set `answers.llm.model` to one that it has: {', '.join(offered[:_MODELS_TOLD])}"
                )
        return _told(error)

    def _offered(self, http: httpx.Client) -> list[str]:
        """The names of the server's models; none where it does not list them."""
        key = self.endpoint.api_key
        headers = {"Authorization": f"Bearer {key or _NO_KEY}"}
        url = self.endpoint.base_url.rstrip("/") + "/models"
        try:
            reply = http.get(url, headers=headers, timeout=_LIST_SECONDS)
            names = [entry["id"] for entry in reply.json()["data"]]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return []
        return [n for n in names if isinstance(n, str) and _MODEL.fullmatch(n) and not (key and key in n)]

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    def _client(self, http: httpx.Client) -> OpenAILike:
        from llama_index.llms.openai_like import OpenAILike

        # Its debug log holds whole requests.
        logging.getLogger("openai").setLevel(logging.WARNING)
        return OpenAILike(
            model=self.endpoint.model,
            api_base=self.endpoint.base_url,
            api_key=self.endpoint.api_key or _NO_KEY,
            is_chat_model=True,
            temperature=0.0,
            max_tokens=self.endpoint.max_tokens,
            context_window=self.endpoint.context_tokens + 4 * self.endpoint.max_tokens,
            timeout=self.endpoint.timeout,
            max_retries=0,  # who waits for an answer is better served by the extractive one
            http_client=http,
        )


def _is_last(response: ChatResponse) -> bool:
    choices = getattr(response.raw, "choices", None) or []
    return any(getattr(choice, "finish_reason", None) for choice in choices)


def _within(parts: Generator[str], seconds: float) -> Iterator[str]:
    """`parts`, read in a thread so that a server which stalls cannot hold the caller longer than `seconds`."""
    arrived: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
    gone = threading.Event()

    def read() -> None:
        try:
            for part in parts:
                if gone.is_set():
                    return
                arrived.put(part)
            arrived.put(None)
        except Exception as error:  # noqa: BLE001 - handed to the caller, whatever it is
            arrived.put(error)
        finally:
            parts.close()

    deadline = time.monotonic() + seconds
    threading.Thread(target=read, name="llm", daemon=True).start()
    try:
        while True:
            left = deadline - time.monotonic()
            try:
                # An empty queue and no time left are the same: too slow.
                item = arrived.get(timeout=max(left, 0.001))
            except queue.Empty:
                raise LlmError(f"the model needed more than {seconds:g} seconds") from None
            if item is None:
                return
            if isinstance(item, Exception):
                raise _told(item) from None
            if left <= 0:
                raise LlmError(f"the model needed more than {seconds:g} seconds")
            yield item
    finally:
        gone.set()


def _told(error: Exception) -> LlmError:
    """`error` without what the server or the request said."""
    if isinstance(error, LlmError):
        return error
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        advice = {401: "; check `answers.llm.api_key`", 403: "; check `answers.llm.api_key`",
                  404: "; check `answers.llm.base_url` and `model`", 429: ": too many requests"}  # fmt: skip
        return LlmError(f"the model's server answered {status}{advice.get(status, '')}")
    # Not imported for its names: that would take a second.
    if type(error).__name__ in ("APIConnectionError", "ConnectError"):
        return LlmError("the model's server cannot be reached; check `answers.llm.base_url` and that it runs")
    return LlmError(f"the model's server failed ({type(error).__name__})")
