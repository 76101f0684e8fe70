"""What a person may do to a case, as one table: name in the address, fields, what it calls, what it says after.

Pages and the JSON interface use the same table. Roles and legality are decided by the triage room; `offered` only asks it
beforehand, so that a page shows no button that would be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.api.staff.access import Visit
from assistant.errors import AssistantError, BadInput
from assistant.triage import CaseView, Disposition, EventKind, SafetyState, WaitingOn
from assistant.triage.lifecycle import check_transition
from assistant.triage.reply_templates import find_template
from assistant.types import Code

Json = dict[str, Any]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Nothing(_Form):
    """No fields."""


class AssignForm(_Form):
    """To whom."""

    staff_id: str = Field(min_length=1, max_length=64)


class TriageForm(_Form):
    """What a first look found."""

    confirmed: bool = False
    priority: str | None = Field(default=None, pattern="^(P[1-4])?$")
    note: str = ""


class TextForm(_Form):
    """Free text."""

    text: str


class ReplyForm(_Form):
    """A reply: written, or from a text that is still valid."""

    text: str
    template: str = ""
    by_email: bool = False


class WaitForm(_Form):
    """Whom for and why."""

    on: WaitingOn
    reason: str


class ReasonForm(_Form):
    """Why."""

    reason: str


class AcknowledgeForm(_Form):
    """Under which id a desk took the case."""

    desk: str
    safety_id: str


class DisposeForm(_Form):
    """How it ended and why."""

    value: Disposition
    reason: str


class SecondReadForm(_Form):
    """Whether the second reader agrees."""

    agrees: bool
    reason: str


class LabelForm(_Form):
    """A reader's label of an answer."""

    message_id: str
    label: str
    comment: str = ""
    sentence: int | None = Field(default=None, ge=1)
    code: Code | None = None


class ProposeForm(_Form):
    """A sample for the evaluation."""

    message_id: str
    turns: list[str] | str
    codes: list[str] | str = Field(default_factory=list)
    expectation: str
    reason: str


Run = Callable[[Visit, str, Any], object]


@dataclass(frozen=True, slots=True)
class CaseAction:
    """One action. `kind` and `example` let the lifecycle say beforehand whether it is legal now (None: always)."""

    permission: str
    form: type[BaseModel]
    run: Run
    done: str
    kind: EventKind | None = None
    example: Json | None = None


def _reply(visit: Visit, case_id: str, form: ReplyForm) -> object:
    if form.template:
        find_template(form.template, visit.console.reports.today())
    return visit.console.triage.reply(visit.actor, case_id, form.text, by_email=form.by_email)


def _label(visit: Visit, case_id: str, form: LabelForm) -> object:
    _require_message(visit, case_id, form.message_id)
    return visit.console.review.label(
        visit.actor, form.message_id, form.label, comment=form.comment, sentence=form.sentence, code=form.code
    )


def _propose(visit: Visit, case_id: str, form: ProposeForm) -> object:
    _require_message(visit, case_id, form.message_id)
    return visit.console.samples.propose(
        visit.actor,
        form.message_id,
        turns=as_list(form.turns),
        codes=as_list(form.codes),
        expectation=form.expectation,
        reason=form.reason,
        case_id=case_id,
    )


def _require_message(visit: Visit, case_id: str, message_id: str) -> None:
    view = visit.console.triage.get(visit.actor, case_id)
    if message_id not in {message.message_id for message in view.messages}:
        raise BadInput("This message does not belong to the case.")


def as_list(value: list[str] | str) -> list[str]:
    """Return a form field that may come once or more as a list."""
    return [value] if isinstance(value, str) else value


