"""Opens the ledger's database and turns its errors into ours, without secrets."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, insert, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
)

from connectors.errors import ConfigurationError, TemporaryError, UnreachableError
from index.ledger import tables

_TRIES = 5

_DAMAGED = "; move ledger.db* away and run `kubelore ingest`: the sources are read again, only past runs are forgotten"

BUSY_SECONDS = 30
"""How long a writer waits for another one."""


def open_engine(url: str) -> Engine:
    """An engine for any SQLAlchemy URL with the ledger's tables in place.

    Raises ConfigurationError for a URL that cannot work and UnreachableError where nothing answers.
    """
    try:
        parsed = make_url(url)
        # Parameters would put documents into error messages and logs.
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        # The parser's own message may repeat the URL and with it a password.
        raise ConfigurationError(
            f"the ledger's address is no usable SQLAlchemy URL ({type(error).__name__});"
            " write one such as sqlite:////var/lib/kubelore/ledger.db and install its driver"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        create_tables(engine, tables.metadata)
        _check_version(engine, parsed)
    except DBAPIError as error:
        engine.dispose()
        remedy = _DAMAGED if _is_damage(error) else ""
        raise UnreachableError(
            f"the ledger at {_shown(parsed)} cannot be opened: {error.orig}{remedy}"
        ) from None
    return engine


def create_tables(engine: Engine, metadata: MetaData) -> None:
    """Create those tables that do not exist; another process may do so at the same time."""
    for _ in range(_TRIES):
        try:
            metadata.create_all(engine)
        except DBAPIError:
            # Between the check and the CREATE another process was faster.
            time.sleep(0.05)
        else:
            return
    metadata.create_all(engine)


@contextmanager
def translated(action: str) -> Iterator[None]:
    """Turns a database that is away, locked or full into a TemporaryError that says what was tried."""
    try:
        yield
    except OperationalError as error:
        raise TemporaryError(f"the ledger could not {action}: {error.orig}") from None
    except DatabaseError as error:
        if not _is_damage(error):
            raise
        raise UnreachableError(f"the ledger could not {action}: {error.orig}{_DAMAGED}") from None


def _is_damage(error: DBAPIError) -> bool:
    """Whether SQLite finds the file itself wrong."""
    return type(error.orig) is sqlite3.DatabaseError


def in_parts(values: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """`values` in parts that fit one statement's limit on parameters."""
    for i in range(0, len(values), size):
        yield values[i : i + size]


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Python's driver begins no transaction for a SELECT, so that two would see two states: we begin them.
    connection.isolation_level = None
    cursor = connection.cursor()
    # First, as the switch to WAL itself may have to wait.
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _check_version(engine: Engine, url: URL) -> None:
    with engine.connect() as connection:
        found = _version(connection)
    if found is None:
        found = _first_rows(engine)
    if found != tables.SCHEMA_VERSION:
        raise ConfigurationError(
            f"the ledger at {_shown(url)} was written by another version of Kubelore (schema {found},"
            f" not {tables.SCHEMA_VERSION}); use that version, or another `index.path` and ingest again"
        )


def _first_rows(engine: Engine) -> str:
    try:
        with engine.begin() as connection:
            connection.execute(insert(tables.generation).values(id=1, value=0))
            connection.execute(insert(tables.settings).values(name="schema", value=tables.SCHEMA_VERSION))
    except IntegrityError:
        # Another process has just made this ledger.
        with engine.connect() as connection:
            return _version(connection) or ""
    return tables.SCHEMA_VERSION


def _version(connection: Connection) -> str | None:
    query = select(tables.settings.c.value).where(tables.settings.c.name == "schema")
    found: str | None = connection.execute(query).scalar()
    return found


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)
