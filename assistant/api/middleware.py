"""What every request and reply passes through: limits on the body before anything reads it, security headers on the way out.

Plain ASGI, so that streams stay streams.
"""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.errors import TooLarge, TooSlow, WrongMediaType, body_for
from assistant.errors import AssistantError, BadInput

BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; require-trusted-types-for 'script'; frame-ancestors {ancestors}"
)
POLICY_HEADER = b"content-security-policy"
COMMON_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class BodyLimit:
    """Reads the whole body of a request before the app does: at most `max_bytes`, within `timeout_s`, JSON in UTF-8.

    Only paths under `json_prefixes` must be JSON; elsewhere the size and time alone are limited.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, timeout_s: float, json_prefixes: tuple[str, ...]) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s
        self._json_prefixes = json_prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body in one piece, or answer it with a 4xx."""
        if scope["type"] != "http" or scope["method"] not in BODY_METHODS:
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except AssistantError as error:
            # The rest of the body is not worth reading, so the connection ends here.
            headers = {"connection": "close"}
            content = body_for(scope["path"], error.status, error.code, error.message)
            await JSONResponse(content, error.status, headers)(scope, receive, send)
            return
        if body is not None:
            await self._app(scope, _replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        headers = Headers(scope=scope)
        self._check_headers(scope["path"], headers)
        try:
            async with asyncio.timeout(self._timeout_s):
                body = await self._collect(receive)
        except TimeoutError as error:
            raise TooSlow("The request did not arrive in time: please send it again.") from error
        if body is not None and self._is_json_path(scope["path"]):
            _check_text(body)
        return body

    def _is_json_path(self, path: str) -> bool:
        return path.startswith(self._json_prefixes)

    def _check_headers(self, path: str, headers: Headers) -> None:
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise BadInput("The content-length header is not a number.")
        if int(length) > self._max_bytes:
            raise TooLarge(f"A request may have at most {self._max_bytes} bytes.")
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise WrongMediaType("Compressed request bodies are not taken: send plain JSON.")
        kind, _, parameters = headers.get("content-type", "").partition(";")
        if self._is_json_path(path):
            if kind.strip().lower() != "application/json":
                raise WrongMediaType("Send JSON with content-type: application/json.")
            charset = parameters.lower().replace(" ", "").replace('"', "").removeprefix("charset=")
            if charset not in {"", "utf-8", "utf8"}:
                raise WrongMediaType("Send JSON in UTF-8.")

    async def _collect(self, receive: Receive) -> bytes | None:
        """Return the body; None when the client went away."""
        pieces: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > self._max_bytes:
                raise TooLarge(f"A request may have at most {self._max_bytes} bytes.")
            if not message.get("more_body", False):
                return b"".join(pieces)


def _check_text(body: bytes) -> None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("The body is not UTF-8.") from error


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


class SecurityHeaders:
    """Adds security headers to every reply that has not set its own.

    Args:
        page_paths: paths and prefixes (ending in `/`) whose replies are pages; the rest gets the policy of an interface.
        ancestors: who may frame the pages named in `framed_paths`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        page_paths: tuple[str, ...],
        framed_paths: frozenset[str],
        ancestors: tuple[str, ...],
        is_https: bool,
    ) -> None:
        self._app = app
        self._page_paths = page_paths
        self._framed_paths = framed_paths
        self._ancestors = " ".join(["'self'", *ancestors])
        common = COMMON_HEADERS | ({"strict-transport-security": "max-age=31536000; includeSubDomains"} if is_https else {})
        self._common = [(name.encode(), value.encode()) for name, value in common.items()]

    def _policy(self, path: str) -> bytes:
        return self._policy_text(path).encode()

    def _policy_text(self, path: str) -> str:
        if path in self._framed_paths:
            return PAGE_POLICY.format(ancestors=self._ancestors)
        is_page = any(
            path == page or (page.endswith("/") and page != "/" and path.startswith(page)) for page in self._page_paths
        )
        return PAGE_POLICY.format(ancestors="'none'") if is_page else API_POLICY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, adding headers to the start of the reply."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                set_already = {name.lower() for name, _ in message["headers"]}
                added = [*self._common, (POLICY_HEADER, self._policy(scope["path"]))]
                message["headers"] = [*message["headers"], *(pair for pair in added if pair[0] not in set_already)]
            await send(message)

        await self._app(scope, receive, send_with_headers)
