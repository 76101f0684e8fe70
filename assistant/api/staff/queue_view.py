"""The queue's address: every filter is in it, so that a view can be linked, saved and shared; and what the list shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, get_args
from urllib.parse import parse_qs, urlencode

from assistant.api.schemas import Attestation
from assistant.errors import BadInput
from assistant.triage import Actor, Channel, QueueFilter, RoutingTable, SafetyState, WorkState
from assistant.triage.language import load_languages
from assistant.types import Code

PAGE_SIZE = 25
NEIGHBOURS = 200
MAX_SEARCH_CHARS = 200
SOON = timedelta(hours=4)
UNDECIDED = (SafetyState.FLAGGED.value, SafetyState.CONFIRMED.value, SafetyState.PROPOSED.value)
HANDOVER = tuple(state.value for state in SafetyState if state is not SafetyState.NONE)
STATES = {"": "Open", "closed": "Closed", "all": "Open and closed"}
DUES = {"": "Any time", "overdue": "Past its deadline", "4h": "Due within 4 hours", "24h": "Due within 24 hours"}
SAFETIES = {
    "": "Any",
    "undecided": "Not decided",
    "handover": "Goes to another desk",
    **{state.value: state.value.replace("_", " ").capitalize() for state in SafetyState if state is not SafetyState.NONE},
}
OWNERS = {"": "Anybody", "me": "Me", "none": "Nobody"}
LOOKS = {"": "Any", "due": "Overdue", "open": "Nobody has looked yet", "done": "Somebody has looked"}
BOTS = {
    "": "Any",
    "answered": "The assistant answered",
    "declined": "The assistant declined",
    "redirected": "The assistant redirected",
    "none": "No answer was given",
    "person": "A person replied",
}
_PROFESSIONS = get_args(Attestation.model_fields["profession"].annotation)
PROFESSIONS = {"": "Any", **{name: name.replace("_", " ").capitalize() for name in _PROFESSIONS}}
LANGUAGES = {"": "Any", **load_languages().names}
# Filters whose values are exactly those named here.
WORDED: Mapping[str, Mapping[str, str]] = {
    "state": STATES,
    "due": DUES,
    "look": LOOKS,
    "bot": BOTS,
    "language": LANGUAGES,
    "asker": PROFESSIONS,
}


@dataclass(frozen=True, slots=True)
class QueueParams:
    """The filters of an address; an empty string filters nothing."""

    q: str = ""
    state: str = ""
    code: str = ""
    priority: str = ""
    work: str = ""
    safety: str = ""
    channel: str = ""
    owner: str = ""
    due: str = ""
    look: str = ""
    bot: str = ""
    language: str = ""
    asker: str = ""
    unread: str = ""
    page: int = 1

    def filter(self, actor: Actor, now: datetime) -> QueueFilter:
        """Return the filter for the triage room."""
        dues = {"overdue": now, "4h": now + SOON, "24h": now + timedelta(hours=24)}
        safeties = {"": (), "undecided": UNDECIDED, "handover": HANDOVER}
        return QueueFilter(
            is_open={"": True, "closed": False, "all": None}[self.state],
            codes=(self.code,) if self.code else (),
            priorities=(self.priority,) if self.priority else (),
            work_states=(self.work,) if self.work else (),
            safety_states=safeties.get(self.safety, (self.safety,)),
            channels=(self.channel,) if self.channel else (),
            assignee=actor.actor_id if self.owner == "me" else self.owner if self.owner not in {"", "none"} else None,
            is_unassigned=True if self.owner == "none" else None,
            is_unread=True if self.unread else None,
            due_before=dues.get(self.due),
            look_overdue_at=now if self.look == "due" else None,
            has_look={"open": False, "done": True}.get(self.look),
            languages=(self.language,) if self.language else (),
            professions=(self.asker,) if self.asker else (),
            bot=self.bot or None,
            text=self.q or None,
        )

    def query(self, **changes: object) -> str:
        """Return the part of the address after the question mark; the page starts anew unless it is given."""
        wanted = replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]
        values = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
        return urlencode({name: value for name, value in values.items() if value not in {"", 1}})

    @property
    def active(self) -> list[tuple[str, str, str]]:
        """Return the filters in force: their name, their value in words, and the address without them."""
        words: Mapping[str, Mapping[str, str]] = {"safety": SAFETIES, "owner": OWNERS, **WORDED}
        found = []
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "page" or not value:
                continue
            label = "Search" if field.name == "q" else field.name.capitalize()
            shown = "yes" if field.name == "unread" else words.get(field.name, {}).get(value, value)
            found.append((label, shown, self.query(**{field.name: ""})))
        return found


def read_params(query: str, routing: RoutingTable) -> QueueParams:
    """Return the filters of an address.

    Raises:
        BadInput: a value that no filter has.
    """
    given = {name: values[0] for name, values in parse_qs(query, max_num_fields=40).items()}
    known = {field.name for field in fields(QueueParams)}
    values: dict[str, Any] = {name: value.strip() for name, value in given.items() if name in known}
    values["page"] = _page(values.get("page", "1"))
    values["q"] = values.get("q", "")[:MAX_SEARCH_CHARS]
    choices: Mapping[str, set[str]] = {
        **{name: set(named) for name, named in WORDED.items()},
        "safety": set(SAFETIES),
        "code": {"", *(code.value for code in Code if routing.route(code))},
        "priority": {"", "P1", "P2", "P3", "P4"},
        "work": {"", *(state.value for state in WorkState)},
        "channel": {"", *(channel.value for channel in Channel)},
        "unread": {"", "1"},
    }
    for name, allowed in choices.items():
        if values.get(name, "") not in allowed:
            raise BadInput(f"The queue has no filter {name}={values[name]!r}: go back to the queue and choose again.")
    return QueueParams(**values)


def _page(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise BadInput("The page must be a number from 1.")
    return int(text)


@dataclass(frozen=True, slots=True)
class StandingView:
    """A view everybody has. `is_urgent`: what is in it hurts by itself."""

    name: str
    title: str
    params: QueueParams
    is_urgent: bool = False


STANDING = (
    StandingView("overdue", "Past its deadline", QueueParams(due="overdue"), is_urgent=True),
    StandingView("safety-soon", "Safety, under 4 h left", QueueParams(safety="undecided", due="4h"), is_urgent=True),
    StandingView("undecided", "Safety, not decided", QueueParams(safety="undecided")),
    StandingView("second", "Waits for a second reader", QueueParams(safety=SafetyState.PROPOSED.value)),
    StandingView("sent", "Sent, not acknowledged", QueueParams(safety=SafetyState.SENT.value)),
    StandingView("look", "First look overdue", QueueParams(look="due"), is_urgent=True),
    StandingView("unread", "New since somebody looked", QueueParams(unread="1")),
    StandingView("unassigned", "Without an owner", QueueParams(owner="none")),
    StandingView("mine", "Mine", QueueParams(owner="me")),
    StandingView("waiting", "Waiting", QueueParams(work=WorkState.WAITING.value)),
    StandingView("open", "All open", QueueParams()),
    StandingView("closed", "Closed", QueueParams(state="closed")),
)
