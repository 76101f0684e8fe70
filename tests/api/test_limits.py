"""Rate limits: so many uses in any window, told when to come back, counted as the library counts them, without growing for ever."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from assistant.api import limits as room
from assistant.api.limits import RateLimits
from assistant.errors import BadInput, TooMany


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 1_000_000_020.0

    def __call__(self) -> float:
        return self.now


def taken(limits: RateLimits, key: str, uses: int, own_rate: str | None = None) -> int:
    """How many of some uses at once are let through."""
    return sum(not refused_for(limits, key, own_rate) for _ in range(uses))


def refused_for(limits: RateLimits, key: str, own_rate: str | None = None) -> int:
    """The seconds to wait, 0 when let through."""
    try:
        limits.check("question", key, own_rate)
    except TooMany as error:
        return int(error.retry_after_s)
    return 0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> RateLimits:
    return RateLimits({"question": "6/minute"}, clock)


def test_each_key_has_its_own_count_and_may_have_its_own_rate(limits: RateLimits) -> None:
    assert taken(limits, "a", 9) == 6 and taken(limits, "b", 9) == 6
    assert taken(limits, "c", 9, own_rate="2/hour") == 2


def test_who_waits_as_told_is_let_through(limits: RateLimits, clock: Clock) -> None:
    assert taken(limits, "a", 6) == 6
    waits = []
    while wait_s := refused_for(limits, "a"):
        waits.append(wait_s)
        clock.now += wait_s
    # The end of the window first; then what it still counts for in the next one fades use by use.
    assert 1 <= len(waits) <= 2 and sum(waits) <= 61


def test_a_burst_at_the_edge_of_two_windows_is_no_way_round(limits: RateLimits, clock: Clock) -> None:
    clock.now = 1_000_000_019.0  # one second before a minute ends
    assert taken(limits, "a", 9) == 6
    clock.now += 2
    assert taken(limits, "a", 9) <= 1


@given(st.lists(st.floats(min_value=0, max_value=50), max_size=60))
def test_it_counts_as_the_library_does(pauses: list[float]) -> None:
    clock = Clock()
    ours, theirs = RateLimits({"question": "6/minute"}, clock), SlidingWindowCounterRateLimiter(MemoryStorage())
    with patch("limits.storage.memory.time.time", clock):
        for pause in pauses:
            clock.now += pause
            assert (not refused_for(ours, "a")) is theirs.hit(parse("6/minute"), "question", "a")


def test_counters_that_count_no_more_are_forgotten(limits: RateLimits, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FEW_COUNTERS", 10)
    limits._swept_at = 10
    for number in range(1000):
        taken(limits, f"key {number}", 1)
        clock.now += 12
    assert len(limits._counters) < 40


def test_a_rate_that_makes_no_sense_is_said_with_its_setting() -> None:
    with pytest.raises(BadInput, match="question_rate"):
        RateLimits({"question": "often"})
