"""Faults of the Notion server by the names that tests give them."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

from tests.servers.notion import Fault
from tests.servers.notion_model import NotionWorkspace

PASSING = ["429", "429 for long", "429 until a date", "529", "500", "409", "cut", "slow", "garbage", "empty"]


def fault(name: str, where: str, workspace: NotionWorkspace, times: int = 1, after: int = 0) -> Fault:
    """A fault by its name."""
    date = workspace.time.at + 300

    kinds: dict[str, dict[str, Any]] = {
        "429": {"status": 429, "headers": {"Retry-After": "2"}, "code": "rate_limited"},
        "429 for long": {"status": 429, "headers": {"Retry-After": "95"}, "code": "rate_limited"},
        "429 until a date": {
            "status": 429,
            "headers": {"Retry-After": formatdate(date, usegmt=True)},
            "code": "rate_limited",
        },
        "529": {"status": 529, "headers": {"Retry-After": "3"}, "code": "service_overload"},
        "500": {"status": 500},
        "409": {"status": 409, "code": "conflict_error"},
        "400": {"status": 400, "code": "validation_error"},
        "403": {"status": 403, "code": "restricted_resource"},
        "404": {"status": 404, "code": "object_not_found"},
    }
    given = kinds.get(name, {"kind": name})
    return Fault(where, times=times, after=after, **given)
