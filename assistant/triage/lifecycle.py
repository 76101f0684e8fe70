"""What may happen to a case, and what its events add up to: one table of legal transitions, one pure fold.

State is never stored as such; `fold` derives it from the events alone. Clocks are written into the events that start them, so
that a later change of policy does not move a deadline in the past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.clock import parse_utc
from assistant.errors import BadInput
from assistant.triage.types import CaseEvent, CaseState, Disposition, EventKind, Json, SafetyState, WaitingOn, WorkState

_W, _S = WorkState, SafetyState
_OPEN = (_W.NEW, _W.TRIAGED, _W.ASSIGNED, _W.WAITING, _W.ANSWERED, _W.QC)

WorkMoves = dict[WorkState, WorkState]
SafetyMoves = dict[SafetyState, SafetyState]
Effect = Callable[[CaseState, CaseEvent, Json], CaseState]


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states an event is legal and where it leads; a state that is not listed forbids it."""

    work: WorkMoves
    safety: SafetyMoves


def _stay_open(**moves: WorkState) -> WorkMoves:
    """Every open state stays, except those given by name."""
    return {state: moves.get(state.name.lower(), state) for state in _OPEN}


_ANY_WORK: WorkMoves = {state: state for state in _W}
_ANY_SAFETY: SafetyMoves = {state: state for state in _S}
_ALL_TO_FLAGGED: SafetyMoves = dict.fromkeys(_S, _S.FLAGGED)
_SENDABLE: SafetyMoves = dict.fromkeys(_S, _S.SENT) | {_S.NONE: _S.NONE}
_DECIDABLE = (_S.FLAGGED, _S.CONFIRMED, _S.PROPOSED)
_HANDED_OVER: SafetyMoves = {state: state for state in (_S.SENT, _S.ACKNOWLEDGED, _S.RECONCILED)}

# The one table. `name` is the event kind, with a variant where its content decides (see `transition_name`).
TRANSITIONS: Mapping[str, Transition] = {
    "message": Transition(_stay_open(waiting=_W.ASSIGNED, answered=_W.ASSIGNED, qc=_W.ASSIGNED), _ANY_SAFETY),
    "message.handover": Transition(_stay_open(waiting=_W.ASSIGNED, answered=_W.ASSIGNED, qc=_W.ASSIGNED), _ALL_TO_FLAGGED),
    "asked": Transition(_stay_open(), _ANY_SAFETY),
    "triaged": Transition(_stay_open(new=_W.TRIAGED), _ANY_SAFETY),
    "triaged.confirmed": Transition(_stay_open(new=_W.TRIAGED), dict.fromkeys(_DECIDABLE, _S.CONFIRMED)),
    "assigned": Transition(_stay_open(new=_W.ASSIGNED, triaged=_W.ASSIGNED), _ANY_SAFETY),
    "released": Transition(_stay_open(assigned=_W.TRIAGED), _ANY_SAFETY),
    "note": Transition(_ANY_WORK, _ANY_SAFETY),
    "reply": Transition(dict.fromkeys(_OPEN, _W.ANSWERED), _ANY_SAFETY),
    "waiting": Transition(dict.fromkeys(_OPEN, _W.WAITING), _ANY_SAFETY),
    "resumed": Transition({_W.WAITING: _W.ASSIGNED}, _ANY_SAFETY),
    "qc": Transition({_W.ANSWERED: _W.QC}, _ANY_SAFETY),
    "forwarded": Transition(_stay_open(), _SENDABLE),
    "delivered": Transition(_ANY_WORK, _ANY_SAFETY),
    "acknowledged": Transition(_ANY_WORK, _ANY_SAFETY | {_S.SENT: _S.ACKNOWLEDGED}),
    "acknowledged.partly": Transition(_ANY_WORK, _ANY_SAFETY),
    "reconciled": Transition(_ANY_WORK, {_S.ACKNOWLEDGED: _S.RECONCILED, _S.RECONCILED: _S.RECONCILED}),
    "disposition": Transition(_stay_open(new=_W.TRIAGED), {_S.NONE: _S.NONE} | _HANDED_OVER),
    "disposition.reportable": Transition(_stay_open(new=_W.TRIAGED), dict.fromkeys(_DECIDABLE, _S.CONFIRMED) | _HANDED_OVER),
    "disposition.not_reportable": Transition(_stay_open(new=_W.TRIAGED), dict.fromkeys(_DECIDABLE, _S.PROPOSED) | _HANDED_OVER),
    "second_reader.agrees": Transition(_stay_open(), {_S.PROPOSED: _S.NOT_REPORTABLE}),
    "second_reader.disagrees": Transition(_stay_open(), {_S.PROPOSED: _S.FLAGGED}),
    "closed": Transition(
        {state: _W.CLOSED for state in _OPEN if state is not _W.NEW},
        {state: state for state in (_S.NONE, _S.NOT_REPORTABLE, _S.ACKNOWLEDGED, _S.RECONCILED)},
    ),
    "reopened": Transition({_W.CLOSED: _W.TRIAGED}, _ANY_SAFETY | {_S.NOT_REPORTABLE: _S.FLAGGED}),
    "alerted": Transition(_stay_open(), _ANY_SAFETY),
    "original_viewed": Transition(_ANY_WORK, _ANY_SAFETY),
}

