"""The vocabulary of triage: events, states, people, and the views that others read.

A case is thin: who, when, which family. Everything that happens to it is an event; its state is what the events add up to
(see `lifecycle`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = dict[str, Any]

SYSTEM_ACTOR = "system"


class EventKind(StrEnum):
    """Everything that can happen to a case."""

    OPENED = "opened"
    MESSAGE = "message"
    ASKED = "asked"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    RELEASED = "released"
    NOTE = "note"
    REPLY = "reply"
    WAITING = "waiting"
    RESUMED = "resumed"
    QC = "qc"
    FORWARDED = "forwarded"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    RECONCILED = "reconciled"
    DISPOSITION = "disposition"
    SECOND_READER = "second_reader"
    CLOSED = "closed"
    REOPENED = "reopened"
    ALERTED = "alerted"
    ORIGINAL_VIEWED = "original_viewed"


class WorkState(StrEnum):
    """Where the work on a case stands."""

    NEW = "new"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    WAITING = "waiting"
    ANSWERED = "answered"
    QC = "qc"
    CLOSED = "closed"


class SafetyState(StrEnum):
    """Where a case stands that must be handed to another desk; `NONE` for all others.

    FLAGGED: nobody has decided. CONFIRMED: a person says it is to be handed over. PROPOSED: a person says it is not, a second
    reader is awaited. NOT_REPORTABLE: the second reader agreed. SENT, ACKNOWLEDGED (their id is on record), RECONCILED (on
    their list too).
    """

    NONE = "none"
    FLAGGED = "flagged"
    CONFIRMED = "confirmed"
    PROPOSED = "not_reportable_proposed"
    NOT_REPORTABLE = "not_reportable"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    RECONCILED = "reconciled"


# No person has settled whether the case is handed over, so the clock decides in the end.
UNDECIDED = (SafetyState.FLAGGED, SafetyState.CONFIRMED, SafetyState.PROPOSED)


class Disposition(StrEnum):
    """How a case ended. On a case that must be handed over, everything but `REPORTABLE` needs a second reader."""

    REPORTABLE = "reportable"
    NOT_REPORTABLE = "not_reportable"
    ANSWERED = "answered"
    HANDED_OVER = "handed_over"
    DUPLICATE = "duplicate"
    NO_ACTION = "no_action"


class WaitingOn(StrEnum):
    """Whom a waiting case waits for; only waiting for the asker stops our own service clock."""

    ASKER = "asker"
    PV = "pv"
    QUALITY = "quality"
    EXPERT = "expert"


class Channel(StrEnum):
    """How a case came in."""

    CHAT = "chat"
    FEEDBACK = "feedback"
    FORM = "form"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff with roles, or the service itself."""

    actor_id: str
    roles: frozenset[str] = frozenset()

    @property
    def is_person(self) -> bool:
        """Whether a person acts."""
        return self.actor_id != SYSTEM_ACTOR


SYSTEM = Actor(SYSTEM_ACTOR)


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened. `content` is None once erased."""

    seq: int
    record_id: str
    case_id: str
    kind: EventKind
    actor: str
    message_id: str | None
    recorded_at: datetime
    content: Json | None


@dataclass(frozen=True, slots=True)
class Case:
    """The thin record of a case. `received_at` is when the first message was sent: every duty counts from there."""

    case_id: str
    family: str
    code: str
    conversation_id: str | None
    session_id: str | None
    channel: str
    policy_version: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class CaseState:
    """What the events of a case add up to."""

    code: str
    codes: tuple[str, ...]
    priority: str
    work_state: WorkState
    safety_state: SafetyState
    look_due_at: datetime
    service_due_at: datetime | None
    regulatory_due_at: datetime | None
    auto_forward_at: datetime | None
    last_message_at: datetime
    last_event_at: datetime
    waiting_on: str | None = None
    waiting_since: datetime | None = None
    assignee: str | None = None
    looked_at: datetime | None = None
    forwarded_at: datetime | None = None
    acknowledged_at: datetime | None = None
    awaiting_desks: frozenset[str] = frozenset()
    safety_id: str | None = None
    disposition: str | None = None
    disposition_by: str | None = None
    alerted_percent: int = 0
    elements: Mapping[str, str] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether work remains."""
        return self.work_state is not WorkState.CLOSED

    @property
    def due_at(self) -> datetime:
        """The first deadline that is still ahead of us: a duty that was met no longer counts."""
        regulatory = None if self.forwarded_at is not None else self.regulatory_due_at
        deadlines = [moment for moment in (self.service_due_at, regulatory) if moment is not None]
        return min(deadlines, default=self.regulatory_due_at or self.look_due_at)


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A line of the queue. `is_unread`: the asker wrote since a person last looked."""

    case: Case
    code: str
    codes: tuple[str, ...]
    priority: str
    work_state: WorkState
    safety_state: SafetyState
    is_open: bool
    assignee: str | None
    look_due_at: datetime
    service_due_at: datetime | None
    regulatory_due_at: datetime | None
    due_at: datetime
    auto_forward_at: datetime | None
    looked_at: datetime | None
    forwarded_at: datetime | None
    acknowledged_at: datetime | None
    safety_id: str | None
    last_message_at: datetime
    elements: Mapping[str, str]
    excerpt: str
    language: str

    @property
    def is_unread(self) -> bool:
        """Whether the asker wrote since a person last looked."""
        return self.looked_at is None or self.last_message_at > self.looked_at
