"""`medinfo serve`: the service on one address, until it is stopped.

One process serves; a second one beside it, over the same database, is safe. Logs are JSON lines on stderr and hold no text
that people wrote.
"""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from assistant.errors import BadInput, Unavailable
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.api.service import Service

app = typer.Typer(add_completion=False, help="Serve the API, the widget's demonstration page and the staff console.")
GRACE_S = 10
KEEP_ALIVE_S = 10


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    forwarded_by: Annotated[
        str, typer.Option(help="Proxies whose X-Forwarded-For is believed, comma-separated.")
    ] = "127.0.0.1",
    demo: Annotated[
        bool, typer.Option("--demo", help="Over a throw-away database with demonstration messages and accounts.")
    ] = False,
) -> None:
    """Serve the API, the demonstration page at / and the console at /staff.

    Example: medinfo serve --port 8000
    """
    configure_logs()
    listener = _listen(host, port)
    address = f"http://{_reachable(host)}:{listener.getsockname()[1]}"
    _run(_settings(address), listener, address, forwarded_by, demo=demo)


def _settings(address: str) -> Settings:
    """Return the settings; where they name no public address, it is the one listened on."""
    settings = Settings()
    return settings if "public_url" in settings.model_fields_set else settings.model_copy(update={"public_url": address})


def _check_model(settings: Settings) -> None:
    """Refuse to start generate mode with a model that cannot be opened; what to do is in the message."""
    if settings.mode == "generate":
        from assistant.generation.model import check_model

        check_model(settings)


def _reachable(host: str) -> str:
    """Return the host as a browser here names it."""
    named = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{named}]" if ":" in named else named


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything is loaded, so that a taken one is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise BadInput(f"cannot listen on {host} port {port} ({error.strerror}); choose another with --port") from error
    return listener


def _run(settings: Settings, listener: socket.socket, address: str, forwarded_by: str, *, demo: bool) -> None:
    import uvicorn

    from assistant.api.app import create_app
    from assistant.api.demo import demo_settings, fill_demo

    _check_model(settings)
    app = create_app(demo_settings(settings) if demo else settings)
    accounts = fill_demo(app.state.service) if demo else []
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=forwarded_by,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                print("\n".join(_greeting(address, app.state.service, accounts)), flush=True)

    # The server raises the interrupt again once it has stopped in order; there is nothing left to tell.
    with suppress(KeyboardInterrupt):
        Server(config).run(sockets=[listener])


def _greeting(address: str, service: Service, accounts: Sequence[str]) -> list[str]:
    """Return what is said once requests are accepted: where everything is, how to stop, what is still missing."""
    lines = [f"medinfo serves at {address} (chat widget: {address}/, staff console: {address}/staff). Stop with Ctrl-C."]
    lines += [f"  demonstration account {account}" for account in accounts]
    if service.engine.fault:
        lines.append(f"  It does not answer questions yet: {service.engine.fault}")
    if not _has_staff(service):
        lines.append('  No staff account yet: medinfo staff add you@example.org --role admin --name "Your Name"')
    return lines


def _has_staff(service: Service) -> bool:
    """Return whether there is an account; a database that cannot be read is told of elsewhere."""
    try:
        with service.database.read() as connection:
            return bool(service.room.staff.everybody(connection))
    except Unavailable:
        return True


def configure_logs() -> None:
    """Write logs as JSON lines to stderr."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
