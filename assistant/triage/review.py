"""The quality sample: chats that screening let pass, drawn at random each day and read by people; misses become cases.

The draw is reproducible: a message is in the sample of its day by the order of SHA-256 over day and message id, so nobody
chooses. Only finished days are drawn. Policy: `assistant/policy/review.yaml`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, insert, select

from assistant.clock import Clock
from assistant.errors import BadInput, NotFound
from assistant.storage import Database, new_id
from assistant.storage.console_tables import answer_labels, qa_samples
from assistant.storage.conversations import Message, StoredAnswer
from assistant.storage.tables import answers, messages
from assistant.triage.reconciliation import day_bounds
from assistant.triage.service import TriageService
from assistant.triage.types import Actor
from assistant.types import CaseReference, Code

MISSED = "should_have_escalated"
MAX_COMMENT_CHARS = 2_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Sample(_Strict):
    share: float
    at_least: int
    at_most: int


class LabelKind(_Strict):
    """A label readers may give: what it is called, and whether it says too little without words."""

    title: str
    needs_comment: bool


class ReviewPolicy(_Strict):
    """The policy file."""

    id: str
    version: str
    owner: str
    note: str
    sample: _Sample
    labels: dict[str, LabelKind]
    gap_statuses: dict[str, str]


@lru_cache(maxsize=1)
def load_review_policy() -> ReviewPolicy:
    """Return the packaged policy."""
    text = files("assistant.policy").joinpath("review.yaml").read_text(encoding="utf-8")
    return ReviewPolicy.model_validate(yaml.safe_load(text))


@dataclass(frozen=True, slots=True)
class Label:
    """What a reader said of a message's answer."""

    label_id: str
    message_id: str
    staff_id: str
    label: str
    sentence: int | None
    comment: str
    labelled_at: datetime


@dataclass(frozen=True, slots=True)
class SampledChat:
    """One message to read, with its answer and the labels so far (each reader's latest)."""

    message: Message
    answer: StoredAnswer | None
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class DaySample:
    """The sample of a day. `unflagged` is how many messages it was drawn from; `is_over` whether the day is."""

    day: date
    unflagged: int
    chats: tuple[SampledChat, ...]
    is_over: bool

    @property
    def read(self) -> int:
        """How many were read."""
        return sum(bool(chat.labels) for chat in self.chats)


