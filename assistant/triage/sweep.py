"""What must happen although nobody does it: the hand-over at hour 20, and the warnings before a clock runs out.

Run often; running it twice does nothing twice. The clock is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_

from assistant.storage import Database
from assistant.storage.tables import case_states
from assistant.triage.lifecycle import fold
from assistant.triage.outbox import Outbox
from assistant.triage.repository import CaseRepository, case_ids_where
from assistant.triage.routing import RoutingTable
from assistant.triage.types import SYSTEM, UNDECIDED, Actor, CaseEvent, CaseState, EventKind, WaitingOn
from assistant.types import Code


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: the cases it handed over and those whose desk it warned."""

    forwarded: tuple[str, ...]
    alerted: tuple[str, ...]


class Sweeper:
    """Hands over and warns in time."""

    def __init__(self, database: Database, repository: CaseRepository, box: Outbox, routing: RoutingTable) -> None:
        self._database = database
        self._repository = repository
        self._outbox = box
        self._routing = routing

    def run(self, now: datetime) -> Swept:
        """Do everything that is due at `now`; each case in a transaction of its own."""
        with self._database.read() as connection:
            overdue = case_ids_where(
                connection,
                case_states.c.is_open,
                case_states.c.auto_forward_at <= now,
                case_states.c.safety_state.in_([state.value for state in UNDECIDED]),
            )
            running = case_ids_where(
                connection,
                case_states.c.is_open,
                case_states.c.alerted_percent < self._routing.alert_percents[-1],
                or_(case_states.c.regulatory_due_at.is_not(None), case_states.c.service_due_at.is_not(None)),
            )
        forwarded = [case_id for case_id in overdue if self._forward(case_id, now)]
        alerted = [case_id for case_id in running if self._alert(case_id, now)]
        return Swept(tuple(forwarded), tuple(alerted))

    def _forward(self, case_id: str, now: datetime) -> bool:
        def work(connection: Connection) -> bool:
            state = self._repository.state(connection, case_id)
            # Somebody may have decided since the list was made.
            if state.safety_state not in UNDECIDED or state.auto_forward_at is None or state.auto_forward_at > now:
                return False
            forward_case(
                connection, self._repository, self._outbox, self._routing, case_id, reason="not decided by hour 20", at=now
            )
            return True

        return self._database.write(work)

    def _alert(self, case_id: str, now: datetime) -> bool:
        def work(connection: Connection) -> bool:
            events = self._repository.events(connection, case_id)
            state = fold(events)
            reached = [percent for percent in self._routing.alert_percents if percent <= clock_percent(state, events, now)]
            if not reached or reached[-1] <= state.alerted_percent:
                return False
            state = self._repository.record(connection, case_id, EventKind.ALERTED, {"percent": reached[-1]}, at=now)
            case = self._repository.find(connection, case_id)
            desks = desks_of(state, self._routing)
            self._outbox.alert(connection, case, state, desks, percent=reached[-1], at=now)
            return True

        return self._database.write(work)


def forward_case(
    connection: Connection,
    repository: CaseRepository,
    box: Outbox,
    routing: RoutingTable,
    case_id: str,
    *,
    reason: str,
    at: datetime,
    actor: Actor = SYSTEM,
) -> CaseState:
    """Hand a case over to every desk its codes go to, with the outbox entries in the same transaction."""
    state = repository.state(connection, case_id)
    desks = desks_of(state, routing)
    content = {"desks": desks, "reason": reason}
    state = repository.record(connection, case_id, EventKind.FORWARDED, content, actor=actor, at=at)
    box.forward(connection, repository.find(connection, case_id), state, desks, reason=reason, at=at)
    return state


def desks_of(state: CaseState, routing: RoutingTable) -> list[str]:
    """Return the desks a case's codes go to, in the order of the codes."""
    return list(dict.fromkeys(desk for code in state.codes for desk in routing.routes[Code(code)].goes_to))


def clock_percent(state: CaseState, events: list[CaseEvent], now: datetime) -> float:
    """Return how much of the clock that ends first has run, in percent: 0 when none runs, over 100 when it is over.

    The regulatory clock stops with the hand-over, the service clock with a reply; that one stands still while we wait for the
    asker.
    """
    started_at = _clock_started_at(state, events)
    clocks = []
    if state.regulatory_due_at is not None and state.forwarded_at is None and state.safety_state in UNDECIDED:
        clocks.append(state.regulatory_due_at)
    is_answered = any(event.kind is EventKind.REPLY for event in events)
    if state.service_due_at is not None and state.waiting_on != WaitingOn.ASKER and not is_answered:
        clocks.append(state.service_due_at)
    return max((100 * (now - started_at) / (due_at - started_at) for due_at in clocks if due_at > started_at), default=0.0)


def _clock_started_at(state: CaseState, events: list[CaseEvent]) -> datetime:
    """Return when the first message came that has not been handed over yet."""
    started_at: datetime | None = None
    for event in events:
        if event.kind is EventKind.FORWARDED:
            started_at = None
        elif event.kind in {EventKind.OPENED, EventKind.MESSAGE} and started_at is None:
            started_at = event.recorded_at
    return started_at or state.last_message_at
