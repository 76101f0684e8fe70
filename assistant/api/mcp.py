"""`/mcp`: the MCP server over streamable HTTP, for programs with an API key.

The MCP library is imported at the first request that has a key: a service nobody uses this way neither waits for it nor holds
it in memory.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from assistant.api.asking import read_key
from assistant.api.errors import error_body, error_headers
from assistant.api.keys import caller_of
from assistant.api.service import Service
from assistant.errors import AssistantError, NotSignedIn
from assistant.storage.api_keys import ApiKey

if TYPE_CHECKING:
    from assistant.api.desk import ServiceDesk
    from assistant.mcp import HttpTransport

PATH = "/mcp"
_KEY = "medinfo.key"


class McpEndpoint:
    """An ASGI app: checks the key and its rate, then hands the request to the MCP server."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._opening = asyncio.Lock()
        self._transport: HttpTransport | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it in the one error shape."""
        try:
            scope[_KEY] = await to_thread.run_sync(lambda: self._check(Request(scope)))
        except AssistantError as error:
            refusal = JSONResponse(error_body(error.code, error.message), error.status, headers=error_headers(error))
            await refusal(scope, receive, send)
            return
        await (await self._open()).handle(scope, receive, send)

    async def close(self) -> None:
        """End what still runs."""
        if self._transport is not None:
            await self._transport.close()

    def _check(self, request: Request) -> ApiKey:
        key = read_key(self._service, request.headers.get("authorization", ""), None)
        if key is None:
            raise NotSignedIn("Send an API key as Authorization: Bearer (made with `medinfo keys add`).")
        return key

    async def _open(self) -> HttpTransport:
        async with self._opening:
            if self._transport is None:
                self._transport = await self._start()
        return self._transport

    async def _start(self) -> HttpTransport:
        await to_thread.run_sync(_import_library)
        from assistant.mcp import HttpTransport, build_server

        return HttpTransport(build_server(self._find_desk))

    def _find_desk(self, request: Any) -> ServiceDesk:
        from assistant.api.desk import ServiceDesk

        key: ApiKey = request.scope[_KEY]
        return ServiceDesk(self._service, caller_of(key, "", self._service.clock()), key.scopes)


def _import_library() -> None:
    import assistant.api.desk
    import assistant.mcp  # noqa: F401 - so that the event loop does not wait for it
