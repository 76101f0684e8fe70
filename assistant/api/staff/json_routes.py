"""The same for programs: who am I, figures, the queue, a case, actions on it. Same roles, checks and actions as pages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from assistant.api.staff.access import JsonRoute, Visit, may, signed_in
from assistant.api.staff.case_actions import DONE, offered, run_action
from assistant.api.staff.case_view import next_step, reasons_of
from assistant.api.staff.live_routes import counts_of, tag_of
from assistant.api.staff.queue_view import PAGE_SIZE, read_params
from assistant.clock import format_utc
from assistant.errors import NotFound
from assistant.triage import CaseSummary
from assistant.types import CaseReference

router = APIRouter(prefix="/api/staff", route_class=JsonRoute, tags=["staff"])
Json = dict[str, Any]


@router.get("/me")
def read_me(visit: Annotated[Visit, may("list")]) -> Json:
    """Who is signed in, and the token that changes must carry in `X-CSRF-Token`."""
    member = visit.member
    return {
        "staff_id": member.staff_id,
        "name": member.name,
        "roles": list(member.roles),
        "csrf_token": visit.session.csrf_token,
    }


@router.get("/counts")
def read_counts(visit: Annotated[Visit, may("list")]) -> Response:
    """How many cases each standing view holds, and the alarms; answers 304 when nothing changed."""
    body = counts_of(visit)
    etag = tag_of(body)
    if visit.request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"etag": etag})
    return JSONResponse(body, headers={"etag": etag})


@router.get("/cases")
def read_cases(visit: Annotated[Visit, may("list")]) -> Json:
    """A page of the queue; filters as in the queue's address."""
    console = visit.console
    params = read_params(visit.request.url.query, console.triage.routing)
    wanted, offset = params.filter(visit.actor, console.clock()), (params.page - 1) * PAGE_SIZE
    page = console.triage.list(visit.actor, wanted, limit=PAGE_SIZE, offset=offset)
    return {"total": page.total, "page": params.page, "cases": [summary_json(summary) for summary in page.cases]}


@router.get("/cases/{case_id}")
def read_case(case_id: str, visit: Annotated[Visit, may("read")]) -> Json:
    """One case with what may be done to it."""
    console = visit.console
    view = console.triage.get(visit.actor, case_id)
    return summary_json(view.summary) | {
        "next_step": next_step(view, console.triage.routing),
        "actions": sorted(offered(visit, view)),
        "reasons": [
            {"code": reason.code, "turn": reason.turn, "matched": reason.matched, "rule_id": reason.rule_id}
            for reason in reasons_of(view)
        ],
        "messages": [
            {"message_id": message.message_id, "at": format_utc(message.received_at), "text": message.text or ""}
            for message in view.messages
        ],
        "answers": [answer.body for answer in view.answers if answer.body is not None],
        "report": {name: value for name, value in console.drafts.read(view).values.items() if value},
        "events": [
            {
                "kind": event.kind.value,
                "actor": event.actor,
                "at": format_utc(event.recorded_at),
                "content": event.content or {},
            }
            for event in view.events
        ],
    }


@router.post("/cases/{case_id}/presence")
def mark_presence(case_id: str, visit: Annotated[Visit, may("read")]) -> Json:
    """Note that the case is open here; who else has it open."""
    visit.console.triage.get(visit.actor, case_id)
    names = visit.console.names()
    others = visit.console.presence.mark(case_id, visit.actor.actor_id)
    return {"others": [names.get(other, other) for other in others]}


@router.post("/cases/{case_id}/{action}")
def act(case_id: str, action: str, visit: Annotated[Visit, Depends(signed_in)]) -> Json:
    """Do one thing to a case: the actions and fields of its page, as a JSON object."""
    if action not in DONE:
        raise NotFound(f"There is no such action. Actions: {', '.join(DONE)}.")
    result = run_action(visit, case_id, action)
    opened = {"opened_case_id": result.case_id} if isinstance(result, CaseReference) else {}
    return {"case_id": case_id, "done": action, "message": DONE[action]} | opened


def summary_json(summary: CaseSummary) -> Json:
    """Return a line of the queue; what is not there is left out."""
    moments = {
        "received_at": summary.case.received_at,
        "due_at": summary.due_at,
        "look_due_at": summary.look_due_at,
        "regulatory_due_at": summary.regulatory_due_at,
        "service_due_at": summary.service_due_at,
        "looked_at": summary.looked_at,
        "forwarded_at": summary.forwarded_at,
        "acknowledged_at": summary.acknowledged_at,
    }
    texts = {"assignee": summary.assignee, "safety_id": summary.safety_id}
    return (
        {
            "case_id": summary.case.case_id,
            "code": summary.code,
            "codes": list(summary.codes),
            "priority": summary.priority,
            "work_state": summary.work_state.value,
            "safety_state": summary.safety_state.value,
            "is_open": summary.is_open,
            "is_unread": summary.is_unread,
            "channel": summary.case.channel,
            "excerpt": summary.excerpt,
            "elements": dict(summary.elements),
        }
        | {name: format_utc(moment) for name, moment in moments.items() if moment is not None}
        | {name: text for name, text in texts.items() if text}
    )
