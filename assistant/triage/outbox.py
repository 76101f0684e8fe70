"""The outbox: what must reach another desk is stored with the event that calls for it, and sent until it has arrived.

Delivered at least once, marked once: a receiver may see a delivery twice (same `delivery_id`), never not at all. While an
address is down nothing overtakes: what waits for it goes out in the order it came. A hand-over
is done only when the desk acknowledged it with its own id; until then it is sent again as a reminder. A desk without an
address keeps its deliveries waiting and shows up as an alarm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from assistant.clock import format_utc
from assistant.storage import NewId, new_id
from assistant.storage.tables import outbox, target_health
from assistant.triage.types import Case, CaseState, Json

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
REMINDER_AFTER = timedelta(hours=4)
LEASE = timedelta(minutes=2)
MAX_ERROR_CHARS = 200

FORWARD = "forward"
NEW_CASE = "new_case"
ALERT = "alert"
REPLY = "reply"

# Desks that are told of new cases, when they have an address; not having one is no fault.
TRIAGE_DESK = "triage"
NO_TARGET = ""
# A reply goes to the contact the asker gave, which is sealed and opened only to send it.
ASKER_TARGET = "asker:"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address. `target` is `mailto:…`, `https://…`, `asker:` or empty when the desk has none."""

    delivery_id: str
    case_id: str
    kind: str
    desk: str
    target: str
    payload: Mapping[str, Any]
    needs_acknowledgement: bool
    created_at: datetime
    next_attempt_at: datetime | None
    attempts: int
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    safety_id: str | None
    last_error: str | None


