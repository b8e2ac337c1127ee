"""Queries: objects as they are or were, versions, events, counts."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from cluster.store.database import Database
from cluster.store.events import EventRecord
from cluster.store.records import event_of_row, moment_of, object_of, utc_text
from connectors.documents import ANY, ResourceRef
from connectors.kubernetes.observed import ObservedObject

Some = Collection[str] | None
"""Names to choose by; None: all."""


@dataclass(frozen=True, slots=True)
class Version:
    """An object as it was from `at` on, until the next version; `found` is None where it was gone."""

    at: datetime
    ref: ResourceRef
    found: ObservedObject | None


@dataclass(frozen=True, slots=True)
class ObjectName:
    """The names of an object, without its value."""

    cluster: str
    source: str
    group: str
    kind: str
    namespace: str
    name: str
    document_id: str


_NOW = """
SELECT objects.*, versions.at, versions.body, listed.at AS listed_at
FROM objects JOIN versions ON versions.id = objects.version LEFT JOIN listed USING (source, api_group, kind)
WHERE objects.digest IS NOT NULL"""
_THEN = """
SELECT objects.*, versions.at, versions.body,
  (SELECT max(crawls.at) FROM crawls WHERE crawls.source = objects.source AND crawls.at <= :at) AS listed_at
FROM objects JOIN versions ON versions.id = coalesce(
  (SELECT id FROM versions WHERE object = objects.id AND at <= :at ORDER BY id DESC LIMIT 1),
  (SELECT id FROM versions WHERE object = objects.id AND objects.first_at <= :at ORDER BY id LIMIT 1))
