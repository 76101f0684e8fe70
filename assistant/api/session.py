"""`POST /api/session`: the asker confirms who they are and gets a token. What was confirmed is stored, with its wording's
version."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request

from assistant.api.schemas import SessionReply, SessionRequest, error_responses
from assistant.api.service import ServiceDep, address_of, check_origin
from assistant.errors import NotAllowed
from assistant.settings import Settings
from assistant.storage import conversations as store
from assistant.storage.conversations import Session

router = APIRouter(tags=["session"])
SITE_KEY = "x-site-key"


@router.post("/api/session", responses=error_responses(400, 403, 408, 413, 415))
def start_session(request: Request, body: SessionRequest, service: ServiceDep) -> SessionReply:
    """Confirm that the asker is a healthcare professional and start a session."""
    service.limits.check("session", address_of(request))
    origin = check_origin(request)
    _check_site_key(request, origin, service.settings)
    session = Session(
        session_id=service.make_id("ses"),
        created_at=service.clock(),
        source="attested",
        origin=origin,
        profession=body.attestation.profession,
        country=body.attestation.country,
        attestation=service.settings.attestation_version,
    )
    service.database.write(lambda connection: store.add_session(connection, session))
    token, expires_at = service.tokens.issue(session)
    return SessionReply(token=token, expires_at=expires_at)


def _check_site_key(request: Request, origin: str, settings: Settings) -> None:
    """Refuse a page of another host that does not send the public key of its site, where sites have keys."""
    is_own = not origin or urlsplit(origin).netloc == request.headers.get("host", "")
    if settings.site_keys and not is_own and origin not in settings.site_keys.get(request.headers.get(SITE_KEY, ""), ()):
        raise NotAllowed("This site needs its public key: set the attribute site-key to the one that site_keys has for it.")
