"""Sessions, conversations, messages, answers, ratings: plain functions over a connection. Text is masked before it gets
here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from assistant.storage import tables
from assistant.storage.prepared import Prepared

Json = dict[str, Any]
# Statements of the path every turn takes are built once: building one costs more than running it.
_ADD_CONVERSATION = Prepared(insert(tables.conversations))
_ADD_MESSAGE = Prepared(insert(tables.messages))
_ADD_ANSWER = Prepared(insert(tables.answers))
_TOUCH_CONVERSATION = Prepared(
    update(tables.conversations)
    .where(tables.conversations.c.conversation_id == bindparam("id"))
    .values(last_at=bindparam("at"))
)
_FIND_CONVERSATION = select(tables.conversations).where(
    tables.conversations.c.session_id == bindparam("session"),
    (tables.conversations.c.conversation_id == bindparam("key")) | (tables.conversations.c.client_key == bindparam("key")),
)
_MESSAGES_OF = (
    select(tables.messages).where(tables.messages.c.conversation_id == bindparam("id")).order_by(tables.messages.c.ordinal)
)


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks, as attested. `source` is "attested" (ticked here), "host" (signed by a host site) or "key" (attested by the
    holder of an API key, whose id is the origin); `attestation` names the wording that was accepted."""

    session_id: str
    created_at: datetime
    source: str
    origin: str
    profession: str
    country: str
    attestation: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation of one session. `client_key` is the id a chat client chose for it, if any."""

    conversation_id: str
    session_id: str
    client_key: str | None
    market: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One user turn: masked text (None once erased) and the codes screening raised for it."""

    message_id: str
    conversation_id: str
    ordinal: int
    text: str | None
    codes: tuple[str, ...]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was given: the contract's JSON (None once erased)."""

    answer_id: str
    conversation_id: str
    message_id: str
    body: Json | None
    answered_at: datetime


def add_session(connection: Connection, session: Session) -> None:
    """Store a session; one that is there already stays as it is."""
    sessions = tables.sessions
    if find_session(connection, session.session_id) is None:
        connection.execute(
            insert(sessions).values(
                session_id=session.session_id,
                created_at=session.created_at,
                source=session.source,
                origin=session.origin,
                profession=session.profession,
                country=session.country,
                attestation=session.attestation,
            )
        )


def find_session(connection: Connection, session_id: str) -> Session | None:
    """Return a session, None when unknown."""
    row = connection.execute(select(tables.sessions).where(tables.sessions.c.session_id == session_id)).first()
    return None if row is None else Session(**row._asdict())


def add_conversation(connection: Connection, conversation: Conversation) -> None:
    """Store a new conversation."""
    values = {
        "conversation_id": conversation.conversation_id,
        "session_id": conversation.session_id,
        "client_key": conversation.client_key,
        "market": conversation.market,
        "created_at": conversation.created_at,
        "last_at": conversation.created_at,
    }
    _ADD_CONVERSATION.run(connection, values)


def find_conversation(connection: Connection, session_id: str, key: str) -> Conversation | None:
    """Return the session's conversation by its own id or by the id its client chose; another session's is never found."""
    row = connection.execute(_FIND_CONVERSATION, {"session": session_id, "key": key}).first()
    if row is None:
        return None
    return Conversation(row.conversation_id, row.session_id, row.client_key, row.market, row.created_at)


def messages_of(connection: Connection, conversation_id: str) -> list[Message]:
    """Return the user turns of a conversation, oldest first."""
    rows = connection.execute(_MESSAGES_OF, {"id": conversation_id}).all()
    return [
        Message(row.message_id, row.conversation_id, row.ordinal, row.text, tuple(row.codes), row.received_at) for row in rows
    ]


def find_message(connection: Connection, message_id: str) -> Message | None:
    """Return one user turn, None when unknown."""
    row = connection.execute(select(tables.messages).where(tables.messages.c.message_id == message_id)).first()
    if row is None:
        return None
    return Message(row.message_id, row.conversation_id, row.ordinal, row.text, tuple(row.codes), row.received_at)


