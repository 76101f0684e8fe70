"""Content in the console: every document with its standing, one document with its steps, releases and the way back.

Every step is the one of the command line (`assistant.governance`): checked, on record, in effect when the page answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict

from assistant.api.staff.access import PageRoute, Visit, may
from assistant.api.staff.layout import render
from assistant.errors import AssistantError, BadInput
from assistant.governance import find_impact, governed, impact_to_json, roll_back
from corpus import Document, DocumentStatus, read_ledger, review_overdue, why_not_servable
from corpus.lifecycle import servable_documents
from corpus.loaders.preview import report_path
from corpus.steps import STARTS, Decision, Step
from index import IndexProblem
from index.releases import Release, is_kept, live_release, read_releases

router = APIRouter(route_class=PageRoute, include_in_schema=False)
LABELS = {
    Step.SUBMIT: "Submit for review",
    Step.APPROVE: "Approve",
    Step.REJECT: "Send back to the author",
    Step.RENEW: "Renew the review",
    Step.EXPIRE: "Let it expire",
    Step.SUPERSEDE: "Mark as superseded",
    Step.WITHDRAW: "Withdraw now",
}
# The date each step may set, and what it is called.
DATES = {Step.APPROVE: "review_due", Step.RENEW: "review_due", Step.EXPIRE: "expires_date"}
SHOWN_RELEASES = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A document in the list: whether it is live, why not, whether its review is overdue."""

    document: Document
    reason: str | None
    is_stale: bool


class StepForm(BaseModel):
    """What a step asks for."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: str = ""
    day: date | None = None
    successor: str = ""


class RollbackForm(BaseModel):
    """Where to go back to, and why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    release: str
    reason: str


@router.get("/staff/content")
def show_content(visit: Annotated[Visit, may("govern")]) -> Response:
    """Every document, version and approved answer with its standing, and the releases."""
    return _list(visit)


@router.get("/staff/content/{doc_id}/{version}")
def show_version(doc_id: str, version: str, visit: Annotated[Visit, may("govern")]) -> Response:
    """One version of a document: where it stands, what may be done, what was done, what it has touched."""
    return _version(visit, doc_id, version)


@router.post("/staff/content/rollback")
def go_back(visit: Annotated[Visit, may("govern")]) -> Response:
    """Switch back to an earlier release."""
    form: RollbackForm = visit.parse(RollbackForm)
    console = visit.console
    try:
        roll_back(console.settings, console.content, visit.member.name, form.reason, form.release)
    except (AssistantError, IndexProblem) as error:
        return _list(visit, fault=str(error))
    return RedirectResponse(f"/staff/content?{urlencode({'done': f'Release {form.release} serves again.'})}", status_code=303)


@router.post("/staff/content/{doc_id}/{version}/{step}")
def take_step(doc_id: str, version: str, step: str, visit: Annotated[Visit, may("govern")]) -> Response:
    """Take one step with one version."""
    if step not in set(Step):
        raise BadInput(f"There is no step {step!r}.")
    form: StepForm = visit.parse(StepForm)
    console = visit.console
    dates: dict[str, Any] = {DATES[Step(step)]: form.day} if Step(step) in DATES and form.day else {}
    decision = Decision(visit.member.name, console.clock(), form.reason, superseded_by=form.successor, **dates)
    try:
        taken = console.content.take(Step(step), doc_id, decision, version)
    except AssistantError as error:
        return _version(visit, doc_id, version, fault=str(error))
    status = taken.after.status.value.replace("_", " ")
    place = f"/staff/content/{quote(taken.after.doc_id)}/{quote(version)}"
    return RedirectResponse(f"{place}?{urlencode({'done': f'On record: it is now {status}.'})}", status_code=303)


def _list(visit: Visit, fault: str = "") -> Response:
    console = visit.console
    settings, today = console.settings, console.clock().date()
    corpus = console.content.corpus()
    served = {(d.doc_id, d.version) for d in servable_documents(corpus, today, settings.market)}
    answers = {answer.document.doc_id for answer in corpus.answers}
    lines = []
    for document in governed(corpus):
        reason = why_not_servable(document, today, settings.market)
        if reason is None and document.doc_id not in answers and (document.doc_id, document.version) not in served:
            reason = "a newer version is served"
        lines.append(Line(document, reason, review_overdue(document, today)))
    releases, live = _releases(settings.index_dir)
    return render(
        visit,
        "content.html",
        "Content",
        here="content",
        lines=lines,
        live=sum(line.reason is None for line in lines),
        stale=sum(line.reason is None and line.is_stale for line in lines),
        waiting=sum(line.document.status is DocumentStatus.IN_REVIEW for line in lines),
        market=settings.market,
        releases=releases,
        live_release=live,
        kept={release.release_id for release in releases if is_kept(settings.index_dir, release)},
        done=visit.request.query_params.get("done", ""),
        fault=fault,
    )


def _version(visit: Visit, doc_id: str, version: str, fault: str = "") -> Response:
    console = visit.console
    desk, today = console.content, console.clock().date()
    document = desk.find(doc_id, version)
    impact = find_impact(document.doc_id, desk.corpus(), console.database, console.audit)
    return render(
        visit,
        "content_document.html",
        document.title,
        here="content",
        document=document,
        standing=read_ledger(console.settings.ledger_path).find(document.doc_id, document.version),
        reason=why_not_servable(document, today, console.settings.market),
        is_stale=review_overdue(document, today),
        steps=[(step.value, LABELS[step], DATES.get(step)) for step in Step if document.status in STARTS[step]],
        history=desk.history(document.doc_id),
        counts=impact_to_json(impact)["counts"],
        has_preview=report_path(console.content_dir, document.doc_id).is_file(),
        is_shown=document.type != "approved_answer",
        done=visit.request.query_params.get("done", ""),
        fault=fault,
    )


def _releases(index_dir: Path) -> tuple[list[Release], Release | None]:
    try:
        return list(reversed(read_releases(index_dir)))[:SHOWN_RELEASES], live_release(index_dir)
    except IndexProblem:
        return [], None
