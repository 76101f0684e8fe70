"""`medinfo mcp`: the MCP server over standard input and output, for a client that starts programs itself.

It is a service of its own over the same data: questions are screened, stored and audited, reports open cases and are handed
over. Over HTTP the same server is part of `medinfo serve`, at /mcp.
"""

from __future__ import annotations

from typing import Annotated

import anyio
import typer

from assistant.cli.serve import configure_logs
from assistant.clock import utc_now
from assistant.errors import BadInput
from assistant.settings import Settings
from assistant.storage.conversations import Session

app = typer.Typer(add_completion=False, help="Serve the tools search, ask and get_passage to an MCP client.")


@app.command()
def mcp(
    profession: Annotated[str, typer.Option(help="Profession of everybody who asks through this client, as you attest.")],
    country: Annotated[str, typer.Option(help="Their country, as a two-letter code.")],
) -> None:
    """Serve an MCP client on standard input and output. By starting it you attest who asks.

    Example: medinfo mcp --profession physician --country US
    """
    from assistant.api.background import Background
    from assistant.api.desk import ServiceDesk
    from assistant.api.service import open_service
    from assistant.api.tokens import PROFESSIONS, Caller
    from assistant.mcp import build_server

    if profession not in PROFESSIONS or len(country) != 2:
        raise BadInput(f"--profession is one of {', '.join(PROFESSIONS)}, --country a two-letter code such as US")
    configure_logs()
    settings = Settings()
    service = open_service(settings, None, clock=utc_now)
    service.database.migrate()
    session = Session(
        session_id=service.make_id("ses"),
        created_at=utc_now(),
        source="attested",
        origin="",
        profession=profession,
        country=country.upper(),
        attestation=settings.attestation_version,
    )
    desk = ServiceDesk(service, Caller(session, is_stored=False))
    background = Background(service)
    background.start()
    try:
        anyio.run(build_server(lambda _request: desk).run_stdio_async)
    finally:
        background.stop()
        service.database.close()
