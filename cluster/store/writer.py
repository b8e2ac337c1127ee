"""Statements that write: objects and their versions, events, what is gone, what is too old."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Container
from datetime import datetime

from cluster.store.crawls import Crawl, Sighting
from cluster.store.events import EventRecord, event_of
from cluster.store.records import body_of, event_body, unpack, utc_text
from cluster.store.retention import Retention
from cluster.values import moment, text
from connectors.documents import ANY, ResourceRef

DEFINITIONS = ("apiextensions.k8s.io", "CustomResourceDefinition")
_KEY = "source = ? AND api_group = ? AND kind = ? AND namespace = ? AND name = ?"


def row_of(db: sqlite3.Connection, sighting: Sighting) -> sqlite3.Row | None:
    """The row of an object, deleted or not."""
    query = f"SELECT * FROM objects WHERE {_KEY}"  # noqa: S608 - a literal of this module
    row: sqlite3.Row | None = db.execute(query, sighting.key).fetchone()
    return row


def is_as_stored(sighting: Sighting, row: sqlite3.Row | None) -> bool:
    """Whether there is nothing to write: the row says the same, or something newer."""
    if row is None:
        return False
    if row["digest"] == sighting.digest:
        found = sighting.found
        return (row["cluster"], row["document_id"]) == (found.cluster, found.document_id)
    return utc_text(sighting.at) < str(row["since"])


def put(db: sqlite3.Connection, sighting: Sighting, retention: Retention) -> int:
    """Writes an object as it was seen; gives the id of its row."""
    row = row_of(db, sighting)
    if row is None:
        row = _insert(db, sighting)
    elif is_as_stored(sighting, row):
        return int(row["id"])
    else:
        db.execute(
            "UPDATE objects SET cluster = ?, document_id = ? WHERE id = ?",
            (sighting.found.cluster, sighting.found.document_id, row["id"]),
        )
    if row["digest"] != sighting.digest:
        _was_made_anew(db, sighting, row)
        _add_version(db, row["id"], sighting, retention)
    count(db, "changes", "object changes")
    return int(row["id"])


def _insert(db: sqlite3.Connection, sighting: Sighting) -> sqlite3.Row:
    found, at = sighting.found, utc_text(sighting.at)
    row: sqlite3.Row = db.execute(
        "INSERT INTO objects (source, api_group, kind, namespace, name, cluster, document_id, uid, first_at, since)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (*sighting.key, found.cluster, found.document_id, found.uid, at, at),
    ).fetchone()
    return row


def _was_made_anew(db: sqlite3.Connection, sighting: Sighting, row: sqlite3.Row) -> None:
    """Another object of the same name: the old one was deleted in between, without anybody seeing it."""
    uid = sighting.found.uid
    if row["digest"] is None or not uid or not row["uid"] or uid == row["uid"]:
        return
    created = moment(sighting.found.value, "metadata.creationTimestamp")
    at = max(str(row["since"]), utc_text(min(created or sighting.at, sighting.at)))
    db.execute("INSERT INTO versions (object, at) VALUES (?, ?)", (row["id"], at))


def _add_version(db: sqlite3.Connection, row: int, sighting: Sighting, retention: Retention) -> None:
    at = utc_text(sighting.at)
    made = db.execute(
        "INSERT INTO versions (object, at, body) VALUES (?, ?, ?)", (row, at, body_of(sighting.found))
    )
    db.execute(
        "UPDATE objects SET digest = ?, version = ?, uid = ?, since = ? WHERE id = ?",
        (sighting.digest, made.lastrowid, sighting.found.uid, at, row),
    )
    db.execute(
        "DELETE FROM versions WHERE object = ? AND id <="
        " (SELECT id FROM versions WHERE object = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (row, row, retention.versions),
    )


def remove(db: sqlite3.Connection, row: sqlite3.Row, at: datetime) -> None:
    """Notes that an object is gone; the objects of a custom resource's definition go with it."""
    if (row["api_group"], row["kind"]) == DEFINITIONS:
        _remove_defined(db, row, at)
    when = max(str(row["since"]), utc_text(at))
    db.execute("INSERT INTO versions (object, at) VALUES (?, ?)", (row["id"], when))
    db.execute("UPDATE objects SET digest = NULL, since = ? WHERE id = ?", (when, row["id"]))
    count(db, "changes", "object changes")


