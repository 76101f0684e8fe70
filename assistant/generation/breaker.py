"""A circuit breaker: after several failures in a row a model is left alone for a while, so that nobody waits for it in vain."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Breaker:
    """Counts failures in a row; `clock` gives seconds. Safe to share between threads."""

    def __init__(self, failures: int, pause_s: float, clock: Callable[[], float]) -> None:
        self._most = failures
        self._pause_s = pause_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls are refused now; after the pause one call is let through to try."""
        with self._lock:
            if self._failed < self._most:
                return False
            if self._clock() >= self._open_until:
                self._open_until = self._clock() + self._pause_s
                return False
            return True

    def succeed(self) -> None:
        """Note that the model answered."""
        with self._lock:
            self._failed = 0

    def fail(self) -> None:
        """Note that it did not."""
        with self._lock:
            self._failed += 1
            self._open_until = self._clock() + self._pause_s
