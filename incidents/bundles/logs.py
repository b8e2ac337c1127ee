"""Container logs: files of lines, and a JSON mapping of names to lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from incidents.evidence import Log

MOST_LINES = 20_000
"""Lines of one container that are kept, the last ones: a crash is told at the end."""
_START = re.compile(
    r"^=+ START logs for container (?P<container>\S+) of pod (?P<namespace>[^/\s]+)/(?P<pod>\S+) =+$",
    re.MULTILINE,
)
_END = re.compile(r"^=+ END logs for container .*=+$", re.MULTILINE)


def lines(text: str) -> tuple[str, ...]:
    """The last lines of a log text, without empty ones."""
    return tuple(line for line in text.splitlines() if line.strip())[-MOST_LINES:]


def is_logs(value: Any) -> bool:
    """Whether a JSON value maps names to lines or to whole texts."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(one, str | list) for one in value.values())
        and not any(str(key).startswith("kubectl ") for key in value)
    )


def read(value: Mapping[str, Any], namespace: str = "") -> list[Log]:
    """The logs of a mapping. A name may end in `.<container>` and `.previous`."""
    found = []
    for key, content in value.items():
        parts = str(key).split(".")
        previous = len(parts) > 1 and parts[-1] in ("previous", "prev")
        parts = parts[:-1] if previous else parts
        container = parts[1] if len(parts) == 2 else ""
        owner = parts[0] if container else ".".join(parts)
        kept = _lines(content)
        if kept:
            found.append(Log(owner, kept, namespace, container, previous))
    return found


def _lines(content: str | Iterable[Any]) -> tuple[str, ...]:
    if isinstance(content, str):
        return lines(content)
    return tuple(str(line) for line in content if str(line).strip())[-MOST_LINES:]


def dumped(text: str) -> tuple[list[Log], str]:
    """The logs in the text of `kubectl cluster-info dump`, and the text without them."""
    found = []
    rest = []
    place = 0
    for start in _START.finditer(text):
        end = _END.search(text, start.end())
        stop = end.start() if end else len(text)
        kept = lines(text[start.end() : stop])
        if kept:
            found.append(Log(start["pod"], kept, start["namespace"], start["container"]))
        rest.append(text[place : start.start()])
        place = end.end() if end else len(text)
    rest.append(text[place:])
    return found, "".join(rest)