def add_message(
    connection: Connection,
    *,
    message_id: str,
    conversation_id: str,
    text: str,
    codes: tuple[str, ...],
    at: datetime,
    ordinal: int | None = None,
) -> None:
    """Store a user turn. `ordinal` is its number in the conversation, from 0; after the last one when left out."""
    values = {
        "message_id": message_id,
        "conversation_id": conversation_id,
        "ordinal": _next_ordinal(connection, conversation_id) if ordinal is None else ordinal,
        "text": text,
        "codes": list(codes),
        "received_at": at,
    }
    _ADD_MESSAGE.run(connection, values)
    if ordinal != 0:
        _TOUCH_CONVERSATION.run(connection, {"id": conversation_id, "at": at})


def _next_ordinal(connection: Connection, conversation_id: str) -> int:
    table = tables.messages
    last = select(func.coalesce(func.max(table.c.ordinal), -1)).where(table.c.conversation_id == conversation_id)
    return int(connection.execute(last).scalar_one()) + 1


def add_answer(connection: Connection, *, message_id: str, body: Json, at: datetime) -> None:
    """Store an answer as given; `body` is the contract's JSON."""
    values = {
        "answer_id": body["answer_id"],
        "conversation_id": body["conversation_id"],
        "message_id": message_id,
        "outcome": body["outcome"],
        "decline_code": body.get("decline_code"),
        "body": body,
        "answered_at": at,
    }
    _ADD_ANSWER.run(connection, values)


def find_answer(connection: Connection, answer_id: str) -> StoredAnswer | None:
    """Return an answer, None when unknown."""
    row = connection.execute(select(tables.answers).where(tables.answers.c.answer_id == answer_id)).first()
    if row is None:
        return None
    return StoredAnswer(row.answer_id, row.conversation_id, row.message_id, row.body, row.answered_at)


def answers_of(connection: Connection, conversation_id: str) -> list[StoredAnswer]:
    """Return the answers of a conversation, oldest first."""
    table = tables.answers
    query = select(table).where(table.c.conversation_id == conversation_id).order_by(table.c.answered_at, table.c.answer_id)
    return [
        StoredAnswer(row.answer_id, row.conversation_id, row.message_id, row.body, row.answered_at)
        for row in connection.execute(query).all()
    ]


def owns_answer(connection: Connection, session_id: str, answer_id: str) -> bool:
    """Return whether the answer was given in one of the session's conversations."""
    answers, conversations = tables.answers, tables.conversations
    query = (
        select(answers.c.answer_id)
        .join(conversations, conversations.c.conversation_id == answers.c.conversation_id)
        .where(answers.c.answer_id == answer_id, conversations.c.session_id == session_id)
    )
    return connection.execute(query).first() is not None


def add_feedback(
    connection: Connection,
    *,
    feedback_id: str,
    answer_id: str,
    rating: str,
    reason: str | None,
    comment: str | None,
    at: datetime,
) -> None:
    """Store a rating; the latest of an answer counts, the earlier ones stay on record."""
    connection.execute(
        insert(tables.feedback).values(
            feedback_id=feedback_id, answer_id=answer_id, rating=rating, reason=reason, comment=comment, given_at=at
        )
    )


def add_survey(
    connection: Connection,
    *,
    survey_id: str,
    session_id: str,
    conversation_id: str | None,
    credibility: int | None,
    relevance: int | None,
    confidence: int | None,
    at: datetime,
) -> None:
    """Store a survey: levels 1 (very dissatisfied) to 5 (very satisfied), None where a statement was skipped."""
    connection.execute(
        insert(tables.surveys).values(
            survey_id=survey_id,
            session_id=session_id,
            conversation_id=conversation_id,
            credibility=credibility,
            relevance=relevance,
            confidence=confidence,
            given_at=at,
        )
    )


def conversation_ids(connection: Connection) -> list[str]:
    """Return every conversation's id, oldest first."""
    table = tables.conversations
    return list(
        connection.execute(select(table.c.conversation_id).order_by(table.c.created_at, table.c.conversation_id)).scalars()
    )
