"""Opening cases: what screening found in a message becomes cases and events, in the transaction that stores the message.

One case per conversation and code family; a later message adds an event to it. The same message never counts twice. Nothing
here waits for, or depends on, an answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from assistant.clock import format_utc
from assistant.storage import Sealer
from assistant.triage.elements import ElementReader, load_elements
from assistant.triage.lifecycle import fold
from assistant.triage.outbox import Outbox
from assistant.triage.repository import CaseRepository, SealedText
from assistant.triage.routing import CodeClock, RoutingTable
from assistant.triage.types import SYSTEM, Actor, Case, CaseEvent, CaseState, Channel, EventKind, Json, WorkState
from assistant.types import CaseReference, Code, Flag, Notice

ASK_NOTICE = "ASK-MISSING"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that may need people.

    Attributes:
        turns: the conversation's user turns, masked, oldest first, this message last.
        original: this message as typed; sealed when the policy says so, never stored otherwise.
        received_at: when it was sent to us: the start of every clock.
        reporter: what is known of the asker (`profession`, `country`).
        contact: name, e-mail and so on as given in a form; sealed.
        facts: what else belongs to the event (the rated answer, the kind of form); ids and fixed words only.
    """

    message_id: str
    turns: tuple[str, ...]
    original: str
    received_at: datetime
    conversation_id: str | None = None
    session_id: str | None = None
    channel: Channel = Channel.CHAT
    reporter: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intake:
    """What was opened or added to for a message: one reference per code, and the notice that asks for what is missing.

    `added` holds number and code of the reports whose open question the message answers.
    """

    cases: tuple[CaseReference, ...] = ()
    notices: tuple[Notice, ...] = ()
    added: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Finding:
    """The codes of one family in one message."""

    family: str
    clocks: tuple[CodeClock, ...]
    flags: tuple[Flag, ...]
    handover: bool
    original: str | None


@dataclass(frozen=True, slots=True)
class _Known:
    """A case the conversation has already."""

    case: Case
    events: tuple[CaseEvent, ...]
    state: CaseState

    def has_message(self, message_id: str) -> bool:
        """Return whether this message was recorded before."""
        return any(event.message_id == message_id for event in self.events)


