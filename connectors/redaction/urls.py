"""Credentials in URLs, HTTP headers and XML elements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.redaction.masking import Span
from connectors.redaction.names import Suspicion, suspicion
from connectors.redaction.values import is_credential, looks_random, points_elsewhere

_USERINFO = re.compile(r"://[^\s/:@\"'<>`]*:([^\s/\"'<>`]+)@")
_KEY_AS_USER = re.compile(r"://([0-9a-f]{32,64})@")
_HEADER = re.compile(
    r"(?i)authorization[\"'\\]{0,3}\s{0,4}[:=]\s{0,4}[\"'\\]{0,3}(?:bearer|basic|token|apikey)\s{1,4}"
    r"([^\s\"'`\\,;)]+)"
)
_BEARER = re.compile(r"\b[Bb]earer ([A-Za-z0-9._~+/=-]{16,})")
_ELEMENT = re.compile(r"<(?P<key>[\w.-]{1,60})>(?P<value>[^<>\n]{1,500})</")


def urls_and_headers(text: str) -> Iterator[Span]:
    """Spans of passwords in URLs, of what an `Authorization` header carries, of `<password>…</password>`."""
    spans: list[Span] = []
    if "://" in text:
        spans += [m.span(1) for m in _USERINFO.finditer(text) if is_credential(m[1], Suspicion.STRONG)]
        spans += [m.span(1) for m in _KEY_AS_USER.finditer(text)]
    spans += [m.span(1) for m in _HEADER.finditer(text) if not points_elsewhere(m[1])]
    spans += [m.span(1) for m in _BEARER.finditer(text) if looks_random(m[1]) and not points_elsewhere(m[1])]
    if "</" in text:
        elements = _ELEMENT.finditer(text)
        spans += [m.span("value") for m in elements if is_credential(m["value"], suspicion(m["key"]))]
    yield from spans
