"""The daily list: everything that had to be handed over, line by line, with what is still wrong about it.

Confirmation or reconciliation of every transfer is good practice (GVP module VI.B.4). A day is a calendar day of the policy's
time zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from assistant.storage.tables import case_states, cases, messages
from assistant.triage.outbox import FORWARD, Outbox
from assistant.triage.repository import CaseRepository, summary_query
from assistant.triage.routing import RoutingTable
from assistant.triage.types import Actor, CaseSummary, EventKind, SafetyState
from assistant.types import Code


@dataclass(frozen=True, slots=True)
class Line:
    """One case (or, without a case, one message) of the day; `discrepancies` is empty when all is well."""

    case_id: str | None
    codes: tuple[str, ...]
    received_at: datetime
    safety_state: str
    forwarded_at: datetime | None
    acknowledged_at: datetime | None
    safety_id: str | None
    discrepancies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The list of a day. `unknown_ids` are on the desk's own list and not on ours."""

    day: date
    lines: tuple[Line, ...]
    unknown_ids: tuple[str, ...]

    @property
    def discrepancies(self) -> int:
        """How many lines have something wrong."""
        return sum(bool(line.discrepancies) for line in self.lines) + len(self.unknown_ids)


def reconcile(
    connection: Connection,
    repository: CaseRepository,
    box: Outbox,
    routing: RoutingTable,
    day: date,
    *,
    now: datetime,
    received: Mapping[str, str] | None = None,
) -> Reconciliation:
    """Return the list of a day.

    Args:
        received: the desk's own list, case id to the id they gave; None when only our own side is checked.
    """
    start, end = day_bounds(day, routing.calendar.timezone)
    query = (
        summary_query()
        .where(cases.c.received_at >= start, cases.c.received_at < end)
        .order_by(cases.c.received_at, cases.c.case_id)
    )
    summaries = [line for line in repository.summaries(connection, query) if line.safety_state is not SafetyState.NONE]
    lines = [_line(connection, box, summary, now, received) for summary in summaries]
    lines += _messages_without_case(connection, routing, start, end)
    known = set(connection.execute(select(cases.c.case_id)).scalars()) if received else set()
    return Reconciliation(day, tuple(lines), tuple(sorted(set(received or {}) - known)))


def confirm(
    connection: Connection, repository: CaseRepository, list_of_day: Reconciliation, *, actor: Actor, at: datetime
) -> int:
    """Mark the acknowledged cases of a list without discrepancies as reconciled; return how many."""
    done = 0
    for line in list_of_day.lines:
        if line.case_id is not None and not line.discrepancies and line.safety_state == SafetyState.ACKNOWLEDGED.value:
            repository.record(
                connection, line.case_id, EventKind.RECONCILED, {"day": list_of_day.day.isoformat()}, actor=actor, at=at
            )
            done += 1
    return done


def day_bounds(day: date, timezone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a day begins and ends in a time zone."""
    return datetime.combine(day, time.min, timezone), datetime.combine(day + timedelta(days=1), time.min, timezone)


def _line(connection: Connection, box: Outbox, summary: CaseSummary, now: datetime, received: Mapping[str, str] | None) -> Line:
    case_id = summary.case.case_id
    found = _own_discrepancies(summary, now)
    deliveries = [delivery for delivery in box.of_case(connection, case_id) if delivery.kind == FORWARD]
    found += [f"not delivered to {delivery.desk}" for delivery in deliveries if delivery.delivered_at is None]
    if received is not None and summary.forwarded_at is not None:
        theirs = received.get(case_id)
        if theirs is None:
            found.append("not on the desk's list")
        elif summary.safety_id is not None and theirs != summary.safety_id:
            found.append(f"the desk's list has the id {theirs}, we have {summary.safety_id}")
    return Line(
        case_id=case_id,
        codes=summary.codes,
        received_at=summary.case.received_at,
        safety_state=summary.safety_state.value,
        forwarded_at=summary.forwarded_at,
        acknowledged_at=summary.acknowledged_at,
        safety_id=summary.safety_id,
        discrepancies=tuple(found),
    )


def _own_discrepancies(summary: CaseSummary, now: datetime) -> list[str]:
    due_at, forwarded_at = summary.regulatory_due_at, summary.forwarded_at
    if summary.safety_state is SafetyState.NOT_REPORTABLE:
        return []
    found = []
    if forwarded_at is None:
        found.append("not handed over")
    if due_at is not None and (forwarded_at or now) > due_at:
        found.append("late")
    if forwarded_at is not None and summary.acknowledged_at is None:
        found.append("not acknowledged")
    return found


def _messages_without_case(connection: Connection, routing: RoutingTable, start: datetime, end: datetime) -> list[Line]:
    """Return messages that screening flagged for another desk and whose conversation has no such case: must never happen."""
    query = (
        select(messages.c.conversation_id, messages.c.codes, messages.c.received_at)
        .where(messages.c.received_at >= start, messages.c.received_at < end, messages.c.codes != [])
        .order_by(messages.c.received_at, messages.c.message_id)
    )
    lines = []
    for row in connection.execute(query).all():
        handover = [code for code in row.codes if (route := routing.route(Code(code))) is not None and route.handover]
        families = {routing.routes[Code(code)].family for code in handover}
        open_families = set(
            connection.execute(select(cases.c.family).where(cases.c.conversation_id == row.conversation_id)).scalars()
        )
        if families - open_families:
            lines.append(
                Line(None, tuple(handover), row.received_at, "none", None, None, None, ("flagged, but there is no case",))
            )
    return lines


def overdue_cases(connection: Connection, repository: CaseRepository, now: datetime) -> list[CaseSummary]:
    """Return the open cases past a deadline, the longest overdue first."""
    query = (
        summary_query().where(case_states.c.is_open, case_states.c.due_at < now).order_by(case_states.c.due_at, cases.c.case_id)
    )
    return repository.summaries(connection, query)
