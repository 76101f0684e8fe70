"""The figures of a period: volume, outcomes, hand-over times, reconciliation, misses found by readers, satisfaction.

Counted from the records themselves; a day is a calendar day of the policy's zone. Shares of the quality sample carry a Wilson
interval (Wilson 1927), since they are estimates from a sample; the others are counts of everything there was.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import Connection, func, select

from assistant.clock import Clock
from assistant.errors import BadInput
from assistant.storage import Database
from assistant.storage.console_tables import answer_labels, qa_samples
from assistant.storage.tables import answers, case_events, case_states, cases, feedback, messages, surveys
from assistant.triage.gaps import GAP_CODES
from assistant.triage.reconciliation import day_bounds
from assistant.triage.review import MISSED
from assistant.triage.service import TriageService
from assistant.triage.types import Actor, EventKind, SafetyState

MAX_DAYS = 92
Z_95 = 1.959963984540054
SURVEY_ITEMS = ("credibility", "relevance", "confidence")


@dataclass(frozen=True, slots=True)
class DayVolume:
    """One day's questions by how they ended, and those that opened or joined a case."""

    day: date
    answered: int
    declined: int
    redirected: int
    flagged: int

    @property
    def total(self) -> int:
        """Questions with an answer of any kind."""
        return self.answered + self.declined + self.redirected


