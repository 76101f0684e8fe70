"""Threads: how a conversation is found again when its client names none and sends everything asked so far each time.

Each conversation has one thread key, a keyed hash over its user turns up to now. A client that continues it sends those turns
and one more. Two conversations of one session may have the same key (the same first question twice); the later one is meant.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from assistant.storage.client_tables import conversation_threads


def thread_key(key: bytes, turns: Sequence[str]) -> str:
    """Return the key of the user turns so far, oldest first: hex HMAC-SHA256 under `key`, each turn with its length."""
    digest = hmac.new(key, digestmod=hashlib.sha256)
    for turn in turns:
        data = turn.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def find_thread(connection: Connection, session_id: str, key: str, *, since: datetime | None = None) -> str | None:
    """Return the session's conversation that stands at this key, the latest of several, None when there is none.

    Args:
        since: only a conversation that got there at this moment or later.
    """
    table = conversation_threads
    query = (
        select(table.c.conversation_id)
        .where(table.c.session_id == session_id, table.c.thread_key == key)
        .order_by(table.c.noted_at.desc(), table.c.conversation_id)
    )
    found = connection.execute(query if since is None else query.where(table.c.noted_at >= since)).scalars().first()
    return None if found is None else str(found)


def note_thread(connection: Connection, session_id: str, conversation_id: str, key: str, at: datetime) -> None:
    """Note where a conversation stands now, in the caller's transaction."""
    table = conversation_threads
    values = {"thread_key": key, "noted_at": at}
    done = connection.execute(update(table).where(table.c.conversation_id == conversation_id).values(**values))
    if not done.rowcount:
        connection.execute(insert(table).values(conversation_id=conversation_id, session_id=session_id, **values))


def forget_thread(connection: Connection, conversation_id: str) -> None:
    """Let a conversation not be found again by what was asked in it, in the caller's transaction."""
    table = conversation_threads
    connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
