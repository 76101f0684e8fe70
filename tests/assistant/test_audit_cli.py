"""`medinfo audit`: exit codes and output a script can rely on, over a database the service wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assistant.api.engine import Engine
from assistant.api.service import Service, open_service
from assistant.api.tokens import Caller
from assistant.api.turns import Incoming
from assistant.cli import audit as audit_cli
from assistant.clock import utc_now
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.storage.conversations import Session, add_session
from assistant.triage import SYSTEM, QueueFilter
from assistant.types import Answer
from tests.api.scripted import ScriptedAssistant, ScriptedIndex, scripted_engine
from tests.assistant.storage_tools import NOON, open_sqlite
from tests.assistant.test_audit_chain import tamper


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service whose data the command finds by the environment."""
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(tmp_path))
    open_sqlite(tmp_path).close()
    opened = open_service(Settings(), scripted_engine(), clock=utc_now)
    yield opened
    opened.database.close()


def ask(service: Service, text: str) -> Answer:
    """A question answered and recorded."""
    session = Session("ses_1", NOON, "attested", "", "physician", "US", "us-hcp-1")
    service.database.write(lambda connection: add_session(connection, session))
    return service.turns.answer(service.turns.take(Incoming(Caller(session, is_stored=True), text)))


def run(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(audit_cli.app, list(arguments))


def test_verify_is_silent_about_a_whole_chain_and_loud_about_a_broken_one(service: Service) -> None:
    ask(service, "my pt had a rash")
    whole = run("verify", "--json")
    assert whole.exit_code == 0
    assert json.loads(whole.stdout) | {"chains": {}} == {"intact": True, "chains": {}, "faults": []}
    assert json.loads(whole.stdout)["chains"]["audit"]["records"] == 2
    tamper(service.database, "UPDATE case_events SET actor = 'nobody' WHERE seq = 1")
    broken = run("verify", "--json")
    assert broken.exit_code == 1
    assert [(fault["chain"], fault["seq"], fault["kind"]) for fault in json.loads(broken.stdout)["faults"]] == [
        ("cases", 1, "changed")
    ]
    assert "NOT INTACT" in run("verify").stdout


@pytest.fixture
def replays(monkeypatch: pytest.MonkeyPatch) -> ScriptedIndex:
    """Let the command answer with scripted parts, whose documents a test may change."""
    index = ScriptedIndex()
    monkeypatch.setattr("assistant.cli.ask.open_assistant", lambda _settings: ScriptedAssistant(index))
    return index


def test_replay_gives_the_same_answer_from_the_same_documents(service: Service, replays: ScriptedIndex) -> None:
    answer = ask(service, "Jane Roe had a rash; what limits AIs?")
    for record_id in (answer.answer_id, service.audit.find(answer.answer_id)[0].record_id):
        result = run("replay", record_id, "--json")
        assert (result.exit_code, json.loads(result.stdout)) == (
            0,
            {"answer_id": answer.answer_id, "same": True, "differences": {}},
        )


def test_replay_says_what_has_changed_since(service: Service, replays: ScriptedIndex) -> None:
    answer = ask(service, "what limits AIs?")
    replays.corpus_version = "corpus-2"
    result = run("replay", answer.answer_id, "--json")
    found: dict[str, Any] = json.loads(result.stdout)
    assert (result.exit_code, found["same"], list(found["differences"])) == (1, False, ["versions"])
    assert "corpus-2" in run("replay", answer.answer_id).stdout


def test_an_erased_question_cannot_be_asked_again(service: Service, replays: ScriptedIndex) -> None:
    answer = ask(service, "what limits AIs?")
    assert run("erase", answer.conversation_id, "--reason", "asked to").exit_code == 0
    assert run("verify").exit_code == 0
    result = run("replay", answer.answer_id)
    assert isinstance(result.exception, AssistantError) and "erased" in result.exception.message


def test_erasing_keeps_reports_and_a_hold_forbids_it(service: Service) -> None:
    answer = ask(service, "my pt had a rash")
    conversation_id = answer.conversation_id
    assert run("hold", conversation_id, "--reason", "litigation").exit_code == 0
    refused = run("erase", conversation_id, "--reason", "asked to")
    assert isinstance(refused.exception, AssistantError) and "legal hold" in refused.exception.message
    assert run("release", conversation_id, "--reason", "settled").exit_code == 0
    erased = run("erase", conversation_id, "--reason", "asked to")
    assert answer.safety.cases[0].case_id in erased.stdout
    [kept] = service.room.service.list(SYSTEM, QueueFilter()).cases
    assert kept.excerpt == "my pt had a rash"


def test_expiry_is_dry_when_asked_and_spares_what_is_young(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ask(service, "what limits AIs?")
    assert run("expire").stdout.splitlines() == ["0 conversations were erased"]
    monkeypatch.setattr(audit_cli, "utc_now", lambda: utc_now().replace(year=utc_now().year + 11))
    assert answer.conversation_id in run("expire", "--dry-run").stdout
    assert service.audit.find(answer.answer_id)[0].content is not None
    assert "1 conversations were erased" in run("expire").stdout
    assert service.audit.find(answer.answer_id)[0].content is None
    assert run("verify").exit_code == 0


def test_reconcile_exits_with_one_while_something_is_wrong(service: Service, tmp_path: Path) -> None:
    answer = ask(service, "my pt had a rash")
    case_id = answer.safety.cases[0].case_id
    day = service.clock().astimezone(service.room.routing.calendar.timezone).date().isoformat()
    waiting = run("reconcile", day, "--json")
    assert waiting.exit_code == 1
    assert json.loads(waiting.stdout)["lines"][0]["discrepancies"] == ["not handed over"]
    service.room.service.forward(SYSTEM, case_id, "report")
    service.room.service.acknowledge(SYSTEM, case_id, desk="pv", safety_id="PV-1")
    theirs = tmp_path / "pv.csv"
    theirs.write_text(f"case_id,safety_id\n{case_id},PV-1\n")
    assert "not delivered to pv" in run("reconcile", day, "--received", str(theirs)).stdout
    service.database.write(lambda connection: connection.exec_driver_sql("UPDATE outbox SET delivered_at = created_at"))
    assert run("reconcile", day, "--received", str(theirs)).exit_code == 0
    theirs.write_text("something else\n1\n")
    assert isinstance(run("reconcile", day, "--received", str(theirs)).exception, AssistantError)


def test_without_a_database_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(tmp_path / "nothing"))
    result = run("verify")
    assert isinstance(result.exception, AssistantError) and "medinfo serve" in result.exception.message
    assert not (tmp_path / "nothing").exists()


def test_an_engine_needs_no_index_for_the_record_to_be_read(service: Service) -> None:
    ask(service, "what limits AIs?")
    without = open_service(Settings(), Engine(service.engine.screener, fault="none"), clock=utc_now)
    assert without.audit.verify().faults == ()
    without.database.close()
