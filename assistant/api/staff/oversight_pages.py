"""Oversight: reconciliation line by line, the figures of a period, documents, accounts, the audit log by id."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.staff.access import PageRoute, Visit, may
from assistant.api.staff.case_actions import as_list
from assistant.api.staff.layout import render
from assistant.api.staff.plots import Bar, columns, rows, strip
from assistant.api.staff.review_pages import read_day
from assistant.errors import BadInput, Unavailable
from assistant.triage.reports import PeriodReport
from corpus import CorpusError, review_overdue, why_not_servable

router = APIRouter(route_class=PageRoute, include_in_schema=False)
DEFAULT_DAYS = 14
PV_LIMIT_H = 24.0
MAX_LIST_LINES = 5_000


class PersonForm(BaseModel):
    """An account's roles and whether it may sign in."""

    model_config = ConfigDict(extra="forbid")

    roles: list[str] | str = Field(default_factory=list)
    active: bool = False


class NewPersonForm(BaseModel):
    """A new account."""

    model_config = ConfigDict(extra="forbid")

    email: str
    name: str
    roles: list[str] | str
    password: str


class ListForm(BaseModel):
    """The other desk's own list, pasted."""

    model_config = ConfigDict(extra="forbid")

    received: str = ""
    confirmed: bool = False


@router.get("/staff/reconciliation")
def show_reconciliation(visit: Annotated[Visit, may("reconcile")]) -> Response:
    """The list of a day, checked on our side."""
    return _reconciliation(visit, received=None, pasted="")


@router.post("/staff/reconciliation")
def compare_lists(visit: Annotated[Visit, may("reconcile")]) -> Response:
    """Compare with the other desk's list; mark what agrees as reconciled when that was confirmed."""
    form: ListForm = visit.parse(ListForm)
    received = read_list(form.received) if form.received.strip() else None
    if form.confirmed:
        day = read_day(visit, visit.console.reports.today())
        found = visit.console.triage.reconcile(visit.actor, day, received)
        marked = visit.console.triage.confirm_reconciled(visit.actor, found)
        return RedirectResponse(f"/staff/reconciliation?day={day}&marked={marked}", status_code=303)
    return _reconciliation(visit, received=received, pasted=form.received)


def _reconciliation(visit: Visit, *, received: Mapping[str, str] | None, pasted: str) -> Response:
    console = visit.console
    today = console.reports.today()
    day = read_day(visit, today)
    return render(
        visit,
        "reconciliation.html",
        "Reconciliation",
        here="reconciliation",
        found=console.triage.reconcile(visit.actor, day, received),
        compared=received is not None,
        pasted=pasted,
        today=today,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        marked=visit.request.query_params.get("marked", ""),
    )