# Events that show that a person has looked at the case and done something about it.
_LOOKS = frozenset(
    {
        EventKind.TRIAGED,
        EventKind.ASSIGNED,
        EventKind.NOTE,
        EventKind.REPLY,
        EventKind.WAITING,
        EventKind.QC,
        EventKind.FORWARDED,
        EventKind.DISPOSITION,
        EventKind.SECOND_READER,
        EventKind.CLOSED,
        EventKind.REOPENED,
        EventKind.ORIGINAL_VIEWED,
    }
)


def transition_name(kind: EventKind, content: Json, state: CaseState) -> str:
    """Return the row of the table that an event falls under."""
    if kind is EventKind.MESSAGE and content.get("handover"):
        return "message.handover"
    if kind is EventKind.TRIAGED and content.get("confirmed"):
        return "triaged.confirmed"
    if kind is EventKind.SECOND_READER:
        return f"second_reader.{'agrees' if content['agrees'] else 'disagrees'}"
    if kind is EventKind.ACKNOWLEDGED and state.awaiting_desks - {content["desk"]}:
        return "acknowledged.partly"
    if kind is EventKind.DISPOSITION and state.safety_state is not _S.NONE:
        return f"disposition.{'reportable' if content['value'] == Disposition.REPORTABLE else 'not_reportable'}"
    return kind.value


def check_transition(kind: EventKind, content: Json, state: CaseState) -> Transition:
    """Return the transition of an event, or say why it is not legal now (`BadInput`)."""
    name = transition_name(kind, content, state)
    transition = TRANSITIONS[name]
    if state.work_state not in transition.work:
        raise BadInput(f"This case is {state.work_state.value}: {kind.value.replace('_', ' ')} is not possible now.")
    if state.safety_state not in transition.safety:
        handover = state.safety_state.value.replace("_", " ")
        raise BadInput(f"The hand-over of this case is {handover}: {kind.value.replace('_', ' ')} is not possible now.")
    if kind is EventKind.CLOSED and state.disposition is None:
        raise BadInput("Record how the case ended (its disposition) before closing it.")
    return transition


def fold(events: Iterable[CaseEvent]) -> CaseState:
    """Return the state that the events, oldest first, add up to. The first must be `opened`; erased contents cannot be
    folded."""
    state: CaseState | None = None
    for event in events:
        if event.content is None:
            raise BadInput(f"The content of {event.record_id} was erased: its case can no longer be derived.")
        state = _open(event, event.content) if state is None else apply(state, event, event.content)
    if state is None:
        raise BadInput("A case without events has no state.")
    return state


def _open(event: CaseEvent, content: Json) -> CaseState:
    if event.kind is not EventKind.OPENED:
        raise BadInput(f"A case starts with `opened`, not {event.kind.value}.")
    received_at = parse_utc(content["received_at"])
    blank = CaseState(
        code=content["codes"][0],
        codes=(),
        priority="P4",
        work_state=_W.NEW,
        safety_state=_S.FLAGGED if content["handover"] else _S.NONE,
        look_due_at=parse_utc(content["clocks"][0]["look_due_at"]),
        service_due_at=None,
        regulatory_due_at=None,
        auto_forward_at=None,
        last_message_at=received_at,
        last_event_at=event.recorded_at,
    )
    return _add_message(blank, content)


def apply(state: CaseState, event: CaseEvent, content: Json) -> CaseState:
    """Return the state after one more event."""
    transition = check_transition(event.kind, content, state)
    work = transition.work[state.work_state]
    state = _resume(state, event.recorded_at) if state.work_state is _W.WAITING and work is not _W.WAITING else state
    state = replace(state, work_state=work, safety_state=transition.safety[state.safety_state], last_event_at=event.recorded_at)
    effect = _EFFECTS.get(event.kind)
    state = state if effect is None else effect(state, event, content)
    if state.work_state is _W.ASSIGNED and state.assignee is None:
        state = replace(state, work_state=_W.TRIAGED)
    if event.kind in _LOOKS and event.actor != "system":
        state = replace(state, looked_at=event.recorded_at)
    return state


