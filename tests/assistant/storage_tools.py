"""Real databases for the storage tests: a SQLite file per test, and a PostgreSQL server where one is installed."""

from __future__ import annotations

import itertools
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection

from assistant.storage import AuditKind, AuditLog, Database, Sealer
from assistant.storage.conversations import Conversation, Session, add_conversation, add_message, add_session

KEY = bytes(range(32))
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POSTGRES_BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@lru_cache(maxsize=1)
def migrated_file() -> bytes:
    """A blank database, migrated once per test run."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/medinfo.sqlite3")
        database.migrate()
        database.close()
        return database.path.read_bytes()


def allow_pages(database: Database, pages: int | None) -> None:
    """Limit the size of a SQLite database to so many pages; None: to those it has. A limit of the connection that writes."""

    def work(connection: Connection) -> None:
        most = pages or connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    database.write(work)


def open_sqlite(folder: Path) -> Database:
    """A migrated SQLite database in a folder; one that is there already is opened as it is."""
    path = folder / "medinfo.sqlite3"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(migrated_file())
    return Database(f"sqlite:///{path}")


def record(audit: AuditLog, database: Database, question: str, conversation_id: str | None = None) -> str:
    """Append one audit record of a received question."""
    return database.write(
        lambda connection: audit.append(
            connection, AuditKind.RECEIVED, {"question": question}, at=NOON, conversation_id=conversation_id
        )
    )


def converse(database: Database, *texts: str, conversation_id: str = "con_1", session_id: str = "ses_1") -> None:
    """Store a session, a conversation and its user turns."""

    def work(connection):  # type: ignore[no-untyped-def]
        add_session(connection, Session(session_id, NOON, "attested", "", "physician", "US", "attestation/1"))
        add_conversation(connection, Conversation(conversation_id, session_id, None, "US", NOON))
        for number, text in zip(itertools.count(), texts, strict=False):
            add_message(
                connection,
                message_id=f"{conversation_id}_{number}",
                conversation_id=conversation_id,
                text=text,
                codes=(),
                at=NOON,
            )

    database.write(work)


def sealer() -> Sealer:
    """The sealer every test uses."""
    return Sealer(KEY)


@contextmanager
def postgres_server() -> Iterator[str]:
    """A throw-away PostgreSQL server on a free port; yields its URL."""
    assert POSTGRES_BIN is not None
    folder = Path(tempfile.mkdtemp(prefix="medinfo-postgres-"))
    shutil.chown(folder, "postgres")
    data, port = folder / "data", _free_port()
    as_postgres = ["runuser", "-u", "postgres", "--"]
    subprocess.run(
        [*as_postgres, POSTGRES_BIN / "initdb", "-A", "trust", "-U", "medinfo", "-D", data], check=True, capture_output=True
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [*as_postgres, POSTGRES_BIN / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-o", options, "-l", folder / "log", "start"], check=True, capture_output=True)
    try:
        yield f"postgresql+psycopg://medinfo@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
