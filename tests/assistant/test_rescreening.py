"""Stored conversations screened again: reports no one was told of become cases, once, with the clock of the day they came."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli.screen import app
from assistant.rescreening import FOUND_BY, Found, screen_again
from assistant.screening import Screener
from assistant.triage import QueueFilter
from assistant.types import Code
from tests.triage.room_tools import FRIDAY, SAFETY, TRIAGER, Bench, open_bench

REPORT = "62F on Verzenio, admitted last night with a pulmonary embolism"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A triage room over a database of its own."""
    return open_bench(tmp_path)


def again(bench: Bench, *, dry_run: bool = False) -> list[Found]:
    """Screen everything stored again."""
    room = bench.room
    return list(screen_again(bench.database, room.intake, room.repository, Screener(), dry_run=dry_run))


def test_a_report_missed_then_becomes_a_case_with_the_clock_of_its_day(bench: Bench) -> None:
    """The message was stored without a code; a week later the rules know better."""
    bench.say("What is the rate of diarrhea with abemaciclib?", conversation_id="con_question")
    bench.say(REPORT, conversation_id="con_report")
    bench.clock.forward(days=7)
    [found] = again(bench)
    assert (found.conversation_id, found.message_id, found.codes) == ("con_report", "con_report_1", (Code.AE_SERIOUS,))
    [case_id] = found.case_ids
    view = bench.room.service.get(SAFETY, case_id)
    assert view.state.regulatory_due_at == FRIDAY + timedelta(hours=24)
    assert FOUND_BY in json.dumps([event.content for event in view.events])
    assert bench.audit.verify().faults == ()


def test_a_second_run_finds_nothing_more(bench: Bench) -> None:
    """A message counts once."""
    bench.say(REPORT)
    assert len(again(bench)) == 1
    assert again(bench) == []
    assert bench.room.service.list(TRIAGER, QueueFilter(is_open=None)).total == 1


def test_what_was_seen_then_is_left_alone(bench: Bench) -> None:
    """Codes stored with the message, and messages that a case holds, are known."""
    bench.say(REPORT, Code.AE_SERIOUS)
    assert again(bench) == []


def test_a_report_in_pieces_is_found_and_put_to_its_last_turn(bench: Bench) -> None:
    """Patient, product and event came in three messages."""
    for text in ("Can I run a case by you", "she's on Verzenio with fulvestrant", "since yesterday she can't stop vomiting"):
        bench.say(text)
    [found] = again(bench)
    assert found.message_id == "con_1_3"
    assert Code.AE_NONSER in found.codes


def test_a_dry_run_opens_nothing(bench: Bench) -> None:
    """It only says what a run would do."""
    bench.say(REPORT)
    [found] = again(bench, dry_run=True)
    assert found.case_ids == ()
    assert bench.room.service.list(TRIAGER, QueueFilter(is_open=None)).total == 0


def test_the_command_prints_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the data of the settings; nothing else may be given with --history."""
    bench = open_bench(tmp_path)
    bench.say(REPORT)
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MEDINFO_DATABASE_URL", f"sqlite:///{bench.database.path}")
    result = CliRunner().invoke(app, ["--history", "--rules-only"], catch_exceptions=False)
    [row] = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    assert row["codes"] == ["AE-SERIOUS"]
    assert len(row["cases"]) == 1
    assert "--history" in str(CliRunner().invoke(app, ["hello", "--history"]).exception)
