"""`GET /api/answers/{answer_id}/letter.pdf`: a given answer as a response letter, for the session it was given to.

A letter quotes documents, so it is refused like they are once one of them may not be shown any more.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from assistant.api.errors import Gone
from assistant.api.schemas import error_responses
from assistant.api.service import CallerDep, Service, ServiceDep, address_of
from assistant.api.sources import NOT_SERVED
from assistant.errors import NotFound, Unavailable
from assistant.letter import Sender, write_letter
from assistant.storage import conversations as store
from assistant.storage.conversations import StoredAnswer

MEDIA_TYPE = "application/pdf"
router = APIRouter(tags=["ratings"])


@router.get(
    "/api/answers/{answer_id}/letter.pdf",
    response_class=Response,
    responses={200: {"description": "The letter.", "content": {MEDIA_TYPE: {}}}, **error_responses(401, 404, 410)},
)
def get_letter(request: Request, answer_id: str, service: ServiceDep, caller: CallerDep) -> Response:
    """Return a given answer as a letter of one or two pages (tagged PDF)."""
    service.limits.check("form", address_of(request))
    with service.database.read() as connection:
        answer = store.find_answer(connection, answer_id)
        is_own = store.owns_answer(connection, caller.session_id, answer_id)
    if answer is None or not is_own or answer.body is None:
        raise NotFound("There is no such answer in this session.")
    reviews = _check_documents(service, answer.body)
    settings = service.settings
    sender = Sender(
        market=settings.market,
        safety_way=settings.safety_phone or settings.safety_url,
        contact_phone=settings.contact_phone,
        is_demonstration="demonstration" in reviews,
    )
    headers = {"cache-control": "private, no-store", "content-disposition": f'attachment; filename="{_file_name(answer)}"'}
    return Response(write_letter(answer.body, answer.answered_at, sender), headers=headers, media_type=MEDIA_TYPE)


def _check_documents(service: Service, body: dict[str, Any]) -> set[str]:
    """Return how the documents were reviewed; `Gone` when one that the answer cites may not be shown as it was cited."""
    index = service.engine.index
    if index is None:
        raise Unavailable("The documents cannot be read just now. " + service.turns.degraded_message())
    today, market = service.clock().date(), service.settings.market
    for citation in body["citations"]:
        document = index.documents.get(citation["doc_id"])
        if document is None or document.version != citation["version"] or not index.servable(document.doc_id, today, market):
            raise Gone(NOT_SERVED)
    return {document.review for document in index.documents.values()}


def _file_name(answer: StoredAnswer) -> str:
    return f"medical-information-{answer.answered_at:%Y-%m-%d}.pdf"
