"""Reading the triage room: the queue with its filters, counts by clock, search, and everything about one case.

Read-only. Order is always by deadline, then priority, then case number, so that a page is the same page twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, true

from assistant.storage.conversations import Message, Session, StoredAnswer, answers_of, find_session, messages_of
from assistant.storage.tables import answers, case_events, case_states, cases, original_views, sessions
from assistant.triage.duplicates import WINDOW, Candidate, Duplicate, suggest_duplicates
from assistant.triage.lifecycle import fold
from assistant.triage.outbox import Delivery, Outbox
from assistant.triage.repository import CaseRepository, Lock, summary_query
from assistant.triage.types import Case, CaseEvent, CaseState, CaseSummary, EventKind, SafetyState

MAX_PAGE = 200
MAX_CANDIDATES = 2000
SOON = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which cases a queue shows; what is None or empty does not filter. `text` is searched in case numbers and masked text.

    `look_overdue_at`: nobody has looked though the first look was due by then. `has_look`: whether anybody has. `bot`: how the
    assistant's answers ended (`answered`, `declined`, `redirected`), `none` without any, `person` where a person replied.
    """

    is_open: bool | None = True
    codes: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    work_states: tuple[str, ...] = ()
    safety_states: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    assignee: str | None = None
    is_unassigned: bool | None = None
    is_unread: bool | None = None
    conversation_id: str | None = None
    received_from: datetime | None = None
    received_until: datetime | None = None
    due_before: datetime | None = None
    look_overdue_at: datetime | None = None
    has_look: bool | None = None
    languages: tuple[str, ...] = ()
    professions: tuple[str, ...] = ()
    bot: str | None = None
    case_ids: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue and how many cases match in all."""

    cases: tuple[CaseSummary, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What the queue holds: by clock first, since that is what hurts."""

    open: int
    unassigned: int
    unread: int
    overdue: int
    safety_due_soon: int
    safety_undecided: int
    unacknowledged: int
    by_code: Mapping[str, int] = field(default_factory=dict)
    by_priority: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OriginalInfo:
    """That there is a sealed text, and how often it was opened; the text itself is only read through the service."""

    original_id: str
    message_id: str
    kind: str
    is_erased: bool
    views: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything about one case that its reader may see: questions as masked, answers as given, events, deliveries."""

    summary: CaseSummary
    state: CaseState
    events: tuple[CaseEvent, ...]
    session: Session | None
    messages: tuple[Message, ...]
    answers: tuple[StoredAnswer, ...]
    originals: tuple[OriginalInfo, ...]
    deliveries: tuple[Delivery, ...]
    duplicates: tuple[Duplicate, ...]
    related: tuple[Case, ...]
    lock: Lock | None


class CaseQueue:
    """Reads over one connection at a time."""

    def __init__(self, repository: CaseRepository, box: Outbox) -> None:
        self._repository = repository
        self._outbox = box

    def page(self, connection: Connection, wanted: QueueFilter, *, limit: int = 50, offset: int = 0) -> Page:
        """Return cases, most urgent first."""
        query = _filtered(summary_query(), wanted)
        total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        ordered = query.order_by(case_states.c.due_at, case_states.c.priority, cases.c.case_id)
        found = self._repository.summaries(connection, ordered.limit(min(limit, MAX_PAGE)).offset(offset))
        return Page(tuple(found), int(total))

    def counts(self, connection: Connection, now: datetime) -> Counts:
        """Return the figures over the queue."""
        states = case_states
        is_open = states.c.is_open
        undecided = states.c.safety_state.in_(
            [SafetyState.FLAGGED.value, SafetyState.CONFIRMED.value, SafetyState.PROPOSED.value]
        )
        unread = or_(states.c.looked_at.is_(None), states.c.last_message_at > states.c.looked_at)

        def count(*conditions: Any) -> int:
            return int(connection.execute(select(func.count()).select_from(states).where(*conditions)).scalar_one())

        return Counts(
            open=count(is_open),
            unassigned=count(is_open, states.c.assignee.is_(None)),
            unread=count(is_open, unread),
            overdue=count(is_open, states.c.due_at < now),
            safety_due_soon=count(is_open, undecided, states.c.regulatory_due_at < now + SOON),
            safety_undecided=count(is_open, undecided),
            unacknowledged=count(states.c.safety_state == SafetyState.SENT.value),
            by_code=_counted(connection, states.c.code),
            by_priority=_counted(connection, states.c.priority),
        )

    def view(self, connection: Connection, case_id: str, now: datetime) -> CaseView:
        """Return everything about a case; `NotFound` when there is none."""
        case = self._repository.find(connection, case_id)
        summary = self._repository.summaries(connection, summary_query().where(cases.c.case_id == case_id))[0]
        events = self._repository.events(connection, case_id)
        conversation_id = case.conversation_id
        related = self._repository.find_in_conversation(connection, conversation_id)
        return CaseView(
            summary=summary,
            state=fold(events),
            events=tuple(events),
            session=None if case.session_id is None else find_session(connection, case.session_id),
            messages=() if conversation_id is None else tuple(messages_of(connection, conversation_id)),
            answers=() if conversation_id is None else tuple(answers_of(connection, conversation_id)),
            originals=tuple(self._originals(connection, case_id)),
            deliveries=tuple(self._outbox.of_case(connection, case_id)),
            duplicates=tuple(self._duplicates(connection, summary)),
            related=tuple(other for other in related.values() if other.case_id != case_id),
            lock=self._repository.lock(connection, case_id, now),
        )

    def _originals(self, connection: Connection, case_id: str) -> list[OriginalInfo]:
        views = original_views
        query = select(views.c.original_id, func.count()).group_by(views.c.original_id)
        counted = {row[0]: int(row[1]) for row in connection.execute(query).all()}
        return [
            OriginalInfo(text.original_id, text.message_id, text.kind, text.sealed is None, counted.get(text.original_id, 0))
            for text in self._repository.sealed(connection, case_id)
        ]

    def _duplicates(self, connection: Connection, summary: CaseSummary) -> list[Duplicate]:
        if summary.safety_state is SafetyState.NONE:
            return []
        received_at = summary.case.received_at
        query = (
            summary_query()
            .where(case_states.c.safety_state != SafetyState.NONE.value)
            .where(cases.c.received_at > received_at - WINDOW, cases.c.received_at < received_at + WINDOW)
            .order_by(cases.c.received_at.desc(), cases.c.case_id)
            .limit(MAX_CANDIDATES)
        )
        others = [_candidate(other) for other in self._repository.summaries(connection, query)]
        return suggest_duplicates(_candidate(summary), others)


def matching_ids(connection: Connection, wanted: QueueFilter) -> list[str]:
    """Return the ids of every case that matches, most urgent first."""
    query = _filtered(summary_query(), wanted).order_by(case_states.c.due_at, cases.c.case_id)
    return [row.case_id for row in connection.execute(query.with_only_columns(cases.c.case_id)).all()]


def _candidate(summary: CaseSummary) -> Candidate:
    return Candidate(summary.case.case_id, summary.case.received_at, summary.elements)


def _counted(connection: Connection, column: Any) -> dict[str, int]:
    query = select(column, func.count()).where(case_states.c.is_open).group_by(column).order_by(column)
    return {str(row[0]): int(row[1]) for row in connection.execute(query).all()}


def _filtered(query: Select[Any], wanted: QueueFilter) -> Select[Any]:
    states = case_states
    choices = (
        (states.c.code, wanted.codes),
        (cases.c.family, wanted.families),
        (states.c.priority, wanted.priorities),
        (states.c.work_state, wanted.work_states),
        (states.c.safety_state, wanted.safety_states),
        (cases.c.channel, wanted.channels),
        (states.c.language, wanted.languages),
        (cases.c.case_id, wanted.case_ids),
    )
    conditions = [column.in_(values) for column, values in choices if values]
    limits: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
        (wanted.is_open, lambda value: states.c.is_open == value),
        (wanted.assignee, lambda value: states.c.assignee == value),
        (wanted.is_unassigned, lambda value: states.c.assignee.is_(None) if value else states.c.assignee.is_not(None)),
        (wanted.is_unread, _unread),
        (wanted.conversation_id, lambda value: cases.c.conversation_id == value),
        (wanted.received_from, lambda value: cases.c.received_at >= value),
        (wanted.received_until, lambda value: cases.c.received_at < value),
        (wanted.due_before, lambda value: states.c.due_at < value),
        (wanted.look_overdue_at, lambda value: and_(states.c.looked_at.is_(None), states.c.look_due_at < value)),
        (wanted.has_look, lambda value: states.c.looked_at.is_not(None) if value else states.c.looked_at.is_(None)),
        (wanted.professions or None, _professions),
        (wanted.bot, _bot),
        (wanted.text, _text),
    )
    conditions += [condition(value) for value, condition in limits if value is not None]
    return query.where(*conditions)


def _unread(value: bool) -> Any:
    unread = or_(case_states.c.looked_at.is_(None), case_states.c.last_message_at > case_states.c.looked_at)
    return unread if value else ~unread


def _professions(values: Sequence[str]) -> Any:
    known = select(sessions.c.session_id).where(sessions.c.profession.in_(values))
    return cases.c.session_id.in_(known)


def _bot(value: str) -> Any:
    answered = select(answers.c.answer_id).where(answers.c.conversation_id == cases.c.conversation_id)
    if value == "none":
        return ~answered.exists()
    if value == "person":
        replies = case_events.c.kind == EventKind.REPLY.value
        return select(case_events.c.seq).where(case_events.c.case_id == cases.c.case_id, replies).exists()
    return answered.where(answers.c.outcome == value).exists()


def _text(value: str) -> Any:
    """Match every word, anywhere, without case; `%` and `_` are letters like others."""
    columns = (case_states.c.search_text, cases.c.case_id, case_states.c.safety_id)
    words = value.split()[:10]
    matches = [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words]
    return and_(true(), *matches)
