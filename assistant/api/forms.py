"""The forms: a request to be contacted, a report. What is written in them is screened like a message.

They need no session: the way to report a side effect is open to everybody, whatever else is closed.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from sqlalchemy import Connection

from assistant.api.ratings import find_own_conversation
from assistant.api.schemas import CaseForm, CaseReply, ContactForm, SafetyForm, error_responses
from assistant.api.service import MaybeCallerDep, ServiceDep, address_of, check_origin
from assistant.triage import Arrival, Channel
from assistant.types import CaseReference, Code, Flag

FORM_RULE = "form"
# The gravest first: what a report is filed under when screening finds several.
REPORT_CODES = (
    Code.AE_SERIOUS,
    Code.SS_PREG,
    Code.PQC_CRIT,
    Code.AE_NONSER,
    Code.SS_OD_ERR,
    Code.SS_LOE,
    Code.SS_OFFUSE,
    Code.PQC,
    Code.AE_OTHERCO,
)
router = APIRouter(tags=["forms"])


@router.post("/api/cases", responses=error_responses(400, 401, 403, 408, 413, 415))
def open_case(request: Request, body: CaseForm, service: ServiceDep, caller: MaybeCallerDep) -> CaseReply:
    """Ask to be contacted, or report something that happened to a patient. Needs no session."""
    service.limits.check("form", address_of(request))
    check_origin(request)
    text = form_text(body)
    screening = service.engine.screener.screen([text])
    code = Code.CONTACT if isinstance(body, ContactForm) else reported_code(screening.codes)
    codes = tuple(dict.fromkeys([*screening.codes, code]))
    # The code follows from which form it is, whatever its words raise besides.
    flags = (*screening.flags, Flag(code, 0, 0, 0, "", FORM_RULE))
    now, form_id = service.clock(), service.make_id("frm")

    def work(connection: Connection) -> Sequence[CaseReference]:
        found = None if caller is None else find_own_conversation(connection, caller, body.conversation_id)
        arrival = Arrival(
            message_id=form_id,
            turns=screening.masked_turns,
            original=text,
            received_at=now,
            conversation_id=None if found is None else found.conversation_id,
            session_id=None if caller is None or not caller.is_stored else caller.session_id,
            channel=Channel.FORM,
            reporter={} if caller is None else caller.reporter,
            contact=form_contact(body),
            facts=form_facts(body),
        )
        return service.room.intake.open_cases(connection, codes, flags, arrival).cases

    opened = next(case for case in service.database.write(work) if case.code == code)
    is_open = service.room.routing.calendar.is_open(now)
    return CaseReply(case_id=opened.case_id, due_at=opened.due_at, out_of_hours=not is_open)


def form_text(body: ContactForm | SafetyForm) -> str:
    """Return what was written, one field a line, for screening and for the case."""
    if isinstance(body, ContactForm):
        return body.question.strip()
    named = (("Product", body.product), ("Patient", body.patient), ("Outcome", body.outcome))
    lines = [f"{name}: {value.strip()}" for name, value in named if value and value.strip()]
    return "\n".join([body.description.strip(), *lines])


def form_contact(body: ContactForm | SafetyForm) -> dict[str, str]:
    """Return how the asker can be reached, nothing unless they agreed to it."""
    if not body.consent:
        return {}
    given = {"name": body.name, "email": body.email, "phone": body.phone}
    if isinstance(body, ContactForm):
        given["best_time"] = body.best_time
    return {name: value.strip() for name, value in given.items() if value and value.strip()}


def form_facts(body: ContactForm | SafetyForm) -> dict[str, str]:
    """Return what of a form is neither text nor contact."""
    facts = {"form": body.kind}
    return facts | ({"answer_id": body.answer_id} if isinstance(body, ContactForm) and body.answer_id else {})


def reported_code(codes: Sequence[Code]) -> Code:
    """Return the code of a report form: the gravest that screening found, else an adverse event."""
    return next((code for code in REPORT_CODES if code in codes), Code.AE_NONSER)
