"""Signing in and out: password, or an identity provider. Rate-limited by address here, by account in the register.

The sign-in form has no session yet, so its proof against forged forms is a cookie and a field that must agree, and the
browser's own word on where the request comes from.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.api.staff.access import (
    Fields,
    PageRoute,
    Visit,
    cookie_name,
    read_fields,
    require_own_origin,
    safe_return,
    signed_in,
)
from assistant.api.staff.console import Console, get_console
from assistant.api.staff.oidc import Handshake, new_handshake
from assistant.errors import AssistantError, NotAllowed, NotSignedIn, TooMany

router = APIRouter(route_class=PageRoute, include_in_schema=False)
FORM_COOKIE = "medinfo_sign_in"
HANDSHAKE_COOKIE = "medinfo_oidc"
HANDSHAKE_S = 600
ConsoleParts = Annotated[Console, Depends(get_console)]


@router.get("/staff/sign-in")
def show_sign_in(request: Request, console: ConsoleParts) -> Response:
    """The form."""
    expired = "expired" in request.query_params or "next" in request.query_params
    changed = "Your password was changed. Please sign in with the new one." if "changed" in request.query_params else ""
    notice = changed or ("Please sign in to go on." if expired else "")
    return _form(console, target=safe_return(request.query_params.get("next")), notice=notice)


@router.post("/staff/sign-in")
def sign_in(request: Request, console: ConsoleParts, fields: Annotated[Fields, Depends(read_fields)]) -> Response:
    """Check the password and start a session with a new token."""
    target = safe_return(fields.get("next"))
    require_own_origin(request, console)
    sent, kept = str(fields.get("csrf", "")), request.cookies.get(FORM_COOKIE, "")
    if not kept or not hmac.compare_digest(sent.encode(), kept.encode()):
        return _form(console, target=target, error="This form was open for too long: please try again.", status=400)
    try:
        _require_rate(request, console)
        token = console.accounts.sign_in(str(fields.get("email", "")), str(fields.get("password", "")))
    except (NotSignedIn, TooMany) as error:
        return _form(console, target=target, error=error.message, email=str(fields.get("email", ""))[:254], status=error.status)
    return _welcome(console, token, target)


@router.post("/staff/sign-out")
def sign_out(visit: Annotated[Visit, Depends(signed_in)]) -> Response:
    """End the session here and in the browser."""
    name = cookie_name(visit.console)
    visit.console.accounts.sign_out(visit.request.cookies.get(name, ""))
    response = RedirectResponse("/staff/sign-in", status_code=303)
    response.delete_cookie(name, path="/", secure=visit.console.is_https, httponly=True, samesite="lax")
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


@router.get("/staff/sign-in/oidc")
def start_oidc(request: Request, console: ConsoleParts) -> Response:
    """Send the browser to the identity provider."""
    if console.provider is None:
        raise NotAllowed("Single sign-on is not set up here (oidc_issuer).")
    _require_rate(request, console)
    handshake = new_handshake()
    response = RedirectResponse(console.provider.start_url(handshake), status_code=303)
    kept = ".".join((handshake.state, handshake.nonce, handshake.verifier))
    _set_cookie(response, console, HANDSHAKE_COOKIE, kept, max_age=HANDSHAKE_S)
    return response


@router.get("/staff/sign-in/oidc/callback")
def finish_oidc(request: Request, console: ConsoleParts) -> Response:
    """Take the code the provider sent back."""
    if console.provider is None:
        raise NotAllowed("Single sign-on is not set up here (oidc_issuer).")
    query = request.query_params
    try:
        _require_rate(request, console)
        handshake = _read_handshake(request)
        if "code" not in query:
            raise NotSignedIn("The identity provider did not sign you in: try again or ask its administrator.")
        identity = console.provider.finish(handshake, code=query["code"], state=query.get("state", ""), at=console.clock())
        token = console.accounts.sign_in_identity(identity.issuer, identity.subject, identity.email)
    except AssistantError as error:
        return _form(console, target="/staff/queue", error=error.message, status=error.status)
    response = _welcome(console, token, "/staff/queue")
    response.delete_cookie(HANDSHAKE_COOKIE, path="/staff")
    return response


def _read_handshake(request: Request) -> Handshake:
    parts = request.cookies.get(HANDSHAKE_COOKIE, "").split(".")
    if len(parts) != 3:
        raise NotSignedIn("Single sign-on took too long or was started in another browser: start again.")
    return Handshake(*parts)


def _require_rate(request: Request, console: Console) -> None:
    address = request.client.host if request.client else "unknown"
    if not console.sign_ins.hit(console.sign_in_rate, "staff-sign-in", address):
        raise TooMany("Too many attempts from this address. Try again in a minute.", retry_after_s=60)


def _welcome(console: Console, token: str, target: str) -> Response:
    response = RedirectResponse(target, status_code=303)
    # Lax, not Strict: a link in an alert e-mail must open the case for somebody who is signed in.
    _set_cookie(response, console, cookie_name(console), token, path="/")
    response.delete_cookie(FORM_COOKIE, path="/staff")
    return response


def _form(console: Console, *, target: str, notice: str = "", error: str = "", email: str = "", status: int = 200) -> Response:
    token = secrets.token_urlsafe(32)
    page = console.pages.render(
        "sign_in.html",
        {
            "title": "Sign in",
            "csrf": token,
            "next": target,
            "notice": notice,
            "error": error,
            "email": email,
            "provider_label": console.provider_label if console.provider else "",
        },
    )
    response = HTMLResponse(page, status_code=status)
    _set_cookie(response, console, FORM_COOKIE, token, max_age=3600)
    return response


def _set_cookie(
    response: Response, console: Console, name: str, value: str, *, path: str = "/staff", max_age: int | None = None
) -> None:
    response.set_cookie(name, value, max_age=max_age, path=path, secure=console.is_https, httponly=True, samesite="lax")
