"""`kill -9` at any moment: of a service under 200 chats at once, and of one that is handing reports over.

Afterwards every report that got a response has its case, none twice; the chains and the database are whole; hand-over resumes,
each report delivered at least once and marked once.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select

from assistant.storage import AnchorFile, AuditLog, Database, load_key
from assistant.storage.backup import anchor_path
from assistant.storage.tables import audit_records, case_events, case_states, cases, conversations, messages
from tests.api.server import connect, serving_process
from tests.assistant.storage_tools import open_sqlite

CHATS = 200
REPORT_EVERY = 4
REPORTS = CHATS // REPORT_EVERY
DELIVERY_S = 0.02


@dataclass
class Seen:
    """What callers were told: case numbers by chat, and the chats whose answer came to its end."""

    cases: dict[int, str] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)


def body_of(number: int) -> dict[str, Any]:
    """The request of a chat: every fourth reports something."""
    text = f"patient {number} had a rash on Verzenio" if number % REPORT_EVERY == 0 else f"What limits AIs? ({number})"
    part = {"type": "text", "text": text}
    return {"id": f"chat-{number}", "messages": [{"id": f"m-{number}", "role": "user", "parts": [part]}]}


async def chat(http: httpx.AsyncClient, url: str, token: str, number: int, seen: Seen, on_first: Callable[[], None]) -> None:
    """Ask once; note a case number as soon as it is read, whatever becomes of the connection."""
    headers = {"authorization": f"Bearer {token}"}
    try:
        async with http.stream("POST", url + "/api/chat", json=body_of(number), headers=headers) as reply:
            assert reply.status_code == 200, await reply.aread()
            async for line in reply.aiter_lines():
                if not line.startswith("data: {"):
                    seen.finished |= {number} if line == "data: [DONE]" else set()
                    continue
                part = json.loads(line.removeprefix("data: "))
                if part["type"] == "start":
                    on_first()
                if part["type"] == "data-safety":
                    seen.cases[number] = part["data"]["cases"][0]["case_id"]
    except httpx.HTTPError:
        return


async def ask_all(url: str, token: str, seen: Seen, numbers: list[int], on_first: Callable[[], None]) -> None:
    """All chats at once."""
    limits = httpx.Limits(max_connections=CHATS)
    async with httpx.AsyncClient(limits=limits, timeout=60) as http:
        await asyncio.gather(*(chat(http, url, token, number, seen, on_first) for number in numbers))


def killing(process: subprocess.Popen[bytes], after: int) -> Callable[[], None]:
    """Something to call at each first byte: the `after`-th call kills the process."""
    count = 0

    def first_byte() -> None:
        nonlocal count
        count += 1
        if count == after:
            process.kill()

    return first_byte


def read(folder: Path, work: Callable[[Connection], Any]) -> Any:
    """Read from the database of a folder, after checking that file and chains are whole."""
    database = Database(f"sqlite:///{folder / 'medinfo.sqlite3'}")
    try:
        audit = AuditLog(database, load_key(None, folder / "secret.key", "MEDINFO_SECRET_KEY"))
        assert audit.verify(AnchorFile(anchor_path(database.path))).faults == ()
        with database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            return work(connection)
    finally:
        database.close()


def cases_by_chat(connection: Connection) -> list[tuple[str, str]]:
    """Chat and case number of every case."""
    joined = cases.join(conversations, conversations.c.conversation_id == cases.c.conversation_id)
    query = select(conversations.c.client_key, cases.c.case_id).select_from(joined)
    return [(row.client_key, row.case_id) for row in connection.execute(query).all()]


def flagged_without_case(connection: Connection) -> list[str]:
    """Messages that raised a code, in conversations without a case."""
    with_case = select(cases.c.conversation_id)
    query = select(messages.c.message_id).where(messages.c.codes != [], messages.c.conversation_id.not_in(with_case))
    return list(connection.execute(query).scalars())


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 120])
def test_a_kill_under_two_hundred_chats_loses_no_report_and_doubles_none(tmp_path: Path, after: int) -> None:
    open_sqlite(tmp_path).close()
    seen = Seen()
    with serving_process(tmp_path) as (url, process):
        token = connect(url).token
        asyncio.run(ask_all(url, token, seen, list(range(CHATS)), killing(process, after)))
        assert process.wait(30) == -9
    found = read(tmp_path, cases_by_chat)
    assert {(f"chat-{number}", case_id) for number, case_id in seen.cases.items()} <= set(found)
    assert read(tmp_path, flagged_without_case) == []
    told = dict(seen.cases)
    with serving_process(tmp_path) as (url, process):
        # Callers whose connection broke send the same again.
        left = [number for number in range(CHATS) if number not in seen.finished]
        asyncio.run(ask_all(url, token, seen, left, lambda: None))
    assert seen.finished == set(range(CHATS))
    found = read(tmp_path, cases_by_chat)
    assert Counter(chat for chat, _ in found) == {f"chat-{number}": 1 for number in range(0, CHATS, REPORT_EVERY)}
    assert {(f"chat-{number}", case_id) for number, case_id in (told | seen.cases).items()} == set(found)
    assert all(seen.cases[number] == case_id for number, case_id in told.items())
    received = read(
        tmp_path,
        lambda c: list(c.execute(select(audit_records.c.message_id).where(audit_records.c.kind == "received")).scalars()),
    )
    assert len(received) == len(set(received)) == CHATS


class Desk:
    """The other desk's address: takes reports, gives each an id, and tells when it has seen enough."""

    def __init__(self, enough: int) -> None:
        self.got: list[str] = []
        self.enough = threading.Event()
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                case_id = str(json.loads(self.rfile.read(int(self.headers["content-length"])))["report"]["case_id"])
                desk.got.append(case_id)
                time.sleep(DELIVERY_S)
                if len(desk.got) >= enough:
                    desk.enough.set()
                try:
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(json.dumps({"safety_id": f"PV-{case_id}"}).encode())
                except BrokenPipeError:
                    return

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def targets(self) -> str:
        """The setting that sends reports here."""
        return json.dumps({"pv": [f"http://127.0.0.1:{self.server.server_port}/reports"]})