class ReviewDesk:
    """Draws samples and keeps labels."""

    def __init__(self, database: Database, triage: TriageService, clock: Clock) -> None:
        self.policy = load_review_policy()
        self._database = database
        self._triage = triage
        self._clock = clock
        self._handover = frozenset(code.value for code, route in triage.routing.routes.items() if route.handover)

    def day(self, actor: Actor, day: date) -> DaySample:
        """Return the sample of a day, drawn now if the day is over and nobody has asked before."""
        self._triage.roles.require(actor, "label_answer")
        start, end = day_bounds(day, self._triage.routing.calendar.timezone)
        is_over = end <= self._clock()
        with self._database.read() as connection:
            drawn = _drawn(connection, day)
            unflagged = _unflagged(connection, start, end, self._handover)
        if is_over and not drawn and unflagged:
            drawn = self._database.write(lambda connection: self._draw(connection, day, unflagged))
        with self._database.read() as connection:
            chats = tuple(_chat(connection, message_id) for message_id in drawn)
        return DaySample(day, len(unflagged), chats, is_over)

    def _draw(self, connection: Connection, day: date, unflagged: Mapping[str, str]) -> list[str]:
        if known := _drawn(connection, day):
            return known
        rule = self.policy.sample
        size = min(len(unflagged), rule.at_most, max(rule.at_least, math.ceil(len(unflagged) * rule.share)))
        chosen = sorted(unflagged, key=lambda message_id: hashlib.sha256(f"{day}|{message_id}".encode()).digest())[:size]
        for message_id in chosen:
            connection.execute(
                insert(qa_samples).values(
                    message_id=message_id,
                    conversation_id=unflagged[message_id],
                    day=day.isoformat(),
                    drawn_at=self._clock(),
                )
            )
        return _drawn(connection, day)

    def label(
        self,
        actor: Actor,
        message_id: str,
        label: str,
        *,
        comment: str = "",
        sentence: int | None = None,
        code: Code | None = None,
    ) -> CaseReference | None:
        """Keep a label; a missed report becomes a case at once, whose duties count from when the message was sent.

        Args:
            sentence: the sentence of the answer it is about, from 1.
            code: what was missed; needed with `should_have_escalated`.
        """
        self._triage.roles.require(actor, "label_answer")
        comment = comment.strip()
        kind = self.policy.labels.get(label)
        if kind is None or len(comment) > MAX_COMMENT_CHARS:
            raise BadInput(f"The label must be one of {', '.join(self.policy.labels)}, the comment at most 2,000 characters.")
        if kind.needs_comment and not comment:
            raise BadInput(f"Please say in a few words why: “{kind.title}”.")
        if (label == MISSED) != (code is not None):
            raise BadInput("Choose what kind of case was missed, with “Should have opened a case” only.")
        with self._database.read() as connection:
            chat = _chat(connection, message_id)
        opened = None
        if code is not None:
            opened = self._triage.open_case(actor, chat.message.conversation_id, message_id, code, comment)
        row = {
            "label_id": new_id("lbl"),
            "message_id": message_id,
            "answer_id": None if chat.answer is None else chat.answer.answer_id,
            "staff_id": actor.actor_id,
            "label": label,
            "sentence": sentence,
            "comment": comment,
            "labelled_at": self._clock(),
        }
        self._database.write(lambda connection: connection.execute(insert(answer_labels).values(**row)))
        return opened

    def labels_of(self, message_ids: Sequence[str]) -> list[Label]:
        """Return each reader's latest label of these messages."""
        with self._database.read() as connection:
            return [label for message_id in message_ids for label in _labels(connection, message_id)]


def agreement(labels: Sequence[Label]) -> bool | None:
    """Return whether the readers of one message agree; None with fewer than two."""
    return None if len(labels) < 2 else len({label.label for label in labels}) == 1


def _drawn(connection: Connection, day: date) -> list[str]:
    query = select(qa_samples.c.message_id).where(qa_samples.c.day == day.isoformat()).order_by(qa_samples.c.message_id)
    return list(connection.execute(query).scalars())


def _unflagged(connection: Connection, start: datetime, end: datetime, handover: frozenset[str]) -> dict[str, str]:
    """Return message and conversation ids of the messages that screening sent to no other desk."""
    query = (
        select(messages.c.message_id, messages.c.conversation_id, messages.c.codes)
        .where(messages.c.received_at >= start, messages.c.received_at < end, messages.c.text.is_not(None))
        .order_by(messages.c.message_id)
    )
    rows = connection.execute(query).all()
    return {row.message_id: row.conversation_id for row in rows if not handover & set(row.codes)}


def _chat(connection: Connection, message_id: str) -> SampledChat:
    row = connection.execute(select(messages).where(messages.c.message_id == message_id)).first()
    if row is None:
        raise NotFound("There is no such message.")
    message = Message(row.message_id, row.conversation_id, row.ordinal, row.text, tuple(row.codes), row.received_at)
    found = connection.execute(
        select(answers).where(answers.c.message_id == message_id).order_by(answers.c.answered_at.desc(), answers.c.answer_id)
    ).first()
    answer = (
        None
        if found is None
        else StoredAnswer(found.answer_id, found.conversation_id, found.message_id, found.body, found.answered_at)
    )
    return SampledChat(message, answer, tuple(_labels(connection, message_id)))


def _labels(connection: Connection, message_id: str) -> list[Label]:
    table = answer_labels
    query = (
        select(
            table.c.label_id,
            table.c.message_id,
            table.c.staff_id,
            table.c.label,
            table.c.sentence,
            table.c.comment,
            table.c.labelled_at,
        )
        .where(table.c.message_id == message_id)
        .order_by(table.c.labelled_at, table.c.label_id)
    )
    latest = {row.staff_id: Label(**row._asdict()) for row in connection.execute(query).all()}
    return sorted(latest.values(), key=lambda label: (label.labelled_at, label.label_id))
