"""Rate limits, in memory, per process: how often one session or address may do what. A limit reached says when to come back."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from assistant.errors import BadInput, TooMany
from assistant.settings import Settings


class RateLimits:
    """The limits by name: `question` per session; `session`, `form` and `read` per address; `key` per API key."""

    def __init__(self, rates: Mapping[str, str]) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._rates = {name: _parse(name, rate) for name, rate in rates.items()}

    def check(self, name: str, key: str, own_rate: str | None = None) -> None:
        """Count one use; raise `TooMany` when there were too many. `own_rate` takes the place of the limit of that name."""
        rate = self._rates[name] if own_rate is None else _parse(name, own_rate)
        if self._limiter.hit(rate, name, key):
            return
        reset_at = self._limiter.get_window_stats(rate, name, key).reset_time
        wait_s = min(max(1, math.ceil(reset_at - time.time())), rate.get_expiry())
        raise TooMany(f"Too many requests at once: try again in {wait_s} seconds.", retry_after_s=wait_s)


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


def _parse(name: str, rate: str) -> RateLimitItem:
    try:
        return parse(rate)
    except ValueError as error:
        raise BadInput(f"The setting {name}_rate is {rate!r}: write for example 30/minute.") from error