def _remove_defined(db: sqlite3.Connection, row: sqlite3.Row, at: datetime) -> None:
    body = db.execute("SELECT body FROM versions WHERE id = ?", (row["version"],)).fetchone()["body"]
    value = unpack(body)["value"]
    query = "SELECT * FROM objects WHERE source = ? AND api_group = ? AND kind = ? AND digest IS NOT NULL"
    where = (row["source"], text(value, "spec.group"), text(value, "spec.names.kind"))
    for one in db.execute(query, where).fetchall():
        if (one["api_group"], one["kind"]) != DEFINITIONS:
            remove(db, one, at)


def remove_unseen(
    db: sqlite3.Connection, kind: tuple[str, str, str], seen: Collection[int], began: datetime, at: datetime
) -> None:
    """Notes as gone what a whole list of a kind did not name and nobody has seen since it began."""
    query = "SELECT * FROM objects WHERE source = ? AND api_group = ? AND kind = ? AND digest IS NOT NULL AND since < ?"
    for row in db.execute(query, (*kind, utc_text(began))).fetchall():
        if row["id"] not in seen:
            remove(db, row, at)


def remove_named(db: sqlite3.Connection, source: str, ref: ResourceRef, at: datetime) -> None:
    """Notes that the object of this name is gone; of two whose groups differ nobody knows which, and both stay."""
    query = "SELECT * FROM objects WHERE source = ? AND kind = ? AND name = ? AND namespace = ? AND digest IS NOT NULL"
    namespace = "" if ref.namespace == ANY else ref.namespace
    rows = db.execute(query, (source, ref.kind, ref.name, namespace)).fetchall()
    if len(rows) == 1 and str(rows[0]["since"]) <= utc_text(at):
        remove(db, rows[0], at)


def remove_without_documents(
    db: sqlite3.Connection, source: str, crawl: Crawl, documents: Container[str], at: datetime
) -> None:
    """Notes as gone objects of kinds that a crawl did not list whole, where their documents are gone too."""
    query = "SELECT * FROM objects WHERE source = ? AND digest IS NOT NULL AND since < ?"
    for row in db.execute(query, (source, utc_text(crawl.began))).fetchall():
        if (row["api_group"], row["kind"]) not in crawl.listed and row["document_id"] not in documents:
            remove(db, row, at)


def is_known_event(db: sqlite3.Connection, sighting: Sighting) -> bool:
    """Whether there is nothing new in an event."""
    return _is_known(db, event_of(sighting.found, sighting.at))


def _is_known(db: sqlite3.Connection, event: EventRecord) -> bool:
    known = db.execute(
        "SELECT count, last_at FROM events WHERE source = ? AND uid = ?", (event.source, event.uid)
    ).fetchone()
    return known is not None and (event.count, utc_text(event.last_at)) <= (known["count"], known["last_at"])


def put_event(db: sqlite3.Connection, sighting: Sighting) -> None:
    """Writes an event, unless it is known as it is."""
    event = event_of(sighting.found, sighting.at)
    if _is_known(db, event):
        return
    about = event.about
    namespace = "" if about.namespace == ANY else about.namespace
    db.execute(
        "INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.source, event.uid, about.cluster, about.kind, namespace, about.name, event.count,
            utc_text(event.last_at), event.document_id, event_body(event),
        ),
    )  # fmt: skip
    count(db, "changes")


def count(db: sqlite3.Connection, *names: str) -> None:
    """Raises counters that say that something has changed."""
    for name in names:
        db.execute("UPDATE counters SET value = value + 1 WHERE name = ?", (name,))


def prune(db: sqlite3.Connection, retention: Retention, now: datetime) -> None:
    """Forgets what is older than is kept: versions that ended, objects that were deleted, events, crawls."""
    oldest = utc_text(now - retention.age)
    db.execute("DELETE FROM objects WHERE digest IS NULL AND since < ?", (oldest,))
    db.execute(
        "DELETE FROM versions WHERE at < ? AND EXISTS (SELECT 1 FROM versions AS next"
        " WHERE next.object = versions.object AND next.id > versions.id AND next.at < ?)",
        (oldest, oldest),
    )
    db.execute("DELETE FROM crawls WHERE at < ?", (oldest,))
    db.execute("DELETE FROM events WHERE last_at < ?", (oldest,))
    for (source,) in db.execute("SELECT DISTINCT source FROM events").fetchall():
        db.execute(
            "DELETE FROM events WHERE source = ? AND last_at <"
            " (SELECT last_at FROM events WHERE source = ? ORDER BY last_at DESC LIMIT 1 OFFSET ?)",
            (source, source, retention.events - 1),
        )


def forget(db: sqlite3.Connection, source: str) -> None:
    """Removes all that is known from a source."""
    for table in ("objects", "listed", "crawls", "events"):
        db.execute(f"DELETE FROM {table} WHERE source = ?", (source,))  # noqa: S608 - literals
    count(db, "changes", "object changes")
