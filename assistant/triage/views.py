"""Saved views: a name for a filter of the queue, one's own or shared. A view holds the queue's address, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select

from assistant.clock import Clock
from assistant.errors import BadInput, NotFound
from assistant.storage import Database, new_id
from assistant.storage.console_tables import saved_views
from assistant.triage.types import Actor

MAX_VIEWS = 30
MAX_NAME_CHARS = 80
MAX_QUERY_CHARS = 1000


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view; `query` is the part of the queue's address after the question mark."""

    view_id: str
    staff_id: str
    name: str
    query: str
    is_shared: bool


class SavedViews:
    """Keeps views."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def list(self, actor: Actor) -> list[SavedView]:
        """Return the person's own views and the shared ones, by name."""
        table = saved_views
        query = (
            select(table.c.view_id, table.c.staff_id, table.c.name, table.c.query, table.c.is_shared)
            .where(or_(table.c.staff_id == actor.actor_id, table.c.is_shared))
            .order_by(table.c.name, table.c.view_id)
        )
        with self._database.read() as connection:
            return [SavedView(**row._asdict()) for row in connection.execute(query).all()]

    def save(self, actor: Actor, *, name: str, query: str, is_shared: bool) -> SavedView:
        """Keep a view."""
        name = name.strip()
        if not name or len(name) > MAX_NAME_CHARS or len(query) > MAX_QUERY_CHARS:
            raise BadInput(f"Give the view a name of at most {MAX_NAME_CHARS} characters.")
        view = SavedView(new_id("vew"), actor.actor_id, name, query, is_shared)

        def work(connection: Connection) -> SavedView:
            own = connection.execute(select(saved_views.c.view_id).where(saved_views.c.staff_id == actor.actor_id)).all()
            if len(own) >= MAX_VIEWS:
                raise BadInput(f"You have {MAX_VIEWS} saved views: delete one first.")
            connection.execute(
                insert(saved_views).values(
                    view_id=view.view_id,
                    staff_id=view.staff_id,
                    name=view.name,
                    query=view.query,
                    is_shared=view.is_shared,
                    created_at=self._clock(),
                )
            )
            return view

        return self._database.write(work)

    def delete(self, actor: Actor, view_id: str) -> None:
        """Delete one's own view."""

        def work(connection: Connection) -> None:
            own = (saved_views.c.view_id == view_id) & (saved_views.c.staff_id == actor.actor_id)
            if not connection.execute(delete(saved_views).where(own)).rowcount:
                raise NotFound("This is no view of yours.")

        self._database.write(work)