_REASON = {"reason": "…"}
ACTIONS: Mapping[str, CaseAction] = {
    "claim": CaseAction(
        "claim", Nothing, lambda visit, case_id, _: visit.console.triage.claim(visit.actor, case_id),
        "The case is yours.", EventKind.ASSIGNED, {"assignee": "…"},
    ),
    "release": CaseAction(
        "claim", Nothing, lambda visit, case_id, _: visit.console.triage.release(visit.actor, case_id),
        "The case is back in the queue.", EventKind.RELEASED, {},
    ),
    "assign": CaseAction(
        "assign", AssignForm, lambda visit, case_id, form: visit.console.triage.assign(visit.actor, case_id, form.staff_id),
        "The case was given to another person.", EventKind.ASSIGNED, {"assignee": "…"},
    ),
    "triage": CaseAction(
        "triage",
        TriageForm,
        lambda visit, case_id, form: visit.console.triage.triage(
            visit.actor, case_id, confirmed=form.confirmed, priority=form.priority or None, note=form.note
        ),
        "Your first look is on record.", EventKind.TRIAGED, {"confirmed": False},
    ),
    "note": CaseAction(
        "note", TextForm, lambda visit, case_id, form: visit.console.triage.note(visit.actor, case_id, form.text),
        "The note is on record.", EventKind.NOTE, {},
    ),
    "reply": CaseAction("reply", ReplyForm, _reply, "The reply is on record.", EventKind.REPLY, {}),
    "wait": CaseAction(
        "wait", WaitForm, lambda visit, case_id, form: visit.console.triage.wait(visit.actor, case_id, form.on, form.reason),
        "The case waits. Duties to other desks go on.", EventKind.WAITING, {"on": "asker"},
    ),
    "resume": CaseAction(
        "wait", Nothing, lambda visit, case_id, _: visit.console.triage.resume(visit.actor, case_id),
        "The wait is over.", EventKind.RESUMED, {},
    ),
    "qc": CaseAction(
        "qc", Nothing, lambda visit, case_id, _: visit.console.triage.send_to_qc(visit.actor, case_id),
        "The case is with quality control.", EventKind.QC, {},
    ),
    "forward": CaseAction(
        "forward", ReasonForm, lambda visit, case_id, form: visit.console.triage.forward(visit.actor, case_id, form.reason),
        "The case is on its way to its desks. It stays on the list until they acknowledge it.",
        EventKind.FORWARDED, {"desks": []},
    ),
    "acknowledge": CaseAction(
        "acknowledge",
        AcknowledgeForm,
        lambda visit, case_id, form: visit.console.triage.acknowledge(
            visit.actor, case_id, desk=form.desk, safety_id=form.safety_id
        ),
        "The acknowledgement is on record.",
    ),
    "dispose": CaseAction(
        "dispose",
        DisposeForm,
        lambda visit, case_id, form: visit.console.triage.dispose(visit.actor, case_id, form.value, form.reason),
        "The disposition is on record.", EventKind.DISPOSITION, {"value": Disposition.REPORTABLE.value},
    ),
    "second-read": CaseAction(
        "second_read",
        SecondReadForm,
        lambda visit, case_id, form: visit.console.triage.second_read(
            visit.actor, case_id, agrees=form.agrees, reason=form.reason
        ),
        "The second reading is on record.", EventKind.SECOND_READER, {"agrees": True},
    ),
    "close": CaseAction(
        "close", ReasonForm, lambda visit, case_id, form: visit.console.triage.close(visit.actor, case_id, form.reason),
        "The case is closed.", EventKind.CLOSED, _REASON,
    ),
    "reopen": CaseAction(
        "reopen", ReasonForm, lambda visit, case_id, form: visit.console.triage.reopen(visit.actor, case_id, form.reason),
        "The case is open again.", EventKind.REOPENED, _REASON,
    ),
    "label": CaseAction("label_answer", LabelForm, _label, "Your reading of the answer is on record."),
    "test-set": CaseAction("label_answer", ProposeForm, _propose, "Proposed for the test set. Another person must approve it."),
}  # fmt: skip
REPORT_FIELDS = "report"
DONE = {name: action.done for name, action in ACTIONS.items()} | {REPORT_FIELDS: "The report draft is saved."}


def run_action(visit: Visit, case_id: str, name: str) -> object:
    """Check and do one action with the fields of the visit."""
    if name == REPORT_FIELDS:
        console = visit.console
        view = console.triage.get(visit.actor, case_id)
        names = {field.name for field in console.drafts.form.fields}
        values = {key: str(value) for key, value in visit.fields.items() if key in names}
        return console.drafts.write(visit.actor, case_id, values, console.drafts.read(view))
    action = ACTIONS[name]
    visit.console.roles.require(visit.actor, action.permission)
    return action.run(visit, case_id, visit.parse(action.form))


def offered(visit: Visit, view: CaseView) -> frozenset[str]:
    """Return the actions this person may take on the case as it is."""
    names = {name for name, action in ACTIONS.items() if visit.allows(action.permission) and _is_legal(action, view)}
    if view.state.safety_state is not SafetyState.NONE and not visit.allows("dispose_safety"):
        names.discard("dispose")
    if view.state.disposition_by == visit.actor.actor_id:
        names.discard("second-read")
    if not any(delivery.needs_acknowledgement and delivery.acknowledged_at is None for delivery in view.deliveries):
        names.discard("acknowledge")
    if view.state.assignee is None:
        names.discard("release")
    if view.state.safety_state is not SafetyState.NONE and visit.allows("triage"):
        names.add(REPORT_FIELDS)
    return frozenset(names)


def _is_legal(action: CaseAction, view: CaseView) -> bool:
    if action.kind is None:
        return True
    try:
        check_transition(action.kind, action.example or {}, view.state)
    except AssistantError:
        return False
    return True
