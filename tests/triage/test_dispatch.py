"""The outbox against failing and answering receivers, and the couriers against a real web server and a real mail server."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from assistant.triage import Courier, SafetyState, parse_mail_server
from assistant.triage.couriers import NotDelivered
from assistant.triage.dispatch import Dispatcher
from assistant.triage.outbox import Delivery, Outbox
from assistant.types import Code
from tests.triage.room_tools import FRIDAY, KEY, SAFETY, TARGETS, TRIAGER, Bench, MemoryCarrier, open_bench

PV = TARGETS["pv"][0]


def forwarded(bench: Bench) -> str:
    """A case that was handed over."""
    case_id = bench.case()
    bench.room.service.forward(SAFETY, case_id, "report")
    return case_id


def test_delivered_once_then_reminded_until_acknowledged(bench: Bench) -> None:
    case_id = forwarded(bench)
    assert bench.dispatch() == 1
    assert bench.dispatch() == 0
    bench.clock.forward(hours=4, minutes=1)
    assert bench.dispatch() == 1
    assert len({delivery.delivery_id for delivery in bench.carrier.carried}) == 1
    kinds = [event.kind.value for event in bench.room.service.get(SAFETY, case_id).events]
    assert kinds.count("delivered") == 1
    bench.room.service.acknowledge(TRIAGER, case_id, desk="pv", safety_id="PV-1")
    bench.clock.forward(days=2)
    assert bench.dispatch() == 0


def test_failures_are_tried_again_ever_later_and_raise_an_alarm(bench: Bench) -> None:
    case_id = forwarded(bench)
    bench.carrier.failing.add(PV)
    attempts = []
    for minute in range(200):
        before = bench.room.service.get(SAFETY, case_id).deliveries[0].attempts
        bench.dispatch()
        if bench.room.service.get(SAFETY, case_id).deliveries[0].attempts > before:
            attempts.append(minute)
        bench.clock.forward(minutes=1)
    assert attempts == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    [alarm] = bench.room.service.alarms(TRIAGER).targets
    assert (alarm.target, alarm.waiting, alarm.last_error) == (PV, 1, "webhook: HTTP 503")
    bench.carrier.failing.clear()
    bench.clock.forward(hours=1)
    assert bench.dispatch() == 1
    assert bench.room.service.alarms(TRIAGER).targets == ()


def test_a_receiver_may_acknowledge_at_once(bench: Bench) -> None:
    bench.carrier.safety_id = "PV-2026-1"
    case_id = forwarded(bench)
    bench.dispatch()
    state = bench.room.service.get(SAFETY, case_id).state
    assert (state.safety_state, state.safety_id) == (SafetyState.ACKNOWLEDGED, "PV-2026-1")
    bench.clock.forward(days=1)
    assert bench.dispatch() == 0


def test_a_desk_without_an_address_is_an_alarm_and_gets_it_later(tmp_path: Path) -> None:
    bench = open_bench(tmp_path, targets={})
    case_id = forwarded(bench)
    assert bench.dispatch() == 0
    [alarm] = bench.room.service.alarms(TRIAGER).targets
    assert "pv" in alarm.last_error
    carrier = MemoryCarrier()
    configured = Dispatcher(bench.database, bench.room.repository, Outbox({"pv": (PV,)}), carrier)
    assert configured.run(bench.clock()) == 1
    assert carrier.carried[0].case_id == case_id


def test_two_dispatchers_carry_each_delivery_once(bench: Bench) -> None:
    for number in range(10):
        bench.room.service.forward(SAFETY, bench.case(conversation_id=f"con_{number}"), "report")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: bench.dispatch(), range(2)))
    ids = [delivery.delivery_id for delivery in bench.carrier.carried]
    assert len(ids) == len(set(ids)) == 10


def test_a_delivery_lost_with_its_process_is_sent_again(bench: Bench) -> None:
    forwarded(bench)
    leased = bench.database.write(lambda connection: Outbox(TARGETS).lease_due(connection, bench.clock(), 10))
    assert len(leased) == 1
    assert bench.dispatch() == 0
    bench.clock.forward(minutes=3)
    assert bench.dispatch() == 1


def test_the_report_carries_masked_text_and_what_is_known(bench: Bench) -> None:
    bench.say("[NAME], 62F on Verzenio, rash", Code.AE_NONSER, original="Jane Roe, 62F on Verzenio, rash", matched="rash")
    case_id = bench.room.service.search(SAFETY, "Verzenio").cases[0].case.case_id
    bench.room.service.forward(SAFETY, case_id, "report")
    bench.dispatch()
    payload = bench.carrier.carried[-1].payload
    assert payload["elements"] == {
        "reporter": "physician, US", "patient_age": "62", "patient_sex": "female", "product": "abemaciclib", "event": "rash",
    }  # fmt: skip
    assert "Jane" not in json.dumps(dict(payload))
    assert payload["received_at"] == "2026-11-20T22:00:00.000000Z"


class Receiver(BaseHTTPRequestHandler):
    """A desk's web address: keeps what it gets, answers as it is told."""

    status = 200
    answer: Any = None
    got: list[tuple[dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(json.dumps(self.answer).encode() if not isinstance(self.answer, bytes) else self.answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def web_server(status: int = 200, answer: Any = None) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A receiver on a free port; yields its address and what it got."""
    handler = type("Handler", (Receiver,), {"status": status, "answer": answer, "got": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/reports", handler.got  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


class MailHandler(socketserver.StreamRequestHandler):
    """The least of SMTP that a client needs (RFC 5321)."""

    def handle(self) -> None:
        self.reply("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self.reply("354 go on")
                self.server.got.append(self.read_data())  # type: ignore[attr-defined]
                self.reply("250 taken")
            elif verb == "QUIT":
                self.reply("221 bye")
                return
            else:
                self.reply("550 no" if verb == "RCPT" and self.server.refuses else "250 ok")  # type: ignore[attr-defined]

    def reply(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def read_data(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        return "".join(lines)


@contextmanager
def mail_server(refuses: bool = False) -> Iterator[tuple[int, list[str]]]:
    """A mail server on a free port; yields the port and the messages it took."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailHandler)
    server.got, server.refuses = [], refuses  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], server.got  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


def delivery(target: str, kind: str = "forward") -> Delivery:
    """A delivery to an address."""
    payload = {
        "case_id": "MI-1",
        "codes": ["AE-NONSER"],
        "elements": {"product": "abemaciclib"},
        "narrative": ["a rash, 39 °C"],
        "text": "Guten Tag",
    }
    return Delivery("dlv_1", "MI-1", kind, "pv", target, payload, True, FRIDAY, FRIDAY, 0, None, None, None, None)


def courier(port: int = 1, address: str | None = None) -> Courier:
    """A courier with a mail server on a port."""
    mail = parse_mail_server(f"smtp://127.0.0.1:{port}", "medinfo@example.org")
    return Courier(mail=mail, webhook_key=KEY, public_url="https://mi.example/", asker_address=lambda _case_id: address)


def test_webhook_is_signed_and_may_acknowledge() -> None:
    with web_server(answer={"safety_id": " PV-9 "}) as (url, got):
        assert courier().carry(delivery(url), FRIDAY).safety_id == "PV-9"
    [(headers, body)] = got
    stamp, digest = (part.split("=")[1] for part in headers["x-medinfo-signature"].split(","))
    assert hmac.compare_digest(digest, hmac.new(KEY, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest())
    assert headers["x-medinfo-delivery"] == "dlv_1"
    assert json.loads(body)["report"]["case_id"] == "MI-1"


@pytest.mark.parametrize("answer", [None, [], {"safety_id": 7}, {"safety_id": ""}, b"not json", b"\xff"])
def test_any_other_answer_is_an_arrival_without_acknowledgement(answer: Any) -> None:
    with web_server(answer=answer) as (url, _got):
        assert courier().carry(delivery(url), FRIDAY).safety_id is None


@pytest.mark.parametrize("status", [301, 400, 401, 404, 500, 503])
def test_anything_but_success_is_no_arrival(status: int) -> None:
    with web_server(status=status) as (url, _got), pytest.raises(NotDelivered, match=str(status)):
        courier().carry(delivery(url), FRIDAY)


def test_nobody_there_is_no_arrival() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for target in (f"http://127.0.0.1:{port}/", "not an address", "mailto:pv@example.org"):
        with pytest.raises(NotDelivered):
            courier(port).carry(delivery(target), FRIDAY)


def test_mail_carries_the_report_and_its_attachment() -> None:
    with mail_server() as (port, got):
        courier(port).carry(delivery("mailto:pv@example.org"), FRIDAY)
    [message] = got
    assert "Subject: MI-1: AE-NONSER, to be acknowledged" in message
    assert "To: pv@example.org" in message
    assert "https://mi.example/staff/cases/MI-1" in message
    assert "MI-1.json" in message


def test_mail_that_is_refused_is_no_arrival() -> None:
    with mail_server(refuses=True) as (port, got), pytest.raises(NotDelivered):
        courier(port).carry(delivery("mailto:pv@example.org"), FRIDAY)
    assert got == []


def test_replies_go_to_the_address_the_asker_left() -> None:
    with mail_server() as (port, got):
        courier(port, "doctor@example.org").carry(delivery("asker:", "reply"), FRIDAY)
    assert "To: doctor@example.org" in got[0] and "Guten Tag" in got[0]
    with pytest.raises(NotDelivered, match="no e-mail"):
        courier().carry(delivery("asker:", "reply"), FRIDAY)


def test_mail_server_addresses() -> None:
    server = parse_mail_server("smtps://user%40x:p%2Fw@mail.example.org", "a@b")
    assert (server.host, server.port, server.username, server.password, server.is_tls) == (
        "mail.example.org",
        465,
        "user@x",
        "p/w",
        True,
    )


@pytest.mark.parametrize("target", ["https://pv.example/reports", "mailto:pv@example.org"])
def test_an_hour_without_the_receiver_loses_nothing_and_keeps_the_order(tmp_path: Path, target: str) -> None:
    bench = open_bench(tmp_path, targets={"pv": (target,)})
    service, sent = bench.room.service, []
    bench.carrier.failing.add(target)
    for minute in range(60):
        if minute % 4 == 0:
            sent.append(bench.case(conversation_id=f"con_{minute}"))
            service.forward(SAFETY, sent[-1], "report")
        bench.dispatch()
        bench.clock.forward(minutes=1)
    [alarm] = service.alarms(TRIAGER).targets
    assert (alarm.target, alarm.waiting) == (target, len(sent))
    bench.carrier.failing.clear()
    bench.carrier.safety_id = "PV-1"
    for _ in range(60):
        bench.dispatch()
        bench.clock.forward(minutes=1)
    assert [delivery.case_id for delivery in bench.carrier.carried] == sent
    assert service.alarms(TRIAGER).targets == ()
    for case_id in sent:
        kinds = [event.kind.value for event in service.get(SAFETY, case_id).events]
        assert (kinds.count("delivered"), kinds.count("acknowledged")) == (1, 1)


def test_one_delivery_that_is_refused_holds_up_no_other_and_is_an_alarm(bench: Bench) -> None:
    refused, taken = bench.case(conversation_id="con_1"), bench.case(conversation_id="con_2")
    carry = bench.carrier.carry

    def refuse(delivery: Delivery, at: Any) -> Any:
        if delivery.case_id == refused:
            raise NotDelivered("webhook: HTTP 422", is_refusal=True)
        return carry(delivery, at)

    bench.carrier.carry = refuse  # type: ignore[method-assign]
    for case_id in (refused, taken):
        bench.room.service.forward(SAFETY, case_id, "report")
    for _ in range(10):
        bench.dispatch()
        bench.clock.forward(minutes=1)
    assert [delivery.case_id for delivery in bench.carrier.carried] == [taken]
    [alarm] = bench.room.service.alarms(TRIAGER).targets
    assert (alarm.waiting, alarm.last_error) == (1, "refused, webhook: HTTP 422")