class CaseIntake:
    """Turns codes into cases. Stateless besides its policy; the caller owns the transaction."""

    def __init__(
        self,
        repository: CaseRepository,
        routing: RoutingTable,
        sealer: Sealer,
        outbox: Outbox,
        elements: ElementReader | None = None,
    ) -> None:
        self._repository = repository
        self._routing = routing
        self._sealer = sealer
        self._outbox = outbox
        self._elements = elements or load_elements()

    def is_for_pharmacovigilance(self, code: Code) -> bool:
        """Return whether a code's cases go to pharmacovigilance."""
        route = self._routing.route(code)
        return route is not None and "pv" in route.goes_to

    def open_cases(
        self, connection: Connection, codes: Sequence[Code], flags: Sequence[Flag], arrival: Arrival, *, actor: Actor = SYSTEM
    ) -> Intake:
        """Open or add to the cases that a message calls for.

        Args:
            codes: every code raised for the conversation so far; those of earlier messages have their cases already.
            flags: why; `turn` counts from 0 in `arrival.turns`.
        """
        known = self._known(connection, arrival.conversation_id)
        references: list[CaseReference] = []
        missing: dict[str, None] = {}
        for finding in self._findings(codes, flags, arrival, known):
            found = known.get(finding.family)
            if found is None:
                case, state = self._open(connection, finding, arrival, actor)
            elif found.has_message(arrival.message_id):
                case, state = found.case, found.state
            else:
                case, state = found.case, self._add(connection, found, finding, arrival, actor)
            references += [CaseReference(case.case_id, clock.code, _due_at(clock, state)) for clock in finding.clocks]
            missing |= dict.fromkeys(self._ask(connection, case, finding, arrival))
        added = self._follow_up(connection, known, {reference.case_id for reference in references}, arrival, actor)
        notices = (Notice(ASK_NOTICE, self._elements.question(list(missing))),) if missing else ()
        return Intake(tuple(references), notices, added)

    def _known(self, connection: Connection, conversation_id: str | None) -> dict[str, _Known]:
        cases = self._repository.find_in_conversation(connection, conversation_id)
        known = {}
        for family, case in cases.items():
            events = tuple(self._repository.events(connection, case.case_id))
            known[family] = _Known(case, events, fold(events))
        return known

    def _findings(
        self, codes: Sequence[Code], flags: Sequence[Flag], arrival: Arrival, known: Mapping[str, _Known]
    ) -> list[_Finding]:
        """Group this message's codes by family: flagged in its text, or raised by it for the first time."""
        last = len(arrival.turns) - 1
        flagged = {flag.code for flag in flags if flag.turn >= last}
        here: dict[str, list[Code]] = {}
        for code in dict.fromkeys(codes):
            route = self._routing.route(code)
            if route is None:
                continue
            found = known.get(route.family)
            if code in flagged or found is None or code.value not in found.state.codes:
                here.setdefault(route.family, []).append(code)
        alongside = [code for members in here.values() for code in members]
        return [self._finding(family, members, flags, arrival, alongside) for family, members in here.items()]

    def _finding(
        self, family: str, members: Sequence[Code], flags: Sequence[Flag], arrival: Arrival, here: Sequence[Code]
    ) -> _Finding:
        routes = [self._routing.routes[code] for code in members]
        clocks = [self._routing.clock(code, arrival.received_at, here) for code in members]
        return _Finding(
            family=family,
            clocks=tuple(sorted(clocks, key=lambda clock: (clock.priority, clock.code))),
            flags=tuple(flag for flag in flags if flag.code in members),
            handover=any(route.handover for route in routes),
            original=next((route.original for route in routes if route.original), None),
        )

    def _open(self, connection: Connection, finding: _Finding, arrival: Arrival, actor: Actor) -> tuple[Case, CaseState]:
        case = Case(
            case_id=self._repository.make_id("MI"),
            family=finding.family,
            code=finding.clocks[0].code.value,
            conversation_id=arrival.conversation_id,
            session_id=arrival.session_id,
            channel=arrival.channel.value,
            policy_version=self._routing.version,
            received_at=arrival.received_at,
        )
        content = self._content(finding, arrival)
        message_id, at = arrival.message_id, arrival.received_at
        state = self._repository.open(connection, case, content, actor=actor, message_id=message_id, at=at)
        self._seal(connection, case, finding, arrival)
        self._outbox.announce(connection, case, state, at)
        return case, state

    def _add(self, connection: Connection, found: _Known, finding: _Finding, arrival: Arrival, actor: Actor) -> CaseState:
        case_id, at = found.case.case_id, arrival.received_at
        if found.state.work_state is WorkState.CLOSED:
            reason = {"reason": "the asker wrote again"}
            self._repository.record(connection, case_id, EventKind.REOPENED, reason, at=at)
        content = self._content(finding, arrival)
        state = self._repository.record(
            connection, case_id, EventKind.MESSAGE, content, actor=actor, at=at, message_id=arrival.message_id
        )
        self._seal(connection, found.case, finding, arrival)
        return state

    def _content(self, finding: _Finding, arrival: Arrival) -> Json:
        elements = self._elements.read(arrival.turns, finding.flags)
        if arrival.reporter:
            elements["reporter"] = ", ".join(value for value in arrival.reporter.values() if value)
        if arrival.contact:
            elements["contact"] = "given"
        return {
            "received_at": format_utc(arrival.received_at),
            "codes": [clock.code.value for clock in finding.clocks],
            "clocks": [_clock_json(clock) for clock in finding.clocks],
            "handover": finding.handover,
            "text": arrival.turns[-1],
            "flags": [_flag_json(flag, arrival.turns) for flag in finding.flags],
            "elements": elements,
            "facts": dict(arrival.facts),
            "policy_version": self._routing.version,
        }

    def _seal(self, connection: Connection, case: Case, finding: _Finding, arrival: Arrival) -> None:
        texts = {finding.original: arrival.original} if finding.original else {}
        if arrival.contact:
            texts["contact"] = json.dumps(dict(arrival.contact), ensure_ascii=False)
        for kind, text in texts.items():
            sealed = self._sealer.seal(text, case_id=case.case_id, message_id=arrival.message_id)
            original_id = self._repository.make_id("org")
            row = SealedText(original_id, case.case_id, arrival.message_id, str(kind), sealed, arrival.received_at)
            self._repository.add_sealed(connection, row, self._sealer.key_id)

    def _ask(self, connection: Connection, case: Case, finding: _Finding, arrival: Arrival) -> list[str]:
        """Return what to ask for: what is missing and was not asked for with another message; in chat only."""
        if not finding.handover or arrival.channel is not Channel.CHAT:
            return []
        events = self._repository.events(connection, case.case_id)
        asked = _asked(events, but=arrival.message_id)
        known = _known_elements(events)
        missing = [name for name in self._elements.missing(case.family, known) if name not in asked]
        is_asked = any(event.kind is EventKind.ASKED and event.message_id == arrival.message_id for event in events)
        if missing and not is_asked:
            content = {"elements": missing, "text": self._elements.question(missing)}
            self._repository.record(
                connection, case.case_id, EventKind.ASKED, content, at=arrival.received_at, message_id=arrival.message_id
            )
        return missing

    def _follow_up(
        self, connection: Connection, known: Mapping[str, _Known], done: set[str], arrival: Arrival, actor: Actor
    ) -> tuple[tuple[str, str], ...]:
        """Add a message without codes of its own to the reports whose open question it answers; return them."""
        added = []
        for found in known.values():
            if found.case.case_id in done:
                continue
            if found.has_message(arrival.message_id):
                added.append((found.case.case_id, found.state.code))
                continue
            if not self._answers_question(found, arrival.turns[-1]):
                continue
            clocks = [self._routing.clock(Code(code), arrival.received_at) for code in found.state.codes]
            finding = _Finding(found.case.family, tuple(clocks), (), handover=True, original="case")
            self._add(connection, found, finding, replace(arrival, turns=arrival.turns[-1:]), actor)
            added.append((found.case.case_id, found.state.code))
        return tuple(added)

    def _answers_question(self, found: _Known, text: str) -> bool:
        asked = _asked(found.events)
        wanted = asked | ({"age", "sex"} if "patient" in asked else set())
        news = (set(self._elements.read([text])) & wanted) - set(_known_elements(found.events))
        # A drug named in a question is more often the next question than the answer to ours.
        return bool(news - {"product"}) or (bool(news) and "?" not in text)