def events_by_case(connection: Connection, kind: str) -> Counter[str]:
    """How many events of a kind each case has."""
    return Counter(connection.execute(select(case_events.c.case_id).where(case_events.c.kind == kind)).scalars())


@pytest.mark.slow
def test_a_kill_in_the_middle_of_handing_over_delivers_each_report_and_marks_it_once(tmp_path: Path) -> None:
    open_sqlite(tmp_path).close()
    seen = Seen()
    with serving_process(tmp_path) as (url, process):
        numbers = list(range(0, CHATS, REPORT_EVERY))
        asyncio.run(ask_all(url, connect(url).token, seen, numbers, lambda: None))
        process.kill()
        process.wait(30)
    assert len(seen.cases) == REPORTS
    desk = Desk(enough=REPORTS // 3)
    # Hour 21: everything undecided goes out; the service dies while it does.
    with serving_process(tmp_path, MEDINFO_DESK_TARGETS=desk.targets, TEST_HOURS_AHEAD="21") as (_, process):
        assert desk.enough.wait(60)
        process.kill()
        process.wait(30)
    delivered_before = len(desk.got)
    assert delivered_before < REPORTS
    read(tmp_path, lambda connection: None)
    # Hour 22: the leases of the dead service are over.
    with serving_process(tmp_path, MEDINFO_DESK_TARGETS=desk.targets, TEST_HOURS_AHEAD="22") as (_, process):
        deadline = time.monotonic() + 60
        while read(tmp_path, lambda c: len(events_by_case(c, "acknowledged"))) < REPORTS and time.monotonic() < deadline:
            time.sleep(0.5)
        process.kill()
        process.wait(30)
    every = set(seen.cases.values())
    assert set(desk.got) == every
    for kind in ("forwarded", "delivered", "acknowledged"):
        assert read(tmp_path, lambda c, kind=kind: events_by_case(c, kind)) == dict.fromkeys(every, 1), kind
    states = read(tmp_path, lambda c: set(c.execute(select(case_states.c.safety_state)).scalars()))
    assert states == {"acknowledged"}
