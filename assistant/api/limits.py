"""Rate limits, in memory, per process: how often one session or address may do what. A limit reached says when to come back.

Counted by sliding windows: the uses of this window and the share of the last one's that is still within reach (as `limits`
counts them, without its thread for every use).
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from limits import RateLimitItem, parse

from assistant.errors import BadInput, TooMany
from assistant.settings import Settings

FEW_COUNTERS = 10_000
Timer = Callable[[], float]


@dataclass(slots=True)
class _Counter:
    """The uses of one name and key under one rate: those of the window `number` and of the one before it."""

    number: int
    length_s: int
    count: int = 0
    before: int = 0

    def move_to(self, number: int) -> None:
        """Take up the window of now."""
        if number != self.number:
            self.before = self.count if number == self.number + 1 else 0
            self.count, self.number = 0, number


class RateLimits:
    """The limits by name: `question` per session; `session`, `form` and `read` per address; `key` per API key."""

    def __init__(self, rates: Mapping[str, str], timer: Timer = time.time) -> None:
        self._rates = {name: _parse(name, rate) for name, rate in rates.items()}
        self._timer = timer
        self._lock = threading.Lock()
        self._counters: dict[tuple[str, str, int], _Counter] = {}
        self._swept_at = FEW_COUNTERS

    def check(self, name: str, key: str, own_rate: str | None = None) -> None:
        """Count one use; raise `TooMany` when there were too many. `own_rate` takes the place of the limit of that name."""
        rate = self._rates[name] if own_rate is None else _parse(name, own_rate)
        wait_s = self._count(rate, name, key)
        if wait_s:
            raise TooMany(f"Too many requests at once: try again in {wait_s} seconds.", retry_after_s=wait_s)

    def _count(self, rate: RateLimitItem, name: str, key: str) -> int:
        """Count one use; returns 0, or the seconds to wait where it was one too many (it is then not counted)."""
        length_s, now = rate.get_expiry(), self._timer()
        number, gone_s = int(now // length_s), now % length_s
        with self._lock:
            counter = self._counter((name, key, length_s), number)
            counter.move_to(number)
            left_s = length_s - gone_s
            if math.floor(counter.before * left_s / length_s) + counter.count < rate.amount:
                counter.count += 1
                return 0
            # One use of the last window leaves reach every length / before seconds; those of this one when it ends.
            sooner_s = left_s % (length_s / counter.before) if counter.before else math.inf
        return min(max(1, math.ceil(min(sooner_s, left_s))), length_s)

    def _counter(self, key: tuple[str, str, int], number: int) -> _Counter:
        found = self._counters.get(key)
        if found is None:
            if len(self._counters) >= self._swept_at:
                self._forget()
            found = self._counters[key] = _Counter(number, key[-1])
        return found

    def _forget(self) -> None:
        """Drop the counters that count for nothing any more."""
        now = self._timer()
        self._counters = {k: c for k, c in self._counters.items() if c.number + 1 >= int(now // c.length_s)}
        self._swept_at = max(FEW_COUNTERS, 2 * len(self._counters))


def open_limits(settings: Settings) -> RateLimits:
    """Return the limits of the settings."""
    return RateLimits(
        {
            "question": settings.question_rate,
            "session": settings.session_rate,
            "form": settings.form_rate,
            "read": settings.read_rate,
            "key": settings.key_rate,
        }
    )


@lru_cache(maxsize=256)
def _parse(name: str, rate: str) -> RateLimitItem:
    try:
        return parse(rate)
    except ValueError as error:
        raise BadInput(f"The setting {name}_rate is {rate!r}: write for example 30/minute.") from error
