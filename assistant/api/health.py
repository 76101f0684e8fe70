"""Whether the service lives, whether it can answer, its figures, and what the widget shows that is not wording."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from assistant.api.service import Service, ServiceDep
from assistant.errors import Unavailable
from assistant.query.rules import read_rules
from assistant.triage import SYSTEM

router = APIRouter(tags=["operation"])


@router.get("/health/live")
def live() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "ok"}


@router.get("/health/ready", responses={503: {"description": "A part is down; the body names it."}})
def ready(service: ServiceDep) -> JSONResponse:
    """Say whether questions can be answered and reports kept, part by part."""
    parts = part_states(service)
    is_ready = all(state == "ok" for state in parts.values())
    index = service.engine.index
    body: dict[str, Any] = {"status": "ready" if is_ready else "degraded", "parts": parts}
    if index is not None:
        body["versions"] = {"index": index.version, "corpus": index.corpus_version}
    return JSONResponse(body, HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE)


def part_states(service: Service) -> dict[str, str]:
    """Return `ok` or what is wrong, for each part a turn needs."""
    try:
        database = "ok" if service.database.revision() is not None else "not migrated"
    except Unavailable:
        database = "down"
    return {
        "database": database,
        "screening": "ok",
        "index": "ok" if service.engine.index is not None else (service.engine.fault or "missing"),
    }


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(service: ServiceDep) -> Response:
    """Return figures for Prometheus: counts and times only."""
    figures = service.metrics
    states = part_states(service)
    figures.is_ready.set(float(all(state == "ok" for state in states.values())))
    if states["database"] == "ok":
        counts, alarms = service.room.service.counts(SYSTEM), service.room.service.alarms(SYSTEM)
        figures.open_cases.set(counts.open)
        figures.overdue_cases.set(counts.overdue)
        figures.undecided_reports.set(counts.safety_undecided)
        figures.targets_down.set(len(alarms.targets))
    return Response(figures.render(), media_type=CONTENT_TYPE_LATEST)


@router.get("/api/config")
def config(service: ServiceDep, response: Response) -> dict[str, Any]:
    """Return what the widget shows that is not wording. A field without a value is left out."""
    response.headers["cache-control"] = "public, max-age=60"
    settings, index = service.settings, service.engine.index
    known = {
        "market": settings.market,
        "documents": None if index is None else len(index.documents),
        "corpus_version": None if index is None else index.corpus_version,
        "demonstration": None if index is None else any(doc.review == "demonstration" for doc in index.documents.values()),
        "max_question_chars": settings.max_question_chars,
        "attestation_version": settings.attestation_version,
        "contact": _present({"phone": settings.contact_phone, "hours": settings.contact_hours}),
        "safety": _present({"phone": settings.safety_phone, "url": settings.safety_url}),
        "privacy_url": settings.privacy_url,
        "patient_url": settings.patient_url,
        "own_hosts": list(settings.own_hosts),
        "starters": list(settings.starters or read_rules("starters")["questions"]),
    }
    return _present(known)


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