class Outbox:
    """Stores deliveries in the caller's transaction.

    Args:
        targets: addresses by desk, from settings.
    """

    def __init__(self, targets: Mapping[str, Sequence[str]], make_id: NewId = new_id) -> None:
        self._targets = targets
        self._make_id = make_id

    def announce(self, connection: Connection, case: Case, state: CaseState, at: datetime) -> None:
        """Tell the triage desk of a new case, where it has an address."""
        payload = summary_payload(case, state)
        for target in self._targets.get(TRIAGE_DESK, ()):
            self._add(connection, case.case_id, NEW_CASE, payload, desk=TRIAGE_DESK, target=target, at=at)

    def forward(
        self, connection: Connection, case: Case, state: CaseState, desks: Sequence[str], *, reason: str, at: datetime
    ) -> None:
        """Hand a case over to desks; each must acknowledge it."""
        payload = report_payload(case, state, reason)
        for desk in desks:
            for target in self._targets.get(desk, ()) or (NO_TARGET,):
                self._add(
                    connection, case.case_id, FORWARD, payload, desk=desk, target=target, at=at, needs_acknowledgement=True
                )

    def alert(
        self, connection: Connection, case: Case, state: CaseState, desks: Sequence[str], *, percent: int, at: datetime
    ) -> None:
        """Warn desks and the triage desk that a clock is running out."""
        payload = summary_payload(case, state) | {"clock_percent": percent}
        for desk in dict.fromkeys([*desks, TRIAGE_DESK]):
            for target in self._targets.get(desk, ()):
                self._add(connection, case.case_id, ALERT, payload, desk=desk, target=target, at=at)

    def reply(self, connection: Connection, case: Case, text: str, at: datetime) -> None:
        """Send a reply to the address the asker gave."""
        payload = {"case_id": case.case_id, "text": text}
        self._add(connection, case.case_id, REPLY, payload, desk="asker", target=ASKER_TARGET, at=at)

    def _add(
        self,
        connection: Connection,
        case_id: str,
        kind: str,
        payload: Json,
        *,
        desk: str,
        target: str,
        at: datetime,
        needs_acknowledgement: bool = False,
    ) -> None:
        connection.execute(
            insert(outbox).values(
                delivery_id=self._make_id("dlv"),
                case_id=case_id,
                kind=kind,
                desk=desk,
                target=target,
                payload=payload,
                needs_acknowledgement=needs_acknowledgement,
                created_at=at,
                next_attempt_at=at,
                attempts=0,
                delivered_at=None,
                acknowledged_at=None,
                safety_id=None,
                last_error=None,
            )
        )

    def lease_due(self, connection: Connection, now: datetime, limit: int) -> list[Delivery]:
        """Take the deliveries that are due, for a while, so that no other process sends them meanwhile.

        The oldest first, and none to an address that is down until it is tried again: what waits for it stays in order.
        """
        down = [target for target, again_at in retry_times(connection).items() if again_at > now]
        query = (
            select(outbox)
            .where(outbox.c.next_attempt_at <= now, outbox.c.target != NO_TARGET, outbox.c.target.not_in(down))
            .order_by(outbox.c.created_at, outbox.c.delivery_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = connection.execute(query).all()
        for row in rows:
            connection.execute(
                update(outbox).where(outbox.c.delivery_id == row.delivery_id).values(next_attempt_at=now + LEASE)
            )
        return [_delivery(row) for row in rows]

    def mark_delivered(self, connection: Connection, delivery: Delivery, at: datetime) -> bool:
        """Note that a delivery arrived; return whether this was the first time."""
        again_at = at + REMINDER_AFTER if delivery.needs_acknowledgement else None
        values = {"next_attempt_at": again_at, "attempts": delivery.attempts + 1, "last_error": None}
        pending = outbox.c.acknowledged_at.is_(None)
        connection.execute(update(outbox).where(outbox.c.delivery_id == delivery.delivery_id, pending).values(**values))
        first = connection.execute(
            update(outbox)
            .where(outbox.c.delivery_id == delivery.delivery_id, outbox.c.delivered_at.is_(None))
            .values(delivered_at=at)
        )
        return first.rowcount == 1

    def put_back(self, connection: Connection, deliveries: Sequence[Delivery]) -> None:
        """Give back leased deliveries that were not tried."""
        for delivery in deliveries:
            connection.execute(
                update(outbox)
                .where(outbox.c.delivery_id == delivery.delivery_id, outbox.c.acknowledged_at.is_(None))
                .values(next_attempt_at=delivery.next_attempt_at)
            )

    def mark_failed(
        self, connection: Connection, delivery: Delivery, error: str, at: datetime, *, waits_for_target: bool = False
    ) -> None:
        """Note a failure and when to try again; one that waits for its address is due as soon as that is tried again."""
        again_at = delivery.created_at if waits_for_target else at + retry_wait(delivery.attempts + 1)
        values = {"next_attempt_at": again_at, "attempts": delivery.attempts + 1, "last_error": error[:MAX_ERROR_CHARS]}
        pending = outbox.c.acknowledged_at.is_(None)
        connection.execute(update(outbox).where(outbox.c.delivery_id == delivery.delivery_id, pending).values(**values))

    def acknowledge(self, connection: Connection, case_id: str, desk: str, safety_id: str, at: datetime) -> int:
        """Note the desk's own id on its open deliveries of a case and stop sending them; return how many there were."""
        done = connection.execute(
            update(outbox)
            .where(
                outbox.c.case_id == case_id, outbox.c.desk == desk, outbox.c.kind == FORWARD, outbox.c.acknowledged_at.is_(None)
            )
            .values(acknowledged_at=at, safety_id=safety_id, next_attempt_at=None)
        )
        return int(done.rowcount)

    def of_case(self, connection: Connection, case_id: str) -> list[Delivery]:
        """Return the deliveries of a case, oldest first."""
        query = select(outbox).where(outbox.c.case_id == case_id).order_by(outbox.c.created_at, outbox.c.delivery_id)
        return [_delivery(row) for row in connection.execute(query).all()]

    def retarget(self, connection: Connection) -> int:
        """Give deliveries that wait for an address the one that settings have now; return how many found one."""
        found = 0
        waiting = connection.execute(
            select(outbox).where(outbox.c.target == NO_TARGET, outbox.c.acknowledged_at.is_(None))
        ).all()
        for row in waiting:
            if targets := self._targets.get(row.desk, ()):
                connection.execute(update(outbox).where(outbox.c.delivery_id == row.delivery_id).values(target=targets[0]))
                found += 1
        return found


def retry_wait(failures: int) -> timedelta:
    """Return how long to wait after so many failures: 1, 2, 4 … minutes, at most an hour."""
    factor: int = 2 ** min(failures - 1, 10)
    return min(FIRST_RETRY * factor, LONGEST_RETRY)


def retry_times(connection: Connection) -> dict[str, datetime]:
    """Return when each address that is down is tried again."""
    rows = connection.execute(select(target_health).where(target_health.c.failures > 0)).all()
    return {row.target: row.checked_at + retry_wait(row.failures) for row in rows}


def summary_payload(case: Case, state: CaseState) -> Json:
    """Return what an announcement says: no text of the asker, so that it may travel by e-mail."""
    return {
        "case_id": case.case_id,
        "codes": list(state.codes),
        "priority": state.priority,
        "received_at": format_utc(case.received_at),
        "look_due_at": format_utc(state.look_due_at),
        "due_at": format_utc(state.due_at),
    }


def report_payload(case: Case, state: CaseState, reason: str) -> Json:
    """Return the report handed over: masked text and what is known, in the slots an ICSR intake has (E2B(R3) section in
    brackets)."""
    elements = state.elements
    draft = {
        "reporter": elements.get("reporter"),
        "patient_age": elements.get("age"),
        "patient_sex": elements.get("sex"),
        "product": elements.get("product"),
        "strength": elements.get("strength"),
        "lot": elements.get("lot"),
        "event": elements.get("event"),
        "onset": elements.get("onset"),
        "outcome": elements.get("outcome"),
    }
    return summary_payload(case, state) | {
        "reason": reason,
        "reviewed_by_person": state.looked_at is not None,
        "channel": case.channel,
        "policy_version": case.policy_version,
        "elements": {name: value for name, value in draft.items() if value},
        "narrative": list(state.texts),
    }


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**row._asdict())
