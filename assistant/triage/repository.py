"""SQL for cases: insert-only events in their chain, and the state kept beside them for the queue.

`record` is the only way an event comes to be: it derives the state from all events so far, refuses what is not legal, appends
to the chain and keeps the new state, in the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, update

from assistant.errors import NotFound
from assistant.storage import AuditLog, NewId, new_id
from assistant.storage.chain import read_content
from assistant.storage.prepared import Prepared
from assistant.storage.tables import case_events, case_locks, case_originals, case_states, cases, record_contents
from assistant.triage.language import guess_language
from assistant.triage.lifecycle import apply, check_transition, fold
from assistant.triage.types import (
    SYSTEM,
    Actor,
    Case,
    CaseEvent,
    CaseState,
    CaseSummary,
    EventKind,
    Json,
    SafetyState,
    WorkState,
)

EXCERPT_CHARS = 200
# Statements of the path a report takes are built once: building one costs more than running it.
_ADD_CASE = Prepared(insert(cases))
_ADD_STATE = Prepared(insert(case_states))
_SET_STATE = Prepared(
    update(case_states)
    .where(case_states.c.case_id == bindparam("id"))
    .values({column.name: bindparam(f"new_{column.name}") for column in case_states.columns if column.name != "case_id"})
)
_ADD_ORIGINAL = Prepared(insert(case_originals))
_EVENTS_OF = (
    select(case_events, record_contents.c.content)
    .select_from(
        case_events.join(
            record_contents, (record_contents.c.seq == case_events.c.seq) & (record_contents.c.chain == bindparam("chain"))
        )
    )
    .where(case_events.c.case_id == bindparam("id"))
    .order_by(case_events.c.seq)
)
_CASES_IN = select(cases).where(cases.c.conversation_id == bindparam("id")).order_by(cases.c.case_id)


@dataclass(frozen=True, slots=True)
class Lock:
    """Who is working on a case, and until when unless renewed."""

    staff_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class SealedText:
    """A sealed original or contact of a case; `sealed` is None once erased."""

    original_id: str
    case_id: str
    message_id: str
    kind: str
    sealed: bytes | None
    stored_at: datetime


class CaseRepository:
    """Reads and writes cases in the caller's transaction."""

    def __init__(self, audit: AuditLog, make_id: NewId = new_id) -> None:
        self._chain = audit.cases
        self.make_id = make_id

    def open(
        self, connection: Connection, case: Case, content: Json, *, actor: Actor, message_id: str, at: datetime
    ) -> CaseState:
        """Insert a new case with its first event and return its state."""
        _ADD_CASE.run(connection, asdict(case))
        event = self._append(connection, case.case_id, EventKind.OPENED, content, actor=actor, message_id=message_id, at=at)
        state = fold([event])
        _ADD_STATE.run(connection, {"case_id": case.case_id, **_state_row(state)})
        return state

    def record(
        self,
        connection: Connection,
        case_id: str,
        kind: EventKind,
        content: Json,
        *,
        actor: Actor = SYSTEM,
        at: datetime,
        message_id: str | None = None,
    ) -> CaseState:
        """Append one event and return the new state.

        Raises:
            NotFound: no such case.
            BadInput: the event is not legal in the case's state; nothing is written.
        """
        state = self.state(connection, case_id)
        check_transition(kind, content, state)
        event = self._append(connection, case_id, kind, content, actor=actor, message_id=message_id, at=at)
        state = apply(state, event, content)
        new = {f"new_{name}": value for name, value in _state_row(state).items()}
        _SET_STATE.run(connection, {"id": case_id, **new})
        return state

    def _append(
        self,
        connection: Connection,
        case_id: str,
        kind: EventKind,
        content: Json,
        *,
        actor: Actor,
        message_id: str | None,
        at: datetime,
    ) -> CaseEvent:
        record_id = self.make_id("evt")
        fields = {
            "record_id": record_id,
            "case_id": case_id,
            "kind": kind.value,
            "actor": actor.actor_id,
            "message_id": message_id,
            "recorded_at": at,
        }
        seq = self._chain.append(connection, fields, content)
        return CaseEvent(seq, record_id, case_id, kind, actor.actor_id, message_id, at, content)

    def state(self, connection: Connection, case_id: str) -> CaseState:
        """Return the state derived from the events."""
        events = self.events(connection, case_id)
        if not events:
            raise NotFound(f"There is no case {case_id}.")
        return fold(events)

    def rebuild(self, connection: Connection, case_id: str) -> CaseState:
        """Write the kept state anew from the events and return it."""
        state = self.state(connection, case_id)
        connection.execute(delete(case_states).where(case_states.c.case_id == case_id))
        _ADD_STATE.run(connection, {"case_id": case_id, **_state_row(state)})
        return state

    def events(self, connection: Connection, case_id: str) -> list[CaseEvent]:
        """Return the events of a case, oldest first."""
        rows = connection.execute(_EVENTS_OF, {"id": case_id, "chain": self._chain.name}).all()
        return [_event(row) for row in rows]

    def find(self, connection: Connection, case_id: str) -> Case:
        """Return the thin record of a case; `NotFound` when there is none."""
        row = connection.execute(select(cases).where(cases.c.case_id == case_id)).first()
        if row is None:
            raise NotFound(f"There is no case {case_id}.")
        return Case(**row._asdict())

    def find_in_conversation(self, connection: Connection, conversation_id: str | None) -> dict[str, Case]:
        """Return the conversation's cases by family; none for a message outside a conversation."""
        if conversation_id is None:
            return {}
        rows = connection.execute(_CASES_IN, {"id": conversation_id}).all()
        return {row.family: Case(**row._asdict()) for row in rows}

    def summaries(self, connection: Connection, query: Select[Any]) -> list[CaseSummary]:
        """Return queue lines of a query over `summary_query()`."""
        return [_summary(row) for row in connection.execute(query).all()]

    def content(self, connection: Connection, seq: int) -> Json | None:
        """Return the content of one event, None once erased."""
        return read_content(connection, self._chain.name, seq)

    def add_sealed(self, connection: Connection, text: SealedText, key_id: str) -> None:
        """Keep a sealed original or contact."""
        _ADD_ORIGINAL.run(connection, asdict(text) | {"key_id": key_id})

    def sealed(self, connection: Connection, case_id: str) -> list[SealedText]:
        """Return the sealed texts of a case, oldest first."""
        table = case_originals
        query = select(table).where(table.c.case_id == case_id).order_by(table.c.stored_at, table.c.original_id)
        return [
            SealedText(row.original_id, row.case_id, row.message_id, row.kind, row.sealed, row.stored_at)
            for row in connection.execute(query).all()
        ]

    def lock(self, connection: Connection, case_id: str, now: datetime) -> Lock | None:
        """Return who holds the case now, if anybody."""
        query = select(case_locks).where(case_locks.c.case_id == case_id, case_locks.c.until > now)
        row = connection.execute(query).first()
        return None if row is None else Lock(row.staff_id, row.until)

    def set_lock(self, connection: Connection, case_id: str, staff_id: str, *, now: datetime, minutes: int) -> Lock:
        """Give the case to one person for a while."""
        lock = Lock(staff_id, now + timedelta(minutes=minutes))
        self.clear_lock(connection, case_id)
        connection.execute(insert(case_locks).values(case_id=case_id, staff_id=staff_id, until=lock.until))
        return lock

    def clear_lock(self, connection: Connection, case_id: str) -> None:
        """Let go of the case."""
        connection.execute(delete(case_locks).where(case_locks.c.case_id == case_id))


