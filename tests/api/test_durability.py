"""What was confirmed is there afterwards: with two processes, under 200 chats at once, on a full disk. Kills: `test_kill`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from assistant.api.app import create_app
from assistant.storage import AnchorFile, AuditLog, Database, load_key
from assistant.storage.backup import anchor_path
from assistant.storage.tables import cases
from tests.api.conftest import Running, settings_in
from tests.api.scripted import scripted_engine
from tests.api.server import connect, serving, serving_process
from tests.assistant.storage_tools import allow_pages, open_sqlite
from tests.triage.room_tools import MemoryCarrier

CHATS = 200


def stored_cases(folder: Path) -> set[str]:
    """Case numbers on disk."""
    database = Database(f"sqlite:///{folder / 'medinfo.sqlite3'}")
    with database.read() as connection:
        found = set(connection.execute(cases.select()).scalars())
    database.close()
    return found


def verify(folder: Path) -> None:
    """Nothing in the record is out of place, anchors included."""
    database = Database(f"sqlite:///{folder / 'medinfo.sqlite3'}")
    audit = AuditLog(database, load_key(None, folder / "secret.key", "MEDINFO_SECRET_KEY"))
    assert audit.verify(AnchorFile(anchor_path(database.path))).faults == ()
    database.close()


@pytest.mark.slow
def test_two_processes_serve_one_database(tmp_path: Path) -> None:
    open_sqlite(tmp_path).close()
    with serving_process(tmp_path) as (one, _), serving_process(tmp_path) as (two, _):
        first = connect(one)
        conversation_id = first.ask("my pt had a rash on Verzenio")["conversation_id"]
        second = connect(two)
        second.token = first.token
        again = second.ask("she was admitted", conversation_id)
        assert again["conversation_id"] == conversation_id
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: (first, second)[n % 2].ask("my pt had diarrhea"), range(40)))
    found = {case["case_id"] for answer in answers for case in answer["safety"]["cases"]}
    assert len(found) == 40
    assert found <= stored_cases(tmp_path)
    verify(tmp_path)


def test_two_hundred_chats_at_once_are_all_answered_and_recorded(running: Running) -> None:
    limits = httpx.Limits(max_connections=CHATS)
    with httpx.Client(limits=limits, timeout=120) as http, ThreadPoolExecutor(CHATS) as pool:
        running.client.http = http

        def report(number: int) -> str:
            return str(running.client.ask(f"patient {number} had a rash on Verzenio")["safety"]["cases"][0]["case_id"])

        found = list(pool.map(report, range(CHATS)))
    assert len(set(found)) == CHATS
    assert set(found) == stored_cases(running.service.settings.data_dir)
    verification = running.service.audit.verify()
    assert verification.faults == ()
    assert {head.chain: head.seq for head in verification.heads} == {"audit": 2 * CHATS, "cases": 2 * CHATS}


@pytest.fixture
def full_disk(running: Running) -> Iterator[Running]:
    """A database that may not grow by one page more."""
    allow_pages(running.service.database, None)
    yield running
    allow_pages(running.service.database, 1073741823)


def test_a_full_disk_is_said_and_nothing_is_confirmed_that_is_not_kept(full_disk: Running) -> None:
    confirmed, refused = [], []
    for number in range(200):
        reply = full_disk.client.post(
            "/api/chat", {"message": f"patient {number} had a rash, " + "x" * 1500}, accept="application/json"
        )
        if reply.status_code == 200:
            confirmed += [case["case_id"] for case in reply.json()["safety"]["cases"]]
        else:
            refused.append(reply)
            break
    assert refused and refused[0].status_code == 503
    error = refused[0].json()["error"]
    assert error["code"] == "UNAVAILABLE" and "+1 800 555 0100" in error["message"]
    assert set(confirmed) <= stored_cases(full_disk.service.settings.data_dir)
    assert full_disk.client.get("/health/live").status_code == 200
    assert full_disk.service.audit.verify().faults == ()


def test_the_background_hands_over_delivers_and_anchors(tmp_path: Path) -> None:
    from assistant.api.background import Background
    from tests.triage.room_tools import FRIDAY, SetClock

    open_sqlite(tmp_path).close()
    clock, carrier = SetClock(FRIDAY), MemoryCarrier(safety_id="PV-1")
    settings = settings_in(tmp_path, desk_targets={"pv": ("https://pv.example/reports",)}, session_minutes=720)
    app = create_app(settings, scripted_engine(), clock=clock, carrier=carrier, runs_background=False)
    background = Background(app.state.service)
    with serving(app) as url:
        case_id = connect(url).ask("my pt had a rash on Verzenio")["safety"]["cases"][0]["case_id"]
        background.run_once()
        assert carrier.carried == []
        clock.forward(hours=20)
        background.run_once()
        assert [delivery.case_id for delivery in carrier.carried] == [case_id]
        with app.state.service.database.read() as connection:
            kept = app.state.service.room.repository.state(connection, case_id)
        assert (kept.safety_state, kept.safety_id) == ("acknowledged", "PV-1")
    assert [head.chain for head in AnchorFile(anchor_path(tmp_path / "medinfo.sqlite3")).read()].count("cases") >= 1
    verify(tmp_path)


def test_the_background_outlives_a_broken_database(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.api.background import Background

    def fail(_now: object) -> None:
        raise OSError("no space left on device")

    background = Background(running.service)
    monkeypatch.setattr(type(running.service.room.sweeper), "run", lambda _self, now: fail(now))
    background.run_once()
    monkeypatch.undo()
    background.run_once()


def test_an_address_that_is_down_is_told_once_when_it_begins(running: Running) -> None:
    from structlog.testing import capture_logs

    from assistant.api.background import Background
    from assistant.triage import SYSTEM

    case_id = running.client.ask("my pt had a rash on Verzenio")["safety"]["cases"][0]["case_id"]
    running.service.room.service.forward(SYSTEM, case_id, "report")
    background = Background(running.service)
    with capture_logs() as logs:
        background.run_once()
        background.run_once()
    alarms = [entry["what"] for entry in logs if entry["event"] == "alarm"]
    assert alarms == ["no address: the desk pv has no address in settings (desk_targets)"]
