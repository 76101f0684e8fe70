"""A whole staff room on a real database: accounts of every role, conversations with answers from real documents, cases, deliveries.

The clock is the test's. `World.serve` runs the console in a real HTTP server for browsers.
"""

from __future__ import annotations

import atexit
import re
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from limits import parse
from sqlalchemy import Connection

from assistant.api.staff import open_console, router
from assistant.api.staff.console import Console
from assistant.settings import Settings
from assistant.storage import AuditLog, Database, Sealer
from assistant.storage.conversations import (
    Conversation,
    Session,
    add_answer,
    add_conversation,
    add_feedback,
    add_message,
    add_session,
    add_survey,
)
from assistant.triage import Arrival, Channel, TriageRoom, open_room
from assistant.triage.couriers import NotDelivered, Receipt
from assistant.triage.outbox import Delivery
from assistant.triage.types import Actor
from assistant.types import Code, Flag
from corpus import Corpus, load_corpus

KEY = bytes(range(32))
START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
ROLES = ("triage", "safety", "quality", "evaluator", "admin")
NAMES = {
    "triage": "Tamar Abiola",
    "safety": "Sven Okafor",
    "quality": "Quinn Duarte",
    "evaluator": "Eve Lindqvist",
    "admin": "Ada Moreau",
}
HOSTILE = '<script>window.hacked=1</script><img src=x onerror=window.hacked=1> \u202egnp.exe =HYPERLINK("http://evil") {{7*7}}'


@lru_cache(maxsize=1)
def documents() -> Corpus:
    """The packaged corpus, read once."""
    return load_corpus()


@dataclass
class Post:
    """A carrier that delivers, or does not while `is_down`."""

    is_down: bool = False
    carried: list[Delivery] = field(default_factory=list)

    def carry(self, delivery: Delivery, at: datetime) -> Receipt:
        """Take a delivery."""
        if self.is_down:
            raise NotDelivered("mail server: TimeoutError")
        self.carried.append(delivery)
        return Receipt()


