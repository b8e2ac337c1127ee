"""A request as it came, and an answer as it goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

import yaml

from tests.servers.kube import protobuf
from tests.servers.kube.status import ApiError

Json = dict[str, Any]


@dataclass
class Request:
    """A request. `user` and `status` are known once it has been answered."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    user: str = ""
    status: int = 0

    def __post_init__(self) -> None:
        parts = urlsplit(self.target)
        self.path = unquote(parts.path)
        self.query = parse_qs(parts.query, keep_blank_values=True)

    @property
    def accept(self) -> str:
        """Its Accept header."""
        return self.headers.get("accept", "")

    @property
    def line(self) -> str:
        """`METHOD /path?query`, decoded."""
        return f"{self.method} {unquote_plus(self.target)}"

    def get(self, name: str, default: str = "") -> str:
        """The first value of a parameter."""
        return self.query.get(name, [default])[0]

    def flag(self, name: str) -> bool:
        """Whether a parameter is set to something true."""
        return self.get(name) in ("1", "t", "T", "true", "True", "TRUE")

    def body(self) -> Any:
        """Its body from JSON, YAML or (access reviews) protobuf; 400 if it is neither."""
        if self.headers.get("content-type", "").startswith(protobuf.MEDIA_TYPE):
            return protobuf.decoded(self.content)
        try:
            return json.loads(self.content or b"{}")
        except ValueError:
            pass
        try:
            return yaml.safe_load(self.content)
        except yaml.YAMLError as error:
            raise ApiError(400, f"the body of the request cannot be read: {error}") from None


@dataclass
class Reply:
    """An answer: a body of known length, or pieces that are sent as they come (`live` ones at once, as in watches)."""

    status: int = 200
    body: bytes = b""
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterator[str] | None = None
    live: bool = False

    @classmethod
    def json(cls, data: object, status: int = 200, media_type: str = "application/json") -> Reply:
        """A JSON answer."""
        return cls(status, json.dumps(data, separators=(",", ":")).encode() + b"\n", media_type)

    @classmethod
    def text(cls, text: str, status: int = 200) -> Reply:
        """A plain answer."""
        return cls(status, text.encode(), "text/plain; charset=utf-8")