WHERE versions.body IS NOT NULL"""
_HISTORY = """
SELECT objects.*, versions.at, versions.body FROM versions JOIN objects ON objects.id = versions.object
WHERE objects.name = :name"""


_PAST = """
SELECT objects.*, versions.at, versions.body FROM objects JOIN versions ON versions.object = objects.id
WHERE versions.at <= :until
AND EXISTS (SELECT 1 FROM versions AS later WHERE later.object = objects.id AND later.at > :since)
AND versions.id >= coalesce(
  (SELECT max(id) FROM versions AS first WHERE first.object = objects.id AND first.at <= :since), 0)"""


class ObjectReader:
    """Reads the store; safe for threads, and sees what other processes have written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def stamp(self) -> int:
        """A number that grows with every change of objects and events."""
        return self._counter("changes")

    @property
    def object_stamp(self) -> int:
        """A number that grows with every change of objects."""
        return self._counter("object changes")

    def objects(
        self,
        *,
        clusters: Some = None,
        namespaces: Some = None,
        kinds: Some = None,
        at: datetime | None = None,
    ) -> Iterator[ObservedObject]:
        """The objects as they are, or as they were `at` a moment, in a fixed order; one state of all.

        `observed_at` is when an object was last known to be as it is. Of changes before the oldest version that is
        kept nothing is known any more: such an object is given as that version.
        """
        filters, values = _filters(clusters=clusters, namespaces=namespaces, kinds=kinds)
        if at is not None:
            values["at"] = utc_text(at)
        query = f"{_NOW if at is None else _THEN}{filters} ORDER BY objects.id"
        with self._database.reading() as db:
            for row in db.execute(query, values):
                yield object_of(row, max(row["at"], row["listed_at"] or ""))

    def names(self, *, clusters: Some = None) -> list[ObjectName]:
        """The names of all objects that there are now."""
        filters, values = _filters(clusters=clusters)
        columns = "cluster, source, api_group, kind, namespace, name, document_id"
        query = f"SELECT {columns} FROM objects WHERE digest IS NOT NULL{filters} ORDER BY id"  # noqa: S608
        return [ObjectName(*row) for row in self._all(query, values)]

    def clusters(self) -> list[str]:
        """The names of all clusters that have objects, sorted."""
        rows = self._all("SELECT DISTINCT cluster FROM objects WHERE digest IS NOT NULL ORDER BY cluster")
        return [row[0] for row in rows]

    def sources(self) -> list[str]:
        """The names of all sources that anything is kept of, sorted."""
        rows = self._all(
            "SELECT source FROM objects UNION SELECT source FROM listed UNION SELECT source FROM crawls"
            " UNION SELECT source FROM events ORDER BY source"
        )
        return [row[0] for row in rows]

    def counts(self, cluster: str) -> dict[str, int]:
        """How many objects of each kind there are in a cluster."""
        query = "SELECT kind, count(*) FROM objects WHERE cluster = ? AND digest IS NOT NULL GROUP BY kind"
        return {row[0]: row[1] for row in self._all(query, (cluster,))}

    def listed(self, cluster: str) -> frozenset[str]:
        """The kinds of which all objects in the cluster were listed at least once."""
        query = (
            "SELECT DISTINCT kind FROM listed WHERE source IN (SELECT source FROM objects WHERE cluster = ?)"
        )
        return frozenset(row[0] for row in self._all(query, (cluster,)))

    def observed_at(self, cluster: str) -> datetime | None:
        """When the cluster was last heard of: a whole list of a kind, or a change; None for one without objects."""
        query = (
            "SELECT max(since), max((SELECT max(at) FROM listed WHERE listed.source = objects.source))"
            " FROM objects WHERE cluster = ?"
        )
        since, listed = self._all(query, (cluster,))[0]
        return moment_of(max(since, listed or "")) if since else None

    def snapshots(self, cluster: str) -> list[datetime]:
        """When crawls of the cluster ended: `objects(at=…)` knows these moments. Oldest first."""
        query = (
            "SELECT DISTINCT at FROM crawls WHERE source IN (SELECT source FROM objects WHERE cluster = ?)"
            " ORDER BY at"
        )
        return [moment_of(row[0]) for row in self._all(query, (cluster,))]

    def versions(self, ref: ResourceRef) -> list[Version]:
        """What is kept of the past and the present of the objects that `ref` names, oldest first."""
        filters, values = _filters(
            clusters=None if ref.cluster == ANY else [ref.cluster],
            namespaces=None if ref.namespace == ANY else [ref.namespace],
            kinds=[ref.kind],
        )
        query = f"{_HISTORY}{filters} ORDER BY versions.at, versions.id"
        return [_version(row) for row in self._all(query, {**values, "name": ref.name})]

    def histories(
        self,
        since: datetime,
        until: datetime,
        *,
        clusters: Some = None,
        namespaces: Some = None,
        kinds: Some = None,
        names: Some = None,
        without: Collection[str] = (),
    ) -> Iterator[list[Version]]:
        """What changed from `since` to `until`, an object at a time, oldest version first.

        The first version is the one in force at `since`, if there was one. Kinds in `without` are left out.
        """
        filters, values = _filters(clusters=clusters, namespaces=namespaces, kinds=kinds, names=names)
        named = {f"without{number}": kind for number, kind in enumerate(sorted(without))}
        filters += f" AND objects.kind NOT IN ({', '.join(f':{name}' for name in named)})"
        values |= {**named, "since": utc_text(since), "until": utc_text(until)}
        query = f"{_PAST}{filters} ORDER BY objects.id, versions.id"
        with self._database.reading() as db:
            for _, rows in itertools.groupby(db.execute(query, values), key=lambda row: row["id"]):
                yield [_version(row) for row in rows]

    def events(
        self,
        *,
        clusters: Some = None,
        namespaces: Some = None,
        about: ResourceRef | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[EventRecord]:
        """The events that were collected, oldest first: of a time, about an object, about objects in namespaces."""
        if about is not None:
            clusters = clusters if about.cluster == ANY else [about.cluster]
            namespaces = namespaces if about.namespace == ANY else [about.namespace]
        filters, values = _filters(
            clusters=clusters, namespaces=namespaces, kinds=[about.kind] if about else None, table="events"
        )
        for sign, moment, name in ((">=", since, "since"), ("<=", until, "until")):
            if moment is not None:
                filters += f" AND last_at {sign} :{name}"
                values[name] = utc_text(moment)
        if about is not None:
            filters += " AND name = :name"
            values["name"] = about.name
        query = f"SELECT * FROM events WHERE true{filters} ORDER BY last_at, uid"  # noqa: S608
        return [event_of_row(row) for row in self._all(query, values)]

    def _counter(self, name: str) -> int:
        return int(self._all("SELECT value FROM counters WHERE name = ?", (name,))[0][0])

    def _all(self, query: str, values: tuple[str, ...] | dict[str, str] = ()) -> list[sqlite3.Row]:
        with self._database.reading() as db:
            return db.execute(query, values).fetchall()


def _version(row: sqlite3.Row) -> Version:
    ref = ResourceRef(row["kind"], row["name"], row["namespace"] or ANY, row["cluster"])
    found = None if row["body"] is None else object_of(row, row["at"])
    return Version(moment_of(row["at"]), ref, found)


def _filters(
    *,
    clusters: Some = None,
    namespaces: Some = None,
    kinds: Some = None,
    names: Some = None,
    table: str = "objects",
) -> tuple[str, dict[str, str]]:
    """Conditions on columns of a table, to go behind a WHERE, and their values."""
    conditions, values = "", {}
    for column, chosen in (
        ("cluster", clusters), ("namespace", namespaces), ("kind", kinds), ("name", names),
    ):  # fmt: skip
        if chosen is not None:
            named = {f"{column}{number}": value for number, value in enumerate(sorted(chosen))}
            conditions += f" AND {table}.{column} IN ({', '.join(f':{name}' for name in named)})"
            values.update(named)
    return conditions, values
