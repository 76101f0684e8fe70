"""The MCP server over streamable HTTP, stateless: each request stands for itself, so that any process may answer it.

It checks no credentials; whoever mounts it does, and names the caller in the request's scope.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Receive, Scope, Send


class HttpTransport:
    """Runs one server's requests; starts with the first one and ends with `close`. Belongs to one event loop."""

    def __init__(self, server: MCPServer[Any]) -> None:
        self._manager = StreamableHTTPSessionManager(server._lowlevel_server, json_response=True, stateless=True)
        self._started = asyncio.Event()
        self._ended = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        # The manager's task group must be entered and left by the same task.
        async with self._manager.run():
            self._started.set()
            await self._ended.wait()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._started.wait()
        await self._manager.handle_request(scope, receive, send)

    async def close(self) -> None:
        """End what still runs."""
        self._ended.set()
        with suppress(asyncio.CancelledError):
            await self._task
