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


def _render_known(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AssistantError)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("unavailable", code=error.code, cause=type(error.__cause__).__name__ if error.__cause__ else None)
    return JSONResponse(error_body(error.code, error.message), error.status, headers=error_headers(error))


def _render_invalid(_request: Request, error: Exception) -> JSONResponse:
    """Name the field and what is wrong with it, never its value: it may hold what a patient said."""
    assert isinstance(error, RequestValidationError)
    problems = [_describe(problem) for problem in error.errors()[:3]]
    return JSONResponse(error_body("BAD_INPUT", " ".join(problems) or "The request cannot be read."), HTTPStatus.BAD_REQUEST)


def _describe(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "json_invalid":
        return "The body is not valid JSON."
    where = ".".join(str(part) for part in problem["loc"] if part != "body")
    what = str(problem["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{where}: {what}." if where else f"{what}."


def _render_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    message = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
        HTTPStatus.BAD_REQUEST: "The body cannot be read: send valid JSON in UTF-8.",
    }.get(status, status.phrase + ".")
    code = "BAD_INPUT" if status is HTTPStatus.BAD_REQUEST else status.name
    return JSONResponse(error_body(code, message), status, headers=dict(error.headers or {}))


def _render_unknown(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected", path=request.url.path, error=type(error).__name__)
    body = error_body("ERROR", "Something went wrong on our side. Please try again.")
    # This reply passes no middleware, so it carries the two headers that matter for an error itself.
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
    return JSONResponse(body, HTTPStatus.INTERNAL_SERVER_ERROR, headers)
