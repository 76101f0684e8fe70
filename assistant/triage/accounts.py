"""Signing in and managing accounts, as whole transactions with their audit records, over `StaffRegister`.

Every sign-in makes a new session token, so that one planted before it is worth nothing. Sign-ins, refusals and changes of
accounts are in the audit log; passwords and tokens never are. Who comes from an identity provider needs an account first.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from assistant.clock import Clock
from assistant.errors import BadInput, NotAllowed, NotFound, NotSignedIn
from assistant.storage import AuditKind, AuditLog, Database
from assistant.storage.console_tables import staff_identities
from assistant.storage.tables import staff, staff_sessions
from assistant.triage.roles import RoleTable
from assistant.triage.staff import WRONG, SignIn, StaffMember, StaffRegister
from assistant.triage.types import SYSTEM, Actor

# A session's use is written down at most this often.
TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A signed-in browser: whose it is, and its token, which never leaves the cookie."""

    member: StaffMember
    token: str = field(repr=False)

    @property
    def csrf_token(self) -> str:
        """A fresh form of the proof that forms carry."""
        return csrf_token(self.token)

    def is_own(self, sent: str) -> bool:
        """Whether a form's proof is of this session."""
        return is_csrf_token(sent, self.token)


class StaffAccounts:
    """Accounts and sessions of one database."""

    def __init__(self, database: Database, audit: AuditLog, register: StaffRegister, roles: RoleTable, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._register = register
        self._roles = roles
        self._clock = clock
        self._touched: dict[str, datetime] = {}

    def sign_in(self, email: str, password: str) -> str:
        """Check a password and return the token of a new session. The slow check runs while no transaction waits for it.

        Raises:
            NotSignedIn: wrong, unknown or switched off, which look the same. TooMany: the account waits.
        """
        now = self._clock()
        with self._database.read() as connection:
            found = self._register.find_sign_in(connection, email, now)
        member = self._check(found, password, now)
        if member is None:
            self._database.write(lambda connection: self._note_refusal(connection, email))
            raise NotSignedIn(WRONG)
        return self._start(member, "password")

    def _check(self, found: SignIn, password: str, now: datetime) -> StaffMember | None:
        is_right = self._register.matches(found.password_hash, password)
        staff_id = found.staff_id
        if staff_id is None:
            return None
        return self._database.write(
            lambda connection: self._register.note_sign_in(connection, staff_id, is_right=is_right, at=now)
        )

    def change_password(self, actor: Actor, *, email: str, current: str, new: str) -> None:
        """Set one's own password; every session of the account ends, this one too.

        Raises:
            NotAllowed: the current password is wrong. TooMany: it was wrong too often. BadInput: the new one is too short.
        """
        now = self._clock()
        with self._database.read() as connection:
            found = self._register.find_sign_in(connection, email, now)
        if found.staff_id != actor.actor_id or self._check(found, current, now) is None:
            raise NotAllowed("The current password is wrong.")
        if new == current:
            raise BadInput("The new password must differ from the current one.")
        password_hash = self._register.hash_password(new)

        def work(connection: Connection) -> None:
            self._register.set_password(connection, actor.actor_id, password_hash)
            self._record(connection, "password changed", actor.actor_id, actor)

        self._database.write(work)

    def sign_in_identity(self, issuer: str, subject: str, email: str) -> str:
        """Start a session for somebody whom an identity provider vouches for.

        The first time, the verified address finds the account and ties the subject to it; from then on the subject alone
        counts.

        Raises:
            NotSignedIn: there is no such account, or it is switched off.
        """
        member = self._database.write(lambda connection: self._tie_identity(connection, issuer, subject, email))
        if member is None or not member.active:
            raise NotSignedIn("There is no account for you here: ask an administrator to add your e-mail address.")
        return self._start(member, issuer)

    def session(self, token: str, *, is_use: bool = True) -> StaffSession:
        """Return the session of a token; `NotSignedIn` when it is unknown or over.

        Args:
            is_use: whether a person asked. A page that refreshes itself must not keep a session alive.
        """
        now = self._clock()
        with self._database.read() as connection:
            member = self._register.signed_in(connection, token, now)
        if is_use and now - self._touched.get(token, datetime.min.replace(tzinfo=UTC)) >= TOUCH_AFTER:
            self._database.write(lambda connection: self._register.touch(connection, token, now))
            self._touched = {kept: at for kept, at in self._touched.items() if now - at < TOUCH_AFTER} | {token: now}
        return StaffSession(member, token)

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._database.write(lambda connection: self._register.end_session(connection, token))

    def everybody(self) -> list[StaffMember]:
        """Return every account, by name."""
        with self._database.read() as connection:
            return self._register.everybody(connection)

    def add(self, actor: Actor, *, email: str, name: str, roles: Iterable[str], password: str) -> StaffMember:
        """Create an account."""
        self._roles.require(actor, "manage_staff")
        password_hash = self._register.hash_password(password)

        def work(connection: Connection) -> StaffMember:
            member = self._register.add(
                connection, email=email, name=name, roles=tuple(roles), password_hash=password_hash, at=self._clock()
            )
            self._record(connection, "account added", member.staff_id, actor, roles=list(member.roles))
            return member

        return self._database.write(work)

    def change(self, actor: Actor, staff_id: str, *, roles: Iterable[str], active: bool) -> None:
        """Set an account's roles and whether it may sign in; its sessions end.

        Raises:
            BadInput: a role is unknown, or nobody would be left who manages accounts.
        """
        self._roles.require(actor, "manage_staff")
        wanted = sorted(set(roles))
        if not wanted or set(wanted) - set(self._roles.roles):
            raise BadInput(f"Choose one or more of the roles {', '.join(self._roles.roles)}.")

        def work(connection: Connection) -> None:
            before = {member.staff_id: member for member in self._register.everybody(connection)}.get(staff_id)
            if before is None:
                raise NotFound("There is no such account.")
            connection.execute(update(staff).where(staff.c.staff_id == staff_id).values(roles=wanted, active=active))
            left = [member for member in self._register.everybody(connection) if member.active]
            if not any(self._roles.allows(member.actor, "manage_staff") for member in left):
                raise BadInput("Somebody must be left who may manage accounts.")
            connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))
            self._record(connection, "account changed", staff_id, actor, before=list(before.roles), roles=wanted, active=active)

        self._database.write(work)

    def _start(self, member: StaffMember, how: str) -> str:
        def work(connection: Connection) -> str:
            self._record(connection, "signed in", member.staff_id, member.actor, how=how)
            return self._register.start_session(connection, member, self._clock())

        return self._database.write(work)

    def _tie_identity(self, connection: Connection, issuer: str, subject: str, email: str) -> StaffMember | None:
        table = staff_identities
        known = connection.execute(
            select(table.c.staff_id).where(table.c.issuer == issuer, table.c.subject == subject)
        ).scalar()
        if known is not None:
            return {member.staff_id: member for member in self._register.everybody(connection)}.get(known)
        member = self._register.find_by_email(connection, email)
        if member is not None:
            connection.execute(insert(table).values(issuer=issuer, subject=subject, staff_id=member.staff_id))
            self._record(connection, "identity tied", member.staff_id, SYSTEM, issuer=issuer)
        return member

    def _note_refusal(self, connection: Connection, email: str) -> None:
        member = self._register.find_by_email(connection, email)
        # An address that is no account may be anybody's: it is not kept.
        self._record(connection, "sign-in refused", None if member is None else member.staff_id, SYSTEM)

    def _record(self, connection: Connection, what: str, staff_id: str | None, actor: Actor, **more: Any) -> None:
        content = {"what": what, "staff_id": staff_id, "actor": actor.actor_id, **more}
        self._audit.append(connection, AuditKind.STAFF, content, at=self._clock())


def csrf_token(token: str) -> str:
    """Return what a form must carry to prove that it came from a page of this session.

    Masked anew each time (a random pad and the proof under it), so that a compressed page whose text an attacker can add to
    does not give the proof away by its length (BREACH, Gluck et al. 2013).
    """
    pad = secrets.token_bytes(hashlib.sha256().digest_size)
    return (pad + _xor(pad, _proof(token))).hex()


def is_csrf_token(sent: str, token: str) -> bool:
    """Return whether a form's token belongs to the session."""
    try:
        raw = bytes.fromhex(sent)
    except ValueError:
        return False
    half = len(raw) // 2
    return hmac.compare_digest(_xor(raw[:half], raw[half:]), _proof(token))


def _proof(token: str) -> bytes:
    return hmac.new(token.encode(), b"staff form", hashlib.sha256).digest()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ two for one, two in zip(left, right, strict=False))
