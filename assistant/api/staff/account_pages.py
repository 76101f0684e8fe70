"""One's own account: what one may do here, and one's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict

from assistant.api.staff.access import PageRoute, Visit, signed_in
from assistant.api.staff.layout import render
from assistant.errors import AssistantError, BadInput

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class PasswordForm(BaseModel):
    """The password as it is, and as it is to be, twice."""

    model_config = ConfigDict(extra="forbid")

    current: str
    new: str
    again: str


@router.get("/staff/account")
def show_account(visit: Annotated[Visit, Depends(signed_in)]) -> Response:
    """The account of who is signed in."""
    return _page(visit)


@router.post("/staff/account")
def change_password(visit: Annotated[Visit, Depends(signed_in)]) -> Response:
    """Change one's own password; everybody signed in to the account signs in anew."""
    try:
        form: PasswordForm = visit.parse(PasswordForm)
        if form.new != form.again:
            raise BadInput("The two new passwords differ.")
        visit.console.accounts.change_password(visit.actor, email=visit.member.email, current=form.current, new=form.new)
    except AssistantError as error:
        return _page(visit, error)
    return RedirectResponse("/staff/sign-in?changed=1", status_code=303)


def _page(visit: Visit, error: AssistantError | None = None) -> Response:
    actions = [name for name in visit.console.roles.actions if visit.allows(name)]
    status = 200 if error is None else error.status
    return render(visit, "account.html", "Your account", here="account", status=status, error=error, actions=actions)
