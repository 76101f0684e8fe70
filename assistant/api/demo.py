"""Demonstration data: conversations sent through the service like any other, and an account for each role.

Only ever into a database of its own, made anew at each start, and only where it was asked for (`medinfo serve --demo`). The
password is random and told once, to whoever started it.
"""

from __future__ import annotations

import secrets
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from assistant.api.service import Service
from assistant.api.tokens import Caller
from assistant.api.turns import Incoming
from assistant.errors import BadInput, Unavailable
from assistant.settings import Settings
from assistant.storage.backup import anchor_path
from assistant.storage.conversations import Session

DATABASE = "demo.sqlite3"
DOMAIN = "demo.example"


class _Conversation(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    profession: str
    turns: tuple[str, ...]


class _Policy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    owner: str
    note: str
    conversations: tuple[_Conversation, ...]


def demo_settings(settings: Settings) -> Settings:
    """Return the settings over an empty database of the demonstration's own.

    Raises:
        BadInput: a database is set: demonstration data never goes into it.
    """
    if settings.database_url is not None:
        raise BadInput("--demo makes a database of its own: unset MEDINFO_DATABASE_URL, or leave --demo out.")
    path = settings.data_dir / DATABASE
    for old in (path, anchor_path(path), *(Path(f"{path}{end}") for end in ("-wal", "-shm"))):
        old.unlink(missing_ok=True)
    return settings.model_copy(update={"database_url": f"sqlite:///{path}"})


def fill_demo(service: Service) -> list[str]:
    """Send the conversations, make an account for each role, and return how to sign in, one line each."""
    service.database.migrate()
    text = files("assistant.policy").joinpath("demo.yaml").read_text(encoding="utf-8")
    for number, conversation in enumerate(_Policy.model_validate(yaml.safe_load(text)).conversations):
        _converse(service, f"ses_demo_{number:02}", conversation)
    password = secrets.token_urlsafe(12)
    password_hash = service.room.staff.hash_password(password)
    roles = service.room.service.roles.roles

    def work(connection: Connection) -> None:
        for role in roles:
            email, name = f"{role}@{DOMAIN}", f"Demo {role}"
            service.room.staff.add(
                connection, email=email, name=name, roles=(role,), password_hash=password_hash, at=service.clock()
            )

    service.database.write(work)
    return [f"{role}@{DOMAIN}  password {password}" for role in roles]


def _converse(service: Service, session_id: str, conversation: _Conversation) -> None:
    session = Session(
        session_id, service.clock(), "attested", "", conversation.profession, "US", service.settings.attestation_version
    )
    caller, conversation_id = Caller(session, is_stored=False), None
    for text in conversation.turns:
        turn = service.turns.take(Incoming(caller=caller, text=text, conversation_id=conversation_id))
        conversation_id = turn.question.conversation_id
        try:
            service.turns.answer(turn)
        except Unavailable:
            # Without an index the cases are there all the same.
            continue
