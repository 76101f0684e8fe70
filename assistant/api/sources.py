"""Cited passages and documents: as JSON for the widget, as a page for a person. Only what may be served today is shown.

Reading needs no session: a citation must open wherever the answer was printed or mailed to. A document that was withdrawn,
superseded or has expired is answered with 410, never with its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FunctionLoader, Template, select_autoescape

from assistant.api.errors import Gone
from assistant.api.schemas import DocumentBody, PassageBody, error_responses
from assistant.api.service import Service, ServiceDep, address_of
from assistant.api.source_text import document_tree, render_document
from assistant.errors import NotFound, Unavailable
from assistant.wire import locator_to_json, reference_to_json
from corpus.types import Document
from index.types import KnowledgeIndex, Passage

router = APIRouter(tags=["sources"])
NOT_SERVED = "This document is under review and may not be shown now. Please contact medical information."


@router.get("/api/passages/{chunk_id}", responses=error_responses(404, 410), response_model_exclude_none=True)
def get_passage(
    request: Request, chunk_id: str, service: ServiceDep, *, start: int | None = None, end: int | None = None
) -> PassageBody:
    """Return a cited passage in its section; `body` has the stretch from `start` to `end` (code points of the document)
    marked, or the whole passage without them."""
    index = _index(request, service)
    passage = index.passages.get(chunk_id)
    if passage is None:
        raise NotFound("There is no such passage: the documents may have changed since the answer was given.")
    document = read_servable(service, index, passage.doc_id)
    first, last = (passage.start, passage.end) if start is None or end is None else (start, end)
    section_start, section_end = section_span(index, passage)
    text = document.text[section_start:section_end]
    return PassageBody.model_validate(
        {
            "chunk_id": passage.chunk_id,
            "doc_id": document.doc_id,
            "title": document.title,
            "version": document.version,
            "status": document.status.value,
            "effective_date": document.effective_date,
            "review_due": document.review_due,
            "section": " › ".join(passage.heading_path),
            "locator": locator_to_json(passage.locator),
            "text": text,
            "start": section_start,
            "body": document_tree(text, first - section_start, last - section_start),
            "url": f"/sources/{document.doc_id}?chunk={passage.chunk_id}",
        }
    )


@router.get("/api/documents/{doc_id}", responses=error_responses(404, 410), response_model_exclude_none=True)
def get_document(request: Request, doc_id: str, service: ServiceDep) -> DocumentBody:
    """Return a document with its whole text; offsets of citations count code points of it."""
    document = read_servable(service, _index(request, service), doc_id)
    return DocumentBody.model_validate(
        {
            "doc_id": document.doc_id,
            "title": document.title,
            "type": document.type,
            "topic": document.topic,
            "version": document.version,
            "status": document.status.value,
            "review": document.review,
            "effective_date": document.effective_date,
            "review_due": document.review_due,
            "expires_date": document.expires_date,
            "market": list(document.market),
            "audience": document.audience,
            "owner": document.owner,
            "references": [reference_to_json(reference) for reference in document.references],
            "sources": list(document.sources),
            "text": document.text,
            "sha256": document.sha256,
            "url": f"/sources/{document.doc_id}",
        }
    )


@router.get("/sources/{doc_id}", response_class=HTMLResponse, responses=error_responses(400, 404, 410))
def show_source(
    request: Request,
    doc_id: str,
    service: ServiceDep,
    *,
    start: int | None = None,
    end: int | None = None,
    chunk: str | None = None,
) -> HTMLResponse:
    """Show a document as a page, with the cited stretch marked: `start` and `end` in code points, or a `chunk`."""
    index = _index(request, service)
    document = read_servable(service, index, doc_id)
    passage = index.passages.get(chunk) if chunk is not None else None
    if passage is not None and passage.doc_id == doc_id and start is None:
        start, end = passage.start, passage.end
    body = render_document(document.text, start, end)
    page = _template().render(
        document=document,
        body=body,
        has_passage='id="passage"' in body,
        is_past_review=service.clock().date() > document.review_due,
        market=service.settings.market,
        contact_phone=service.settings.contact_phone,
        safety_phone=service.settings.safety_phone,
        safety_url=service.settings.safety_url,
    )
    return HTMLResponse(page)


@router.get("/sources.css", include_in_schema=False)
def source_style() -> Response:
    """Return the style sheet of the source pages."""
    css = files("assistant").joinpath("templates", "source.css").read_text(encoding="utf-8")
    return Response(css, media_type="text/css", headers={"cache-control": "public, max-age=300"})


def _index(request: Request, service: Service) -> KnowledgeIndex:
    service.limits.check("read", address_of(request))
    if service.engine.index is None:
        raise Unavailable("The documents cannot be read just now. " + service.turns.degraded_message())
    return service.engine.index


def read_servable(service: Service, index: KnowledgeIndex, doc_id: str) -> Document:
    """Return a document that may be shown today; `NotFound` or `Gone` otherwise."""
    document = index.documents.get(doc_id)
    if document is None:
        raise NotFound("There is no such document.")
    if not index.servable(doc_id, service.clock().date(), service.settings.market):
        raise Gone(NOT_SERVED)
    return document


def section_span(index: KnowledgeIndex, passage: Passage) -> tuple[int, int]:
    """Return the stretch of the whole section that a passage is part of: its neighbours under the same headings."""
    same = _neighbours([other for other in index.passages.values() if other.doc_id == passage.doc_id], passage)
    return min(other.start for other in same), max(other.end for other in same)


def _neighbours(passages: Sequence[Passage], passage: Passage) -> list[Passage]:
    """Return the unbroken run of passages around one that share its headings."""
    ordered = sorted(passages, key=lambda other: other.ordinal)
    at = next(position for position, other in enumerate(ordered) if other.chunk_id == passage.chunk_id)
    first = last = at
    while first > 0 and ordered[first - 1].heading_path == passage.heading_path:
        first -= 1
    while last + 1 < len(ordered) and ordered[last + 1].heading_path == passage.heading_path:
        last += 1
    return ordered[first : last + 1]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    folder = files("assistant").joinpath("templates")
    return Environment(
        loader=FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template() -> Template:
    return _environment().get_template("source.html")
