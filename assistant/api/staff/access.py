"""Who may come in: the session cookie, the proof against forged forms, one permission per route, and what every reply carries.

A route says which action of the role table it needs (`may("list")`); without a session a page leads to sign-in and the JSON
interface answers 401. A form or JSON body that changes anything must carry the token of its session and come from our own
origin. Errors become a page for people and `{"error": {"code", "message"}}` for programs; neither shows a stack trace.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from assistant.api.staff.console import Console, get_console
from assistant.errors import AssistantError, BadInput, NotAllowed, NotSignedIn
from assistant.triage import Actor, StaffMember
from assistant.triage.accounts import StaffSession

MAX_BODY_BYTES = 1_000_000
SAFE_METHODS = frozenset({"GET", "HEAD"})
# Read by pages themselves, not by people.
LIVE_PATH = "/api/staff/live"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """A request by somebody signed in. `fields` is the form or the JSON object that was sent."""

    console: Console
    session: StaffSession
    request: Request
    fields: Fields

    @property
    def member(self) -> StaffMember:
        """Who asks."""
        return self.session.member

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.session.member.actor

    def allows(self, action: str) -> bool:
        """Whether the person may do this."""
        return self.console.roles.allows(self.actor, action)

    def parse(self, model: type[BaseModel]) -> Any:
        """Return the fields as `model`; `BadInput` names the first that is wrong."""
        try:
            return model.model_validate(self._given(model))
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]).replace("_", " ") if first["loc"] else "form"
            raise BadInput(f"Please check “{name}”: {first['msg']}.") from error

    def _given(self, model: type[BaseModel]) -> dict[str, Any]:
        """Return the fields the model knows; a field left empty in a form counts as not given where it may be left out."""
        known = {name: value for name, value in self.fields.items() if name in model.model_fields}
        return {name: value for name, value in known.items() if value != "" or model.model_fields[name].is_required()}


def cookie_name(console: Console) -> str:
    """Return the session cookie's name; over TLS the prefix makes browsers refuse one set by another host."""
    return "__Host-medinfo_staff" if console.is_https else "medinfo_staff"


async def read_fields(request: Request) -> Fields:
    """Return the form fields (a list where a name comes more than once) or the JSON object of a request that changes
    something."""
    if request.method in SAFE_METHODS:
        return {}
    if int(request.headers.get("content-length") or 0) > MAX_BODY_BYTES:
        raise BadInput(f"At most {MAX_BODY_BYTES // 1000} kB can be sent at once.")
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = await request.json()
        except (JSONDecodeError, UnicodeDecodeError) as error:
            raise BadInput("The body is not JSON.") from error
        if not isinstance(body, dict):
            raise BadInput("The body must be a JSON object.")
        return body
    return _form_fields(await request.form(max_files=1, max_fields=200))


def _form_fields(form: FormData) -> Fields:
    fields = {}
    for name in form:
        values = form.getlist(name)
        fields[name] = values[0] if len(values) == 1 else values
    return fields


def signed_in(
    request: Request,
    fields: Annotated[Fields, Depends(read_fields)],
    console: Annotated[Console, Depends(get_console)],
) -> Visit:
    """Return the visit of a signed-in member of staff; everything that changes something must prove where it comes from."""
    token = request.cookies.get(cookie_name(console), "")
    # A page that refreshes itself says so; only what a person does keeps a session alive.
    is_use = "x-refresh" not in request.headers and request.url.path != LIVE_PATH
    session = console.accounts.session(token, is_use=is_use)
    if request.method not in SAFE_METHODS:
        require_own_origin(request, console)
        sent = request.headers.get("x-csrf-token") or fields.get("csrf") or ""
        if not isinstance(sent, str) or not session.is_own(sent):
            raise NotAllowed("This form is too old or came from elsewhere: go back, load the page again and repeat.")
    return Visit(console, session, request, fields)


def require_own_origin(request: Request, console: Console) -> None:
    """Refuse a request that a browser says another site sent."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        raise NotAllowed("This request came from another site.")
    if origin is not None and urlsplit(origin).netloc not in {request.url.netloc, urlsplit(console.public_url).netloc}:
        raise NotAllowed("This request came from another site.")


def may(action: str) -> Any:
    """Return the dependency of a route that needs `action` of the role table."""

    def check(visit: Annotated[Visit, Depends(signed_in)]) -> Visit:
        visit.console.roles.require(visit.actor, action)
        return visit

    return Depends(check)


def safe_return(target: object, default: str = "/staff/queue") -> str:
    """Return a path of the console to go back to, never an address elsewhere."""
    if not isinstance(target, str) or not target.startswith("/staff/") or "\\" in target or "//" in target:
        return default
    return default if any(ord(char) < 32 for char in target) else target


class JsonRoute(APIRoute):
    """A route for programs: errors in the one shape."""

    def get_route_handler(self) -> Handler:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                response = await handle(request)
            except AssistantError as error:
                response = json_error(error)
            except RequestValidationError as error:
                response = json_error(_as_bad_input(error))
            response.headers.update(HEADERS)
            return response

        return guarded


class PageRoute(APIRoute):
    """A route for people: errors as a page, no session as the way to sign in."""

    def get_route_handler(self) -> Handler:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                response = await handle(request)
            except NotSignedIn:
                response = _to_sign_in(request)
            except AssistantError as error:
                response = error_page(request, error)
            except RequestValidationError as error:
                response = error_page(request, _as_bad_input(error))
            response.headers.update(HEADERS)
            return response

        return guarded


def json_error(error: AssistantError) -> Response:
    """Return an error in the one shape."""
    headers = {} if error.retry_after_s is None else {"retry-after": str(error.retry_after_s)}
    body = {"error": {"code": error.code, "message": error.message}}
    return JSONResponse(body, status_code=error.status, headers=headers)


def error_page(request: Request, error: AssistantError) -> Response:
    """Return an error as a page that says what to do."""
    console = get_console(request)
    back = safe_return(urlsplit(request.headers.get("referer", "")).path)
    page = console.pages.render("error.html", {"error": error, "back": back, "title": "Not done", "status": error.status})
    headers = {} if error.retry_after_s is None else {"retry-after": str(error.retry_after_s)}
    return HTMLResponse(page, status_code=error.status, headers=headers)


def _as_bad_input(error: RequestValidationError) -> BadInput:
    first = error.errors()[0]
    return BadInput(f"Please check “{first['loc'][-1]}”: {first['msg']}.")


def _to_sign_in(request: Request) -> Response:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    after = f"?next={quote(path)}" if request.method in SAFE_METHODS else "?expired=1"
    return RedirectResponse(f"/staff/sign-in{after}", status_code=303)