def summary_query() -> Select[Any]:
    """Return the join of cases and their kept states that queue lines are read from."""
    return select(cases, case_states).join(case_states, case_states.c.case_id == cases.c.case_id)


def _event(row: Row[Any]) -> CaseEvent:
    content = None if row.content is None else json.loads(row.content)
    return CaseEvent(
        row.seq, row.record_id, row.case_id, EventKind(row.kind), row.actor, row.message_id, row.recorded_at, content
    )


def _state_row(state: CaseState) -> Json:
    return {
        "code": state.code,
        "codes": list(state.codes),
        "priority": state.priority,
        "work_state": state.work_state.value,
        "safety_state": state.safety_state.value,
        "is_open": state.is_open,
        "assignee": state.assignee,
        "look_due_at": state.look_due_at,
        "service_due_at": state.service_due_at,
        "regulatory_due_at": state.regulatory_due_at,
        "due_at": state.due_at,
        "auto_forward_at": state.auto_forward_at,
        "looked_at": state.looked_at,
        "forwarded_at": state.forwarded_at,
        "acknowledged_at": state.acknowledged_at,
        "safety_id": state.safety_id,
        "last_message_at": state.last_message_at,
        "last_event_at": state.last_event_at,
        "alerted_percent": state.alerted_percent,
        "elements": dict(state.elements),
        "search_text": "\n".join(state.texts),
        "language": guess_language(state.texts),
    }


def _summary(row: Row[Any]) -> CaseSummary:
    values = row._mapping
    case = Case(**{column.name: values[column] for column in cases.columns})
    kept = {column.name: values[column] for column in case_states.columns}
    return CaseSummary(
        case=case,
        code=kept["code"],
        codes=tuple(kept["codes"]),
        priority=kept["priority"],
        work_state=WorkState(kept["work_state"]),
        safety_state=SafetyState(kept["safety_state"]),
        is_open=kept["is_open"],
        assignee=kept["assignee"],
        look_due_at=kept["look_due_at"],
        service_due_at=kept["service_due_at"],
        regulatory_due_at=kept["regulatory_due_at"],
        due_at=kept["due_at"],
        auto_forward_at=kept["auto_forward_at"],
        looked_at=kept["looked_at"],
        forwarded_at=kept["forwarded_at"],
        acknowledged_at=kept["acknowledged_at"],
        safety_id=kept["safety_id"],
        last_message_at=kept["last_message_at"],
        elements=kept["elements"],
        excerpt=kept["search_text"][:EXCERPT_CHARS],
        language=kept["language"],
    )


def case_ids_where(connection: Connection, *conditions: Any) -> Sequence[str]:
    """Return the ids of cases whose kept state meets the conditions, most urgent first."""
    query = select(case_states.c.case_id).where(*conditions).order_by(case_states.c.due_at, case_states.c.case_id)
    return list(connection.execute(query).scalars())
