"""Which conversation a question belongs to when its client names none and sends everything asked so far each time.

The user turns so far, under a key of this service, are the thread. Told apart are: the next question of a conversation (all
turns but the last are its thread), the same question again (all turns are), and a new conversation. A first question alone
says nothing about who asks it, so two that are alike are two conversations, unless the client says that it tries again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from assistant.clock import Clock
from assistant.storage import Database, derive_key
from assistant.storage.threads import find_thread, thread_key

REPEATED_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread key of a question, and the conversation it belongs to, None for a new one."""

    key: str
    conversation_id: str | None


class Threads:
    """Finds conversations by what was asked in them."""

    def __init__(self, database: Database, secret: bytes, clock: Clock) -> None:
        self._database = database
        self._key = derive_key(secret, "threads")
        self._clock = clock

    def place(self, session_id: str, turns: Sequence[str], *, may_repeat: bool) -> Thread:
        """Return where a question belongs.

        Args:
            turns: the user turns as sent, oldest first; the last one is the question.
            may_repeat: whether a first question that was asked a moment ago is the same one sent again.
        """
        key = thread_key(self._key, turns)
        with self._database.read() as connection:
            return Thread(key, self._find(connection, session_id, key, turns, may_repeat=may_repeat))

    def _find(self, connection: Connection, session_id: str, key: str, turns: Sequence[str], *, may_repeat: bool) -> str | None:
        if len(turns) == 1:
            since = self._clock() - REPEATED_WITHIN
            return find_thread(connection, session_id, key, since=since) if may_repeat else None
        before = thread_key(self._key, turns[:-1])
        return find_thread(connection, session_id, key) or find_thread(connection, session_id, before)
