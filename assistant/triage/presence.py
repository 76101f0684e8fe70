"""Who else has a case open: a mark per person and case that fades by itself. It locks nothing and is no record."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select

from assistant.clock import Clock
from assistant.storage import Database
from assistant.storage.console_tables import case_presence

FADES_AFTER = timedelta(minutes=2)


class Presence:
    """Marks and reads who is looking at a case."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def mark(self, case_id: str, staff_id: str) -> tuple[str, ...]:
        """Note that somebody has the case open and return the ids of the others who have."""
        table, now = case_presence, self._clock()

        def work(connection: Connection) -> tuple[str, ...]:
            connection.execute(delete(table).where(table.c.seen_at < now - FADES_AFTER))
            connection.execute(delete(table).where(table.c.case_id == case_id, table.c.staff_id == staff_id))
            connection.execute(insert(table).values(case_id=case_id, staff_id=staff_id, seen_at=now))
            others = select(table.c.staff_id).where(table.c.case_id == case_id, table.c.staff_id != staff_id)
            return tuple(connection.execute(others.order_by(table.c.staff_id)).scalars())

        return self._database.write(work)
