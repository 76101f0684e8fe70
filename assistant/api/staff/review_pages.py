"""Reading what nobody flagged: the quality sample of a day, the content gaps, the samples for the evaluation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.staff.access import PageRoute, Visit, may
from assistant.api.staff.case_view import turn_of
from assistant.api.staff.layout import render
from assistant.errors import BadInput
from assistant.triage.review import MISSED, agreement
from assistant.triage.sample_set import APPROVED, REFUSED
from assistant.types import Code

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class SampleLabelForm(BaseModel):
    """A reader's label of a sampled answer."""

    model_config = ConfigDict(extra="forbid")

    label: str
    comment: str = ""
    sentence: int | None = Field(default=None, ge=1)
    code: Code | None = None


class GapForm(BaseModel):
    """What is to happen with a gap."""

    model_config = ConfigDict(extra="forbid")

    status: str
    comment: str = ""


class DecideForm(BaseModel):
    """Whether a proposed sample is good."""

    model_config = ConfigDict(extra="forbid")

    is_approved: bool


def read_day(visit: Visit, default: date) -> date:
    """Return the day in the address."""
    given = visit.request.query_params.get("day") or str(visit.fields.get("day", ""))
    if not given:
        return default
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BadInput("The day must be written as 2026-11-22.") from error


@router.get("/staff/quality")
def show_sample(visit: Annotated[Visit, may("label_answer")]) -> Response:
    """The sample of a day, yesterday's at first."""
    console = visit.console
    day = read_day(visit, console.reports.today() - timedelta(days=1))
    sample = console.review.day(visit.actor, day)
    labels = [label for chat in sample.chats for label in chat.labels]
    routing = console.triage.routing
    return render(
        visit,
        "quality.html",
        "Quality sample",
        here="quality",
        sample=sample,
        today=console.reports.today(),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        turns=[turn_of(chat.message, chat.answer, (), labels) for chat in sample.chats],
        labels=console.review.policy.labels,
        missed=MISSED,
        agreement=agreement,
        names=console.names(),
        case_codes=[(code.value, route.title) for code, route in routing.routes.items()],
        opened=visit.request.query_params.get("opened", "")[:20],
        done="done" in visit.request.query_params,
    )


@router.post("/staff/quality/{message_id}")
def label_sample(message_id: str, visit: Annotated[Visit, may("label_answer")]) -> Response:
    """Keep a label; a missed report becomes a case."""
    day = read_day(visit, visit.console.reports.today())
    form: SampleLabelForm = visit.parse(SampleLabelForm)
    opened = visit.console.review.label(
        visit.actor, message_id, form.label, comment=form.comment, sentence=form.sentence, code=form.code
    )
    after = f"opened={opened.case_id}" if opened else "done=1"
    return RedirectResponse(f"/staff/quality?day={day}&{after}", status_code=303)


@router.get("/staff/gaps")
def show_gaps(visit: Annotated[Visit, may("list")]) -> Response:
    """What was asked and no approved document answered."""
    gaps, wanted = visit.console.gaps, visit.request.query_params.get("status", "open")
    if wanted not in {"all", *gaps.statuses}:
        raise BadInput("The list has no such status: go back and choose again.")
    everything = gaps.list(visit.actor)
    return render(
        visit,
        "gaps.html",
        "Content gaps",
        here="gaps",
        gaps=[gap for gap in everything if wanted in {"all", gap.status}],
        wanted=wanted,
        statuses=gaps.statuses,
        counts={name: sum(gap.status == name for gap in everything) for name in gaps.statuses},
        total=len(everything),
        names=visit.console.names(),
    )


@router.post("/staff/gaps/{message_id}")
def decide_gap(message_id: str, visit: Annotated[Visit, may("label_answer")]) -> Response:
    """Note what is to happen with a gap."""
    form: GapForm = visit.parse(GapForm)
    visit.console.gaps.decide(visit.actor, message_id, form.status, form.comment)
    return RedirectResponse(f"/staff/gaps?status={form.status}", status_code=303)


@router.get("/staff/test-set")
def show_samples(visit: Annotated[Visit, may("list")]) -> Response:
    """Proposals that wait for a second person, and what was decided."""
    samples = visit.console.samples
    return render(
        visit,
        "test_set.html",
        "Test set",
        here="test-set",
        waiting=samples.list(visit.actor),
        approved=samples.list(visit.actor, decision=APPROVED),
        refused=samples.list(visit.actor, decision=REFUSED),
        names=visit.console.names(),
    )


@router.post("/staff/test-set/{sample_id}")
def decide_sample(sample_id: str, visit: Annotated[Visit, may("label_answer")]) -> Response:
    """Approve or refuse a proposal."""
    form: DecideForm = visit.parse(DecideForm)
    visit.console.samples.decide(visit.actor, sample_id, is_approved=form.is_approved)
    return RedirectResponse("/staff/test-set", status_code=303)