def _due_at(clock: CodeClock, state: CaseState) -> datetime:
    """Return when a code is due; a duty of the case that began earlier goes on."""
    if clock.regulatory_due_at is None or state.regulatory_due_at is None:
        return clock.due_at
    return min(clock.due_at, state.regulatory_due_at)


def _asked(events: Sequence[CaseEvent], but: str | None = None) -> set[str]:
    """Return what was asked for, leaving out what was asked with message `but`."""
    asked = [event for event in events if event.kind is EventKind.ASKED and (but is None or event.message_id != but)]
    return {name for event in asked for name in (event.content or {})["elements"]}


def _known_elements(events: Sequence[CaseEvent]) -> dict[str, str]:
    known: dict[str, str] = {}
    for event in events:
        known |= (event.content or {}).get("elements", {}) if event.kind in {EventKind.OPENED, EventKind.MESSAGE} else {}
    return known


def _clock_json(clock: CodeClock) -> Json:
    moments = {
        "look_due_at": clock.look_due_at,
        "service_due_at": clock.service_due_at,
        "regulatory_due_at": clock.regulatory_due_at,
        "auto_forward_at": clock.auto_forward_at,
    }
    written = {name: None if moment is None else format_utc(moment) for name, moment in moments.items()}
    return {"code": clock.code.value, "priority": clock.priority, **written}


def _flag_json(flag: Flag, turns: Sequence[str]) -> Json:
    """Keep the rule and the place; the words only where masking left them."""
    text = turns[flag.turn] if 0 <= flag.turn < len(turns) else ""
    matched = flag.matched if flag.matched in text else ""
    row = {"code": flag.code.value, "turn": flag.turn, "start": flag.start, "end": flag.end, "rule_id": flag.rule_id}
    return row | {"matched": matched} | ({} if flag.score is None else {"score": flag.score})
