"""Pages for evaluators: runs to choose from, the report of two, human review of answers, and the explain view.

Trying thresholds changes nothing that anybody is served. A reader never sees another reader's label before giving one.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.staff.access import Handler, PageRoute, Visit, may
from assistant.api.staff.evaluator import get_evaluator
from assistant.api.staff.layout import render
from assistant.errors import BadInput
from assistant.trials import TRIALS, parse_values

ACTION = "evaluate"
MAX_TURNS = 6
PAGE_ITEMS = 10
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')


class ReportRoute(PageRoute):
    """A page that brings its own content security policy: a report has its style and script inside, named by hash."""

    def get_route_handler(self) -> Handler:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            response = await handle(request)
            policy = getattr(request.state, "report_policy", "")
            if policy:
                response.headers["content-security-policy"] = f"{policy}; frame-ancestors 'none'"
            return response

        return guarded


router = APIRouter(route_class=PageRoute, include_in_schema=False)
_reports = APIRouter(route_class=ReportRoute, include_in_schema=False)


class LabelForm(BaseModel):
    """A reader's label of an answer."""

    model_config = ConfigDict(extra="forbid")

    sample: str = Field(max_length=200)
    label: str
    note: str = Field(default="", max_length=2000)
    page: int = Field(default=1, ge=1)


class ExplainForm(BaseModel):
    """A question to explain, with what was said before, one turn a line."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=2000)
    before: str = Field(default="", max_length=8000)


@router.get("/staff/evaluation")
def show_runs(visit: Annotated[Visit, may(ACTION)]) -> Response:
    """The stored runs, to choose two from."""
    runs = get_evaluator(visit.request).desk.runs()
    return render(visit, "evaluation.html", "Evaluation", here="evaluation", runs=runs)


@_reports.get("/staff/evaluation/report")
def show_report(visit: Annotated[Visit, may(ACTION)]) -> Response:
    """The comparison of two runs, as `medinfo eval compare` writes it."""
    query = visit.request.query_params
    chosen = [query.get("a", ""), query.get("b", "")]
    if not all(chosen):
        raise BadInput("Choose a run before (A) and a run after the change (B).")
    page = get_evaluator(visit.request).desk.report(*chosen)
    found = _POLICY.search(page)
    visit.request.state.report_policy = found[1].replace("&#39;", "'") if found else ""
    return HTMLResponse(page)


@router.get("/staff/evaluation/review/{run_id}")
def show_review(run_id: str, visit: Annotated[Visit, may(ACTION)]) -> Response:
    """The answers of a run, a page at a time, to be labelled."""
    number = _page_number(visit.request.query_params.get("page", "1"))
    page = get_evaluator(visit.request).desk.review(run_id, visit.member.staff_id, number)
    return render(
        visit,
        "evaluation_review.html",
        "Review of answers",
        here="evaluation",
        page=page,
        number=number,
        has_more=bool(page.items) and number * PAGE_ITEMS < page.total,
        names=visit.console.names(),
        done="done" in visit.request.query_params,
    )


@router.post("/staff/evaluation/review/{run_id}")
def label_answer(run_id: str, visit: Annotated[Visit, may(ACTION)]) -> Response:
    """Keep a label."""
    form: LabelForm = visit.parse(LabelForm)
    get_evaluator(visit.request).desk.label(run_id, form.sample, visit.member.staff_id, form.label, form.note)
    return RedirectResponse(f"/staff/evaluation/review/{run_id}?page={form.page}&done=1", status_code=303)


@router.get("/staff/evaluation/review/{run_id}/labels.jsonl")
def export_labels(run_id: str, visit: Annotated[Visit, may(ACTION)]) -> Response:
    """The reviewed questions with their labels, as a set."""
    lines = get_evaluator(visit.request).desk.export(run_id)
    headers = {"content-disposition": 'attachment; filename="reviewed.jsonl"'}
    return PlainTextResponse(lines, media_type="application/jsonl", headers=headers)


@router.get("/staff/explain")
def show_explain(visit: Annotated[Visit, may(ACTION)]) -> Response:
    """An empty form."""
    return _explain_page(visit, ExplainForm(question="?"), {}, None)


@router.post("/staff/explain")
def explain_answer(visit: Annotated[Visit, may(ACTION)]) -> Response:
    """How the answer to a question comes about, with the thresholds typed; nothing is stored."""
    form: ExplainForm = visit.parse(ExplainForm)
    values = parse_values({name: str(visit.fields.get(f"try_{name}", "")) for name in TRIALS})
    earlier = [line.strip() for line in form.before.splitlines() if line.strip()]
    if len(earlier) >= MAX_TURNS:
        raise BadInput(f"At most {MAX_TURNS - 1} earlier turns are read; leave the oldest out.")
    found = get_evaluator(visit.request).explain((*earlier, form.question), values)
    return _explain_page(visit, form, values, found)


def _explain_page(visit: Visit, form: ExplainForm, values: dict[str, float], found: dict[str, Any] | None) -> Response:
    return render(
        visit,
        "explain.html",
        "Explain an answer",
        here="explain",
        question="" if found is None else form.question,
        before=form.before,
        values=values,
        trials=TRIALS,
        found=found,
    )


def _page_number(typed: str) -> int:
    if not typed.isdecimal() or not 1 <= int(typed) <= 10_000:
        raise BadInput("The list has no such page: go back and choose again.")
    return int(typed)


router.include_router(_reports)
