"""Files to take along: CSV of cases, gaps, reconciliation and figures, the XML draft of a report, lines for the evaluation.

A cell that a spreadsheet would run as a formula (it begins with = + - @, a tab or a line end) is written with an apostrophe
before it (after OWASP, CSV injection). Every export is in the audit log.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response

from assistant.api.staff.access import PageRoute, Visit, may
from assistant.api.staff.oversight_pages import read_period
from assistant.api.staff.queue_view import read_params
from assistant.api.staff.review_pages import read_day
from assistant.clock import format_utc
from assistant.errors import BadInput
from assistant.triage import CaseSummary, SafetyState
from assistant.triage.report_draft import draft_xml

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MAX_EXPORTED = 5_000
PAGE = 200
# What spreadsheets take for a formula, also behind spaces and invisible characters.
_FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")


def safe_cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet runs."""
    text = "" if value is None else format_utc(value) if isinstance(value, datetime) else str(value)
    visible = text.lstrip(" \u00a0\u200b\u200e\u200f\u202a\u202b\u202d\u202e\ufeff")
    return f"'{text}" if text.startswith(_FORMULA) or visible.startswith(_FORMULA) else text


def csv_text(header: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV (RFC 4180) with a byte order mark, so that spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in line] for line in lines)
    return "\ufeff" + out.getvalue()


def _download(visit: Visit, body: str | bytes, name: str, kind: str) -> Response:
    content = {"what": "export", "file": name, "query": visit.request.url.query[:500], "actor": visit.actor.actor_id}
    visit.console.record(content)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=kind, headers=headers)


@router.get("/staff/export/cases.csv")
def export_cases(visit: Annotated[Visit, may("export")]) -> Response:
    """The cases of a view."""
    console = visit.console
    wanted = read_params(visit.request.url.query, console.triage.routing).filter(visit.actor, console.clock())
    found: list[CaseSummary] = []
    while True:
        page = console.triage.list(visit.actor, wanted, limit=PAGE, offset=len(found))
        if page.total > MAX_EXPORTED:
            raise BadInput(f"{page.total} cases match; at most {MAX_EXPORTED} can be exported together: narrow the filter.")
        found += page.cases
        if not page.cases or len(found) >= page.total:
            break
    header = (
        "case", "code", "codes", "priority", "state", "hand-over", "channel", "received", "due", "first look", "handed over",
        "acknowledged", "their id", "owner", "text (masked)",
    )  # fmt: skip
    names = console.names()
    lines = [
        (
            line.case.case_id, line.code, " ".join(line.codes), line.priority, line.work_state.value, line.safety_state.value,
            line.case.channel, line.case.received_at, line.due_at, line.looked_at, line.forwarded_at, line.acknowledged_at,
            line.safety_id, names.get(line.assignee or "", ""), line.excerpt,
        )
        for line in found
    ]  # fmt: skip
    return _download(visit, csv_text(header, lines), "cases.csv", "text/csv; charset=utf-8")


@router.get("/staff/export/gaps.csv")
def export_gaps(visit: Annotated[Visit, may("export")]) -> Response:
    """The content gaps."""
    header = ("question (masked)", "code", "asked", "first", "last", "nearest", "status", "comment", "cases")
    lines = [
        (
            gap.question, gap.decline_code, gap.asked, gap.first_at, gap.last_at, " | ".join(gap.nearest), gap.status,
            gap.comment, " ".join(gap.case_ids),
        )
        for gap in visit.console.gaps.list(visit.actor)
    ]  # fmt: skip
    return _download(visit, csv_text(header, lines), "content-gaps.csv", "text/csv; charset=utf-8")


@router.get("/staff/export/reconciliation.csv")
def export_reconciliation(visit: Annotated[Visit, may("reconcile")]) -> Response:
    """The list of a day, to send to the other desk."""
    found = visit.console.triage.reconcile(visit.actor, read_day(visit, visit.console.reports.today()))
    header = ("case", "codes", "received", "hand-over", "handed over", "acknowledged", "their id", "discrepancies")
    lines = [
        (
            line.case_id, " ".join(line.codes), line.received_at, line.safety_state, line.forwarded_at, line.acknowledged_at,
            line.safety_id, "; ".join(line.discrepancies),
        )
        for line in found.lines
    ]  # fmt: skip
    return _download(visit, csv_text(header, lines), f"reconciliation-{found.day}.csv", "text/csv; charset=utf-8")


@router.get("/staff/export/report.csv")
def export_report(visit: Annotated[Visit, may("export")]) -> Response:
    """The figures of a period, day by day."""
    report = read_period(visit)
    header = ("day", "questions", "answered", "declined", "redirected", "flagged", "handed over", "open discrepancies")
    lines = [
        (day.day, day.total, day.answered, day.declined, day.redirected, day.flagged, total, wrong)
        for day, (_, total, wrong) in zip(report.days, report.reconciliation, strict=True)
    ]
    return _download(visit, csv_text(header, lines), f"report-{report.first}-{report.last}.csv", "text/csv; charset=utf-8")


@router.get("/staff/export/test-set.jsonl")
def export_samples(visit: Annotated[Visit, may("export")]) -> Response:
    """The approved samples, one JSON object a line."""
    body = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in visit.console.samples.export(visit.actor))
    return _download(visit, body, "test-set.jsonl", "application/x-ndjson")


@router.get("/staff/cases/{case_id}/report.xml")
def export_draft(case_id: str, visit: Annotated[Visit, may("export")]) -> Response:
    """The draft of a safety report, shaped after E2B(R3)."""
    view = visit.console.triage.get(visit.actor, case_id)
    if view.state.safety_state is SafetyState.NONE:
        raise BadInput("This case goes to no other desk: there is no report to draft.")
    drafts = visit.console.drafts
    return _download(visit, draft_xml(view, drafts.read(view), drafts.form), f"{case_id}-draft.xml", "application/xml")
