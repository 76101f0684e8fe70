"""The triage room's actions: the only way staff change a case. Roles are checked first, legality by the lifecycle, both from
tables.

Every action is one transaction and one event with its actor and reason; nothing is edited or deleted. A claim is a soft lock:
others see it and may still act when it has run out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert

from assistant.clock import Clock
from assistant.errors import BadInput, NotAllowed, NotFound
from assistant.storage import Database, Sealer
from assistant.storage.conversations import messages_of
from assistant.storage.tables import original_views
from assistant.triage.dispatch import TargetAlarm, record_acknowledgement, target_alarms
from assistant.triage.intake import Arrival, CaseIntake
from assistant.triage.outbox import Outbox
from assistant.triage.queue import CaseQueue, CaseView, Counts, Page, QueueFilter
from assistant.triage.reconciliation import Reconciliation, confirm, overdue_cases, reconcile
from assistant.triage.repository import CaseRepository, Lock
from assistant.triage.roles import RoleTable
from assistant.triage.routing import RoutingTable
from assistant.triage.sweep import desks_of, forward_case
from assistant.triage.types import Actor, CaseState, CaseSummary, Channel, Disposition, EventKind, Json, SafetyState, WaitingOn
from assistant.types import CaseReference, Code, Flag

MAX_TEXT_CHARS = 20_000
MAX_REASON_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Alarms:
    """What needs somebody now, whatever case it belongs to."""

    targets: tuple[TargetAlarm, ...]
    overdue: tuple[CaseSummary, ...]
    calendar_ends: date | None


class TriageService:
    """Lists, reads and works cases on behalf of a member of staff. Each method raises `NotAllowed` for a role that may not."""

    def __init__(
        self,
        *,
        database: Database,
        repository: CaseRepository,
        intake: CaseIntake,
        outbox: Outbox,
        sealer: Sealer,
        routing: RoutingTable,
        roles: RoleTable,
        clock: Clock,
    ) -> None:
        self.roles = roles
        self.routing = routing
        self._database = database
        self._repository = repository
        self._intake = intake
        self._outbox = outbox
        self._sealer = sealer
        self._clock = clock
        self._queue = CaseQueue(repository, outbox)

    # --- reading -----------------------------------------------------------------------------------------------------

    def list(self, actor: Actor, wanted: QueueFilter, *, limit: int = 50, offset: int = 0) -> Page:
        """Return a page of the queue, most urgent first."""
        self.roles.require(actor, "list")
        with self._database.read() as connection:
            return self._queue.page(connection, wanted, limit=limit, offset=offset)

    def search(self, actor: Actor, text: str, *, limit: int = 50) -> Page:
        """Return cases, open or closed, that hold every word."""
        return self.list(actor, QueueFilter(is_open=None, text=text), limit=limit)

    def counts(self, actor: Actor) -> Counts:
        """Return the figures over the queue."""
        self.roles.require(actor, "list")
        with self._database.read() as connection:
            return self._queue.counts(connection, self._clock())

    def get(self, actor: Actor, case_id: str) -> CaseView:
        """Return everything about one case."""
        self.roles.require(actor, "read")
        with self._database.read() as connection:
            return self._queue.view(connection, case_id, self._clock())

    def alarms(self, actor: Actor) -> Alarms:
        """Return what needs somebody now."""
        self.roles.require(actor, "list")
        now = self._clock()
        with self._database.read() as connection:
            targets = target_alarms(connection, now)
            overdue = overdue_cases(connection, self._repository, now)
        ends = self.routing.covers_until
        return Alarms(tuple(targets), tuple(overdue), ends if (ends - now.date()).days < 60 else None)

    # --- working -----------------------------------------------------------------------------------------------------

    def claim(self, actor: Actor, case_id: str) -> Lock:
        """Take a case: assigned to the actor, and locked softly for a while. Claiming one's own case renews the lock."""
        self.roles.require(actor, "claim")

        def work(connection: Connection) -> Lock:
            now = self._clock()
            held = self._repository.lock(connection, case_id, now)
            if held is not None and held.staff_id != actor.actor_id:
                raise NotAllowed(f"{held.staff_id} is working on this case until {held.until:%H:%M} UTC.")
            if self._repository.state(connection, case_id).assignee != actor.actor_id:
                content = {"assignee": actor.actor_id}
                self._repository.record(connection, case_id, EventKind.ASSIGNED, content, actor=actor, at=now)
            return self._repository.set_lock(connection, case_id, actor.actor_id, now=now, minutes=self.routing.lock_minutes)

        return self._database.write(work)

    def release(self, actor: Actor, case_id: str) -> CaseState:
        """Give a case back to the queue."""
        return self._act(actor, "claim", case_id, EventKind.RELEASED, {}, lets_go=True)

    def assign(self, actor: Actor, case_id: str, staff_id: str) -> CaseState:
        """Give a case to somebody."""
        return self._act(actor, "assign", case_id, EventKind.ASSIGNED, {"assignee": staff_id}, lets_go=True)

    def triage(
        self, actor: Actor, case_id: str, *, confirmed: bool = False, priority: str | None = None, note: str = ""
    ) -> CaseState:
        """Note that a person has looked: `confirmed` says that it is to be handed over, `priority` overrides the policy's."""
        if priority not in {None, "P1", "P2", "P3", "P4"}:
            raise BadInput("The priority must be P1, P2, P3 or P4.")
        content = {"confirmed": confirmed, "priority": priority, "note": _text(note, MAX_TEXT_CHARS, required=False)}
        return self._act(actor, "triage", case_id, EventKind.TRIAGED, content)

    def note(self, actor: Actor, case_id: str, text: str) -> CaseState:
        """Add a note that only staff see."""
        return self._act(actor, "note", case_id, EventKind.NOTE, {"text": _text(text, MAX_TEXT_CHARS), "audience": "internal"})

    def reply(self, actor: Actor, case_id: str, text: str, *, by_email: bool = False) -> CaseState:
        """Record a reply to the asker; `by_email` also sends it to the address they left."""
        self.roles.require(actor, "reply")
        text = _text(text, MAX_TEXT_CHARS)

        def work(connection: Connection) -> CaseState:
            now = self._clock()
            if by_email and self._contact(connection, case_id).get("email") is None:
                raise BadInput("The asker left no e-mail address: reply by phone and record it here without sending.")
            content = {"text": text, "audience": "asker", "channel": "email" if by_email else "other"}
            state = self._repository.record(connection, case_id, EventKind.REPLY, content, actor=actor, at=now)
            if by_email:
                self._outbox.reply(connection, self._repository.find(connection, case_id), text, now)
            return state

        return self._database.write(work)

    def wait(self, actor: Actor, case_id: str, on: WaitingOn, reason: str) -> CaseState:
        """Note whom the case waits for; only waiting for the asker stops our own clock, nothing stops a duty."""
        content = {"on": WaitingOn(on).value, "reason": require_reason(reason)}
        return self._act(actor, "wait", case_id, EventKind.WAITING, content)

    def resume(self, actor: Actor, case_id: str) -> CaseState:
        """End a wait."""
        return self._act(actor, "wait", case_id, EventKind.RESUMED, {})

    def send_to_qc(self, actor: Actor, case_id: str) -> CaseState:
        """Ask for a check of an answered case."""
        return self._act(actor, "qc", case_id, EventKind.QC, {})

    def forward(self, actor: Actor, case_id: str, reason: str) -> CaseState:
        """Hand a case over to its desks now."""
        self.roles.require(actor, "forward")
        reason = require_reason(reason)

        def work(connection: Connection) -> CaseState:
            return forward_case(
                connection, self._repository, self._outbox, self.routing, case_id, reason=reason, at=self._clock(), actor=actor
            )

        return self._database.write(work)

    def acknowledge(self, actor: Actor, case_id: str, *, desk: str, safety_id: str) -> CaseState:
        """Note the id under which a desk took the case; it is no longer sent."""
        self.roles.require(actor, "acknowledge")
        safety_id = _text(safety_id, 64)

        def work(connection: Connection) -> CaseState:
            if desk not in desks_of(self._repository.state(connection, case_id), self.routing):
                raise BadInput(f"This case does not go to the desk {desk!r}.")
            now = self._clock()
            if not record_acknowledgement(
                connection, self._repository, self._outbox, case_id, desk=desk, safety_id=safety_id, at=now, actor=actor
            ):
                raise BadInput(f"Nothing that was sent to the desk {desk!r} waits for an acknowledgement.")
            return self._repository.state(connection, case_id)

        return self._database.write(work)

    def dispose(self, actor: Actor, case_id: str, disposition: Disposition, reason: str) -> CaseState:
        """Record how a case ended. On one that must be handed over, everything but `REPORTABLE` awaits a second reader."""
        self.roles.require(actor, "dispose")
        content = {"value": Disposition(disposition).value, "reason": require_reason(reason)}

        def work(connection: Connection) -> CaseState:
            if self._repository.state(connection, case_id).safety_state is not SafetyState.NONE:
                self.roles.require(actor, "dispose_safety")
            return self._repository.record(connection, case_id, EventKind.DISPOSITION, content, actor=actor, at=self._clock())

        return self._database.write(work)

    def second_read(self, actor: Actor, case_id: str, *, agrees: bool, reason: str) -> CaseState:
        """Confirm or refuse a proposal not to hand a case over; never by the person who made it."""
        self.roles.require(actor, "second_read")
        content = {"agrees": agrees, "reason": require_reason(reason)}

        def work(connection: Connection) -> CaseState:
            if self._repository.state(connection, case_id).disposition_by == actor.actor_id:
                raise NotAllowed("The second reader must be another person than the first.")
            return self._repository.record(connection, case_id, EventKind.SECOND_READER, content, actor=actor, at=self._clock())

        return self._database.write(work)

    def close(self, actor: Actor, case_id: str, reason: str) -> CaseState:
        """Close a case that has a disposition and owes nothing to another desk."""
        return self._act(actor, "close", case_id, EventKind.CLOSED, {"reason": require_reason(reason)}, lets_go=True)

    def reopen(self, actor: Actor, case_id: str, reason: str) -> CaseState:
        """Open a closed case again."""
        return self._act(actor, "reopen", case_id, EventKind.REOPENED, {"reason": require_reason(reason)})

    def view_original(self, actor: Actor, case_id: str, original_id: str, reason: str) -> str:
        """Open a sealed text. The look is on record before the text is returned."""
        self.roles.require(actor, "read")
        reason = require_reason(reason)

        def work(connection: Connection) -> str:
            found = [text for text in self._repository.sealed(connection, case_id) if text.original_id == original_id]
            if not found or found[0].sealed is None:
                raise NotFound("There is no such original, or it was erased.")
            self.roles.require(actor, "view_original" if found[0].kind == "case" else "view_contact")
            opened = self._sealer.open(found[0].sealed, case_id=case_id, message_id=found[0].message_id)
            now = self._clock()
            content = {"original_id": original_id, "reason": reason}
            self._repository.record(connection, case_id, EventKind.ORIGINAL_VIEWED, content, actor=actor, at=now)
            connection.execute(
                insert(original_views).values(
                    view_id=self._repository.make_id("viw"),
                    original_id=original_id,
                    staff_id=actor.actor_id,
                    reason=reason,
                    viewed_at=now,
                )
            )
            return opened

        return self._database.write(work)

    def open_case(self, actor: Actor, conversation_id: str, message_id: str, code: Code, reason: str) -> CaseReference:
        """Open a case for a message that screening let pass (a reader's sample, a phone call back)."""
        self.roles.require(actor, "open")
        reason = require_reason(reason)

        def work(connection: Connection) -> CaseReference:
            turns = messages_of(connection, conversation_id)
            ids = [message.message_id for message in turns]
            if message_id not in ids:
                raise NotFound("There is no such message in that conversation.")
            upto = turns[: ids.index(message_id) + 1]
            texts = tuple(message.text or "" for message in upto)
            # The duty counts from when the message was sent, not from when somebody found it.
            arrival = Arrival(
                message_id=message_id,
                turns=texts,
                original=texts[-1],
                received_at=upto[-1].received_at,
                conversation_id=conversation_id,
                channel=Channel.STAFF,
            )
            flag = Flag(code, len(texts) - 1, 0, 0, reason, "staff")
            opened = self._intake.open_cases(connection, [code], [flag], arrival, actor=actor).cases
            if not opened:
                raise BadInput(f"The code {code} opens no case.")
            return opened[0]

        return self._database.write(work)

    # --- oversight ---------------------------------------------------------------------------------------------------

    def reconcile(self, actor: Actor, day: date, received: Mapping[str, str] | None = None) -> Reconciliation:
        """Return the list of a day against the desk's own list (case id to their id), when given."""
        self.roles.require(actor, "reconcile")
        with self._database.read() as connection:
            return reconcile(
                connection, self._repository, self._outbox, self.routing, day, now=self._clock(), received=received
            )

    def confirm_reconciled(self, actor: Actor, list_of_day: Reconciliation) -> int:
        """Mark the lines without discrepancy as reconciled; return how many."""
        self.roles.require(actor, "reconcile")
        return self._database.write(
            lambda connection: confirm(connection, self._repository, list_of_day, actor=actor, at=self._clock())
        )

    # -----------------------------------------------------------------------------------------------------------------

    def _act(
        self, actor: Actor, action: str, case_id: str, kind: EventKind, content: Json, *, lets_go: bool = False
    ) -> CaseState:
        self.roles.require(actor, action)

        def work(connection: Connection) -> CaseState:
            state = self._repository.record(connection, case_id, kind, content, actor=actor, at=self._clock())
            if lets_go:
                self._repository.clear_lock(connection, case_id)
            return state

        return self._database.write(work)

    def _contact(self, connection: Connection, case_id: str) -> Mapping[str, str]:
        return read_contact(connection, self._repository, self._sealer, case_id)


def read_contact(connection: Connection, repository: CaseRepository, sealer: Sealer, case_id: str) -> Mapping[str, str]:
    """Return the contact the asker left, opened only to write to them; empty when there is none."""
    for text in reversed(repository.sealed(connection, case_id)):
        if text.kind == "contact" and text.sealed is not None:
            return dict(json.loads(sealer.open(text.sealed, case_id=case_id, message_id=text.message_id)))
    return {}


def _text(text: str, limit: int, *, required: bool = True) -> str:
    text = text.strip()
    if required and not text:
        raise BadInput("Please write something.")
    if len(text) > limit:
        raise BadInput(f"At most {limit} characters, this has {len(text)}.")
    return text


def require_reason(reason: str) -> str:
    """Return a reason without blanks around it; `BadInput` when there is none or it is too long."""
    if not reason.strip():
        raise BadInput("Please give a reason.")
    return _text(reason, MAX_REASON_CHARS)
