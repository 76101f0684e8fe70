"""Working the outbox: sending what is due, noting what arrived, and knowing which addresses are down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, delete, func, insert, select

from assistant.storage import Database
from assistant.storage.tables import outbox, target_health
from assistant.triage.couriers import NotDelivered, Receipt
from assistant.triage.outbox import FORWARD, NO_TARGET, Delivery, Outbox
from assistant.triage.repository import CaseRepository
from assistant.triage.types import SYSTEM, Actor, EventKind

BATCH = 50
ALARM_AFTER_FAILURES = 3
ALARM_AFTER = timedelta(minutes=15)


class Carrier(Protocol):
    """Whatever carries a delivery to its address."""

    def carry(self, delivery: Delivery, at: datetime) -> Receipt:
        """Deliver once or raise `NotDelivered`."""
        ...


@dataclass(frozen=True, slots=True)
class TargetAlarm:
    """An address that does not take deliveries, or a desk that has none (`target` empty)."""

    target: str
    since: datetime
    waiting: int
    last_error: str


class Dispatcher:
    """Sends due deliveries. Safe to run in several processes: each delivery is leased before it is carried."""

    def __init__(self, database: Database, repository: CaseRepository, box: Outbox, carrier: Carrier) -> None:
        self._database = database
        self._repository = repository
        self._outbox = box
        self._carrier = carrier

    def run(self, now: datetime) -> int:
        """Send what is due and return how many deliveries arrived. An address found down is not tried again in this run."""
        self._database.write(self._outbox.retarget)
        due = self._database.write(lambda connection: self._outbox.lease_due(connection, now, BATCH))
        down: set[str] = set()
        untried: list[Delivery] = []
        arrived = 0
        for delivery in due:
            if delivery.target in down:
                untried.append(delivery)
            else:
                arrived += self._send(delivery, now, down)
        if untried:
            self._database.write(lambda connection: self._outbox.put_back(connection, untried))
        return arrived

    def _send(self, delivery: Delivery, now: datetime, down: set[str]) -> bool:
        try:
            receipt = self._carrier.carry(delivery, now)
        except NotDelivered as failure:
            if not failure.is_refusal:
                down.add(delivery.target)
            # Python clears `failure` at the end of this block, before the database would read it.
            problem = failure
            self._database.write(lambda connection: self._note_failure(connection, delivery, problem, now))
            return False
        self._database.write(lambda connection: self._note_arrival(connection, delivery, receipt, now))
        return True

    def _note_arrival(self, connection: Connection, delivery: Delivery, receipt: Receipt, now: datetime) -> None:
        is_first = self._outbox.mark_delivered(connection, delivery, now)
        _set_health(connection, delivery.target, None, now)
        if is_first and delivery.kind == FORWARD:
            content = {"desk": delivery.desk, "delivery_id": delivery.delivery_id, "attempts": delivery.attempts + 1}
            self._repository.record(connection, delivery.case_id, EventKind.DELIVERED, content, at=now)
        if receipt.safety_id is not None and delivery.needs_acknowledgement:
            record_acknowledgement(
                connection,
                self._repository,
                self._outbox,
                delivery.case_id,
                desk=delivery.desk,
                safety_id=receipt.safety_id,
                at=now,
            )

    def _note_failure(self, connection: Connection, delivery: Delivery, problem: NotDelivered, now: datetime) -> None:
        self._outbox.mark_failed(connection, delivery, str(problem), now, waits_for_target=not problem.is_refusal)
        if not problem.is_refusal:
            _set_health(connection, delivery.target, str(problem), now)


def record_acknowledgement(
    connection: Connection,
    repository: CaseRepository,
    box: Outbox,
    case_id: str,
    *,
    desk: str,
    safety_id: str,
    at: datetime,
    actor: Actor = SYSTEM,
) -> bool:
    """Note a desk's acknowledgement once; return whether it was still awaited."""
    if not box.acknowledge(connection, case_id, desk, safety_id, at):
        return False
    content = {"desk": desk, "safety_id": safety_id}
    repository.record(connection, case_id, EventKind.ACKNOWLEDGED, content, actor=actor, at=at)
    return True


def _set_health(connection: Connection, target: str, error: str | None, now: datetime) -> None:
    row = connection.execute(select(target_health).where(target_health.c.target == target)).first()
    failures = 0 if error is None else (0 if row is None else row.failures) + 1
    since = None if error is None else (now if row is None or row.failing_since is None else row.failing_since)
    connection.execute(delete(target_health).where(target_health.c.target == target))
    connection.execute(
        insert(target_health).values(target=target, failures=failures, failing_since=since, checked_at=now, last_error=error)
    )


def target_alarms(connection: Connection, now: datetime) -> list[TargetAlarm]:
    """Return the addresses that are down, those that refuse deliveries, and the desks without one, by address."""
    health = target_health
    down = connection.execute(
        select(health)
        .where((health.c.failures >= ALARM_AFTER_FAILURES) | (health.c.failing_since <= now - ALARM_AFTER))
        .where(health.c.failing_since.is_not(None))
        .order_by(health.c.target)
    ).all()
    alarms = [
        TargetAlarm(row.target, row.failing_since, _waiting(connection, row.target), row.last_error or "") for row in down
    ]
    alarms += _refused(connection, [alarm.target for alarm in alarms])
    desks = connection.execute(
        select(outbox.c.desk, func.min(outbox.c.created_at).label("since"), func.count().label("waiting"))
        .where(outbox.c.target == NO_TARGET, outbox.c.acknowledged_at.is_(None))
        .group_by(outbox.c.desk)
        .order_by(outbox.c.desk)
    ).all()
    return alarms + [
        TargetAlarm(NO_TARGET, row.since, row.waiting, f"the desk {row.desk} has no address in settings (desk_targets)")
        for row in desks
    ]


def _refused(connection: Connection, down: list[str]) -> list[TargetAlarm]:
    """Return the addresses that work and have refused something again and again."""
    query = (
        select(
            outbox.c.target,
            func.min(outbox.c.created_at).label("since"),
            func.count().label("waiting"),
            func.max(outbox.c.last_error).label("error"),
        )
        .where(outbox.c.delivered_at.is_(None), outbox.c.acknowledged_at.is_(None), outbox.c.target.not_in(down))
        .where(outbox.c.attempts >= ALARM_AFTER_FAILURES, outbox.c.last_error.is_not(None))
        .group_by(outbox.c.target)
        .order_by(outbox.c.target)
    )
    return [TargetAlarm(row.target, row.since, row.waiting, f"refused, {row.error}") for row in connection.execute(query).all()]


def _waiting(connection: Connection, target: str) -> int:
    query = select(func.count()).select_from(outbox).where(outbox.c.target == target, outbox.c.delivered_at.is_(None))
    return int(connection.execute(query).scalar_one())