def read_list(text: str) -> dict[str, str]:
    """Return a pasted list (`case number, their id` on each line; comma, semicolon or tab) as a mapping.

    Raises:
        BadInput: a line has not two parts, or a case number comes twice with two ids.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.strip().splitlines()[:MAX_LIST_LINES], start=1):
        separator = next((char for char in "\t;," if char in line), ",")
        parts = [part.strip() for part in next(csv.reader(io.StringIO(line), delimiter=separator), []) if part.strip()]
        if not parts:
            continue
        if len(parts) != 2 or found.get(parts[0], parts[1]) != parts[1]:
            raise BadInput(f"Line {number} must be a case number and their id, each case once: {line[:60]!r}.")
        found[parts[0]] = parts[1]
    return found


@router.get("/staff/reports")
def show_reports(visit: Annotated[Visit, may("list")]) -> Response:
    """The figures of a period, as plots and tables."""
    report = read_period(visit)
    return render(visit, "reports.html", "Reports", here="reports", report=report, plots=_plots(visit, report))


def read_period(visit: Visit) -> PeriodReport:
    """Return the figures of the period in the address, the last fourteen days at first."""
    today, query = visit.console.reports.today(), visit.request.query_params
    try:
        last = date.fromisoformat(query["to"]) if query.get("to") else today
        first = date.fromisoformat(query["from"]) if query.get("from") else last - timedelta(days=DEFAULT_DAYS - 1)
    except ValueError as error:
        raise BadInput("The days must be written as 2026-11-22.") from error
    return visit.console.reports.period(visit.actor, first, last)


def _plots(visit: Visit, report: PeriodReport) -> dict[str, Any]:
    pages = visit.console.pages
    volume = [
        Bar(pages.day(day.day)[:-5], ((day.answered, "one"), (day.declined, "two"), (day.redirected, "three")))
        for day in report.days
    ]
    codes = [Bar(code, ((count, "one"),)) for code, count in report.cases_by_code.items()]
    limits = [item.allowed_hours for item in report.hand_overs if item.allowed_hours is not None]
    survey = [
        Bar(name, tuple((count, f"level-{level}") for level, count in enumerate(counts, start=1)))
        for name, counts in report.survey.items()
    ]
    return {
        "volume": columns("Questions per day by how they ended; the table below has the figures", volume),
        "codes": rows("Cases by code; the table below has the figures", codes),
        "hours": strip(
            "Hours from message to hand-over, one dot per case",
            report.hours,
            min(limits, default=PV_LIMIT_H),
            report.median_hours,
        ),
        "survey": rows("Satisfaction by statement; the table below has the figures", survey),
    }


@router.get("/staff/documents")
def show_documents(visit: Annotated[Visit, may("list")]) -> Response:
    """What is live, what is not and why. Read-only: documents change through the corpus commands."""
    console, today = visit.console, visit.console.reports.today()
    try:
        corpus = console.read_corpus()
    except CorpusError as error:
        raise Unavailable(
            f"The documents cannot be read; run medinfo corpus check. First problem: {error.problems[0]}"
        ) from error
    lines = [
        (document, why_not_servable(document, today, console.market), review_overdue(document, today))
        for document in corpus.documents
    ]
    return render(
        visit,
        "documents.html",
        "Documents",
        here="documents",
        lines=sorted(lines, key=lambda line: (line[1] is None, not line[2], line[0].doc_id)),
        live=sum(reason is None for _, reason, _ in lines),
        stale=sum(is_stale and reason is None for _, reason, is_stale in lines),
        corpus_version=corpus.sha256[:12],
        market=console.market,
    )


@router.get("/staff/people")
def show_people(visit: Annotated[Visit, may("manage_staff")]) -> Response:
    """Every account."""
    return render(
        visit,
        "people.html",
        "People",
        here="people",
        people=visit.console.accounts.everybody(),
        all_roles=visit.console.roles.roles,
        actions=visit.console.roles.actions,
    )


@router.post("/staff/people")
def add_person(visit: Annotated[Visit, may("manage_staff")]) -> Response:
    """Create an account."""
    form: NewPersonForm = visit.parse(NewPersonForm)
    visit.console.accounts.add(visit.actor, email=form.email, name=form.name, roles=as_list(form.roles), password=form.password)
    return RedirectResponse("/staff/people", status_code=303)


@router.post("/staff/people/{staff_id}")
def change_person(staff_id: str, visit: Annotated[Visit, may("manage_staff")]) -> Response:
    """Set an account's roles, switch it on or off."""
    form: PersonForm = visit.parse(PersonForm)
    visit.console.accounts.change(visit.actor, staff_id, roles=as_list(form.roles), active=form.active)
    return RedirectResponse("/staff/people", status_code=303)


@router.get("/staff/audit")
def show_audit(visit: Annotated[Visit, may("read_audit")]) -> Response:
    """The audit records under an id, and where the chains end."""
    wanted = visit.request.query_params.get("id", "").strip()[:64]
    return render(
        visit,
        "audit.html",
        "Audit",
        here="audit",
        wanted=wanted,
        records=visit.console.audit.find(wanted) if wanted else [],
        heads=visit.console.audit.heads(),
    )
