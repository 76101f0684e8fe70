"""From a case to the evaluation: a masked conversation proposed by one person and approved by another becomes a sample.

The proposer reads the masked text again and may mask more; nothing leaves without a second pair of eyes. What is approved is
exported as lines that the evaluation's data sets read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from assistant.clock import Clock
from assistant.errors import BadInput, NotAllowed, NotFound
from assistant.storage import AuditKind, AuditLog, Database, new_id
from assistant.storage.console_tables import test_samples
from assistant.storage.conversations import find_message, messages_of
from assistant.triage.roles import RoleTable
from assistant.triage.types import Actor
from assistant.types import Code

EXPECTATIONS = ("answer", "decline", "redirect")
APPROVED, REFUSED = "approved", "refused"
MAX_REASON_CHARS = 2_000
MAX_TURN_CHARS = 4_000
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """A proposed or decided sample; `decision` is None while it waits."""

    sample_id: str
    message_id: str
    case_id: str | None
    turns: tuple[str, ...]
    codes: tuple[str, ...]
    expectation: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None


class SampleSet:
    """Proposes, decides and exports samples."""

    def __init__(self, database: Database, audit: AuditLog, roles: RoleTable, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._roles = roles
        self._clock = clock

    def propose(
        self,
        actor: Actor,
        message_id: str,
        *,
        turns: Sequence[str],
        codes: Sequence[str],
        expectation: str,
        reason: str,
        case_id: str | None = None,
    ) -> str:
        """Propose a message with the turns before it; `turns` are the masked texts, possibly masked further."""
        self._roles.require(actor, "label_answer")
        known = {code.value for code in Code}
        if expectation not in EXPECTATIONS or not reason.strip() or len(reason) > MAX_REASON_CHARS or set(codes) - known:
            raise BadInput("Say what is expected (answer, decline or redirect), which codes, and why it is worth testing.")
        if not turns or not all(turn.strip() and len(turn) <= MAX_TURN_CHARS for turn in turns):
            raise BadInput("Every turn needs its masked text.")

        def work(connection: Connection) -> str:
            message = find_message(connection, message_id)
            if message is None or message.text is None:
                raise NotFound("There is no such message, or it was erased.")
            asked = [turn for turn in messages_of(connection, message.conversation_id) if turn.ordinal <= message.ordinal]
            if len(turns) != len(asked):
                raise BadInput(f"The conversation has {len(asked)} turns up to this one: send as many.")
            sample_id = new_id("tst")
            connection.execute(
                insert(test_samples).values(
                    sample_id=sample_id,
                    message_id=message_id,
                    conversation_id=message.conversation_id,
                    case_id=case_id,
                    turns=[turn.strip() for turn in turns],
                    codes=sorted(set(codes)),
                    expectation=expectation,
                    reason=reason.strip(),
                    proposed_by=actor.actor_id,
                    proposed_at=self._clock(),
                    decided_by=None,
                    decided_at=None,
                    decision=None,
                )
            )
            return sample_id

        return self._database.write(work)

    def decide(self, actor: Actor, sample_id: str, *, is_approved: bool) -> None:
        """Approve or refuse a proposal; never one's own."""
        self._roles.require(actor, "label_answer")

        def work(connection: Connection) -> None:
            row = connection.execute(select(test_samples).where(test_samples.c.sample_id == sample_id)).first()
            if row is None:
                raise NotFound("There is no such proposal.")
            if row.proposed_by == actor.actor_id:
                raise NotAllowed("Another person must approve what you proposed.")
            if row.decision is not None:
                raise BadInput(f"This proposal was {row.decision} before.")
            decision = APPROVED if is_approved else REFUSED
            values = {"decided_by": actor.actor_id, "decided_at": self._clock(), "decision": decision}
            connection.execute(update(test_samples).where(test_samples.c.sample_id == sample_id).values(**values))
            content = {"what": f"test sample {decision}", "sample_id": sample_id, "actor": actor.actor_id}
            self._audit.append(connection, AuditKind.STAFF, content, at=self._clock())

        self._database.write(work)

    def list(self, actor: Actor, *, decision: str | None = None) -> list[Sample]:
        """Return the proposals that wait (`decision` None) or those with a decision, newest first."""
        self._roles.require(actor, "list")
        table = test_samples
        found = table.c.decision.is_(None) if decision is None else table.c.decision == decision
        query = select(table).where(found).order_by(table.c.proposed_at.desc(), table.c.sample_id)
        with self._database.read() as connection:
            return [
                Sample(
                    sample_id=row.sample_id,
                    message_id=row.message_id,
                    case_id=row.case_id,
                    turns=tuple(row.turns),
                    codes=tuple(row.codes),
                    expectation=row.expectation,
                    reason=row.reason,
                    proposed_by=row.proposed_by,
                    proposed_at=row.proposed_at,
                    decided_by=row.decided_by,
                    decided_at=row.decided_at,
                    decision=row.decision,
                )
                for row in connection.execute(query).all()
            ]

    def export(self, actor: Actor) -> Sequence[Json]:
        """Return the approved samples as records of a data set."""
        self._roles.require(actor, "export")
        return [
            {
                "id": sample.sample_id,
                "turns": list(sample.turns),
                "codes": list(sample.codes),
                "expected": sample.expectation,
                "note": sample.reason,
            }
            for sample in self.list(actor, decision=APPROVED)
        ]
