"""One error shape for every route: `{"error": {"code", "message"}}`, no stack trace, nothing of what was sent.

Errors are raised low as `AssistantError` and rendered here, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.errors import AssistantError

OPENAI_PATHS = "/v1/"
# Type and code by status, as OpenAI's own service has them; a 5xx is one kind to its clients.
OPENAI_ERRORS = {
    400: ("invalid_request_error", "invalid_request"),
    401: ("authentication_error", "invalid_api_key"),
    403: ("permission_error", "insufficient_permissions"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
    500: ("server_error", "server_error"),
    503: ("server_error", "service_unavailable"),
}
log = structlog.get_logger("medinfo.api")


class TooLarge(AssistantError):
    """The request is larger than the service takes."""

    code = "TOO_LARGE"
    status = 413


class TooSlow(AssistantError):
    """The request did not arrive in time."""

    code = "TOO_SLOW"
    status = 408
    retryable = True


class WrongMediaType(AssistantError):
    """The body is not JSON in UTF-8."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class Gone(AssistantError):
    """The document may not be shown any more."""

    code = "GONE"
    status = 410


def error_body(code: str, message: str) -> dict[str, Any]:
    """Return the one error shape."""
    return {"error": {"code": code, "message": message}}


def openai_body(status: int, code: str, message: str, param: str | None = None) -> dict[str, Any]:
    """Return an error as OpenAI's clients read it; `param` is the field that is wrong."""
    kind, name = OPENAI_ERRORS.get(status, ("invalid_request_error", code.lower()))
    return {"error": {"message": message, "type": kind, "param": param, "code": name}}


def body_for(path: str, status: int, code: str, message: str, param: str | None = None) -> dict[str, Any]:
    """Return an error in the shape of the route: OpenAI's under `/v1/`, ours elsewhere."""
    return openai_body(status, code, message, param) if path.startswith(OPENAI_PATHS) else error_body(code, message)


def error_headers(error: AssistantError) -> dict[str, str]:
    """Return when to try again, where that is known or likely to help."""
    if error.retry_after_s is not None:
        return {"retry-after": str(error.retry_after_s)}
    return {"retry-after": "5"} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else {}


def add_error_handlers(app: FastAPI) -> None:
    """Render every error of every route in the one shape."""
    app.add_exception_handler(AssistantError, _render_known)
    app.add_exception_handler(RequestValidationError, _render_invalid)
    app.add_exception_handler(HTTPException, _render_http)
    app.add_exception_handler(Exception, _render_unknown)


def _render_known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AssistantError)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("unavailable", code=error.code, cause=type(error.__cause__).__name__ if error.__cause__ else None)
    body = body_for(request.url.path, error.status, error.code, error.message)
    return JSONResponse(body, error.status, headers=error_headers(error))


def _render_invalid(request: Request, error: Exception) -> JSONResponse:
    """Name the field and what is wrong with it, never its value: it may hold what a patient said."""
    assert isinstance(error, RequestValidationError)
    problems = [_describe(problem) for problem in error.errors()[:3]]
    message = " ".join(problems) or "The request cannot be read."
    field = next((where for where in map(_place, error.errors()) if where), None)
    return JSONResponse(body_for(request.url.path, 400, "BAD_INPUT", message, field), HTTPStatus.BAD_REQUEST)


def _describe(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "json_invalid":
        return "The body is not valid JSON."
    where = _place(problem)
    what = str(problem["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{where}: {what}." if where else f"{what}."


def _place(problem: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in problem["loc"] if part != "body")


def _render_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    message = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
        HTTPStatus.BAD_REQUEST: "The body cannot be read: send valid JSON in UTF-8.",
    }.get(status, status.phrase + ".")
    code = "BAD_INPUT" if status is HTTPStatus.BAD_REQUEST else status.name
    return JSONResponse(body_for(request.url.path, status, code, message), status, headers=dict(error.headers or {}))


def _render_unknown(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected", path=request.url.path, error=type(error).__name__)
    body = body_for(request.url.path, 500, "ERROR", "Something went wrong on our side. Please try again.")
    # This reply passes no middleware, so it carries the two headers that matter for an error itself.
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
    return JSONResponse(body, HTTPStatus.INTERNAL_SERVER_ERROR, headers)
