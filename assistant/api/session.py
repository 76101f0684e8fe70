"""`POST /api/session`: the asker confirms who they are and gets a token. What was confirmed is stored, with its wording's
version."""

from __future__ import annotations

from fastapi import APIRouter, Request

from assistant.api.schemas import SessionReply, SessionRequest, error_responses
from assistant.api.service import ServiceDep, address_of, check_origin
from assistant.storage import conversations as store
from assistant.storage.conversations import Session

router = APIRouter(tags=["session"])


@router.post("/api/session", responses=error_responses(400, 403, 408, 413, 415))
def start_session(request: Request, body: SessionRequest, service: ServiceDep) -> SessionReply:
    """Confirm that the asker is a healthcare professional and start a session."""
    service.limits.check("session", address_of(request))
    session = Session(
        session_id=service.make_id("ses"),
        created_at=service.clock(),
        source="attested",
        origin=check_origin(request),
        profession=body.attestation.profession,
        country=body.attestation.country,
        attestation=service.settings.attestation_version,
    )
    service.database.write(lambda connection: store.add_session(connection, session))
    token, expires_at = service.tokens.issue(session)
    return SessionReply(token=token, expires_at=expires_at)
