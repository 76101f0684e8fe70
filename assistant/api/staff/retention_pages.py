"""What is kept and for how long: legal holds, and erasing a conversation. Each step needs a reason and is on record.

Erasing cannot be undone, so the conversation's number is typed once more. Cases stay, under their own duty, unless they are
closed and asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from assistant.api.staff.access import PageRoute, Visit, may
from assistant.api.staff.layout import render
from assistant.errors import AssistantError, BadInput
from assistant.storage import AuditKind
from assistant.storage.retention import (
    erase_conversation,
    expired_conversations,
    find_kept,
    holds,
    place_hold,
    release_hold,
)

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SHOWN_RECORDS = 30
RECORDS = (AuditKind.HELD, AuditKind.RELEASED, AuditKind.ERASED)
DONE = {
    "hold": "The conversation is under a legal hold.",
    "release": "The hold is released.",
    "erase": "What was written is erased.",
}


class HoldForm(BaseModel):
    """A hold to place or to release."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    conversation_id: str
    reason: str


class EraseForm(HoldForm):
    """An erasure: the number typed once more, and whether closed cases go too."""

    again: str
    with_cases: bool = False


@router.get("/staff/retention")
def show_retention(visit: Annotated[Visit, may("hold")]) -> Response:
    """The holds in force, what was erased, and what is kept of one conversation."""
    return _page(visit)


@router.post("/staff/retention/hold")
def hold(visit: Annotated[Visit, may("hold")]) -> Response:
    """Forbid the erasure of a conversation."""
    return _change(visit, "hold", HoldForm, place_hold)


@router.post("/staff/retention/release")
def release(visit: Annotated[Visit, may("hold")]) -> Response:
    """Allow it again."""
    return _change(visit, "release", HoldForm, release_hold)


@router.post("/staff/retention/erase")
def erase(visit: Annotated[Visit, may("erase")]) -> Response:
    """Erase what was written in a conversation."""

    def work(connection: Connection, audit: Any, conversation_id: str, **given: Any) -> None:
        if given.pop("again") != conversation_id:
            raise BadInput("The two conversation numbers differ: nothing was erased.")
        erase_conversation(connection, audit, conversation_id, include_cases=given.pop("with_cases"), **given)

    return _change(visit, "erase", EraseForm, work)


def _change(visit: Visit, name: str, model: type[HoldForm], work: Callable[..., None]) -> Response:
    console = visit.console
    try:
        given = visit.parse(model).model_dump()
        if not given["reason"]:
            raise BadInput("Please give a reason.")
        given |= {"at": console.clock(), "actor": visit.actor.actor_id}
        console.database.write(lambda connection: work(connection, console.audit, given.pop("conversation_id"), **given))
    except AssistantError as error:
        return _page(visit, error)
    query = urlencode({"id": str(visit.fields.get("conversation_id", "")).strip(), "done": name})
    return RedirectResponse(f"/staff/retention?{query}", status_code=303)


def _page(visit: Visit, error: AssistantError | None = None) -> Response:
    console, query = visit.console, visit.request.query_params
    wanted = str(visit.fields.get("conversation_id") or query.get("id", "")).strip()[:64]
    with console.database.read() as connection:
        kept = find_kept(connection, wanted) if wanted else None
        in_force = holds(connection)
        due = expired_conversations(connection, now=console.clock(), retention_days=console.retention_days)
    return render(
        visit,
        "retention.html",
        "Retention",
        here="retention",
        status=200 if error is None else error.status,
        error=error,
        done="" if error else DONE.get(query.get("done", ""), ""),
        wanted=wanted,
        kept=kept,
        holds=in_force,
        due=len(due),
        retention_days=console.retention_days,
        records=console.audit.latest(RECORDS, SHOWN_RECORDS),
        names=console.names(),
    )
