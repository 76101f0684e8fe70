"""The writer, the readers, the migrations: real files, real threads, real processes, a really full database."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from assistant.errors import BadInput, Unavailable
from assistant.storage import SCHEMA_REVISION, AuditLog, Database
from assistant.storage.conversations import messages_of
from assistant.storage.database import MIGRATIONS_DIR, _upgrade
from assistant.storage.tables import audit_records, legal_holds, metadata
from tests.assistant.storage_tools import KEY, NOON, allow_pages, converse, open_sqlite, record


def hold(database: Database, name: str) -> None:
    """Write one small row."""
    database.write(
        lambda connection: connection.execute(insert(legal_holds).values(conversation_id=name, reason="test", placed_at=NOON))
    )


def held(database: Database) -> set[str]:
    """Names written so far."""
    with database.read() as connection:
        return set(connection.execute(select(legal_holds.c.conversation_id)).scalars())


def migrate(folder: Path) -> Database:
    """Open a database and bring it up to date."""
    database = Database(f"sqlite:///{folder / 'medinfo.sqlite3'}")
    database.migrate()
    return database


class TestMigrations:
    """From blank and from the oldest schema, by one process or two."""

    def test_blank_database_gets_exactly_the_tables_of_the_code(self, tmp_path: Path) -> None:
        database = migrate(tmp_path)
        with database.read() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert database.revision() == SCHEMA_REVISION

    def test_revision_constant_is_the_newest_migration(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS_DIR))
        assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA_REVISION

    def test_oldest_schema_with_data_is_carried_forward(self, tmp_path: Path) -> None:
        database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
        with database._writer.begin() as connection:
            _upgrade(connection, "0001")
        assert database.revision() == "0001"
        converse(database, "first question")
        audit = AuditLog(database, KEY)
        record(audit, database, "first question", "con_1")
        database.migrate()
        with database.read() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
            assert [message.text for message in messages_of(connection, "con_1")] == ["first question"]
        assert audit.verify().faults == ()

    def test_two_processes_may_migrate_at_once(self, tmp_path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        workers = [context.Process(target=migrate, args=(tmp_path,)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert [worker.exitcode for worker in workers] == [0, 0]
        assert open_sqlite(tmp_path).revision() == SCHEMA_REVISION

    def test_a_file_that_another_process_writes_first_is_waited_for(self, tmp_path: Path) -> None:
        """SQLite does not wait by itself where a file is turned to write-ahead logging while another one holds it."""
        other = sqlite3.connect(tmp_path / "medinfo.sqlite3", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE held (n INTEGER)")
        release = threading.Timer(0.5, other.execute, ["COMMIT"])
        release.start()
        try:
            assert migrate(tmp_path).revision() == SCHEMA_REVISION
        finally:
            release.join()
            other.close()

    def test_database_of_a_newer_version_is_refused(self, tmp_path: Path) -> None:
        database = open_sqlite(tmp_path)
        database.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
        with pytest.raises(BadInput, match="newer version"):
            database.migrate()


class TestWriting:
    """What `write` returned is on disk; what it refused is not there."""

    def test_two_hundred_threads_write_and_none_is_turned_away(self, tmp_path: Path) -> None:
        database = open_sqlite(tmp_path)
        names = [f"con_{number}" for number in range(200)]
        with ThreadPoolExecutor(200) as pool:
            list(pool.map(lambda name: hold(database, name), names))
        assert held(database) == set(names)

    def test_waiting_writers_share_a_commit(self, tmp_path: Path) -> None:
        database = open_sqlite(tmp_path)
        commits: list[int] = []
        event.listen(database._writer, "commit", lambda _connection: commits.append(1))
        gate = threading.Event()

        def slow(connection):  # type: ignore[no-untyped-def]
            gate.wait(10)

        with ThreadPoolExecutor(20) as pool:
            first = pool.submit(database.write, slow)
            others = [pool.submit(hold, database, f"con_{number}") for number in range(10)]
            while len(database._queue) < 10:
                threading.Event().wait(0.005)
            gate.set()
            first.result()
            for other in others:
                other.result()
        assert len(held(database)) == 10
        assert len(commits) == 2

    def test_a_failing_job_takes_no_other_job_with_it(self, tmp_path: Path) -> None:
        database = open_sqlite(tmp_path)
        hold(database, "con_taken")
        barrier = threading.Barrier(21)

        def attempt(name: str) -> str:
            barrier.wait()
            try:
                hold(database, name)
            except IntegrityError:
                return "refused"
            return "stored"

        names = [f"con_{number}" for number in range(20)] + ["con_taken"]
        with ThreadPoolExecutor(21) as pool:
            outcomes = list(pool.map(attempt, names))
        assert outcomes == ["stored"] * 20 + ["refused"]
        assert held(database) == set(names)

    def test_a_job_that_raises_stores_nothing(self, tmp_path: Path) -> None:
        database = open_sqlite(tmp_path)

        def work(connection):  # type: ignore[no-untyped-def]
            connection.execute(insert(legal_holds).values(conversation_id="con_1", reason="test", placed_at=NOON))
            raise LookupError("no")

        with pytest.raises(LookupError):
            database.write(work)
        assert held(database) == set()

    def test_full_disk_is_named_and_the_service_recovers(self, tmp_path: Path) -> None:
        database = open_sqlite(tmp_path)
        hold(database, "con_before")
        allow_pages(database, None)
        with pytest.raises(Unavailable, match="cannot be written"):
            for number in range(10_000):
                hold(database, f"con_{number}_" + "x" * 50)
        stored = held(database)
        allow_pages(database, 1073741823)
        hold(database, "con_after")
        assert held(database) == stored | {"con_after"}

    def test_readers_cannot_write(self, tmp_path: Path) -> None:
        database = open_sqlite(tmp_path)
        with pytest.raises(Unavailable) as caught, database.read() as connection:
            connection.execute(insert(legal_holds).values(conversation_id="con_1", reason="test", placed_at=NOON))
        assert isinstance(caught.value.__cause__, OperationalError)

    def test_broken_file_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "medinfo.sqlite3"
        path.write_bytes(b"this is not a database" * 100)
        with pytest.raises(Unavailable):
            Database(f"sqlite:///{path}").migrate()

    @pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
    def test_unsuitable_urls_are_refused(self, url: str) -> None:
        with pytest.raises(BadInput):
            Database(url)

    def test_file_is_readable_by_its_owner_only(self, tmp_path: Path) -> None:
        assert migrate(tmp_path).path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_records SET kind = 'answered' WHERE seq = 1",
        "DELETE FROM audit_records WHERE seq = 1",
        "INSERT OR REPLACE INTO audit_records SELECT * FROM audit_records WHERE seq = 1",
        "UPDATE record_contents SET content = '{}' WHERE seq = 1",
        "DELETE FROM record_contents WHERE seq = 1",
    ],
)
def test_audit_tables_refuse_change(tmp_path: Path, statement: str) -> None:
    """The database itself refuses, whoever asks through this service."""
    database = open_sqlite(tmp_path)
    record(AuditLog(database, KEY), database, "a question")
    with pytest.raises(IntegrityError, match="insert-only"):
        database.write(lambda connection: connection.execute(text(statement)))
    with database.read() as connection:
        assert connection.execute(select(audit_records.c.kind)).scalars().all() == ["received"]


def test_durability_settings_hold_on_every_connection(tmp_path: Path) -> None:
    """WAL, and every commit synced: a case confirmed is a case on disk."""
    database = open_sqlite(tmp_path)
    found = database.write(
        lambda connection: [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    )
    assert found == ["wal", 2, 1]
    with sqlite3.connect(database.path) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
