"""Scores of texts seen before, kept without their words: earlier turns of a conversation are not scored again.

Keys are digests, so no text stays in memory. Safe to share between threads. The oldest scores make room for new ones.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class ScoreMemory(Generic[T]):
    """Asks `score` for texts it has not seen, and remembers up to `limit` of them."""

    def __init__(self, score: Callable[[Sequence[str]], Sequence[T]], limit: int = 4096) -> None:
        """Take the function that scores texts, one value a text."""
        self._score = score
        self._limit = limit
        self._known: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> list[T]:
        """Return the score of each text, in order."""
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        with self._lock:
            known = {key: self._known[key] for key in keys if key in self._known}
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if fresh:
            known |= dict(zip(fresh, self._score(list(fresh.values())), strict=True))
        with self._lock:
            self._known.update(known)
            while len(self._known) > self._limit:
                self._known.popitem(last=False)
        return [known[key] for key in keys]
