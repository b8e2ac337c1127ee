"""The history of runs, kept in the ledger's database."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from connectors.documents import Failure
from index.ledger import Ledger
from index.ledger.database import create_tables, translated
from ingest.report import Counts, RunReport, RunStatus, utc_now

KEPT_PER_SOURCE = 200
"""Older runs are forgotten."""

_metadata = MetaData()

_runs = Table(
    "runs",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("started", Text, nullable=False),
    Column("finished", Text),
    Column("full", Boolean, nullable=False),
    *(Column(name, Integer, nullable=False, default=0) for name in asdict(Counts())),
    Column("seconds", Float, nullable=False, default=0.0),
    Column("nothing_new", Boolean, nullable=False, default=False),
    Column("error", Text, nullable=False, default=""),
    Column("unreachable", Boolean, nullable=False, default=False),
    Column("problems_omitted", Integer, nullable=False, default=0),
    # A run's number is in links and logs: it must not be given again after the newest one was pruned.
    sqlite_autoincrement=True,
)

_problems = Table(
    "run_problems",
    _metadata,
    Column(
        "run_id", Integer, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("item", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("skipped", Boolean, nullable=False),
    Column("temporary", Boolean, nullable=False),
    Column("warning", Boolean, nullable=False, default=False),
)

_ADDED_LATER = (_runs.c.warnings, _problems.c.warning)
"""Columns that tables of an earlier version lack."""


class Runs:
    """The runs of all sources, newest 200 of each; safe for threads and other reading processes."""

    def __init__(self, ledger: Ledger) -> None:
        self._engine = ledger.engine
        with translated("be prepared for runs"):
            create_tables(self._engine, _metadata)
            _add_columns(self._engine)

    def start(self, source: str, *, full: bool) -> RunReport:
        """A new row with status `running`; the oldest rows of the source go."""
        started = utc_now()
        row = {"source": source, "status": RunStatus.RUNNING, "started": started.isoformat(), "full": full}
        with translated("record a run"), self._engine.begin() as connection:
            run_id = connection.execute(insert(_runs).values(row).returning(_runs.c.id)).scalar_one()
            newest = select(_runs.c.id).where(_runs.c.source == source).order_by(_runs.c.id.desc())
            kept = list(connection.execute(newest.limit(KEPT_PER_SOURCE)).scalars())
            connection.execute(delete(_runs).where(_runs.c.source == source, _runs.c.id < kept[-1]))
        return RunReport(id=run_id, source=source, status=RunStatus.RUNNING, started=started, full=full)

    def update(self, run_id: int, counts: Counts) -> None:
        """Show how far the run has come."""
        with translated("record a run"), self._engine.begin() as connection:
            connection.execute(update(_runs).where(_runs.c.id == run_id).values(asdict(counts)))

    def finish(self, report: RunReport) -> None:
        """Keep the whole report of a run that `start` began, with its problems."""
        values = {
            "status": report.status,
            "finished": report.finished.isoformat() if report.finished else None,
            "seconds": report.seconds,
            "nothing_new": report.nothing_new,
            "error": report.error,
            "unreachable": report.unreachable,
            "problems_omitted": report.problems_omitted,
            **asdict(report.counts),
        }
        rows = [{"run_id": report.id, "position": i, **asdict(f)} for i, f in enumerate(report.problems)]
        with translated("record a run"), self._engine.begin() as connection:
            connection.execute(update(_runs).where(_runs.c.id == report.id).values(values))
            if rows:
                connection.execute(insert(_problems), rows)

    def interrupt_stale(self) -> int:
        """Mark runs that a dead process left `running` as interrupted; how many there were.

        Only for the holder of the ingest lock: whoever else runs would be running with it.
        """
        stale = update(_runs).where(_runs.c.status == RunStatus.RUNNING)
        values = {"status": RunStatus.INTERRUPTED, "error": "the process ended during the run"}
        with translated("record a run"), self._engine.begin() as connection:
            return int(connection.execute(stale.values(values)).rowcount)

    def get(self, run_id: int) -> RunReport | None:
        """The run with its problems, or None."""
        with translated("be read"), self._engine.connect() as connection:
            row = connection.execute(select(_runs).where(_runs.c.id == run_id)).first()
        return replace(_report(row), problems=tuple(self.problems(run_id))) if row else None

    def recent(self, source: str | None = None, *, limit: int = 50) -> list[RunReport]:
        """The newest runs first, without their problems."""
        query = select(_runs).order_by(_runs.c.id.desc()).limit(limit)
        if source is not None:
            query = query.where(_runs.c.source == source)
        with translated("be read"), self._engine.connect() as connection:
            return [_report(row) for row in connection.execute(query)]

    def last(self, source: str) -> RunReport | None:
        """The newest run of the source without its problems, or None."""
        return next(iter(self.recent(source, limit=1)), None)

    def problems(self, run_id: int, *, limit: int | None = None, offset: int = 0) -> Sequence[Failure]:
        """The run's skipped and failed items and warnings in the order in which they were met."""
        c = _problems.c
        query = select(c.item, c.reason, c.skipped, c.temporary, c.warning).where(c.run_id == run_id)
        query = query.order_by(c.position).limit(limit).offset(offset)
        with translated("be read"), self._engine.connect() as connection:
            return [Failure(*row) for row in connection.execute(query)]


def _add_columns(engine: Engine) -> None:
    for column in _ADDED_LATER:
        table = column.table.name
        if column.name in {found["name"] for found in inspect(engine).get_columns(table)}:
            continue
        kind = column.type.compile(engine.dialect)
        default = "0" if isinstance(column.type, Integer) else "FALSE"
        statement = f"ALTER TABLE {table} ADD COLUMN {column.name} {kind} DEFAULT {default} NOT NULL"
        with suppress(DBAPIError), engine.begin() as connection:  # another process may have been faster
            connection.execute(text(statement))


def _report(row: Row[Any]) -> RunReport:
    values = dict(row._mapping)
    counts = Counts(**{name: values.pop(name) for name in asdict(Counts())})
    values["status"] = RunStatus(values["status"])
    values["started"] = datetime.fromisoformat(values["started"])
    values["finished"] = datetime.fromisoformat(values["finished"]) if values["finished"] else None
    return RunReport(counts=counts, **values)
