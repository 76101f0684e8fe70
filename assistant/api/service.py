"""Everything a route needs, wired once per process, and how a route gets at it and at who is calling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from assistant.api.engine import Engine, EngineSource
from assistant.api.keys import ApiKeys
from assistant.api.limits import RateLimits, open_limits
from assistant.api.metrics import Metrics
from assistant.api.replays import Replays
from assistant.api.threads import Threads
from assistant.api.tokens import Caller, Tokens
from assistant.api.turns import Turns
from assistant.clock import Clock
from assistant.errors import NotAllowed, NotSignedIn
from assistant.settings import Settings
from assistant.storage import AnchorFile, AuditLog, Database, NewId, Sealer, derive_key, load_key, new_id
from assistant.storage.backup import anchor_path
from assistant.triage import TriageRoom, open_room, parse_mail_server
from assistant.triage.dispatch import Carrier

SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service; all are always there, though what answers may lack an index."""

    settings: Settings
    clock: Clock
    database: Database
    audit: AuditLog
    anchors: AnchorFile | None
    room: TriageRoom
    turns: Turns
    tokens: Tokens
    limits: RateLimits
    replays: Replays
    keys: ApiKeys
    threads: Threads
    metrics: Metrics
    make_id: NewId

    @property
    def engine(self) -> Engine:
        """What answers now; it changes when a new index is built."""
        return self.turns.engine


def open_service(
    settings: Settings, engine: Engine | None, *, clock: Clock, make_id: NewId = new_id, carrier: Carrier | None = None
) -> Service:
    """Open the database and wire everything over it; `engine` is loaded from the settings' index when None.

    Raises:
        BadInput: a setting or key is wrong; the message says which.
    """
    secret = load_key(settings.secret_key, settings.data_dir / "secret.key", "MEDINFO_SECRET_KEY")
    sealer = Sealer(load_key(settings.case_key, settings.data_dir / "case.key", "MEDINFO_CASE_KEY"))
    database = Database(settings.resolved_database_url)
    audit = AuditLog(database, secret)
    smtp, webhook = settings.smtp_url, settings.webhook_key
    room = open_room(
        database,
        audit,
        sealer,
        clock=clock,
        targets=settings.desk_targets,
        mail=None if smtp is None else parse_mail_server(smtp.get_secret_value(), settings.mail_from),
        webhook_key=derive_key(secret, "webhooks") if webhook is None else webhook.get_secret_value().encode(),
        public_url=settings.public_url,
        carrier=carrier,
        make_id=make_id,
    )
    hosts = {issuer: key.get_secret_value() for issuer, key in settings.host_issuers.items()}
    return Service(
        settings=settings,
        clock=clock,
        database=database,
        audit=audit,
        anchors=AnchorFile(anchor_path(database.path)) if database.is_sqlite else AnchorFile(settings.data_dir / "anchors"),
        room=room,
        turns=Turns(
            database=database,
            audit=audit,
            intake=room.intake,
            engines=EngineSource(settings, engine),
            settings=settings,
            clock=clock,
            make_id=make_id,
        ),
        tokens=Tokens(secret, clock, lifetime=timedelta(minutes=settings.session_minutes), hosts=hosts),
        limits=open_limits(settings),
        replays=Replays(),
        keys=ApiKeys(database, audit, clock, make_id),
        threads=Threads(database, secret, clock),
        metrics=Metrics(),
        make_id=make_id,
    )


def get_service(request: Request) -> Service:
    """Return the service behind the app."""
    service: Service = request.app.state.service
    return service


def get_caller(request: Request) -> Caller:
    """Return who calls; `NotSignedIn` without a valid token."""
    caller = find_caller(request)
    if caller is None:
        raise NotSignedIn("Start a session first (POST /api/session) and send its token as Authorization: Bearer.")
    return caller


def find_caller(request: Request) -> Caller | None:
    """Return who calls, None without a token; a wrong token is an error all the same."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return None
    origin = request.headers.get("origin")
    return get_service(request).tokens.read(token.strip(), origin, must_have_origin=request.method not in SAFE_METHODS)


def check_origin(request: Request) -> str:
    """Return the origin of a request that is allowed here, empty without one (a program, not a page)."""
    origin = request.headers.get("origin")
    if origin is None:
        return ""
    settings = get_service(request).settings
    own = urlsplit(settings.public_url)
    same_host = urlsplit(origin).netloc == request.headers.get("host", "")
    if same_host or origin in {f"{own.scheme}://{own.netloc}", *settings.allowed_origins}:
        return origin
    raise NotAllowed("This site may not use the service: add its origin to allowed_origins.")


def address_of(request: Request) -> str:
    """Return the address a request came from, for counting only."""
    return request.client.host if request.client else "unknown"


# Asynchronous, though none waits for anything: a plain function would be sent through a thread for every request.
async def _depend_on_service(request: Request) -> Service:
    return get_service(request)


async def _depend_on_caller(request: Request) -> Caller:
    return get_caller(request)


async def _depend_on_caller_if_any(request: Request) -> Caller | None:
    return find_caller(request)


ServiceDep = Annotated[Service, Depends(_depend_on_service)]
CallerDep = Annotated[Caller, Depends(_depend_on_caller)]
MaybeCallerDep = Annotated[Caller | None, Depends(_depend_on_caller_if_any)]
