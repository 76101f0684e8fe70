"""The queue: standing and saved views with counts, filters in the address, the list, closing many after a dry run."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.staff.access import PageRoute, Visit, may, safe_return
from assistant.api.staff.case_actions import as_list
from assistant.api.staff.layout import render
from assistant.api.staff.queue_view import (
    OWNERS,
    PAGE_SIZE,
    SAFETIES,
    STANDING,
    WORDED,
    QueueParams,
    read_params,
)
from assistant.errors import BadInput
from assistant.triage import BulkResult, Channel, Disposition, QueueFilter, WorkState
from assistant.triage.report_draft import load_report_form

router = APIRouter(route_class=PageRoute, include_in_schema=False)
BULK_ENDINGS = (Disposition.NO_ACTION, Disposition.DUPLICATE, Disposition.ANSWERED, Disposition.HANDED_OVER)
SAFETY_FAMILIES = frozenset({"AE", "SS", "PQC"})


class ViewForm(BaseModel):
    """A view to save."""

    model_config = ConfigDict(extra="forbid")

    name: str
    query: str = ""
    is_shared: bool = False


class BulkForm(BaseModel):
    """What to do with the ticked cases, or with everything that matches; and whether only to say what would happen."""

    model_config = ConfigDict(extra="forbid")

    query: str = ""
    case: list[str] | str = Field(default_factory=list)
    step: Literal["close", "assign"] = "close"
    value: Disposition = Disposition.NO_ACTION
    staff_id: str = ""
    reason: str = ""
    confirmed: bool = False


@router.get("/staff")
def show_start(visit: Annotated[Visit, may("list")]) -> Response:
    """The console starts at the queue."""
    return RedirectResponse("/staff/queue", status_code=303)


@router.get("/staff/queue")
def show_queue(visit: Annotated[Visit, may("list")]) -> Response:
    """The queue."""
    console = visit.console
    params = read_params(visit.request.url.query, console.triage.routing)
    now, offset = console.clock(), (params.page - 1) * PAGE_SIZE
    page = console.triage.list(visit.actor, params.filter(visit.actor, now), limit=PAGE_SIZE, offset=offset)
    routing = console.triage.routing
    return render(
        visit,
        "queue.html",
        "Queue",
        here="queue",
        params=params,
        page=page,
        first=offset + 1,
        last_page=max(1, -(-page.total // PAGE_SIZE)),
        views=[(view, count_of(visit, view.params)) for view in STANDING],
        current=params.query(),
        saved=console.views.list(visit.actor),
        names=console.names(),
        titles={code.value: route.title for code, route in routing.routes.items()},
        choices=_choices(visit),
        minimum=minimum_of,
    )


def count_of(visit: Visit, params: QueueParams) -> int:
    """Return how many cases a view holds."""
    wanted = params.filter(visit.actor, visit.console.clock())
    return visit.console.triage.list(visit.actor, wanted, limit=1).total


def minimum_of(elements: dict[str, str]) -> list[tuple[str, bool]]:
    """Return the four minimum elements and whether what was read from the messages has them."""
    form = load_report_form()
    sources = {field.name: field.filled_from for field in form.fields}
    # The session says who reports, so a chat always has a reporter.
    known = elements | {"profession": elements.get("reporter", "")}
    return [(element.title, any(known.get(sources[name]) for name in element.any_of)) for element in form.minimum.values()]


def _choices(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    routing = visit.console.triage.routing
    people = [(member.staff_id, member.name) for member in visit.console.accounts.everybody() if member.active]
    codes = [(code.value, f"{code.value}: {route.title}") for code, route in routing.routes.items()]
    return {
        **{name: list(named.items()) for name, named in WORDED.items()},
        "safety": list(SAFETIES.items()),
        "code": [("", "Any"), *codes],
        "priority": [("", "Any"), *((name, name) for name in ("P1", "P2", "P3", "P4"))],
        "work": [("", "Any"), *((state.value, state.value.capitalize()) for state in WorkState)],
        "channel": [("", "Any"), *((channel.value, channel.value.capitalize()) for channel in Channel)],
        "owner": [*OWNERS.items(), *people],
    }


@router.post("/staff/queue/views")
def save_view(visit: Annotated[Visit, may("list")]) -> Response:
    """Keep the filters in force under a name."""
    form: ViewForm = visit.parse(ViewForm)
    query = read_params(form.query, visit.console.triage.routing).query()
    visit.console.views.save(visit.actor, name=form.name, query=query, is_shared=form.is_shared)
    return RedirectResponse(f"/staff/queue?{query}", status_code=303)


@router.post("/staff/queue/views/{view_id}/delete")
def delete_view(view_id: str, visit: Annotated[Visit, may("list")]) -> Response:
    """Forget a view of one's own."""
    visit.console.views.delete(visit.actor, view_id)
    return RedirectResponse(safe_return(visit.fields.get("back")), status_code=303)


@router.post("/staff/bulk")
def work_many(visit: Annotated[Visit, may("bulk")]) -> Response:
    """Say what closing or giving away many cases would do; do it when that was confirmed."""
    form: BulkForm = visit.parse(BulkForm)
    console = visit.console
    params = read_params(form.query, console.triage.routing)
    ticked = tuple(as_list(form.case))
    wanted = QueueFilter(is_open=None, case_ids=ticked) if ticked else params.filter(visit.actor, console.clock())
    return render(
        visit,
        "bulk.html",
        "Done together" if form.confirmed else "Together: what would happen",
        here="queue",
        result=_work_many(visit, form, wanted),
        form=form,
        ticked=ticked,
        endings=BULK_ENDINGS,
        people=[member for member in console.accounts.everybody() if member.active],
        names=console.names(),
        current=params.query(),
    )


def _work_many(visit: Visit, form: BulkForm, wanted: QueueFilter) -> BulkResult:
    bulk, dry_run = visit.console.bulk, not form.confirmed
    if form.step == "assign":
        known = {member.staff_id for member in visit.console.accounts.everybody() if member.active}
        if not dry_run and form.staff_id not in known:
            raise BadInput("Choose to whom the cases are given.")
        return bulk.assign(visit.actor, wanted, form.staff_id, dry_run=dry_run)
    # Before a reason is given the dry run needs none.
    reason = form.reason or ("-" if dry_run else "")
    return bulk.close(visit.actor, wanted, form.value, reason, dry_run=dry_run)
