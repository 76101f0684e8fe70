"""Screens stored conversations again with the policy of today; reports that nobody was told of become cases.

What is stored is masked: that text is screened and, where a case is opened, kept as its original. The clocks of such a case
start when the message was received, so that a report found late is shown as late. A run can be repeated: a message counts
once. Codes that are no report are left as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from assistant.storage import Database
from assistant.storage.conversations import Message, conversation_ids, messages_of
from assistant.triage import Arrival, CaseIntake, CaseRepository
from assistant.types import Code, Flag, Screening

REPORTS = frozenset(
    {
        Code.AE_SERIOUS,
        Code.AE_NONSER,
        Code.AE_OTHERCO,
        Code.SS_PREG,
        Code.SS_OD_ERR,
        Code.SS_LOE,
        Code.SS_OFFUSE,
        Code.PQC,
        Code.PQC_CRIT,
    }
)
FOUND_BY = "screened-again"


class Screens(Protocol):
    """Finds in a conversation what people must see (`assistant.screening.Screener`)."""

    def screen(self, turns: Sequence[str]) -> Screening:
        """Return what was found in the user turns, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """A report found late: the message it is in, its new codes, and the cases opened (none in a dry run)."""

    conversation_id: str
    message_id: str
    codes: tuple[Code, ...]
    case_ids: tuple[str, ...]


def screen_again(
    database: Database, intake: CaseIntake, cases: CaseRepository, screener: Screens, *, dry_run: bool = False
) -> Iterator[Found]:
    """Yield the reports of stored conversations that no one was told of; opens or adds to their cases unless `dry_run`."""
    with database.read() as connection:
        conversations = conversation_ids(connection)
    for conversation_id in conversations:
        with database.read() as connection:
            messages = [message for message in messages_of(connection, conversation_id) if message.text]
            seen = _seen(connection, cases, conversation_id)
        if not messages:
            continue
        screening = screener.screen([message.text or "" for message in messages])
        stored = {code for message in messages for code in message.codes}
        codes = tuple(code for code in screening.codes if code in REPORTS and code.value not in stored)
        flags = [flag for flag in screening.flags if flag.code in codes]
        turn = max((flag.turn for flag in flags), default=0)
        fresh = tuple(code for code in codes if (_family(code), messages[turn].message_id) not in seen)
        if fresh:
            arrival = _arrival(messages[: turn + 1], screening)
            case_ids = () if dry_run else _open(database, intake, fresh, flags, arrival)
            yield Found(conversation_id, arrival.message_id, fresh, case_ids)


def _family(code: Code) -> str:
    """Return the first part of a code, which names its cases."""
    return code.value.partition("-")[0]


def _seen(connection: Connection, cases: CaseRepository, conversation_id: str) -> set[tuple[str, str | None]]:
    """Return the messages that cases of the conversation hold already, by family."""
    known = cases.find_in_conversation(connection, conversation_id)
    return {(family, event.message_id) for family, case in known.items() for event in cases.events(connection, case.case_id)}


def _arrival(messages: Sequence[Message], screening: Screening) -> Arrival:
    """Return the last of the messages as it came in then, with the turns before it."""
    message = messages[-1]
    return Arrival(
        message_id=message.message_id,
        turns=screening.masked_turns[: len(messages)],
        original=message.text or "",
        received_at=message.received_at,
        conversation_id=message.conversation_id,
        facts={"found_by": FOUND_BY, "policy": screening.policy_version},
    )


def _open(
    database: Database, intake: CaseIntake, codes: Sequence[Code], flags: Sequence[Flag], arrival: Arrival
) -> tuple[str, ...]:
    reasons = [flag for flag in flags if flag.code in codes]

    def work(connection: Connection) -> tuple[str, ...]:
        opened = intake.open_cases(connection, codes, reasons, arrival)
        return tuple(dict.fromkeys(reference.case_id for reference in opened.cases))

    return database.write(work)
