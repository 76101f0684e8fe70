"""One case: everything about it on one page, one form per thing that may be done, the sealed original behind a reason."""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from assistant.api.staff.access import PageRoute, Visit, may, signed_in
from assistant.api.staff.case_actions import DONE, offered, run_action
from assistant.api.staff.case_view import clocks_of, next_step, reasons_of, timeline_of, turns_of
from assistant.api.staff.layout import render
from assistant.api.staff.plots import meter
from assistant.api.staff.queue_view import NEIGHBOURS, QueueParams, read_params
from assistant.errors import AssistantError, NotFound
from assistant.triage import CaseView, Disposition, SafetyState, WaitingOn
from assistant.triage.reply_templates import ReplyTemplate, find_template, templates_for
from assistant.triage.review import MISSED
from assistant.triage.sample_set import EXPECTATIONS
from assistant.triage.sweep import desks_of
from assistant.types import Code

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SAFETY_ENDINGS = (Disposition.REPORTABLE, Disposition.NOT_REPORTABLE, Disposition.DUPLICATE)
OTHER_ENDINGS = (Disposition.ANSWERED, Disposition.HANDED_OVER, Disposition.DUPLICATE, Disposition.NO_ACTION)


@router.get("/staff/cases/{case_id}")
def show_case(case_id: str, visit: Annotated[Visit, may("read")]) -> Response:
    """The page of a case."""
    return case_page(visit, case_id)


@router.post("/staff/cases/{case_id}/originals/{original_id}")
def show_original(case_id: str, original_id: str, visit: Annotated[Visit, may("view_contact")]) -> Response:
    """The sealed text, shown once and not stored by the browser; the look is on record before it is opened."""
    text = visit.console.triage.view_original(visit.actor, case_id, original_id, str(visit.fields.get("reason", "")))
    values: dict[str, Any] = {"text": text, "details": read_details(text), "case_id": case_id, "within": _within(visit)}
    return render(visit, "original.html", f"Original of {case_id}", here="queue", **values)


@router.post("/staff/cases/{case_id}/{action}")
def act(case_id: str, action: str, visit: Annotated[Visit, Depends(signed_in)]) -> Response:
    """Do one thing to the case, then show it again; what could not be done is said on the page, with the input kept."""
    if action not in DONE:
        raise NotFound("There is no such action.")
    try:
        run_action(visit, case_id, action)
    except AssistantError as error:
        visit.console.roles.require(visit.actor, "read")
        return case_page(visit, case_id, error=error, failed=action)
    query = urlencode({"in": _within(visit), "done": action})
    return RedirectResponse(f"/staff/cases/{quote(case_id)}?{query}", status_code=303)


def read_details(text: str) -> dict[str, str]:
    """Return contact details by name; nothing for a text that is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _within(visit: Visit) -> str:
    """Return the filters of the queue that the reader came from."""
    given = visit.fields.get("in") or visit.request.query_params.get("in", "")
    return read_params(str(given), visit.console.triage.routing).query()


def case_page(visit: Visit, case_id: str, *, error: AssistantError | None = None, failed: str = "") -> Response:
    """Return the page, with what went wrong if something did."""
    console, now = visit.console, visit.console.clock()
    view = console.triage.get(visit.actor, case_id)
    others = console.presence.mark(case_id, visit.actor.actor_id)
    within, names = _within(visit), console.names()
    draft = console.drafts.read(view)
    done = DONE.get(visit.request.query_params.get("done", ""), "") if error is None else ""
    routing = console.triage.routing
    return render(
        visit,
        "case.html",
        f"{case_id}, {view.state.code}",
        here="queue",
        status=200 if error is None else error.status,
        error=error,
        failed=failed,
        given=visit.fields if failed else {},
        done=done,
        view=view,
        case=view.summary.case,
        state=view.state,
        case_title=routing.routes[Code(view.state.code)].title,
        names=names,
        others=[names.get(other, other) for other in others],
        within=within,
        neighbours=_neighbours(visit, case_id, read_params(within, routing)),
        offered=offered(visit, view),
        next_step=next_step(view, routing),
        turns=turns_of(view, console.review.labels_of([message.message_id for message in view.messages])),
        reasons=reasons_of(view),
        own_messages={event.message_id for event in view.events},
        clocks=clocks_of(view, now),
        meter=meter,
        timeline=timeline_of(view, names, routing),
        draft=draft,
        form_groups=console.drafts.form.groups,
        form_fields=console.drafts.form.fields,
        desk_names=routing.desks,
        desks=[(desk, routing.desks[desk]) for desk in desks_of(view.state, routing)],
        endings=OTHER_ENDINGS if view.state.safety_state is SafetyState.NONE else SAFETY_ENDINGS,
        waits=tuple(WaitingOn),
        people=[member for member in console.accounts.everybody() if member.active and member.staff_id != view.state.assignee],
        **_reply(visit, view),
        **_labels(visit),
    )


def _reply(visit: Visit, view: CaseView) -> dict[str, object]:
    today = visit.console.reports.today()
    templates: list[ReplyTemplate] = templates_for(view.state.codes)
    chosen = visit.request.query_params.get("template", "")
    text = find_template(chosen, today).fill(view.summary.case.case_id) if chosen else ""
    return {
        "templates": [(template, template.is_usable(today)) for template in templates],
        "chosen": chosen,
        "reply_text": text,
        "has_contact": any(original.kind == "contact" and not original.is_erased for original in view.originals),
    }


def _labels(visit: Visit) -> dict[str, object]:
    routing = visit.console.triage.routing
    return {
        "labels": visit.console.review.policy.labels,
        "missed": MISSED,
        "case_codes": [(code.value, route.title) for code, route in routing.routes.items()],
        "expectations": EXPECTATIONS,
    }


def _neighbours(visit: Visit, case_id: str, params: QueueParams) -> dict[str, object]:
    """Return where the case stands in the view the reader came from; nothing when it is not among its first 200."""
    wanted = params.filter(visit.actor, visit.console.clock())
    page = visit.console.triage.list(visit.actor, wanted, limit=NEIGHBOURS)
    ids = [summary.case.case_id for summary in page.cases]
    if case_id not in ids:
        return {"position": None, "total": page.total, "previous": None, "next": ids[0] if ids else None}
    at = ids.index(case_id)
    return {
        "position": at + 1,
        "total": page.total,
        "previous": ids[at - 1] if at else None,
        "next": ids[at + 1] if at + 1 < len(ids) else None,
    }
