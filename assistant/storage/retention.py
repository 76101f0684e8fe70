"""Erasing what people wrote, and the holds that forbid it.

Erasing a conversation removes the text of its messages, answers and ratings and the content of its audit records, and writes
down that it did; the chain verifies as before. What was handed to the safety or quality desk is kept: case records are under
a duty of their own (EU 520/2012 Art. 12: while authorised and 10 years after; US 21 CFR 314.80(j): 10 years) and go only when
that time is over too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from assistant.errors import BadInput, NotAllowed, NotFound
from assistant.storage import console_tables, tables
from assistant.storage.audit import NEVER_ERASED, AuditKind, AuditLog
from assistant.storage.threads import forget_thread


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure did: how many records lost their content, and the cases that were kept."""

    conversation_id: str
    records: int
    kept_cases: tuple[str, ...]


def erase_conversation(
    connection: Connection,
    audit: AuditLog,
    conversation_id: str,
    *,
    reason: str,
    at: datetime,
    include_cases: bool = False,
    actor: str = "system",
) -> Erasure:
    """Erase one conversation in the caller's transaction.

    What readers wrote about it and the test samples made of it go too.

    Raises:
        NotFound: no such conversation.
        NotAllowed: it is under a legal hold, or `include_cases` was asked for while a case is open.
    """
    _require_erasable(connection, conversation_id)
    case_ids = _case_ids(connection, conversation_id)
    records = {"audit": _audit_seqs(connection, conversation_id)}
    if include_cases and case_ids:
        _require_closed(connection, case_ids)
        records["cases"] = _erase_cases(connection, case_ids)
    _erase_texts(connection, conversation_id)
    for chain, seqs in records.items():
        _erase_contents(connection, chain, seqs, at)
    kept = () if include_cases else tuple(case_ids)
    content = {"conversation_id": conversation_id, "reason": reason, "records": records, "kept_cases": list(kept)}
    content["actor"] = actor
    audit.append(connection, AuditKind.ERASED, content, at=at, conversation_id=conversation_id)
    return Erasure(conversation_id, sum(len(seqs) for seqs in records.values()), kept)


def place_hold(
    connection: Connection, audit: AuditLog, conversation_id: str, *, reason: str, at: datetime, actor: str = "system"
) -> None:
    """Forbid the erasure of a conversation until the hold is released."""
    if not reason.strip():
        raise BadInput("A legal hold needs a reason.")
    _require_conversation(connection, conversation_id)
    connection.execute(delete(tables.legal_holds).where(tables.legal_holds.c.conversation_id == conversation_id))
    connection.execute(insert(tables.legal_holds).values(conversation_id=conversation_id, reason=reason, placed_at=at))
    audit.append(connection, AuditKind.HELD, {"reason": reason, "actor": actor}, at=at, conversation_id=conversation_id)


def release_hold(
    connection: Connection, audit: AuditLog, conversation_id: str, *, reason: str, at: datetime, actor: str = "system"
) -> None:
    """Allow erasure again."""
    released = connection.execute(delete(tables.legal_holds).where(tables.legal_holds.c.conversation_id == conversation_id))
    if not released.rowcount:
        raise NotFound(f"There is no legal hold on {conversation_id}.")
    audit.append(connection, AuditKind.RELEASED, {"reason": reason, "actor": actor}, at=at, conversation_id=conversation_id)


def expired_conversations(connection: Connection, *, now: datetime, retention_days: int) -> list[str]:
    """Return the conversations past retention that are not held and have no open case, oldest first."""
    conversations, holds, messages = tables.conversations, tables.legal_holds, tables.messages
    cases, states = tables.cases, tables.case_states
    open_case = (
        select(cases.c.case_id)
        .join(states, states.c.case_id == cases.c.case_id)
        .where(cases.c.conversation_id == conversations.c.conversation_id, states.c.is_open)
    )
    held = select(holds.c.conversation_id).where(holds.c.conversation_id == conversations.c.conversation_id)
    has_text = select(messages.c.message_id).where(
        messages.c.conversation_id == conversations.c.conversation_id, messages.c.text.is_not(None)
    )
    query = (
        select(conversations.c.conversation_id)
        .where(conversations.c.last_at < now - timedelta(days=retention_days))
        .where(has_text.exists(), ~open_case.exists(), ~held.exists())
        .order_by(conversations.c.last_at, conversations.c.conversation_id)
    )
    return list(connection.execute(query).scalars())


def _require_conversation(connection: Connection, conversation_id: str) -> None:
    table = tables.conversations
    if connection.execute(select(table.c.conversation_id).where(table.c.conversation_id == conversation_id)).first() is None:
        raise NotFound(f"There is no conversation {conversation_id}.")


def _require_erasable(connection: Connection, conversation_id: str) -> None:
    _require_conversation(connection, conversation_id)
    holds = tables.legal_holds
    if connection.execute(select(holds.c.conversation_id).where(holds.c.conversation_id == conversation_id)).first():
        raise NotAllowed(f"The conversation {conversation_id} is under a legal hold: release it first.")


