"""The condition to request or to limit memory or CPU, said as a verb: `how many pods request memory`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from answers.cluster.catalog import containers
from answers.cluster.conditions import Filter
from answers.cluster.fields import Path, value_at
from answers.cluster.reading import Reading
from cluster.graph import Node

Span = tuple[int, int]

_SAID = re.compile(
    r"(?<![\w-])(?P<not>(?:do|does) not |not |never )?(?:(?P<requests>requests?|requesting|reserves?|reserving|asks? for|asking for|demands?|claims?)"
    r"|(?P<limits>limits?|limiting|caps?|capping|restricts?))(?: any| some| their| its| the| for)* (?P<what>memory|cpu|ram)(?: usage)?(?![\w-])(?! (?:requests?|limits?))"
)
_VERB = re.compile(
    r"(?:requests|requesting|reserves?|reserving|asks?|asking|demands?|claims?|limits|limiting|caps?|capping|restricts?|request|limit)"
)


def by_resource(reading: Reading) -> Iterator[tuple[Filter, Span]]:
    """The conditions of this sort, and where they stand in the text."""
    for match in _SAID.finditer(reading.masked):
        before = reading.masked[: match.start()].rstrip()
        if before.endswith(
            (
                " the",
                " a",
                " an",
                "most",
                "of",
                "with",
                "without",
                "no",
                "total",
                "memory",
                "cpu",
                "highest",
                "lowest",
            )
        ):
            continue
        field = "requests" if match["requests"] else "limits"
        resource = "cpu" if match["what"] == "cpu" else "memory"
        denied = bool(match["not"])
        yield (
            Filter(
                f"that set {'no ' * denied}{resource} {field}",
                lambda node, f=field, r=resource, d=denied: bool(_set(node, f, r)) is not d,  # type: ignore[misc]
                fields=lambda node, f=field, r=resource: _set(node, f, r)[:1],  # type: ignore[misc]
            ),
            match.span(),
        )


def _set(node: Node, field: str, resource: str) -> list[Path]:
    paths: list[Path] = [
        (*group.split("."), place, "resources", field, resource) for group, place, _ in containers(node)
    ]
    return [path for path in paths if value_at(node, path) is not None]
