"""A case as a page shows it: turns with the words that raised a flag, answers beside their passages, clocks, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.storage.conversations import Message, StoredAnswer
from assistant.triage import CaseEvent, CaseView, EventKind, RoutingTable
from assistant.triage.review import Label
from assistant.types import Code

Json = dict[str, Any]
TITLES: Mapping[EventKind, str] = {
    EventKind.OPENED: "Case opened",
    EventKind.MESSAGE: "The asker wrote",
    EventKind.ASKED: "The assistant asked for what is missing",
    EventKind.TRIAGED: "First look",
    EventKind.ASSIGNED: "Owner set",
    EventKind.RELEASED: "Given back to the queue",
    EventKind.NOTE: "Note, internal",
    EventKind.REPLY: "Reply to the asker",
    EventKind.WAITING: "Waiting",
    EventKind.RESUMED: "Wait over",
    EventKind.QC: "Sent to quality control",
    EventKind.FORWARDED: "Handed over",
    EventKind.DELIVERED: "Delivered",
    EventKind.ACKNOWLEDGED: "Acknowledged",
    EventKind.RECONCILED: "Reconciled",
    EventKind.DISPOSITION: "Disposition",
    EventKind.SECOND_READER: "Second reader",
    EventKind.CLOSED: "Closed",
    EventKind.REOPENED: "Opened again",
    EventKind.ALERTED: "Warning sent",
    EventKind.ORIGINAL_VIEWED: "Original opened",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a code was raised."""

    code: str
    turn: int
    matched: str
    rule_id: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a question; `codes` are those its words raised."""

    text: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as shown, with the passages it cites. `is_verbatim`: every word of it stands in a passage."""

    n: int
    text: str
    kind: str
    group: str
    passages: tuple[Json, ...]
    is_verbatim: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what was answered (None while or when nothing was)."""

    number: int
    message_id: str
    at: datetime
    codes: tuple[str, ...]
    pieces: tuple[Piece, ...] | None
    body: Json | None
    answer_id: str | None
    sentences: tuple[Sentence, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class ClockShown:
    """One deadline. `percent` of its time that has run, 0 to 100; `status` is running, met, late or paused."""

    title: str
    note: str
    due_at: datetime
    percent: int
    status: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    who: str
    title: str
    details: tuple[tuple[str, str], ...]
    text: str
    kind: str


def reasons_of(view: CaseView) -> list[Reason]:
    """Return every flag of the case's messages, each once, in the order raised."""
    found: dict[Reason, None] = {}
    for event in view.events:
        for flag in (event.content or {}).get("flags", ()):
            reason = Reason(flag["code"], flag["turn"], flag["matched"], flag["rule_id"], flag.get("score"))
            found.setdefault(reason)
    return list(found)


def turns_of(view: CaseView, labels: Sequence[Label]) -> list[Turn]:
    """Return the conversation; for a case without one (a form), what the asker wrote there."""
    reasons = reasons_of(view)
    if not view.messages:
        return [_form_turn(number, event, reasons) for number, event in enumerate(_written(view), start=1)]
    answers = {answer.message_id: answer for answer in view.answers}
    return [turn_of(message, answers.get(message.message_id), reasons, labels) for message in view.messages]


def turn_of(message: Message, answer: StoredAnswer | None, reasons: Sequence[Reason], labels: Sequence[Label]) -> Turn:
    """Return one message with its answer."""
    body = None if answer is None else answer.body
    return Turn(
        number=message.ordinal + 1,
        message_id=message.message_id,
        at=message.received_at,
        codes=message.codes,
        pieces=None if message.text is None else _pieces(message.text, [r for r in reasons if r.turn == message.ordinal]),
        body=body,
        answer_id=None if answer is None else answer.answer_id,
        sentences=tuple(_sentences(body or {})),
        labels=tuple(label for label in labels if label.message_id == message.message_id),
    )


def _written(view: CaseView) -> list[CaseEvent]:
    return [event for event in view.events if event.kind in {EventKind.OPENED, EventKind.MESSAGE}]


def _form_turn(number: int, event: CaseEvent, reasons: Sequence[Reason]) -> Turn:
    content = event.content or {}
    pieces = _pieces(content.get("text", ""), reasons)
    codes = tuple(content.get("codes", ()))
    return Turn(number, event.message_id or event.record_id, event.recorded_at, codes, pieces, None, None, (), ())


def _pieces(text: str, reasons: Sequence[Reason]) -> tuple[Piece, ...]:
    """Cut a text at the words that raised a flag."""
    marks: list[set[str]] = [set() for _ in text]
    for reason in reasons:
        start = text.find(reason.matched) if reason.matched else -1
        for position in range(start, start + len(reason.matched)) if start >= 0 else ():
            marks[position].add(reason.code)
    pieces: list[Piece] = []
    for char, codes in zip(text, marks, strict=True):
        found = tuple(sorted(codes))
        if pieces and pieces[-1].codes == found:
            pieces[-1] = Piece(pieces[-1].text + char, found)
        else:
            pieces.append(Piece(char, found))
    return tuple(pieces)


