"""The chain finds whatever was done to it behind the service's back; erasure leaves it whole."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from assistant.errors import NotAllowed, NotFound
from assistant.storage import AnchorFile, AuditKind, AuditLog, Database
from assistant.storage.conversations import messages_of
from assistant.storage.retention import erase_conversation, expired_conversations, place_hold, release_hold
from assistant.storage.tables import canonical_json
from tests.assistant.storage_tools import KEY, NOON, converse, open_sqlite, record

RECORDS = 6


def tamper(database: Database, *statements: str) -> None:
    """Change the file as someone with the database but without the service would: triggers dropped first."""
    with closing(sqlite3.connect(database.path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def filled(folder: Path, count: int = RECORDS) -> tuple[Database, AuditLog]:
    """A database with some records."""
    database = open_sqlite(folder)
    audit = AuditLog(database, KEY)
    for number in range(count):
        record(audit, database, f"question {number}")
    return database, audit


@pytest.mark.parametrize(
    ("statements", "kind", "seq"),
    [
        (["UPDATE audit_records SET kind = 'failed' WHERE seq = 3"], "changed", 3),
        (["UPDATE audit_records SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE seq = 1"], "changed", 1),
        (["DELETE FROM audit_records WHERE seq = 3"], "removed", 4),
        (["DELETE FROM audit_records WHERE seq = 1"], "removed", 2),
        (["DELETE FROM audit_records WHERE seq = 6"], "truncated", 6),
        (["DELETE FROM audit_records"], "truncated", 6),
        (['UPDATE record_contents SET content = \'{"question":"other"}\' WHERE seq = 2'], "content", 2),
        (["UPDATE record_contents SET content = NULL, salt = NULL WHERE seq = 2"], "content", 2),
        (["DELETE FROM record_contents WHERE seq = 2"], "content", 2),
        (
            [
                "UPDATE audit_records SET seq = 100 WHERE seq = 2",
                "UPDATE audit_records SET seq = 2 WHERE seq = 3",
                "UPDATE audit_records SET seq = 3 WHERE seq = 100",
            ],
            "reordered",
            2,
        ),
        (["UPDATE chain_heads SET seq = 5 WHERE chain = 'audit'"], "head", 6),
        (["DELETE FROM chain_heads WHERE chain = 'audit'"], "head", 6),
    ],
)
def test_each_kind_of_tampering_is_found_and_located(tmp_path: Path, statements: list[str], kind: str, seq: int) -> None:
    database, audit = filled(tmp_path)
    assert audit.verify().faults == ()
    tamper(database, *statements)
    assert (kind, seq) in {(fault.kind, fault.seq) for fault in audit.verify().faults}


def test_cutting_the_end_off_with_a_matching_head_needs_the_key(tmp_path: Path) -> None:
    database, audit = filled(tmp_path)
    tamper(
        database,
        "DELETE FROM audit_records WHERE seq = 6",
        "UPDATE chain_heads SET seq = 5, hash = (SELECT hash FROM audit_records WHERE seq = 5) WHERE chain = 'audit'",
    )
    assert [fault.message for fault in audit.verify().faults] == ["the recorded end of the chain was not signed with this key"]
    assert AuditLog(database, None).verify().faults == ()


def test_an_old_database_put_back_whole_is_found_against_the_anchor(tmp_path: Path) -> None:
    database, audit = filled(tmp_path)
    database.close()
    old = database.path.read_bytes()
    record(audit, database, "one more")
    anchors = AnchorFile(tmp_path / "anchors")
    assert anchors.write(audit.heads(), NOON) == 1
    assert anchors.write(audit.heads(), NOON) == 0
    assert audit.verify(anchors).faults == ()
    database.close()
    database.path.write_bytes(old)
    assert audit.verify().faults == ()
    assert [(fault.kind, fault.seq) for fault in audit.verify(anchors).faults] == [("truncated", 7)]


def test_history_written_anew_from_an_anchored_point_is_found(tmp_path: Path) -> None:
    database, audit = filled(tmp_path)
    anchors = AnchorFile(tmp_path / "anchors")
    anchors.write(audit.heads(), NOON)
    database.close()
    database.path.unlink()
    again, forged = filled(tmp_path)
    assert again.path == database.path
    assert forged.verify().faults == ()
    assert {fault.kind for fault in forged.verify(anchors).faults} == {"anchor"}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seq=st.integers(1, RECORDS),
    column=st.sampled_from(
        ["record_id", "kind", "recorded_at", "conversation_id", "answer_id", "content_hash", "previous_hash", "hash"]
    ),
    value=st.text(st.characters(codec="ascii", exclude_categories=["C"], exclude_characters="'"), min_size=1, max_size=20),
)
def test_no_column_of_a_record_can_be_changed_unseen(
    tmp_path_factory: pytest.TempPathFactory, seq: int, column: str, value: str
) -> None:
    database, audit = filled(tmp_path_factory.mktemp("chain"))
    stored = "2026-01-01T00:00:00.000001Z" if column == "recorded_at" else value
    tamper(database, f"UPDATE audit_records SET {column} = '{stored}' WHERE seq = {seq}")
    assert audit.verify().faults != ()


def append_many(folder: Path, count: int) -> None:
    """What each of two processes does."""
    database = open_sqlite(folder)
    audit = AuditLog(database, KEY)
    for number in range(count):
        record(audit, database, f"question {number}")


def test_two_processes_share_one_chain(tmp_path: Path) -> None:
    open_sqlite(tmp_path).close()
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=append_many, args=(tmp_path, 50)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(90)
    assert [worker.exitcode for worker in workers] == [0, 0]
    verification = AuditLog(open_sqlite(tmp_path), KEY).verify()
    assert verification.faults == ()
    assert verification.heads[0].seq == 100


def erase(database: Database, audit: AuditLog, conversation_id: str) -> Callable[[], object]:
    """An erasure, ready to run."""
    return lambda: database.write(
        lambda connection: erase_conversation(connection, audit, conversation_id, reason="asked to", at=NOON)
    )


def test_erasure_removes_the_words_and_keeps_the_chain(tmp_path: Path) -> None:
    database, audit = filled(tmp_path)
    converse(database, "a secret question")
    record_id = record(audit, database, "a secret question", "con_1")
    erase(database, audit, "con_1")()
    assert audit.verify().faults == ()
    database.close()
    assert b"secret question" not in database.path.read_bytes().replace(b"\x00", b"")
    assert [found.content for found in audit.find(record_id)] == [None]
    assert [found.kind for found in audit.find("con_1")] == [AuditKind.RECEIVED, AuditKind.ERASED]
    with database.read() as connection:
        assert [message.text for message in messages_of(connection, "con_1")] == [None]


def test_content_erased_behind_the_services_back_is_found_next_to_a_real_erasure(tmp_path: Path) -> None:
    database, audit = filled(tmp_path)
    converse(database, "a question")
    record(audit, database, "a question", "con_1")
    erase(database, audit, "con_1")()
    tamper(database, "UPDATE record_contents SET content = NULL, salt = NULL, erased_at = 'x' WHERE seq = 4")
    assert [(fault.kind, fault.seq) for fault in audit.verify().faults] == [("content", 4)]


def test_a_legal_hold_forbids_erasure_until_released(tmp_path: Path) -> None:
    database, audit = filled(tmp_path)
    converse(database, "a question")
    database.write(lambda connection: place_hold(connection, audit, "con_1", reason="litigation", at=NOON))
    with pytest.raises(NotAllowed, match="legal hold"):
        erase(database, audit, "con_1")()
    database.write(lambda connection: release_hold(connection, audit, "con_1", reason="settled", at=NOON))
    erase(database, audit, "con_1")()
    with pytest.raises(NotFound):
        erase(database, audit, "con_2")()
    assert audit.verify().faults == ()


def test_retention_lists_what_is_past_and_neither_held_nor_erased(tmp_path: Path) -> None:
    database, audit = filled(tmp_path)
    for number in range(3):
        converse(database, "a question", conversation_id=f"con_{number}")
    database.write(lambda connection: place_hold(connection, audit, "con_1", reason="litigation", at=NOON))
    erase(database, audit, "con_2")()
    with database.read() as connection:
        assert expired_conversations(connection, now=NOON, retention_days=1) == []
        assert expired_conversations(connection, now=NOON.replace(year=2037), retention_days=3653) == ["con_0"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_canonical_json_is_one_text_per_value(value: object) -> None:
    import json

    text_form = canonical_json(value)
    assert canonical_json(json.loads(text_form)) == text_form


def test_triggers_are_in_place_after_migration(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path)
    with database.read() as connection:
        names = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    tables = ("audit_records", "record_contents", "cases", "case_events", "original_views", "case_originals")
    assert names >= {f"{table}_no_{verb}" for table in tables for verb in ("update", "delete")}
