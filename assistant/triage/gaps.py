"""Content gaps: what was asked and no approved document answered, for the authors to decide on.

Read from the declined answers themselves, so that nothing has to be entered twice. The same question asked again is one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from assistant.clock import Clock
from assistant.errors import BadInput, NotFound
from assistant.storage import Database
from assistant.storage.console_tables import gap_decisions
from assistant.storage.tables import answers, cases, messages
from assistant.triage.review import load_review_policy
from assistant.triage.roles import RoleTable
from assistant.triage.types import Actor
from assistant.types import Code, Outcome

GAP_CODES = (Code.NO_CONTENT, Code.OFF_LABEL)
MAX_GAPS = 2000


@dataclass(frozen=True, slots=True)
class Gap:
    """One unanswered question: as first asked (masked), how often, what came nearest, and what was decided."""

    message_id: str
    question: str
    decline_code: str
    asked: int
    first_at: datetime
    last_at: datetime
    nearest: tuple[str, ...]
    case_ids: tuple[str, ...]
    status: str
    comment: str
    decided_by: str | None
    decided_at: datetime | None


class GapList:
    """Reads and decides gaps."""

    def __init__(self, database: Database, roles: RoleTable, clock: Clock) -> None:
        self.statuses = load_review_policy().gap_statuses
        self._database = database
        self._roles = roles
        self._clock = clock

    def list(self, actor: Actor, status: str | None = None) -> list[Gap]:
        """Return the gaps, asked most often first, then the latest."""
        self._roles.require(actor, "list")
        with self._database.read() as connection:
            gaps = _read(connection)
        wanted = [gap for gap in gaps if status in {None, gap.status}]
        return sorted(wanted, key=lambda gap: (-gap.asked, -gap.last_at.timestamp(), gap.message_id))

    def decide(self, actor: Actor, message_id: str, status: str, comment: str) -> None:
        """Note what is to happen with a gap."""
        self._roles.require(actor, "label_answer")
        if status not in self.statuses or len(comment) > 2000:
            raise BadInput(f"The status must be one of {', '.join(self.statuses)}.")

        def work(connection: Connection) -> None:
            if not connection.execute(select(messages.c.message_id).where(messages.c.message_id == message_id)).first():
                raise NotFound("There is no such question.")
            connection.execute(delete(gap_decisions).where(gap_decisions.c.message_id == message_id))
            connection.execute(
                insert(gap_decisions).values(
                    message_id=message_id,
                    status=status,
                    comment=comment.strip(),
                    staff_id=actor.actor_id,
                    decided_at=self._clock(),
                )
            )

        self._database.write(work)


def _read(connection: Connection) -> list[Gap]:
    query = (
        select(messages, answers.c.decline_code, answers.c.body)
        .join(answers, answers.c.message_id == messages.c.message_id)
        .where(answers.c.outcome == Outcome.DECLINED.value)
        .where(answers.c.decline_code.in_([code.value for code in GAP_CODES]), messages.c.text.is_not(None))
        .order_by(messages.c.received_at.desc(), messages.c.message_id)
        .limit(MAX_GAPS)
    )
    groups: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in connection.execute(query).all():
        groups.setdefault((_same(row.text), row.decline_code), []).append(row)
    return [_gap(connection, rows[::-1]) for rows in groups.values()]


def _same(text: str) -> str:
    """Return what makes two questions the same: their words, without case and punctuation."""
    return " ".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())


def _gap(connection: Connection, rows: Sequence[Row[Any]]) -> Gap:
    first, last = rows[0], rows[-1]
    # The line keeps its decision when the oldest of its questions is erased: any member may carry it.
    ids = [row.message_id for row in rows]
    decided = connection.execute(
        select(gap_decisions).where(gap_decisions.c.message_id.in_(ids)).order_by(gap_decisions.c.decided_at.desc())
    ).first()
    conversations = {row.conversation_id for row in rows}
    found = connection.execute(
        select(cases.c.case_id)
        .where(cases.c.conversation_id.in_(conversations), cases.c.family.in_([code.value for code in GAP_CODES]))
        .order_by(cases.c.case_id)
    ).scalars()
    return Gap(
        message_id=first.message_id,
        question=first.text,
        decline_code=first.decline_code,
        asked=len(rows),
        first_at=first.received_at,
        last_at=last.received_at,
        nearest=tuple((last.body or {}).get("nearest_headings", ())),
        case_ids=tuple(found),
        status="open" if decided is None else decided.status,
        comment="" if decided is None else decided.comment,
        decided_by=None if decided is None else decided.staff_id,
        decided_at=None if decided is None else decided.decided_at,
    )