class World:
    """One database with everything on it."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.now = START
        self.database = Database(f"sqlite:///{folder / 'staff.sqlite3'}")
        self.database.migrate()
        self.audit = AuditLog(self.database, KEY)
        self.post = Post()
        targets = {
            "pv": ("mailto:pv@example.org",),
            "quality": ("mailto:quality@example.org",),
            "mi": ("mailto:mi@example.org",),
        }
        self.room: TriageRoom = open_room(
            self.database, self.audit, Sealer(KEY), clock=self.clock, targets=targets, carrier=self.post
        )
        # The cost of a hash is the library's business; tests sign in often.
        self.room.staff._hasher = PasswordHasher(time_cost=1, memory_cost=1024)
        self.room.staff._nobody = self.room.staff._hasher.hash("nobody")
        self.settings = Settings(**({"data_dir": folder} | settings))
        self.console: Console = open_console(
            self.settings, database=self.database, audit=self.audit, room=self.room, read_corpus=documents, clock=self.clock
        )
        self.app = FastAPI()
        self.app.include_router(router)
        self.app.state.console = self.console
        self.ids: dict[str, str] = {}
        self._count = 0
        known = {member.email.partition("@")[0]: member.actor for member in self.console.accounts.everybody()}
        self.people = known or {role: self.add_person(f"{role}@example.org", NAMES[role], (role,)) for role in ROLES}
        if not known:
            self.people["second"] = self.add_person("second@example.org", "Samira Costa", ("safety",))

    def clock(self) -> datetime:
        """The time in this world."""
        return self.now

    def add_person(self, email: str, name: str, roles: tuple[str, ...]) -> Actor:
        """Create an account."""
        password_hash = self.room.staff.hash_password(PASSWORD)
        member = self.database.write(
            lambda connection: self.room.staff.add(
                connection, email=email, name=name, roles=roles, password_hash=password_hash, at=self.now
            )
        )
        return member.actor

    def ask(
        self,
        *texts: str,
        codes: Sequence[Code] = (),
        words: str = "",
        outcome: str = "answered",
        decline_code: str | None = None,
        quotes: Sequence[str] = (),
        ago: timedelta = timedelta(0),
        contact: dict[str, str] | None = None,
        original: str | None = None,
    ) -> list[str]:
        """Play a conversation that ended `ago`; the last turn raises the codes. Return the numbers of its cases."""
        self._count += 1
        number, at = self._count, self.now - ago
        conversation_id = f"con_{number:04}"

        def work(connection: Connection) -> list[str]:
            add_session(connection, Session(f"ses_{number:04}", at, "attested", "", "physician", "US", "attestation/1"))
            add_conversation(connection, Conversation(conversation_id, f"ses_{number:04}", None, "US", at))
            for turn, text in enumerate(texts):
                is_last = turn == len(texts) - 1
                message_id = f"msg_{number:04}_{turn}"
                raised = tuple(code.value for code in codes) if is_last else ()
                add_message(connection, message_id=message_id, conversation_id=conversation_id, text=text, codes=raised, at=at)
                body = answer_body(f"ans_{number:04}_{turn}", conversation_id, text, quotes, outcome, decline_code)
                add_answer(connection, message_id=message_id, body=body, at=at)
            if not codes:
                return []
            last = len(texts) - 1
            start = texts[-1].find(words) if words else 0
            flags = [Flag(code, last, start, start + len(words), words, f"rule/{code.value.lower()}") for code in codes]
            arrival = Arrival(
                message_id=f"msg_{number:04}_{last}",
                turns=texts,
                original=original or texts[-1],
                received_at=at,
                conversation_id=conversation_id,
                session_id=f"ses_{number:04}",
                reporter={"profession": "physician", "country": "US"},
                contact=contact or {},
            )
            opened = self.room.intake.open_cases(connection, codes, flags, arrival)
            return list(dict.fromkeys(reference.case_id for reference in opened.cases))

        return self.database.write(work)

    def report_form(self, text: str, code: Code, email: str, ago: timedelta = timedelta(0)) -> str:
        """Play a form: a case without a conversation, with a contact."""
        self._count += 1
        arrival = Arrival(
            message_id=f"frm_{self._count:04}",
            turns=(text,),
            original=text,
            received_at=self.now - ago,
            channel=Channel.FORM,
            contact={"email": email, "name": "Dr Example"},
        )
        flag = Flag(code, 0, 0, 0, "", "form")
        opened = self.database.write(lambda c: self.room.intake.open_cases(c, [code], [flag], arrival))
        return opened.cases[0].case_id

    def rate(self, answer: int, rating: str, reason: str | None = None) -> None:
        """Rate an answer."""
        self.database.write(
            lambda c: add_feedback(
                c,
                feedback_id=f"fdb_{answer}",
                answer_id=f"ans_{answer:04}_0",
                rating=rating,
                reason=reason,
                comment=None,
                at=self.now,
            )
        )

    def survey(self, number: int, *levels: int) -> None:
        """Fill in the survey in session `number`."""
        self.database.write(
            lambda c: add_survey(
                c, survey_id=f"svy_{number}_{sum(levels)}", session_id=f"ses_{number:04}", conversation_id=None,
                credibility=levels[0], relevance=levels[1], confidence=levels[2], at=self.now,
            )
        )  # fmt: skip

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Run the console in a real server and yield its address. A browser's tests sign in more often a minute than people do."""
        self.app.state.console = replace(self.console, sign_in_rate=parse("1000/second"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(self.app, host="127.0.0.1", port=port, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            threading.Event().wait(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(10)


def statements(doc: int, count: int) -> list[str]:
    """The first statements of a packaged document."""
    document = documents().documents[doc]
    found = [entry.statement for entry in documents().register if entry.doc_id == document.doc_id]
    return [statement for statement in found if len(statement) < 400][:count]


def answer_body(
    answer_id: str, conversation_id: str, question: str, quotes: Sequence[str], outcome: str, decline_code: str | None
) -> dict[str, Any]:
    """An answer in the form of the contract, whose quotes are where it says they are."""
    citations, segments = [], []
    for quote in quotes:
        document = next(document for document in documents().documents if quote in document.text)
        start = document.text.index(quote)
        n = len(citations) + 1
        citations.append(
            {
                "n": n, "chunk_id": f"{document.doc_id}#{n}", "doc_id": document.doc_id, "title": document.title,
                "section": "Summary", "version": document.version, "status": document.status.value,
                "effective_date": document.effective_date.isoformat(), "quote": quote, "start": start,
                "end": start + len(quote), "locator": {"type": "text"}, "references": [],
                "url": f"/sources/{document.doc_id}?chunk={n}",
            }
        )  # fmt: skip
        segments.append({"text": re.sub(r"\[\^\d+\]", "", quote), "citations": [n], "kind": "statement"})
    if not segments:
        segments = [{"text": "I found no approved document that answers this.", "citations": [], "kind": "notice"}]
    body = {
        "answer_id": answer_id, "conversation_id": conversation_id, "question": question, "outcome": outcome,
        "text": " ".join(str(segment["text"]) for segment in segments), "segments": segments, "citations": citations,
        "safety": {"codes": [], "pv": False, "notices": [], "cases": []}, "resources": [], "suggestions": [],
        "versions": {"corpus": "2026.11", "index": "i1", "model": "all-MiniLM-L6-v2", "policy": "p1", "mode": "quote"},
        "timings_ms": {"total": 20.0},
    }  # fmt: skip
    if decline_code:
        body |= {"decline_code": decline_code, "nearest_headings": ["Limits of endocrine therapy"]}
    return body


@lru_cache(maxsize=1)
def _busy_template() -> tuple[Path, dict[str, str], int]:
    """A busy day, played once a process."""
    folder = Path(tempfile.mkdtemp(prefix="medinfo-staff-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world = World(folder)
    ids = busy_day(world)
    world.database.close()
    return folder / "staff.sqlite3", ids, world._count


def busy_world(folder: Path, **settings: Any) -> World:
    """A world of its own with the busy day in it."""
    template, ids, count = _busy_template()
    shutil.copy(template, folder / "staff.sqlite3")
    world = World(folder, **settings)
    world.ids, world._count = ids, count
    return world


def busy_day(world: World) -> dict[str, str]:
    """Fill a world with a day's work and return the numbers of some of its cases by name."""
    hour = timedelta(hours=1)
    quotes = statements(0, 3)
    ids = {
        "serious": world.ask(
            "What is known about venous thromboembolism with abemaciclib?",
            "62yo woman on Verzenio admitted last night with a PE. Is VTE known?",
            codes=[Code.AE_SERIOUS], words="admitted last night with a PE", quotes=quotes, ago=1 * hour,
            original="Jane Roe, 62yo woman on Verzenio admitted last night with a PE. Is VTE known?",
        )[0],
        "near": world.ask(
            "my pt got grade 3 diarrhea 2 wks into abemaciclib, how do i manage", codes=[Code.AE_NONSER],
            words="got grade 3 diarrhea", quotes=quotes[:2], ago=21 * hour,
        )[0],
        "late": world.ask("Markers keep climbing, the 150 mg isn't doing anything for her", codes=[Code.SS_LOE],
            words="isn't doing anything", quotes=quotes[:1], ago=25 * hour)[0],
        "pregnancy": world.ask("A patient of mine on abemaciclib just found out she's 7 weeks pregnant", codes=[Code.SS_PREG],
            words="7 weeks pregnant", quotes=quotes[:1], ago=3 * hour)[0],
        "complaint": world.ask("Tablets from lot D123456 are discoloured and chipped", codes=[Code.PQC], words="discoloured and chipped",
            outcome="redirected", ago=5 * hour)[0],
        "offlabel": world.ask("Any imlunestrant data in ESR1 wild-type disease?", codes=[Code.OFF_LABEL], words="ESR1 wild-type",
            outcome="declined", decline_code="OFF-LABEL", ago=30 * hour)[0],
        "gap": world.ask("Stable in a pill organiser outside the bottle? for how long", codes=[Code.NO_CONTENT],
            outcome="declined", decline_code="NO-CONTENT", ago=8 * hour)[0],
        "hostile": world.ask(HOSTILE, codes=[Code.SECURITY], words="<script>", outcome="redirected", ago=2 * hour)[0],
        "twin": world.ask("62 yo female admitted with a PE on Verzenio yesterday", codes=[Code.AE_SERIOUS], words="admitted with a PE",
            quotes=quotes[:1], ago=4 * hour)[0],
    }  # fmt: skip
    ids["contact"] = world.report_form(
        "Please call me about sequencing after CDK4/6.", Code.CONTACT, "doctor@example.org", 2 * hour
    )
    world.ask("stable in a pill organiser outside the bottle? For how long", codes=[Code.NO_CONTENT], outcome="declined",
              decline_code="NO-CONTENT", ago=50 * hour)  # fmt: skip
    for number in range(14):
        world.ask(f"What are the limitations of aromatase inhibitors after a CDK4/6 inhibitor? ({number})", quotes=quotes[:2],
                  ago=timedelta(hours=20 + number))  # fmt: skip
    safety, quality = world.people["safety"], world.people["quality"]
    service = world.room.service
    for name in ("pregnancy", "complaint"):
        service.claim(safety if name == "pregnancy" else quality, ids[name])
        service.forward(safety if name == "pregnancy" else quality, ids[name], "reportable as it stands")
    world.room.dispatcher.run(world.now)
    service.acknowledge(safety, ids["pregnancy"], desk="pv", safety_id="PV-2026-0042")
    service.claim(world.people["triage"], ids["gap"])
    world.rate(1, "helpful")
    world.rate(2, "not_helpful", "incomplete")
    for number, levels in enumerate([(5, 5, 4), (4, 5, 4), (4, 3, 2), (5, 4, 5)], start=1):
        world.survey(number, *levels)
    return ids