@dataclass(frozen=True, slots=True)
class HandOver:
    """One case that had to be handed over: hours from message to hand-over (None while it was not), and its duty."""

    case_id: str
    code: str
    received_at: datetime
    hours: float | None
    allowed_hours: float | None
    is_acknowledged: bool

    @property
    def is_late(self) -> bool:
        """Whether the duty was missed."""
        return self.hours is not None and self.allowed_hours is not None and self.hours > self.allowed_hours


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a sample with its 95 % Wilson interval (0 to 1 when the sample is empty)."""

    part: int
    whole: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """The figures of a period, first and last day included."""

    first: date
    last: date
    days: tuple[DayVolume, ...]
    cases_by_code: Mapping[str, int]
    gaps: int
    hand_overs: tuple[HandOver, ...]
    reconciliation: tuple[tuple[date, int, int], ...]
    misses: Share
    ratings: Mapping[str, int]
    reasons: Mapping[str, int]
    survey: Mapping[str, tuple[int, ...]]

    @property
    def hours(self) -> list[float]:
        """Hand-over times, shortest first."""
        return sorted(item.hours for item in self.hand_overs if item.hours is not None)

    @property
    def median_hours(self) -> float | None:
        """The median hand-over time, None when nothing was handed over."""
        return median(self.hours) if self.hours else None


class Reporter:
    """Counts a period."""

    def __init__(self, database: Database, triage: TriageService, clock: Clock) -> None:
        self._database = database
        self._triage = triage
        self._clock = clock

    def today(self) -> date:
        """Return the day it is at the desks."""
        return self._clock().astimezone(self._triage.routing.calendar.timezone).date()

    def period(self, actor: Actor, first: date, last: date) -> PeriodReport:
        """Return the figures; at most 92 days."""
        self._triage.roles.require(actor, "list")
        if not first <= last or (last - first).days >= MAX_DAYS:
            raise BadInput(f"The first day must not be after the last, and a report covers at most {MAX_DAYS} days.")
        zone = self._triage.routing.calendar.timezone
        start, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
        with self._database.read() as connection:
            hand_overs = _hand_overs(connection, start, end)
            return PeriodReport(
                first=first,
                last=last,
                days=tuple(_volume(connection, day, *day_bounds(day, zone)) for day in _days(first, last)),
                cases_by_code=_cases_by_code(connection, start, end),
                gaps=_gaps(connection, start, end),
                hand_overs=tuple(hand_overs),
                reconciliation=tuple(_reconciled(hand_overs, day, *day_bounds(day, zone)) for day in _days(first, last)),
                misses=_misses(connection, first, last),
                ratings=_counted(connection, feedback.c.rating, start, end),
                reasons=_counted(connection, feedback.c.reason, start, end),
                survey=_survey(connection, start, end),
            )


def wilson(part: int, whole: int) -> Share:
    """Return a share with its 95 % Wilson score interval."""
    if whole == 0:
        return Share(0, 0, 0.0, 1.0)
    share, spread = part / whole, Z_95**2 / whole
    centre = (share + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * math.sqrt(share * (1 - share) / whole + spread / (4 * whole))
    # Rounding must not push an end past the share itself.
    return Share(part, whole, min(share, max(0.0, centre - half)), max(share, min(1.0, centre + half)))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _volume(connection: Connection, day: date, start: datetime, end: datetime) -> DayVolume:
    query = (
        select(answers.c.outcome, func.count())
        .where(answers.c.answered_at >= start, answers.c.answered_at < end)
        .group_by(answers.c.outcome)
    )
    outcomes: dict[str, int] = {row[0]: row[1] for row in connection.execute(query).all()}
    flagged = connection.execute(
        select(func.count())
        .select_from(messages)
        .where(messages.c.received_at >= start, messages.c.received_at < end, messages.c.codes != [])
    ).scalar_one()
    return DayVolume(
        day=day,
        answered=outcomes.get("answered", 0),
        declined=outcomes.get("declined", 0),
        redirected=outcomes.get("redirected", 0),
        flagged=int(flagged),
    )


def _cases_by_code(connection: Connection, start: datetime, end: datetime) -> dict[str, int]:
    query = (
        select(case_states.c.code, func.count())
        .join(cases, cases.c.case_id == case_states.c.case_id)
        .where(cases.c.received_at >= start, cases.c.received_at < end)
        .group_by(case_states.c.code)
    )
    counted = {str(row[0]): int(row[1]) for row in connection.execute(query).all()}
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _gaps(connection: Connection, start: datetime, end: datetime) -> int:
    query = select(func.count()).where(
        answers.c.answered_at >= start,
        answers.c.answered_at < end,
        answers.c.decline_code.in_([code.value for code in GAP_CODES]),
    )
    return int(connection.execute(query).scalar_one())


def _hand_overs(connection: Connection, start: datetime, end: datetime) -> list[HandOver]:
    first = (
        select(case_events.c.case_id, func.min(case_events.c.recorded_at).label("at"))
        .where(case_events.c.kind == EventKind.FORWARDED.value)
        .group_by(case_events.c.case_id)
        .subquery()
    )
    query = (
        select(cases.c.case_id, cases.c.received_at, case_states, first.c.at.label("first_forwarded_at"))
        .join(case_states, case_states.c.case_id == cases.c.case_id)
        .outerjoin(first, first.c.case_id == cases.c.case_id)
        .where(cases.c.received_at >= start, cases.c.received_at < end)
        .where(case_states.c.safety_state.not_in([SafetyState.NONE.value, SafetyState.NOT_REPORTABLE.value]))
        .order_by(cases.c.received_at, cases.c.case_id)
    )
    return [
        HandOver(
            case_id=row.case_id,
            code=row.code,
            received_at=row.received_at,
            hours=_hours(row.received_at, row.first_forwarded_at),
            allowed_hours=_hours(row.received_at, row.regulatory_due_at),
            is_acknowledged=row.acknowledged_at is not None,
        )
        for row in connection.execute(query).all()
    ]


def _hours(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds() / 3600


def _reconciled(items: Sequence[HandOver], day: date, start: datetime, end: datetime) -> tuple[date, int, int]:
    """Return the day, its hand-overs, and how many of them are not acknowledged or late."""
    lines = [item for item in items if start <= item.received_at < end]
    return day, len(lines), sum(not item.is_acknowledged or item.is_late for item in lines)


def _misses(connection: Connection, first: date, last: date) -> Share:
    query = (
        select(answer_labels.c.message_id, answer_labels.c.label)
        .join(qa_samples, qa_samples.c.message_id == answer_labels.c.message_id)
        .where(qa_samples.c.day >= first.isoformat(), qa_samples.c.day <= last.isoformat())
    )
    rows = connection.execute(query).all()
    missed = {row.message_id for row in rows if row.label == MISSED}
    return wilson(len(missed), len({row.message_id for row in rows}))


def _counted(connection: Connection, column: object, start: datetime, end: datetime) -> dict[str, int]:
    newest = (
        select(feedback.c.answer_id, func.max(feedback.c.given_at).label("at"))
        .where(feedback.c.given_at >= start, feedback.c.given_at < end)
        .group_by(feedback.c.answer_id)
        .subquery()
    )
    query = select(column).join(  # type: ignore[call-overload]
        newest, (newest.c.answer_id == feedback.c.answer_id) & (newest.c.at == feedback.c.given_at)
    )
    values = Counter(value for value in connection.execute(query).scalars() if value)
    return dict(sorted(values.items(), key=lambda item: (-item[1], item[0])))


def _survey(connection: Connection, start: datetime, end: datetime) -> dict[str, tuple[int, ...]]:
    """Return, for each statement, how many chose 1 to 5."""
    found = {}
    for name in SURVEY_ITEMS:
        query = select(surveys.c[name]).where(surveys.c.given_at >= start, surveys.c.given_at < end)
        levels = Counter(level for level in connection.execute(query).scalars() if level is not None)
        found[name] = tuple(levels.get(level, 0) for level in range(1, 6))
    return found
