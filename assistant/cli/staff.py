"""`medinfo staff`: accounts of the people who work cases. Passwords are asked for, or read from a pipe; never given as an
argument."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from assistant.cli.opening import Store, open_store
from assistant.clock import utc_now
from assistant.errors import BadInput, NotFound
from assistant.settings import Settings
from assistant.triage import SYSTEM, StaffMember
from assistant.triage.accounts import StaffAccounts
from assistant.triage.roles import load_roles

app = typer.Typer(no_args_is_help=True, help="Accounts of the people who work cases.")
Email = Annotated[str, typer.Argument(help="E-mail address; it is the name to sign in with.")]


@app.callback()
def staff() -> None:
    """Accounts of the people who work cases."""


@app.command()
def add(
    email: Email,
    role: Annotated[list[str], typer.Option(help="triage, safety, quality, evaluator or admin; may be given several times.")],
    name: Annotated[str, typer.Option(help="How the person is shown.")] = "",
) -> None:
    """Add an account. The password is asked for twice, or read from standard input.

    Example: medinfo staff add anna@example.org --role triage --role safety --name "Anna Example"
    """
    password = _read_password()
    with open_store(Settings(), creates=True) as store:
        member = _accounts(store).add(SYSTEM, email=email, name=name, roles=role, password=password)
    print(f"added {member.email} with {', '.join(member.roles)}")


@app.command("list")
def list_accounts() -> None:
    """List all accounts."""
    with open_store(Settings(), creates=True) as store:
        for member in _accounts(store).everybody():
            print(f"{member.email:40} {', '.join(member.roles):32} {'active' if member.active else 'closed'}")


@app.command()
def close(email: Email) -> None:
    """Close an account and end its sessions; what the person did stays on record under their name."""
    with open_store(Settings()) as store:
        member = _find(store, email)
        _accounts(store).change(SYSTEM, member.staff_id, roles=member.roles, active=False)
    print(f"closed {member.email}")


def _accounts(store: Store) -> StaffAccounts:
    return StaffAccounts(store.database, store.audit, store.room.staff, load_roles(), utc_now)


def _find(store: Store, email: str) -> StaffMember:
    with store.database.read() as connection:
        member = store.room.staff.find_by_email(connection, email)
    if member is None:
        raise NotFound(f"there is no account for {email}")
    return member


def _read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first: str = typer.prompt("Password", hide_input=True)
    if first != typer.prompt("Once more", hide_input=True):
        raise BadInput("the two passwords differ")
    return first
