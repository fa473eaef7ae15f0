"""Engines for SQLite and PostgreSQL, and the migrations that run at start."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Optional

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from legpain.leads.errors import SchemaProblem, StoreUnavailable
from legpain.leads.models import VERSION_TABLE

URL_VARIABLE = "LEGPAIN_DATABASE_URL"
VAR = Path(__file__).resolve().parent.parent.parent / "var"
_WAIT = 5  # seconds that a write waits for another one; the dialogue must not wait longer
_MIGRATION_LOCK = 7_205_311_924  # any constant number; names our lock in PostgreSQL


def database_url(url: Optional[str] = None) -> URL:
    """Return the URL given, or the environment's, or that of the SQLite file in `var/`.

    Raises:
        StoreUnavailable: if it is not a URL of SQLite or PostgreSQL.
    """
    given = url or os.environ.get(URL_VARIABLE) or f"sqlite:///{VAR / 'legpain.db'}"
    if given.startswith("postgres://"):  # the older spelling, still handed out by some hosts
        given = "postgresql://" + given[len("postgres://") :]
    try:
        parsed = make_url(given)
    except ArgumentError as error:
        raise StoreUnavailable(f"{URL_VARIABLE} is not a database URL.") from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreUnavailable(f"{URL_VARIABLE} must begin with sqlite:// or postgresql://.")
    return parsed


def open_engine(url: URL) -> Engine:
    """Return an engine whose commits are on disk when they return."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    options = "-c synchronous_commit=on -c statement_timeout=15000 -c lock_timeout=10000"
    return create_engine(
        url,
        future=True,
        hide_parameters=True,  # no patient's details in an error message
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _WAIT,
            "tcp_user_timeout": 10_000,  # ms; a dead network must not hold a request for minutes
            "options": options,
        },
    )


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise StoreUnavailable("A database in memory would lose requests; name a file.")
    _private_file(Path(url.database))
    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,
        # No pool: were the file removed, a kept connection would go on writing into nothing.
        poolclass=NullPool,
        connect_args={"timeout": _WAIT, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    # IMMEDIATE: a transaction that turned from reading to writing could fail without waiting.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _private_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreUnavailable(
            f"The database file can not be written: {error.strerror}."
        ) from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is purged is overwritten
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def migrate(engine: Engine) -> None:
    """Bring the schema to this version; safe when several processes start at once.

    Raises:
        SchemaProblem: if the database is of a newer version.
        StoreUnavailable: if it can not be reached or written.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    for last in (False, False, True):
        try:
            with engine.begin() as connection:
                _lock(connection)
                _refuse_newer(connection, config)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            return
        except SQLAlchemyError as error:
            if last:
                raise StoreUnavailable("The database can not be opened.") from error
            time.sleep(0.3)  # SQLite does not wait when two processes turn WAL on at once


def _lock(connection: Connection) -> None:
    """Wait for another process that migrates; SQLite's transaction is already exclusive."""
    if connection.dialect.name == "postgresql":
        for limit in ("lock_timeout", "statement_timeout"):
            connection.execute(text(f"SET LOCAL {limit} = '60s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})


def _refuse_newer(connection: Connection, config: Config) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    if set(context.get_current_heads()) - known:
        raise SchemaProblem(
            "This database was written by a newer version of the program; update the program."
        )


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Run one transaction; what the database complains of becomes StoreUnavailable.

    Raises:
        IntegrityError: as it is; a caller may know what a row that exists already means.
        StoreUnavailable: for everything else.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        kind = type(error).__name__
        raise StoreUnavailable(f"The database did not do what was asked ({kind}).") from error
