"""The same storage on PostgreSQL, on a server of its own; skipped where no server is installed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from assistant.storage import AuditLog, Database
from assistant.storage.retention import erase_conversation
from assistant.storage.tables import metadata
from tests.assistant.storage_tools import KEY, NOON, POSTGRES_BIN, converse, postgres_server, record

pytestmark = pytest.mark.skipif(
    POSTGRES_BIN is None or os.geteuid() != 0,
    reason="needs an installed PostgreSQL server and root to start it as its own user",
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres_server() as address:
        yield address


def test_schema_triggers_chain_and_erasure(url: str) -> None:
    databases = [Database(url), Database(url)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Database.migrate, databases))
    database, other = databases
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    logs = [AuditLog(database, KEY), AuditLog(other, KEY)]
    converse(database, "a secret question")
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: record(logs[n % 2], databases[n % 2], f"question {n}", "con_1"), range(100)))
    assert logs[0].verify().faults == ()
    assert logs[0].verify().heads[0].seq == 100
    for statement in (
        "UPDATE audit_records SET kind = 'failed' WHERE seq = 1",
        "DELETE FROM audit_records WHERE seq = 1",
        "TRUNCATE audit_records",
        "UPDATE record_contents SET content = '{}' WHERE seq = 1",
        "DELETE FROM record_contents WHERE seq = 1",
    ):
        with pytest.raises(IntegrityError, match="insert-only"):
            database.write(lambda connection, statement=statement: connection.execute(text(statement)))
    database.write(lambda connection: erase_conversation(connection, logs[0], "con_1", reason="asked to", at=NOON))
    assert logs[1].verify().faults == ()
    for each in databases:
        each.close()
