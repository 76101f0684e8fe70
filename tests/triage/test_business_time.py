"""Business time against worked examples and properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import BadInput
from assistant.triage.business_time import Span, parse_span
from assistant.triage.routing import load_routing

NEW_YORK = ZoneInfo("America/New_York")
CALENDAR = load_routing().calendar
START = datetime(2026, 1, 2, tzinfo=UTC)
MOMENTS = st.integers(0, 1000 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


def local(text: str) -> datetime:
    """A New York moment."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-20 17:00", "1bd", "2026-11-23 17:00"),  # Friday afternoon: the weekend does not count
        ("2026-11-21 11:00", "1bd", "2026-11-23 18:00"),  # Saturday: starts on Monday at opening
        ("2026-11-25 17:00", "1bd", "2026-11-27 17:00"),  # over Thanksgiving
        ("2026-11-24 06:00", "1bd", "2026-11-24 18:00"),  # before opening
        ("2026-11-24 20:00", "1bd", "2026-11-25 18:00"),  # after closing
        ("2026-11-24 18:00", "1bd", "2026-11-25 18:00"),  # at closing
        ("2026-11-24 09:30", "3bd", "2026-11-30 09:30"),
        ("2026-11-20 17:00", "4h", "2026-11-20 21:00"),  # calendar hours run through the evening
        ("2026-10-31 12:00", "24h", "2026-11-01 11:00"),  # the night the clocks go back is an hour longer
        ("2026-10-30 09:00", "1bd", "2026-11-02 09:00"),  # and business time does not care
    ],
)
def test_worked_examples(start: str, span: str, end: str) -> None:
    assert CALENDAR.add(local(start), parse_span(span)) == local(end)


@given(MOMENTS, st.integers(1, 5))
def test_business_spans_end_on_working_days_and_never_early(start: datetime, days: int) -> None:
    end = CALENDAR.add(start, Span(business_days=days))
    closing = end.astimezone(NEW_YORK)
    assert CALENDAR.is_working_day(closing.date())
    assert CALENDAR.opens < closing.time() <= CALENDAR.closes
    assert end - start >= CALENDAR.day_length * days


@given(MOMENTS, MOMENTS, st.integers(1, 5))
def test_later_messages_are_never_due_earlier(one: datetime, two: datetime, days: int) -> None:
    early, late = sorted([one, two])
    assert CALENDAR.add(early, Span(business_days=days)) <= CALENDAR.add(late, Span(business_days=days))


@given(MOMENTS, st.integers(1, 100))
def test_calendar_hours_never_pause(start: datetime, hours: int) -> None:
    assert CALENDAR.add(start, Span(hours=hours)) - start == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "4", "h", "0h", "-1h", "4 h", "2d", "1.5h", "1bd "])
def test_other_spans_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_span(text)
