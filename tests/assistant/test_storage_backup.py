"""Backups are taken while others write, come back whole, and hold no key."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from pathlib import Path

import pytest

from assistant.errors import BadInput, Unavailable
from assistant.storage import AnchorFile, AuditKind, AuditLog
from assistant.storage.backup import anchor_path, restore_backup, take_backup
from tests.assistant.storage_tools import KEY, NOON, open_sqlite, record


def test_backup_taken_while_writing_restores_to_a_chain_that_verifies(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "live")
    audit = AuditLog(database, KEY)
    record(audit, database, "before")
    stop = threading.Event()

    def keep_writing() -> None:
        while not stop.is_set():
            record(audit, database, "meanwhile")

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        backup = take_backup(database, tmp_path / "copy.zip", NOON)
    finally:
        stop.set()
        writer.join()
    target = tmp_path / "new" / "medinfo.sqlite3"
    assert restore_backup(tmp_path / "copy.zip", target, key=KEY, at=NOON) == backup
    restored = open_sqlite(tmp_path / "new")
    verification = AuditLog(restored, KEY).verify()
    assert verification.faults == ()
    assert 2 <= verification.heads[0].seq <= audit.verify().heads[0].seq + 1
    assert AuditLog(restored, KEY).find("nothing") == []


def test_backup_holds_the_database_and_a_manifest_only(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "live")
    take_backup(database, tmp_path / "copy.zip", NOON)
    with zipfile.ZipFile(tmp_path / "copy.zip") as bundle:
        assert sorted(bundle.namelist()) == ["manifest.json", "medinfo.sqlite3"]
    assert (tmp_path / "copy.zip").stat().st_mode & 0o077 == 0
    with pytest.raises(BadInput, match="exists"):
        take_backup(database, tmp_path / "copy.zip", NOON)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.zip", "live"]


def test_restore_replaces_only_when_forced_and_keeps_what_was_there(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "live")
    audit = AuditLog(database, KEY)
    record(audit, database, "in the backup")
    take_backup(database, tmp_path / "copy.zip", NOON)
    record(audit, database, "after the backup")
    anchors = AnchorFile(anchor_path(database.path))
    anchors.write(audit.heads(), NOON)
    with pytest.raises(BadInput, match="--force"):
        restore_backup(tmp_path / "copy.zip", database.path, key=KEY, at=NOON)
    database.close()
    restore_backup(tmp_path / "copy.zip", database.path, key=KEY, at=NOON, force=True)
    restored = AuditLog(open_sqlite(tmp_path / "live"), KEY)
    assert restored.verify(AnchorFile(anchor_path(database.path))).faults == ()
    assert restored.verify().heads[0].seq == 2
    kept = [path.name for path in database.path.parent.iterdir() if "before-restore" in path.name]
    assert len(kept) == 2


def test_restore_refuses_while_the_database_is_in_use(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "live")
    take_backup(database, tmp_path / "copy.zip", NOON)
    with database.read() as connection:
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(Unavailable, match="in use"):
            restore_backup(tmp_path / "copy.zip", database.path, key=KEY, at=NOON, force=True)
    assert open_sqlite(tmp_path / "live").revision() is not None


def test_a_broken_database_can_be_replaced(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "live")
    record(AuditLog(database, KEY), database, "in the backup")
    take_backup(database, tmp_path / "copy.zip", NOON)
    database.close()
    database.path.write_bytes(b"garbage" * 1000)
    restore_backup(tmp_path / "copy.zip", database.path, key=KEY, at=NOON, force=True)
    found = AuditLog(open_sqlite(tmp_path / "live"), KEY)
    assert found.verify().faults == ()


@pytest.mark.parametrize("damage", ["not a zip", "bit flipped", "truncated"])
def test_damaged_backups_are_refused_and_nothing_is_touched(tmp_path: Path, damage: str) -> None:
    database = open_sqlite(tmp_path / "live")
    source = tmp_path / "copy.zip"
    take_backup(database, source, NOON)
    data = bytearray(source.read_bytes())
    if damage == "not a zip":
        data = bytearray(b"hello")
    elif damage == "truncated":
        data = data[: len(data) // 2]
    else:
        data[len(data) // 3] ^= 0xFF
    source.write_bytes(bytes(data))
    target = tmp_path / "new" / "medinfo.sqlite3"
    with pytest.raises(BadInput):
        restore_backup(source, target, key=KEY, at=NOON)
    assert not target.exists()


def test_files_come_back_and_those_that_were_there_are_kept_beside(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "live")
    parts = {"ledger.json": tmp_path / "live" / "ledger.json", "content": tmp_path / "live" / "content"}
    (parts["content"] / "documents").mkdir(parents=True)
    (parts["content"] / "documents" / "a.md").write_text("first")
    (parts["content"] / "link.md").symlink_to(database.path)
    parts["ledger.json"].write_text("{}")
    backup = take_backup(database, tmp_path / "copy.zip", NOON, parts)
    assert list(backup.files) == ["content/documents/a.md", "ledger.json"]
    parts["ledger.json"].write_text('{"number": 7}')
    (parts["content"] / "documents" / "b.md").write_text("later")
    database.close()
    restore_backup(tmp_path / "copy.zip", database.path, key=KEY, at=NOON, force=True, parts=parts)
    assert parts["ledger.json"].read_text() == "{}"
    assert [path.name for path in sorted(parts["content"].rglob("*.md"))] == ["a.md"]
    kept = sorted(path.name.partition(".before-restore-")[0] for path in (tmp_path / "live").glob("*.before-restore-*"))
    assert kept == ["content", "ledger.json", "medinfo.sqlite3"]


@pytest.mark.parametrize("name", ["../evil", "/evil", "content/../../evil", "other.json", "content\\..\\evil"])
def test_a_backup_that_names_other_files_is_refused(tmp_path: Path, name: str) -> None:
    database = open_sqlite(tmp_path / "live")
    take_backup(database, tmp_path / "good.zip", NOON)
    with zipfile.ZipFile(tmp_path / "good.zip") as good, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        bad.writestr("medinfo.sqlite3", good.read("medinfo.sqlite3"))
        bad.writestr(name, b"evil")
        manifest = {**json.loads(good.read("manifest.json")), "files": {name: hashlib.sha256(b"evil").hexdigest()}}
        bad.writestr("manifest.json", json.dumps(manifest))
    target = tmp_path / "new" / "medinfo.sqlite3"
    parts = {"content": tmp_path / "new" / "content"}
    with pytest.raises(BadInput, match="no file of medinfo"):
        restore_backup(tmp_path / "bad.zip", target, key=KEY, at=NOON, parts=parts)
    assert list(target.parent.iterdir()) == []


def test_a_changed_file_in_a_backup_is_refused(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "live")
    parts = {"ledger.json": tmp_path / "ledger.json"}
    parts["ledger.json"].write_text("{}")
    take_backup(database, tmp_path / "good.zip", NOON, parts)
    with zipfile.ZipFile(tmp_path / "good.zip") as good, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, b'{"number": 9}' if name == "ledger.json" else good.read(name))
    with pytest.raises(BadInput, match="does not match its checksum"):
        restore_backup(tmp_path / "bad.zip", tmp_path / "new" / "medinfo.sqlite3", key=KEY, at=NOON, parts=parts)


def test_restoring_is_on_record(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "live")
    take_backup(database, tmp_path / "copy.zip", NOON)
    target = tmp_path / "new" / "medinfo.sqlite3"
    restore_backup(tmp_path / "copy.zip", target, key=KEY, at=NOON)
    restored = open_sqlite(tmp_path / "new")
    with restored.read() as connection:
        kinds = connection.exec_driver_sql("SELECT kind FROM audit_records").scalars().all()
    assert kinds == [AuditKind.RESTORED.value]
