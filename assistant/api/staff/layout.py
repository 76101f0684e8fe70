"""What every page of the console has: who is signed in, where one can go, and what needs somebody now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi.responses import HTMLResponse

from assistant.api.staff.access import Visit
from assistant.api.staff.queue_view import UNDECIDED
from assistant.triage import QueueFilter, TargetAlarm

# Each page with the action that opens it.
NAVIGATION = (
    ("queue", "/staff/queue", "Queue", "list"),
    ("quality", "/staff/quality", "Quality sample", "label_answer"),
    ("gaps", "/staff/gaps", "Content gaps", "list"),
    ("test-set", "/staff/test-set", "Test set", "list"),
    ("evaluation", "/staff/evaluation", "Evaluation", "evaluate"),
    ("explain", "/staff/explain", "Explain", "evaluate"),
    ("reconciliation", "/staff/reconciliation", "Reconciliation", "reconcile"),
    ("reports", "/staff/reports", "Reports", "list"),
    ("documents", "/staff/documents", "Documents", "list"),
    ("content", "/staff/content", "Content", "govern"),
    ("people", "/staff/people", "People", "manage_staff"),
    ("audit", "/staff/audit", "Audit", "read_audit"),
    ("retention", "/staff/retention", "Retention", "hold"),
)
NEAR_HOUR_20 = timedelta(hours=2)
MAX_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that needs somebody now: what, and where to go."""

    text: str
    href: str
    action: str


def render(visit: Visit, template: str, title: str, *, here: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page of the console."""
    console = visit.console
    shared = {
        "visit": visit,
        "member": visit.member,
        "csrf": visit.session.csrf_token,
        "title": title,
        "here": here,
        "navigation": [item for item in NAVIGATION if visit.allows(item[3])],
        "alarms": alarms_of(visit),
        "now": console.clock(),
        "may": visit.allows,
    }
    return HTMLResponse(console.pages.render(template, shared | values), status_code=status)


def alarms_of(visit: Visit) -> list[Alarm]:
    """Return what needs somebody now, the worst first."""
    found = visit.console.triage.alarms(visit.actor)
    alarms = []
    waiting = visit.console.triage.list(visit.actor, QueueFilter(safety_states=UNDECIDED), limit=MAX_LOOKED_AT).cases
    now = visit.console.clock()
    if due := sum(case.auto_forward_at is not None and case.auto_forward_at < now + NEAR_HOUR_20 for case in waiting):
        text = f"Not decided and close to hour 20, when it goes out as it is: {_cases(due)}."
        alarms.append(Alarm(text, "/staff/queue?safety=undecided", "Decide"))
    if unseen := sum(case.looked_at is None and case.look_due_at < now for case in waiting):
        text = f"Nobody has looked, though the first look is due: {_cases(unseen)} that may have to be handed over."
        alarms.append(Alarm(text, "/staff/queue?safety=undecided&unread=1", "Look"))
    if found.overdue:
        alarms.append(Alarm(f"Past the deadline: {_cases(len(found.overdue))}.", "/staff/queue?due=overdue", "Show"))
    alarms += _yesterday_alarm(visit)
    alarms += [_target_alarm(visit, target) for target in found.targets]
    if found.calendar_ends is not None:
        day = visit.console.pages.day(found.calendar_ends)
        alarms.append(Alarm(f"The business calendar ends on {day}: ask an administrator to extend it.", "", ""))
    return alarms


def _yesterday_alarm(visit: Visit) -> list[Alarm]:
    """Say when the list of the last finished day has something wrong, to those who can do something about it."""
    if not visit.allows("reconcile"):
        return []
    day = visit.console.reports.today() - timedelta(days=1)
    wrong = visit.console.triage.reconcile(visit.actor, day).discrepancies
    text = f"The reconciliation of {visit.console.pages.day(day)} has discrepancies: {_cases(wrong)}."
    return [Alarm(text, f"/staff/reconciliation?day={day}", "Reconcile")] if wrong else []


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def _target_alarm(visit: Visit, target: TargetAlarm) -> Alarm:
    since = visit.console.pages.when(target.since)
    # The address itself may name people; its kind is enough here.
    name = f"over {target.target.partition(':')[0]}" if target.target else "to a desk without an address"
    text = f"Deliveries {name} do not arrive since {since}: {target.waiting} waiting. Last error: {target.last_error}."
    return Alarm(text, "/staff/reconciliation", "Reconcile") if visit.allows("reconcile") else Alarm(text, "", "")