def _resume(state: CaseState, at: datetime) -> CaseState:
    """End a wait; one for the asker gives our own promise the time back, never a duty."""
    since, due = state.waiting_since, state.service_due_at
    if state.waiting_on == WaitingOn.ASKER and since is not None and due is not None:
        due += at - since
    return replace(state, waiting_on=None, waiting_since=None, service_due_at=due)


def _add_message(state: CaseState, content: Json) -> CaseState:
    clocks: list[Json] = content["clocks"]
    codes = dict.fromkeys([*state.codes, *content["codes"]])
    known: Json = {"code": state.code, "priority": state.priority}
    urgent = min([known, *clocks], key=lambda clock: str(clock["priority"]))
    texts = (content["text"],) if content.get("text") else ()
    return replace(
        state,
        code=str(urgent["code"]),
        codes=tuple(codes),
        priority=str(urgent["priority"]),
        look_due_at=_earliest(clocks, "look_due_at", None if state.looked_at else state.look_due_at) or state.look_due_at,
        service_due_at=_earliest(clocks, "service_due_at", state.service_due_at),
        regulatory_due_at=_earliest(clocks, "regulatory_due_at", state.regulatory_due_at),
        auto_forward_at=_earliest(clocks, "auto_forward_at", state.auto_forward_at),
        last_message_at=parse_utc(content["received_at"]),
        elements={**state.elements, **content.get("elements", {})},
        texts=state.texts + texts,
        alerted_percent=0 if clocks else state.alerted_percent,
    )


def _message(state: CaseState, _event: CaseEvent, content: Json) -> CaseState:
    if content.get("handover"):
        # News on a case that was handed over is a report of its own, with clocks of its own.
        known = state if state.forwarded_at is None else replace(state, regulatory_due_at=None)
        state = replace(known, forwarded_at=None, acknowledged_at=None, disposition=None, disposition_by=None)
    return _add_message(state, content)


def _earliest(clocks: list[Json], name: str, known: datetime | None) -> datetime | None:
    moments = [parse_utc(clock[name]) for clock in clocks if clock[name] is not None]
    return min([*moments, *([known] if known is not None else [])], default=None)


def _forwarded(state: CaseState, event: CaseEvent, content: Json) -> CaseState:
    awaiting = frozenset(content["desks"]) if state.safety_state is _S.SENT else frozenset()
    return replace(
        state,
        forwarded_at=state.forwarded_at or event.recorded_at,
        acknowledged_at=None,
        awaiting_desks=state.awaiting_desks | awaiting,
        auto_forward_at=None,
    )


def _acknowledged(state: CaseState, event: CaseEvent, content: Json) -> CaseState:
    awaiting = state.awaiting_desks - {content["desk"]}
    return replace(
        state,
        awaiting_desks=awaiting,
        safety_id=content["safety_id"],
        acknowledged_at=None if awaiting else event.recorded_at,
    )


def _triaged(state: CaseState, _event: CaseEvent, content: Json) -> CaseState:
    return replace(state, priority=content.get("priority") or state.priority)


def _assigned(state: CaseState, _event: CaseEvent, content: Json) -> CaseState:
    return replace(state, assignee=content["assignee"])


def _released(state: CaseState, _event: CaseEvent, _content: Json) -> CaseState:
    return replace(state, assignee=None)


def _waiting(state: CaseState, event: CaseEvent, content: Json) -> CaseState:
    return replace(state, waiting_on=content["on"], waiting_since=state.waiting_since or event.recorded_at)


def _disposition(state: CaseState, event: CaseEvent, content: Json) -> CaseState:
    return replace(state, disposition=content["value"], disposition_by=event.actor)


def _second_reader(state: CaseState, _event: CaseEvent, content: Json) -> CaseState:
    return state if content["agrees"] else replace(state, disposition=None, disposition_by=None)


def _reopened(state: CaseState, _event: CaseEvent, _content: Json) -> CaseState:
    return replace(state, disposition=None, disposition_by=None)


def _note(state: CaseState, _event: CaseEvent, content: Json) -> CaseState:
    """What a person wrote into the report draft replaces what was read from the messages."""
    return replace(state, elements={**state.elements, **content.get("elements", {})})


def _alerted(state: CaseState, _event: CaseEvent, content: Json) -> CaseState:
    return replace(state, alerted_percent=content["percent"])


_EFFECTS: Mapping[EventKind, Effect] = {
    EventKind.MESSAGE: _message,
    EventKind.TRIAGED: _triaged,
    EventKind.ASSIGNED: _assigned,
    EventKind.RELEASED: _released,
    EventKind.WAITING: _waiting,
    EventKind.FORWARDED: _forwarded,
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.DISPOSITION: _disposition,
    EventKind.SECOND_READER: _second_reader,
    EventKind.REOPENED: _reopened,
    EventKind.ALERTED: _alerted,
    EventKind.NOTE: _note,
}