def _sentences(body: Json) -> list[Sentence]:
    citations = {citation["n"]: citation for citation in body.get("citations", ())}
    found = []
    for n, segment in enumerate(body.get("segments", ()), start=1):
        passages = tuple(citations[number] for number in segment["citations"] if number in citations)
        is_verbatim = any(_words(segment["text"]) in _words(passage["quote"]) for passage in passages)
        kind, group = segment.get("kind", "statement"), segment.get("group", "")
        found.append(Sentence(n, segment["text"], kind, group, passages, is_verbatim))
    return found


def _words(text: str) -> str:
    return " ".join(text.split())


def clocks_of(view: CaseView, now: datetime) -> list[ClockShown]:
    """Return the deadlines of a case, the duty first."""
    state, received_at = view.state, view.summary.case.received_at
    clocks = []
    if state.regulatory_due_at is not None:
        ended_at = state.forwarded_at
        note = "Runs from the moment the message was sent and never stops."
        clocks.append(_clock("Regulatory", note, (received_at, state.regulatory_due_at), ended_at, now))
    if state.service_due_at is not None:
        replied = [event.recorded_at for event in view.events if event.kind is EventKind.REPLY]
        is_paused = state.waiting_on == "asker"
        note = (
            "Stands still while we wait for the asker."
            if is_paused
            else "Our own promise; stands still while we wait for the asker."
        )
        shown = _clock("Reply", note, (received_at, state.service_due_at), replied[0] if replied else None, now)
        clocks.append(ClockShown(shown.title, note, shown.due_at, shown.percent, "paused") if is_paused else shown)
    look = _clock("First look", "By a person.", (received_at, state.look_due_at), state.looked_at, now)
    return [*clocks, look]


def _clock(title: str, note: str, span: tuple[datetime, datetime], ended_at: datetime | None, now: datetime) -> ClockShown:
    start, due_at = span
    until, length = ended_at or now, (due_at - start).total_seconds()
    percent = 100 if length <= 0 else round(100 * (until - start).total_seconds() / length)
    status = "late" if until > due_at else "running" if ended_at is None else "met"
    return ClockShown(title, note, due_at, min(100, max(0, percent)), status)


def timeline_of(view: CaseView, names: Mapping[str, str], routing: RoutingTable) -> list[Entry]:
    """Return what happened, newest first."""
    return [_entry(event, names, routing) for event in reversed(view.events)]


def _entry(event: CaseEvent, names: Mapping[str, str], routing: RoutingTable) -> Entry:
    who = "The service" if event.actor == "system" else names.get(event.actor, event.actor)
    if event.content is None:
        return Entry(event.recorded_at, who, TITLES[event.kind], (("Content", "erased"),), "", event.kind.value)
    content = event.content
    details = [(label, value) for label, value in _details(content, names, routing) if value]
    text = content.get("text", "") if event.kind not in {EventKind.OPENED, EventKind.MESSAGE} else ""
    return Entry(event.recorded_at, who, TITLES[event.kind], tuple(details), text, event.kind.value)


def _details(content: Json, names: Mapping[str, str], routing: RoutingTable) -> list[tuple[str, str]]:
    """Return the facts of an event in words, in a fixed order."""
    desks = [routing.desks.get(desk, desk) for desk in content.get("desks", ())]
    agrees = content.get("agrees")
    percent, assignee = content.get("percent"), content.get("assignee")
    return [
        ("Codes", ", ".join(content.get("codes", ()))),
        ("To", ", ".join(desks)),
        ("Desk", routing.desks.get(content.get("desk", ""), content.get("desk", ""))),
        ("Their id", content.get("safety_id", "")),
        ("Owner", names.get(assignee, assignee) if assignee else ""),
        ("Priority", content.get("priority") or ""),
        ("To be handed over", "yes" if content.get("confirmed") else ""),
        ("Decision", str(content.get("value", "")).replace("_", " ")),
        ("Agrees", "" if agrees is None else "yes" if agrees else "no"),
        ("Waiting for", content.get("on", "")),
        ("Clock", f"{percent} % of the time had run" if percent else ""),
        ("Attempts", str(content.get("attempts", "")) if content.get("attempts", 0) > 1 else ""),
        ("Day", content.get("day", "")),
        ("Reason", content.get("reason", "")),
        ("Note", content.get("note", "")),
    ]


def next_step(view: CaseView, routing: RoutingTable) -> str:
    """Return in a sentence what the case needs now."""
    state = view.state
    desks = ", ".join(routing.desks[desk] for code in state.codes for desk in routing.routes[Code(code)].goes_to[:1])
    steps = {
        "flagged": f"Decide: hand over to {desks}, or propose that it is not reportable.",
        "confirmed": f"Hand over to {desks}. It goes by itself at hour 20.",
        "not_reportable_proposed": "A second reader, another person, must agree that it is not reportable.",
        "sent": "Sent. Waiting for the other desk to acknowledge it with their id.",
        "acknowledged": "Acknowledged. Reply to the asker if something is open, record the disposition, then close.",
        "reconciled": "Reconciled with the other desk's list. Record the disposition and close.",
        "not_reportable": "Two readers agree that it is not reportable. Reply if something is open, then close.",
    }
    if not state.is_open:
        return "Closed. It opens again by itself if the asker writes."
    if state.work_state.value == "waiting":
        return f"Waiting for {state.waiting_on}. End the wait when there is news."
    if state.safety_state.value in steps:
        return steps[state.safety_state.value]
    return (
        "Record how it ended, then close." if state.work_state.value in {"answered", "qc"} else "Read the question and reply."
    )
