"""The app factory: wires every part, mounts every route. Besides the command line, the only place where that happens.

A service starts even when its index or its database does not: it says so at `/health/ready`, and says on every refused question
where to turn.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from assistant.api import assets, chat, forms, health, letters, mcp, openai, ratings, session, sources, staff
from assistant.api.background import Background
from assistant.api.engine import Engine
from assistant.api.errors import add_error_handlers
from assistant.api.middleware import BodyLimit, SecurityHeaders
from assistant.api.service import Service, open_service
from assistant.api.staff.evaluator import Evaluator
from assistant.clock import Clock, utc_now
from assistant.errors import Unavailable
from assistant.settings import Settings
from assistant.storage import NewId, new_id
from assistant.triage.dispatch import Carrier
from corpus import load_corpus, read_ledger

JSON_PREFIXES = ("/api/chat", "/api/session", "/api/answers", "/api/survey", "/api/cases", "/v1/", mcp.PATH)
ROUTERS = (
    chat.router,
    openai.router,
    session.router,
    ratings.router,
    letters.router,
    forms.router,
    sources.router,
    health.router,
    assets.router,
    staff.router,
)
# The last ones are what OpenAI's own client says of itself in a browser.
STAINLESS = ("arch", "lang", "os", "package-version", "retry-count", "runtime", "runtime-version", "timeout", "helper-method")
CORS_HEADERS = ["authorization", "content-type", "x-site-key", *(f"x-stainless-{name}" for name in STAINLESS)]
log = structlog.get_logger("medinfo.app")


def create_app(
    settings: Settings,
    engine: Engine | None = None,
    *,
    clock: Clock = utc_now,
    make_id: NewId = new_id,
    carrier: Carrier | None = None,
    runs_background: bool = True,
) -> FastAPI:
    """Return the app of a service.

    Args:
        engine: what answers; loaded from the settings' index when left out.
        carrier: what carries deliveries; e-mail and webhooks when left out.
        runs_background: whether hand-overs and deliveries run beside the requests.
    """
    service = open_service(settings, engine, clock=clock, make_id=make_id, carrier=carrier)
    endpoint = mcp.McpEndpoint(service)
    app = FastAPI(
        title="Medical information assistant",
        version=assets.RELEASE,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(service, endpoint, runs_background=runs_background),
    )
    app.state.service = service
    app.state.console = staff.open_console(
        settings,
        database=service.database,
        audit=service.audit,
        room=service.room,
        read_corpus=lambda: load_corpus(settings.corpus_dirs, ledger=read_ledger(settings.ledger_path)),
        clock=clock,
    )
    app.state.evaluator = Evaluator(settings, lambda: service.engine, clock)
    add_error_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.router.routes.append(Route(mcp.PATH, endpoint, methods=["GET", "POST", "DELETE"], include_in_schema=False))
    _add_middleware(app, settings)
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """Add what every request passes, innermost first."""
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(
        BodyLimit, max_bytes=settings.max_body_bytes, timeout_s=settings.body_timeout_s, json_prefixes=JSON_PREFIXES
    )
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.allowed_origins),
        allow_methods=["GET", "POST"],
        allow_headers=CORS_HEADERS,
        expose_headers=["retry-after", "x-vercel-ai-ui-message-stream"],
        max_age=600,
    )
    app.add_middleware(
        SecurityHeaders,
        page_paths=assets.PAGE_PATHS,
        framed_paths=assets.FRAMED_PATHS,
        ancestors=settings.allowed_origins,
        is_https=settings.public_url.startswith("https://"),
    )


def _lifespan(
    service: Service, endpoint: mcp.McpEndpoint, *, runs_background: bool
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[None]:
        try:
            service.database.migrate()
        except Unavailable as error:
            log.error("database not available", error=error.message)
        background = Background(service)
        if runs_background:
            background.start()
        yield
        await endpoint.close()
        if runs_background:
            background.stop()
        service.database.close()

    return run
