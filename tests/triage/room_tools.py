"""A triage room over a real database, a clock that is set by hand, and a carrier that remembers what it carried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.storage import AuditLog, Database, Sealer
from assistant.storage.conversations import Conversation, Session, add_conversation, add_message, add_session
from assistant.triage import Actor, Arrival, Channel, Delivery, Intake, TriageRoom, open_room
from assistant.triage.couriers import NotDelivered, Receipt
from assistant.types import Code, Flag
from tests.assistant.storage_tools import open_sqlite

KEY = bytes(range(32))
# A Friday afternoon in the policy's time zone (New York): 17:00 there.
FRIDAY = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
TRIAGER = Actor("stf_triage", frozenset({"triage"}))
SAFETY = Actor("stf_safety", frozenset({"safety"}))
SAFETY_TWO = Actor("stf_safety_two", frozenset({"safety"}))
EVALUATOR = Actor("stf_evaluator", frozenset({"evaluator"}))
SYSTEM_CODES = (
    Code.AE_SERIOUS,
    Code.AE_NONSER,
    Code.AE_OTHERCO,
    Code.SS_PREG,
    Code.SS_OD_ERR,
    Code.SS_LOE,
    Code.SS_OFFUSE,
    Code.PQC_CRIT,
)
TARGETS = {"pv": ("https://pv.example/reports",), "quality": ("mailto:quality@example.org",), "mi": ("mailto:mi@example.org",)}


@dataclass
class SetClock:
    """A clock that stands where it was put."""

    now: datetime = FRIDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        """Move on by a timedelta's arguments."""
        self.now += timedelta(**span)
        return self.now


@dataclass
class MemoryCarrier:
    """Carries to memory; fails for the targets it is told to, acknowledges when it has an id to give."""

    failing: set[str] = field(default_factory=set)
    safety_id: str | None = None
    carried: list[Delivery] = field(default_factory=list)

    def carry(self, delivery: Delivery, at: datetime) -> Receipt:
        """Remember a delivery."""
        if delivery.target in self.failing:
            raise NotDelivered("webhook: HTTP 503")
        self.carried.append(delivery)
        return Receipt(self.safety_id if delivery.needs_acknowledgement else None)


@dataclass
class Bench:
    """Everything a triage test needs."""

    database: Database
    audit: AuditLog
    room: TriageRoom
    clock: SetClock
    carrier: MemoryCarrier
    turns: dict[str, list[str]] = field(default_factory=dict)

    def say(
        self,
        text: str,
        *codes: Code,
        conversation_id: str = "con_1",
        matched: str = "",
        message_id: str | None = None,
        original: str | None = None,
        flagged_turn: int | None = None,
    ) -> Intake:
        """Store a user turn with the codes screening raised for it, as a chat does, and return the intake."""
        turns = self.turns.setdefault(conversation_id, [])
        is_new = message_id is None
        if is_new:
            turns.append(text)
            message_id = f"{conversation_id}_{len(turns)}"
        turn = len(turns) - 1 if flagged_turn is None else flagged_turn
        flags = [Flag(code, turn, 0, len(matched), matched, f"rule/{code}") for code in codes]

        def work(connection):  # type: ignore[no-untyped-def]
            if is_new:
                if len(turns) == 1:
                    add_session(
                        connection,
                        Session(f"ses_{conversation_id}", self.clock(), "attested", "", "physician", "US", "attestation/1"),
                    )
                    add_conversation(
                        connection, Conversation(conversation_id, f"ses_{conversation_id}", None, "US", self.clock())
                    )
                stored = tuple(code.value for code in codes)
                add_message(
                    connection, message_id=message_id, conversation_id=conversation_id, text=text, codes=stored, at=self.clock()
                )
            arrival = Arrival(
                message_id=str(message_id),
                turns=tuple(turns),
                original=original or text,
                received_at=self.clock(),
                conversation_id=conversation_id,
                session_id=f"ses_{conversation_id}",
                channel=Channel.CHAT,
                reporter={"profession": "physician", "country": "US"},
            )
            return self.room.intake.open_cases(connection, codes, flags, arrival)

        return self.database.write(work)

    def case(
        self, text: str = "my pt got grade 3 diarrhea on abemaciclib", *codes: Code, conversation_id: str = "con_1"
    ) -> str:
        """Say something that opens one case and return its number."""
        return self.say(text, *(codes or (Code.AE_NONSER,)), conversation_id=conversation_id).cases[0].case_id

    def dispatch(self) -> int:
        """Send what is due now."""
        return self.room.dispatcher.run(self.clock())


def open_bench(folder: Path, targets: dict[str, Sequence[str]] | None = None) -> Bench:
    """A bench over a new database in a folder."""
    return bench_over(open_sqlite(folder), targets)


def bench_over(database: Database, targets: dict[str, Sequence[str]] | None = None) -> Bench:
    """A bench over a migrated database."""
    audit, clock, carrier = AuditLog(database, KEY), SetClock(), MemoryCarrier()
    wanted = TARGETS if targets is None else targets
    room = open_room(database, audit, Sealer(KEY), clock=clock, targets=wanted, carrier=carrier)
    return Bench(database, audit, room, clock, carrier)
