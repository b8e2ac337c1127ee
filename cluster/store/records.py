"""How objects and events are laid out in rows."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from cluster.store.events import EventRecord
from connectors.documents import ANY, ResourceRef
from connectors.kubernetes.observed import FieldManager, ObservedObject


def utc_text(moment: datetime) -> str:
    """The moment in UTC as text whose order is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: str) -> datetime:
    """The moment that `utc_text` wrote."""
    return datetime.fromisoformat(text)


def group_of(api_version: str) -> str:
    """`apps` of `apps/v1`, '' of `v1`."""
    return api_version.rpartition("/")[0]


def pack(value: Mapping[str, Any]) -> bytes:
    """Compressed JSON; ASCII inside, so that any text survives, lone surrogates too."""
    return zlib.compress(json.dumps(value, separators=(",", ":"), default=str).encode("ascii"), 3)


def unpack(body: bytes) -> dict[str, Any]:
    """What `pack` packed."""
    text = zlib.decompress(body)
    value: dict[str, Any]
    try:
        # Its keys are shared between objects, which halves the memory of many.
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = json.loads(text)  # a lone surrogate
    return value


def body_of(found: ObservedObject) -> bytes:
    """The object's value and who wrote its fields."""
    managers = [
        {
            "name": one.name,
            "operation": one.operation,
            "at": utc_text(one.at) if one.at else None,
            "subresource": one.subresource,
            "fields": one.fields,
        }
        for one in found.managers
    ]
    return pack({"value": found.value, "managers": managers})


def object_of(row: sqlite3.Row, observed_at: str) -> ObservedObject:
    """The object of a row with `cluster`, `source`, `document_id` and `body`."""
    body = unpack(row["body"])
    managers = tuple(
        FieldManager(
            one["name"],
            one["operation"],
            moment_of(one["at"]) if one["at"] else None,
            one["subresource"],
            tuple(one["fields"]),
        )
        for one in body["managers"]
    )
    return ObservedObject(
        row["cluster"], row["source"], row["document_id"], body["value"], moment_of(observed_at), managers
    )


def event_body(event: EventRecord) -> bytes:
    """What an event's row does not have in columns of its own."""
    return pack(
        {
            "type": event.type,
            "reason": event.reason,
            "message": event.message,
            "first_at": utc_text(event.first_at),
            "reporter": event.reporter,
            "value": event.value,
        }
    )


def event_of_row(row: sqlite3.Row) -> EventRecord:
    """The event of a row."""
    body = unpack(row["body"])
    return EventRecord(
        uid=row["uid"],
        source=row["source"],
        about=ResourceRef(row["kind"], row["name"], row["namespace"] or ANY, row["cluster"]),
        type=body["type"],
        reason=body["reason"],
        message=body["message"],
        count=row["count"],
        first_at=moment_of(body["first_at"]),
        last_at=moment_of(row["last_at"]),
        reporter=body["reporter"],
        document_id=row["document_id"],
        value=body["value"],
    )
