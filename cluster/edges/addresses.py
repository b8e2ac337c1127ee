"""Finds host names that are called in settings: in values of environment variables, arguments, configuration files.

Nothing is guessed from a word alone: a host counts where it stands in a URL, before a port, in a cluster-internal
name, or as the whole value of something that is named as an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL}){{0,6}}"
_BEFORE, _AFTER = r"(?<![\w.@/:%+-])", r"(?![\w-]|\.\w)"
_URL = re.compile(
    rf"[a-zA-Z][a-zA-Z0-9+.:-]{{0,40}}://(?:[^\s/@\"'<>,;]{{1,200}}@)?(?P<hosts>{_HOST}[^\s/?#\"'<>;]{{0,500}})"
)
_LISTED = re.compile(rf"(?P<host>{_HOST})(?::(?P<port>\d{{1,5}}))?(?:,|$)")
_PORTED = re.compile(rf"(?:{_BEFORE}|(?<=\d@))(?P<host>{_HOST}):(?P<port>\d{{1,5}})(?![\w.]|-\w)")
_INTERNAL = re.compile(rf"{_BEFORE}(?P<host>{_HOST}\.svc(?:\.{_LABEL}){{0,4}})(?![\w-])")
_PAIR = re.compile(
    rf"(?i)(?:^|[\s;,{{(\"'])[\w.-]{{0,60}}?(?:host|hostname|server|addr|address|endpoint|data source|service|url|uri)"
    rf"[\"']?\s?[=:]\s?[\"']?(?P<host>{_HOST})[\"']?(?=\s|[;,)}}]|$)"
)
_ADDRESS_NAME = re.compile(
    r"(?i)(?:^|[_.-])(?:host|hosts|hostname|server|servers|addr|address|endpoint|service|svc|url|uri|upstream|backend|broker|"
    r"brokers|bootstrap|peer|peers|name)$"
)
_VARIABLE = re.compile(r"\$\((\w+)\)|\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Address:
    """A host as it stands in a text; `sure` where only an address is written so (a URL, `*.svc`)."""

    host: str
    port: int | None
    text: str
    sure: bool


def expand(value: str, variables: Mapping[str, str]) -> str:
    """The value with `$(NAME)` and `${NAME}` replaced by the variables that are known."""

    def known(match: re.Match[str]) -> str:
        return variables.get(match[1] or match[2], match[0])

    return _VARIABLE.sub(known, value) if "$" in value else value


@lru_cache(maxsize=16_384)
def is_address_name(name: str) -> bool:
    """Whether a setting's name says that its value is an address: `CART_SERVICE_ADDR`, `redis.host`."""
    return bool(_ADDRESS_NAME.search(name))


def find(text: str) -> Iterator[Address]:
    """Every address in a text, in order of its form; a bare word is none."""
    # Most settings hold none: a look for what each form needs is many times faster than its pattern.
    colon = ":" in text
    for match in _URL.finditer(text) if "://" in text else ():
        for one in _LISTED.finditer(match["hosts"]):
            yield Address(one["host"], _port(one["port"]), match[0], True)
    for match in _INTERNAL.finditer(text) if ".svc" in text else ():
        yield Address(match["host"], None, match[0], True)
    for match in _PORTED.finditer(text) if colon else ():
        yield Address(match["host"], _port(match["port"]), match[0], False)
    for match in _PAIR.finditer(text) if colon or "=" in text else ():
        yield Address(match["host"], None, match[0].strip(" \t\n;,({\"'"), True)


def whole(value: str) -> Iterator[Address]:
    """The hosts of a value that is nothing but a host or a list of hosts, with or without ports."""
    for part in value.split(","):
        match = re.fullmatch(rf"\s*(?P<host>{_HOST})(?::(?P<port>\d{{1,5}}))?/?\s*", part)
        if match is None:
            return
        yield Address(match["host"], _port(match["port"]), part.strip(), True)


def _port(found: str | None) -> int | None:
    return int(found) if found else None
