"""Time as the service writes it: aware UTC, microseconds, one text form that sorts as it runs.

A clock is an argument everywhere; `utc_now` is the one real clock and is passed in by the composition roots.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


def format_utc(moment: datetime) -> str:
    """Return `2026-11-22T10:00:00.000000Z`; a naive datetime is refused (ValueError)."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"


def parse_utc(text: str) -> datetime:
    """Return the moment that `format_utc` wrote."""
    return datetime.fromisoformat(text)
