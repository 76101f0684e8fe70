"""`medinfo backup`, `restore` and `staff` as they are typed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.cli import backup as backup_cli
from assistant.cli import staff as staff_cli
from assistant.cli.opening import open_store
from assistant.clock import utc_now
from assistant.errors import AssistantError
from assistant.governance import ContentDesk
from assistant.settings import Settings
from assistant.triage.staff import StaffMember
from corpus import DocumentStatus, read_ledger
from corpus.steps import Decision
from tests.assistant.storage_tools import converse, open_sqlite
from tests.corpus.builder import document_text, write_document

PASSWORD = "correct horse battery\n"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a database in it."""
    folder = tmp_path / "var"
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(folder))
    database = open_sqlite(folder)
    converse(database, "a question")
    database.close()
    return folder


def backup(target: Path) -> Result:
    """Run `medinfo backup`."""
    return CliRunner().invoke(backup_cli.backup, [str(target)])


def restore(source: Path, *options: str) -> Result:
    """Run `medinfo restore`."""
    return CliRunner().invoke(backup_cli.restore, [str(source), *options])


def staff(*arguments: str, password: str = PASSWORD) -> Result:
    """Run `medinfo staff`."""
    return CliRunner().invoke(staff_cli.app, list(arguments), input=password)


def everybody() -> list[StaffMember]:
    """All accounts."""
    with open_store(Settings()) as store, store.database.read() as connection:
        return store.room.staff.everybody(connection)


def test_backup_and_restore_round_trip(data_dir: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.zip"
    written = backup(target)
    assert written.exit_code == 0 and "secret.key" in written.stdout and "case.key" in written.stdout
    (data_dir / "medinfo.sqlite3").unlink()
    restored = restore(target)
    assert (restored.exit_code, restored.stdout.startswith("restored")) == (0, True)
    with open_store(Settings()) as store, store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT text FROM messages").scalars().all() == ["a question"]


def test_restore_over_a_database_needs_force(data_dir: Path, tmp_path: Path) -> None:
    backup(tmp_path / "copy.zip")
    refused = restore(tmp_path / "copy.zip")
    assert isinstance(refused.exception, AssistantError) and "--force" in refused.exception.message
    assert restore(tmp_path / "copy.zip", "--force").exit_code == 0
    assert len([path for path in data_dir.iterdir() if "before-restore" in path.name]) == 1


def test_accounts_are_added_listed_and_closed(data_dir: Path) -> None:
    assert staff("add", "boss@example.org", "--role", "admin").exit_code == 0
    added = staff("add", "Anna@example.org", "--role", "triage", "--role", "safety", "--name", "Anna")
    assert added.stdout == "added anna@example.org with safety, triage\n"
    assert [(member.email, member.roles) for member in everybody()] == [
        ("anna@example.org", ("safety", "triage")),
        ("boss@example.org", ("admin",)),
    ]
    assert "anna@example.org" in staff("list").stdout
    assert staff("close", "anna@example.org").exit_code == 0
    assert [member.active for member in everybody()] == [False, True]


@pytest.mark.parametrize(
    ("arguments", "password", "message"),
    [
        (("add", "anna@example.org", "--role", "king"), PASSWORD, "Roles: triage"),
        (("add", "anna", "--role", "triage"), PASSWORD, "no e-mail address"),
        (("add", "anna@example.org", "--role", "triage"), "short\n", "12 to 256"),
        (("close", "nobody@example.org"), "", "no account"),
    ],
)
def test_what_is_wrong_with_an_account_is_said(data_dir: Path, arguments: tuple[str, ...], password: str, message: str) -> None:
    result = staff(*arguments, password=password)
    assert isinstance(result.exception, AssistantError) and message in result.exception.message
    assert everybody() == []


def test_the_first_account_can_be_made_before_the_first_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(tmp_path / "new"))
    assert staff("add", "boss@example.org", "--role", "admin").exit_code == 0
    assert [member.email for member in everybody()] == ["boss@example.org"]


def test_decisions_and_added_documents_come_back_and_what_was_taken_out_since_stays_out(data_dir: Path, tmp_path: Path) -> None:
    for name in ("OUT", "IN"):
        write_document(data_dir / "content", document_text(id=f"T-{name}"), f"t-{name.lower()}.md")
    ledger_path = data_dir / "ledger.json"
    withdraw("T-IN")
    written = backup(tmp_path / "copy.zip")
    assert "3 files of content" in written.stdout
    withdraw("T-OUT")
    shutil.rmtree(data_dir / "content")
    restored = restore(tmp_path / "copy.zip", "--force")
    assert restored.exit_code == 0, restored.stdout
    assert "kept out, as decided since the backup: T-OUT@1.0" in restored.stdout and "T-IN" not in restored.stdout
    found = read_ledger(ledger_path)
    assert {key: standing.status for key, standing in found.standings.items()} == {
        "T-IN@1.0": DocumentStatus.WITHDRAWN,
        "T-OUT@1.0": DocumentStatus.WITHDRAWN,
    }
    assert sorted(path.name for path in (data_dir / "content").rglob("*.md")) == ["t-in.md", "t-out.md"]
    with open_store(Settings()) as store:
        desk = ContentDesk.of(Settings(), store.database, store.audit, utc_now)
        assert [row["after"] for row in desk.history("T-OUT")] == ["withdrawn"]
        assert desk.recover().standings == found.standings


def withdraw(doc_id: str) -> None:
    """Take a document out."""
    with open_store(Settings()) as store:
        decision = Decision("Rob", utc_now(), "wrong figure")
        ContentDesk.of(Settings(), store.database, store.audit, utc_now).withdraw(doc_id, decision)
