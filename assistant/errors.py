"""The one family of errors: each has a stable code, an HTTP status and a message that is safe to show and says what to do.

Raised low, rendered once (`assistant.api.errors` for HTTP, `assistant.cli` for the terminal, exit code 2).
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of every error a user may see.

    Attributes:
        code: stable, upper-case identifier for programs.
        status: HTTP status.
        retryable: whether the same request may succeed later.
    """

    code = "ERROR"
    status = 500
    retryable = False

    def __init__(self, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = retry_after_s


class BadInput(AssistantError):
    """The request cannot be used as it is; the message says what to change."""

    code = "BAD_INPUT"
    status = 400


class NotFound(AssistantError):
    """Nothing under that id."""

    code = "NOT_FOUND"
    status = 404


class NotAllowed(AssistantError):
    """Signed in or not, this caller may not do this."""

    code = "NOT_ALLOWED"
    status = 403


class NotSignedIn(AssistantError):
    """A token or session is missing, wrong or expired."""

    code = "NOT_SIGNED_IN"
    status = 401


class TooMany(AssistantError):
    """A rate limit was reached."""

    code = "TOO_MANY_REQUESTS"
    status = 429
    retryable = True


class Unavailable(AssistantError):
    """A part the request needs (index, database, model) is down; the message names it and what still works."""

    code = "UNAVAILABLE"
    status = 503
    retryable = True