def _case_ids(connection: Connection, conversation_id: str) -> list[str]:
    cases = tables.cases
    return list(
        connection.execute(
            select(cases.c.case_id).where(cases.c.conversation_id == conversation_id).order_by(cases.c.case_id)
        ).scalars()
    )


def _require_closed(connection: Connection, case_ids: Sequence[str]) -> None:
    states = tables.case_states
    still_open = connection.execute(
        select(states.c.case_id).where(states.c.case_id.in_(case_ids), states.c.is_open).order_by(states.c.case_id)
    ).scalars()
    if names := ", ".join(still_open):
        raise NotAllowed(f"These cases are still open: {names}.")


def _audit_seqs(connection: Connection, conversation_id: str) -> list[int]:
    records, contents = tables.audit_records, tables.record_contents
    query = (
        select(records.c.seq)
        .join(contents, (contents.c.seq == records.c.seq) & (contents.c.chain == "audit"))
        .where(records.c.conversation_id == conversation_id, contents.c.content.is_not(None))
        .where(records.c.kind.not_in([kind.value for kind in NEVER_ERASED]))
        .order_by(records.c.seq)
    )
    return list(connection.execute(query).scalars())


def _erase_contents(connection: Connection, chain: str, seqs: Sequence[int], at: datetime) -> None:
    contents = tables.record_contents
    connection.execute(
        update(contents)
        .where(contents.c.chain == chain, contents.c.seq.in_(seqs))
        .values(salt=None, content=None, erased_at=at)
    )


def _erase_texts(connection: Connection, conversation_id: str) -> None:
    messages, answers, feedback = tables.messages, tables.answers, tables.feedback
    forget_thread(connection, conversation_id)
    own_answers = select(answers.c.answer_id).where(answers.c.conversation_id == conversation_id)
    connection.execute(update(messages).where(messages.c.conversation_id == conversation_id).values(text=None))
    connection.execute(update(feedback).where(feedback.c.answer_id.in_(own_answers)).values(comment=None))
    connection.execute(update(answers).where(answers.c.conversation_id == conversation_id).values(body=None))
    _erase_review(connection, conversation_id)


def _erase_review(connection: Connection, conversation_id: str) -> None:
    """Remove what readers wrote down about the conversation: comments on gaps, test samples."""
    own = select(tables.messages.c.message_id).where(tables.messages.c.conversation_id == conversation_id)
    gaps, samples = console_tables.gap_decisions, console_tables.test_samples
    connection.execute(update(gaps).where(gaps.c.message_id.in_(own)).values(comment=""))
    connection.execute(delete(samples).where(samples.c.conversation_id == conversation_id))


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold in force."""

    conversation_id: str
    reason: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a conversation. `texts` counts messages whose text is still there; `hold` is None without one."""

    conversation_id: str
    last_at: datetime
    messages: int
    texts: int
    case_ids: tuple[str, ...]
    open_case_ids: tuple[str, ...]
    hold: Hold | None


def holds(connection: Connection) -> list[Hold]:
    """Return the holds in force, the newest first."""
    table = tables.legal_holds
    rows = connection.execute(select(table).order_by(table.c.placed_at.desc(), table.c.conversation_id)).all()
    return [Hold(row.conversation_id, row.reason, row.placed_at) for row in rows]


def find_kept(connection: Connection, conversation_id: str) -> Kept | None:
    """Return what is kept of a conversation, None when there is no such."""
    conversations, messages, states = tables.conversations, tables.messages, tables.case_states
    last_at = connection.execute(
        select(conversations.c.last_at).where(conversations.c.conversation_id == conversation_id)
    ).scalar()
    if last_at is None:
        return None
    counted = select(func.count(), func.count(messages.c.text)).where(messages.c.conversation_id == conversation_id)
    number, texts = connection.execute(counted).one()
    case_ids = _case_ids(connection, conversation_id)
    is_open = select(states.c.case_id).where(states.c.case_id.in_(case_ids), states.c.is_open).order_by(states.c.case_id)
    hold = next((hold for hold in holds(connection) if hold.conversation_id == conversation_id), None)
    open_ids = tuple(connection.execute(is_open).scalars())
    return Kept(conversation_id, last_at, int(number), int(texts), tuple(case_ids), open_ids, hold)


def _erase_cases(connection: Connection, case_ids: Sequence[str]) -> list[int]:
    """Remove the sealed originals and what is searchable of closed cases; return the events whose content is to go."""
    originals, states, events = tables.case_originals, tables.case_states, tables.case_events
    contents, outbox = tables.record_contents, tables.outbox
    connection.execute(update(originals).where(originals.c.case_id.in_(case_ids)).values(sealed=None))
    connection.execute(update(states).where(states.c.case_id.in_(case_ids)).values(search_text="", elements={}))
    connection.execute(update(outbox).where(outbox.c.case_id.in_(case_ids)).values(payload={}))
    query = (
        select(events.c.seq)
        .join(contents, (contents.c.seq == events.c.seq) & (contents.c.chain == "cases"))
        .where(events.c.case_id.in_(case_ids), contents.c.content.is_not(None))
        .order_by(events.c.seq)
    )
    return list(connection.execute(query).scalars())
