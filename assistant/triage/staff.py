"""Staff accounts: argon2id passwords, roles from the policy, sessions by an unguessable token of which only a hash is stored.

Five wrong passwords in a row lock an account for a while. A wrong address takes as long as a wrong password and says the same.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, delete, insert, select, update

from assistant.errors import BadInput, NotSignedIn, TooMany
from assistant.storage import NewId, new_id
from assistant.storage.tables import staff, staff_sessions
from assistant.triage.roles import RoleTable
from assistant.triage.types import Actor

MIN_PASSWORD_CHARS = 12
MAX_PASSWORD_CHARS = 256
MAX_FAILED_SIGN_INS = 5
LOCKED_FOR = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=12)
IDLE_LIFETIME = timedelta(minutes=60)
TOKEN_BYTES = 32
WRONG = "The e-mail address or the password is wrong."


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person who works cases."""

    staff_id: str
    email: str
    name: str
    roles: tuple[str, ...]
    active: bool

    @property
    def actor(self) -> Actor:
        """The person as an actor of the triage room."""
        return Actor(self.staff_id, frozenset(self.roles))


@dataclass(frozen=True, slots=True)
class SignIn:
    """What somebody who signs in is checked against; `staff_id` is None for an address that is no account."""

    staff_id: str | None
    password_hash: str


class StaffRegister:
    """Accounts and sign-in, in the caller's transaction."""

    def __init__(self, roles: RoleTable, make_id: NewId = new_id) -> None:
        self._roles = roles
        self._make_id = make_id
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def add(
        self, connection: Connection, *, email: str, name: str, roles: tuple[str, ...], password_hash: str, at: datetime
    ) -> StaffMember:
        """Create an account; `BadInput` says what is wrong with the input. The hash is made beforehand (`hash_password`)."""
        email = email.strip().lower()
        if "@" not in email or len(email) > 254:
            raise BadInput(f"{email!r} is no e-mail address.")
        if unknown := sorted(set(roles) - set(self._roles.roles)) or ([] if roles else ["none"]):
            raise BadInput(f"Unknown role: {', '.join(unknown)}. Roles: {', '.join(self._roles.roles)}.")
        if self.find_by_email(connection, email) is not None:
            raise BadInput(f"There is an account for {email} already.")
        member = StaffMember(self._make_id("stf"), email, name.strip() or email, tuple(sorted(set(roles))), active=True)
        connection.execute(
            insert(staff).values(
                staff_id=member.staff_id,
                email=email,
                name=member.name,
                password_hash=password_hash,
                roles=list(member.roles),
                active=True,
                failed_sign_ins=0,
                locked_until=None,
                created_at=at,
            )
        )
        return member

    def everybody(self, connection: Connection) -> list[StaffMember]:
        """Return all accounts by name."""
        return [_member(row) for row in connection.execute(select(staff).order_by(staff.c.name, staff.c.staff_id)).all()]

    def find_by_email(self, connection: Connection, email: str) -> StaffMember | None:
        """Return an account, None when unknown."""
        row = connection.execute(select(staff).where(staff.c.email == email.strip().lower())).first()
        return None if row is None else _member(row)

    def deactivate(self, connection: Connection, staff_id: str) -> None:
        """Close an account and end its sessions."""
        connection.execute(update(staff).where(staff.c.staff_id == staff_id).values(active=False))
        connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))

    def find_sign_in(self, connection: Connection, email: str, at: datetime) -> SignIn:
        """Return what a password is checked against; `TooMany` while the account waits."""
        row = connection.execute(select(staff).where(staff.c.email == email.strip().lower())).first()
        if row is None:
            return SignIn(None, self._nobody)
        _require_unlocked(row, at)
        return SignIn(row.staff_id, row.password_hash)

    def note_sign_in(self, connection: Connection, staff_id: str, *, is_right: bool, at: datetime) -> StaffMember | None:
        """Count a sign-in; return the account when the password was right and it is active, else None.

        A separate step from `start_session`, so that the count of a failure is committed. What was tried while other
        failures locked the account is refused (`TooMany`), whether right or wrong.
        """
        row = connection.execute(select(staff).where(staff.c.staff_id == staff_id).with_for_update()).one()
        _require_unlocked(row, at)
        failed = 0 if is_right else row.failed_sign_ins + 1
        locked_until = at + LOCKED_FOR if failed >= MAX_FAILED_SIGN_INS else None
        values = {"failed_sign_ins": 0 if locked_until else failed, "locked_until": locked_until}
        connection.execute(update(staff).where(staff.c.staff_id == row.staff_id).values(**values))
        return _member(row) if is_right and row.active else None

    def hash_password(self, password: str) -> str:
        """Return the hash of a password that is long enough. Takes its time: never inside a transaction."""
        if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
            raise BadInput(f"A password needs {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters.")
        return self._hasher.hash(password)

    def matches(self, password_hash: str, password: str) -> bool:
        """Return whether a password is the one of a hash. Takes its time: never inside a transaction."""
        try:
            return self._hasher.verify(password_hash, password[:MAX_PASSWORD_CHARS])
        except (VerificationError, InvalidHashError):
            return False

    def set_password(self, connection: Connection, staff_id: str, password_hash: str) -> None:
        """Set a password and end every session of the account."""
        connection.execute(update(staff).where(staff.c.staff_id == staff_id).values(password_hash=password_hash))
        connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))

    def start_session(self, connection: Connection, member: StaffMember, at: datetime) -> str:
        """Return a new session token; it is shown once and stored as a hash."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        connection.execute(delete(staff_sessions).where(staff_sessions.c.expires_at < at))
        connection.execute(
            insert(staff_sessions).values(
                token_hash=_hash(token),
                staff_id=member.staff_id,
                created_at=at,
                last_seen_at=at,
                expires_at=at + SESSION_LIFETIME,
            )
        )
        return token

    def signed_in(self, connection: Connection, token: str, at: datetime) -> StaffMember:
        """Return who holds a token; `NotSignedIn` when it is unknown, too old or idle for too long."""
        query = select(staff, staff_sessions.c.expires_at, staff_sessions.c.last_seen_at).join(
            staff_sessions, staff_sessions.c.staff_id == staff.c.staff_id
        )
        row = connection.execute(query.where(staff_sessions.c.token_hash == _hash(token))).first()
        if row is None or not row.active or row.expires_at <= at or row.last_seen_at + IDLE_LIFETIME <= at:
            raise NotSignedIn("Please sign in.")
        return _member(row)

    def touch(self, connection: Connection, token: str, at: datetime) -> None:
        """Note that a session is in use."""
        connection.execute(update(staff_sessions).where(staff_sessions.c.token_hash == _hash(token)).values(last_seen_at=at))

    def end_session(self, connection: Connection, token: str) -> None:
        """Sign out."""
        connection.execute(delete(staff_sessions).where(staff_sessions.c.token_hash == _hash(token)))


def _require_unlocked(row: Row[Any], at: datetime) -> None:
    if row.locked_until is not None and row.locked_until > at:
        wait_s = int((row.locked_until - at).total_seconds()) + 1
        raise TooMany("Too many wrong passwords: try again later.", retry_after_s=wait_s)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _member(row: Row[Any]) -> StaffMember:
    return StaffMember(row.staff_id, row.email, row.name, tuple(row.roles), row.active)
