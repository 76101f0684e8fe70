"""Sentences of a generated answer on their way to a reader while the model still writes.

A worker thread tells each sentence after it is on record; the stream of the turn takes them up in order. Nothing told is taken
back: an answer that in the end does not begin with what was told is not finished but ended with an error.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

from assistant.types import Answer, ShownSentence


async def wait_for_begin(task: asyncio.Task[Answer], live: LiveText | None, most_s: float) -> None:
    """Wait until an answer is there or its first sentence is, at most `most_s`.

    Raises:
        AssistantError: the answer failed by then; the reply can still carry the status.
    """
    first: set[asyncio.Future[Any]] = {task} if live is None else {task, live.begun}
    await asyncio.wait(first, timeout=most_s, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()


class LiveText:
    """The sentences told so far of one turn. Made in the event loop that reads them.

    Attributes:
        begun: done from the first sentence on.
        told: what was read so far.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[None] = self._loop.create_future()
        self._waiting: asyncio.Queue[ShownSentence] = asyncio.Queue()
        self.told: list[ShownSentence] = []

    def tell(self, sentence: ShownSentence) -> None:
        """Hand over a sentence; called from a worker thread."""
        self._loop.call_soon_threadsafe(self._take, sentence)

    def _take(self, sentence: ShownSentence) -> None:
        self._waiting.put_nowait(sentence)
        if not self.begun.done():
            self.begun.set_result(None)

    async def until(self, end: Awaitable[bool], ping_s: float) -> AsyncIterator[ShownSentence | None]:
        """Yield sentences as they come, None when none came for `ping_s`, until `end` is over and all are out."""
        ended = asyncio.ensure_future(end)
        while True:
            coming = asyncio.ensure_future(self._waiting.get())
            done, _ = await asyncio.wait({coming, ended}, timeout=ping_s, return_when=asyncio.FIRST_COMPLETED)
            if coming not in done:
                coming.cancel()
                if ended in done and self._waiting.empty():
                    return
                if not done:
                    yield None
                continue
            self.told.append(coming.result())
            yield self.told[-1]
