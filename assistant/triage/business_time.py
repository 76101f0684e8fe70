"""Business time: spans such as "4h" or "2bd" and the moments they end.

`4h` runs on the calendar, nights and holidays included. `2bd` is two working days of business time: received on Friday at
17:00 with hours 8 to 18, `1bd` ends on Monday at 17:00; received on Saturday, it starts on Monday at opening and ends at
closing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assistant.errors import BadInput

_SPAN = re.compile(r"(\d+)(h|bd)")
# Longer than any run of closed days; a calendar that is closed for longer is a mistake in the data.
MAX_CLOSED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: calendar hours or business days, one of the two."""

    hours: int = 0
    business_days: int = 0


def parse_span(text: str) -> Span:
    """Return the span of `24h` or `3bd`; anything else is refused."""
    found = _SPAN.fullmatch(text)
    if found is None or int(found[1]) == 0:
        raise BadInput(f"{text!r} is no time span: write hours as 4h or business days as 2bd.")
    return Span(hours=int(found[1])) if found[2] == "h" else Span(business_days=int(found[1]))


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Opening hours of the desks in one time zone. `weekdays` are ISO numbers, Monday is 1."""

    timezone: ZoneInfo
    opens: time
    closes: time
    weekdays: frozenset[int]
    holidays: frozenset[date]

    @property
    def day_length(self) -> timedelta:
        """Business time in one working day."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)

    def is_working_day(self, day: date) -> bool:
        """Return whether the desks open that day."""
        return day.isoweekday() in self.weekdays and day not in self.holidays

    def is_open(self, moment: datetime) -> bool:
        """Return whether the desks are open at that moment."""
        local = moment.astimezone(self.timezone)
        return self.is_working_day(local.date()) and self.opens <= local.time() < self.closes

    def add(self, start: datetime, span: Span) -> datetime:
        """Return the moment (UTC) when a span that starts at `start` has run."""
        if span.hours:
            return start.astimezone(UTC) + timedelta(hours=span.hours)
        return self._add_business(start, self.day_length * span.business_days)

    def _add_business(self, start: datetime, remaining: timedelta) -> datetime:
        moment = self._next_open(start.astimezone(self.timezone))
        while True:
            closing = self._at(moment.date(), self.closes)
            if (left := _real(closing) - _real(moment)) >= remaining:
                return _real(moment) + remaining
            remaining -= left
            moment = self._next_open(self._at(moment.date() + timedelta(days=1), time.min))

    def _next_open(self, moment: datetime) -> datetime:
        """Return `moment` when the desks are open then, else the next opening."""
        if self.is_open(moment):
            return moment
        day = moment.date()
        if not (self.is_working_day(day) and moment.time() < self.opens):
            day += timedelta(days=1)
        for _ in range(MAX_CLOSED_DAYS):
            if self.is_working_day(day):
                return self._at(day, self.opens)
            day += timedelta(days=1)
        raise BadInput(f"The business calendar is closed for more than {MAX_CLOSED_DAYS} days from {moment.date()}.")

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.timezone)


def _real(moment: datetime) -> datetime:
    # Differences between two moments of one zone ignore its clock changes; in UTC they do not.
    return moment.astimezone(UTC)
