"""The database: SQLite (WAL, synchronous=FULL) by default, PostgreSQL by URL, one writer at a time.

Writers queue up and whoever gets the lock commits everything that is waiting in one transaction, so that 200 concurrent chats
cost a few syncs to disk and nobody meets "database is locked" inside one process; between processes SQLite's own lock and a
busy timeout decide. If any job of a shared transaction fails, all of it is rolled back and each job is run again alone by its
own caller: a job must do nothing but database work. A job has been committed when `write` returns; nothing else counts as
stored.

Readers see a consistent snapshot and cannot write. An outage (full disk, locked or broken file, lost server) is raised as
`Unavailable`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NoSuchTableError, ProgrammingError, SQLAlchemyError

from assistant.errors import BadInput, Unavailable
from assistant.storage.prepared import run_text

SCHEMA_REVISION = "0006"
BUSY_TIMEOUT_MS = 10_000
_BUSY_PAUSE_S = 0.01
MAX_BATCH_JOBS = 64
READER_CONNECTIONS = 8
READER_OVERFLOW = 64
MIGRATIONS_DIR = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x6D656469  # any fixed number: PostgreSQL's advisory lock for "one migration at a time"

T = TypeVar("T")


class _Job(Generic[T]):
    """A unit of database work waiting for its commit."""

    __slots__ = ("committed", "value", "work")

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.work = work
        self.committed = False
        self.value: T | None = None


class Database:
    """One database, its writer and its readers. Threads share it; processes each open their own.

    Args:
        url: SQLAlchemy URL. For SQLite the folder is made and the file is readable by its owner only.
        creates: whether a SQLite file that is not there is made; `BadInput` otherwise.
    """

    def __init__(self, url: str, *, creates: bool = True) -> None:
        self.url = make_url(url)
        if self.url.get_backend_name() not in {"sqlite", "postgresql"}:
            raise BadInput("The database URL must start with sqlite:/// or postgresql+psycopg://.")
        self._queue: deque[_Job[Any]] = deque()
        self._queue_lock = threading.Lock()
        self._commit_lock = threading.Lock()
        if self.is_sqlite:
            _check_file(self.url, creates=creates)
        self._writer = _open_engine(self.url, reads_only=False)
        self._reader = _open_engine(self.url, reads_only=True)
        self._open_writer: Connection | None = None

    @cached_property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path:
        """The SQLite file; `BadInput` for any other database."""
        if not self.is_sqlite or not self.url.database:
            raise BadInput("This works on the SQLite database only; use the database server's own tools (pg_dump) instead.")
        return Path(self.url.database)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its value once it is on disk.

        Raises:
            Unavailable: the database cannot be written; nothing of `work` was stored.
        """
        job = _Job(work)
        with self._queue_lock:
            self._queue.append(job)
        with self._commit_lock:
            if not job.committed:
                self._commit_waiting(job)
        return cast(T, job.value)

    def _commit_waiting(self, own: _Job[Any]) -> None:
        batch = self._take_batch(own)
        if len(batch) > 1:
            try:
                self._commit(batch)
                return
            except Exception:  # noqa: BLE001 - another caller's job may have failed; each meets its own error when run alone
                pass
        self._commit([own])

    def _take_batch(self, own: _Job[Any]) -> list[_Job[Any]]:
        """Take what waits, oldest first; a job left from a failed batch is no longer queued and runs alone."""
        with self._queue_lock:
            if own not in self._queue:
                return [own]
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), MAX_BATCH_JOBS))]
            if own not in batch:
                self._queue.remove(own)
                batch.append(own)
        return batch

    def _commit(self, batch: list[_Job[Any]]) -> None:
        with _outages_named("written"):
            with self._transaction() as connection:
                values = [job.work(connection) for job in batch]
            for job, value in zip(batch, values, strict=True):
                job.value = value
                job.committed = True

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Yield the writer in a transaction; for whoever holds the commit lock.

        SQLite's one writer stays out of its pool: taking it from there and putting it back costs as much as a small write. A
        server's connection may have been lost in the meantime, which the pool finds out.
        """
        if not self.is_sqlite:
            with self._writer.begin() as connection:
                yield connection
            return
        self._open_writer = connection = self._open_writer or self._writer.connect()
        try:
            with connection.begin():
                yield connection
        except BaseException:
            self._close_writer()
            raise

    def _close_writer(self) -> None:
        opened, self._open_writer = self._open_writer, None
        if opened is not None:
            opened.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one snapshot and cannot write."""
        with _outages_named("read"), self._reader.connect() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the schema to `SCHEMA_REVISION`; safe to call from several processes at once."""
        if self.revision() == SCHEMA_REVISION:
            return
        with _outages_named("migrated"), self._commit_lock, self._transaction() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            _upgrade(connection, "head")

    def revision(self) -> str | None:
        """Return the schema's revision, None for a blank database."""
        with _outages_named("read"), self._reader.connect() as connection:
            if not connection.dialect.has_table(connection, "alembic_version"):
                return None
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return None if found is None else str(found)

    def close(self) -> None:
        """Close all connections; SQLite folds its write-ahead log into the file."""
        with self._commit_lock:
            self._close_writer()
            self._reader.dispose()
            self._writer.dispose()


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise BadInput(
            "The database was written by a newer version of medinfo: install that version or restore a backup."
        ) from error


@contextmanager
def _outages_named(verb: str) -> Iterator[None]:
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError, NoSuchTableError):
        raise
    except (DBAPIError, SQLAlchemyError, OSError) as error:
        raise Unavailable(
            f"The database cannot be {verb} just now. Nothing was lost that was confirmed; please try again."
        ) from error


def _check_file(url: URL, *, creates: bool) -> None:
    if not url.database or url.database == ":memory:":
        raise BadInput("A database in memory would lose cases: give a file, for example sqlite:///var/medinfo.sqlite3.")
    path = Path(url.database)
    if not creates and not path.exists():
        raise BadInput(f"There is no database at {path}: start the service once (medinfo serve).")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Unavailable(f"The database file {path} cannot be opened: {error.strerror}.") from error


def _open_engine(url: URL, *, reads_only: bool) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, pool_size=READER_CONNECTIONS, max_overflow=READER_OVERFLOW, hide_parameters=True, pool_pre_ping=True
        )
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
        pool_size=READER_CONNECTIONS if reads_only else 1,
        max_overflow=READER_OVERFLOW if reads_only else 0,
        hide_parameters=True,
    )
    _configure_sqlite(engine, reads_only=reads_only)
    return engine


def _configure_sqlite(engine: Engine, *, reads_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        # Without this the driver would begin transactions by itself, too late and in the wrong mode.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        _log_ahead(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        # Erased text must not stay behind in free pages.
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA recursive_triggers=ON")
        if reads_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock at once, so that what it reads first is still true when it commits.
        run_text(connection, "BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Turn a file to write-ahead logging; where another process holds it then, SQLite refuses at once and does not wait."""
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_BUSY_PAUSE_S)
