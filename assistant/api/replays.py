"""Turns that a client may want to read again from the start, because its connection broke before the end. In memory,
bounded."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_TURNS = 2000
KEPT_S = 600.0


@dataclass(slots=True)
class Running:
    """A turn whose stream has not been read to its end yet. `frames` are complete once `finished` is set; `is_current` says
    whether they may still be sent."""

    frames: list[bytes] = field(default_factory=list)
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    begun_at_s: float = field(default_factory=time.monotonic)
    is_current: Callable[[], bool] = lambda: True
    is_delivered: bool = False

    def finish(self, frames: list[bytes]) -> None:
        """Note the whole stream."""
        self.frames = frames
        self.finished.set()

    async def ended_within(self, seconds: float) -> bool:
        """Wait for the end, at most so long; return whether it has come."""
        try:
            async with asyncio.timeout(seconds):
                return await self.finished.wait()
        except TimeoutError:
            return False


class Replays:
    """The latest turn of each conversation, by session and by every id the conversation has."""

    def __init__(self) -> None:
        self._turns: OrderedDict[tuple[str, str], Running] = OrderedDict()

    def begin(self, session_id: str, *keys: str | None) -> Running:
        """Note a new turn; it takes the place of the conversation's last one."""
        running = Running()
        for key in keys:
            if key is not None:
                self._turns[session_id, key] = running
                self._turns.move_to_end((session_id, key))
        while len(self._turns) > MAX_TURNS:
            self._turns.popitem(last=False)
        return running

    def find(self, session_id: str, key: str) -> Running | None:
        """Return the turn that is still to be read, None when there is none (any more)."""
        running = self._turns.get((session_id, key))
        if (
            running is None
            or running.is_delivered
            or not running.is_current()
            or time.monotonic() - running.begun_at_s > KEPT_S
        ):
            return None
        return running
