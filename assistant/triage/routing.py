"""The routing policy (`assistant/policy/routing.yaml`): who gets a case, how soon, and the clocks that start with a message.

Pure: the same message at the same moment gives the same clocks. The loader refuses a table that does not cover every case code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import BadInput
from assistant.triage.business_time import BusinessCalendar, Span, parse_span
from assistant.types import Code

Priority = Literal["P1", "P2", "P3", "P4"]


@dataclass(frozen=True, slots=True)
class Route:
    """What the policy says of one code. `family` is the case it belongs to; the rest as in the policy's note."""

    code: Code
    family: str
    title: str
    priority: str
    look: Span
    service: Span | None
    regulatory: Span | None
    goes_to: tuple[str, ...]
    handover: bool
    auto_forward: bool
    original: str | None


@dataclass(frozen=True, slots=True)
class CodeClock:
    """The clocks one code started with one message. `due_at` is the first of its duties and promises (else the look)."""

    code: Code
    priority: str
    started_at: datetime
    look_due_at: datetime
    service_due_at: datetime | None
    regulatory_due_at: datetime | None
    auto_forward_at: datetime | None

    @property
    def due_at(self) -> datetime:
        """The earliest deadline of the code."""
        deadlines = [moment for moment in (self.service_due_at, self.regulatory_due_at) if moment is not None]
        return min(deadlines, default=self.look_due_at)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Raise(_Strict):
    codes: tuple[Code, ...]
    priority: Priority
    look: str


class _CodeEntry(_Strict):
    family: str
    title: str
    priority: Priority
    look: str
    goes_to: tuple[str, ...]
    service: str | None = None
    regulatory: str | None = None
    handover: bool = False
    auto_forward: bool = False
    original: Literal["case", "request"] | None = None
    when_with: _Raise | None = None


class _Calendar(_Strict):
    timezone: str
    opens: time
    closes: time
    weekdays: frozenset[int]
    holidays: frozenset[date]
    covers_until: date


class _Policy(_Strict):
    id: Literal["routing"]
    version: str
    owner: str
    note: str
    auto_forward_after: str
    alert_percents: tuple[int, ...]
    lock_minutes: int
    calendar: _Calendar
    desks: dict[str, str]
    codes: dict[Code, _CodeEntry]
    without_case: frozenset[Code]


class RoutingTable:
    """The loaded policy. `version` goes into every case it opened."""

    def __init__(self, policy: _Policy) -> None:
        self._policy = policy
        self.version = policy.version
        self.desks: Mapping[str, str] = policy.desks
        self.alert_percents = tuple(sorted(policy.alert_percents))
        self.lock_minutes = policy.lock_minutes
        self.covers_until = policy.calendar.covers_until
        self.auto_forward_after = parse_span(policy.auto_forward_after)
        self.calendar = BusinessCalendar(
            timezone=ZoneInfo(policy.calendar.timezone),
            opens=policy.calendar.opens,
            closes=policy.calendar.closes,
            weekdays=policy.calendar.weekdays,
            holidays=policy.calendar.holidays,
        )
        self.routes: Mapping[Code, Route] = {code: _route(code, entry) for code, entry in policy.codes.items()}

    def route(self, code: Code) -> Route | None:
        """Return the route of a code, None for the codes that open no case."""
        return self.routes.get(code)

    def clock(self, code: Code, started_at: datetime, alongside: Sequence[Code] = ()) -> CodeClock:
        """Start the clocks of a code at the moment its message was sent.

        Args:
            alongside: the other codes of the same message, which may raise the priority.
        """
        route, raised = self.routes[code], self._policy.codes[code].when_with
        is_raised = raised is not None and any(other in raised.codes for other in alongside)
        look = parse_span(raised.look) if raised is not None and is_raised else route.look
        add = self.calendar.add
        return CodeClock(
            code=code,
            priority=raised.priority if raised is not None and is_raised else route.priority,
            started_at=started_at,
            look_due_at=add(started_at, look),
            service_due_at=None if route.service is None else add(started_at, route.service),
            regulatory_due_at=None if route.regulatory is None else add(started_at, route.regulatory),
            auto_forward_at=add(started_at, self.auto_forward_after) if route.auto_forward else None,
        )


def _route(code: Code, entry: _CodeEntry) -> Route:
    return Route(
        code=code,
        family=entry.family,
        title=entry.title,
        priority=entry.priority,
        look=parse_span(entry.look),
        service=None if entry.service is None else parse_span(entry.service),
        regulatory=None if entry.regulatory is None else parse_span(entry.regulatory),
        goes_to=entry.goes_to,
        handover=entry.handover,
        auto_forward=entry.auto_forward,
        original=entry.original,
    )


def parse_routing(text: str) -> RoutingTable:
    """Return the table of a policy text.

    Raises:
        BadInput: a field is unknown or missing, a code has no route, a desk is not defined.
    """
    try:
        policy = _Policy.model_validate(yaml.safe_load(text))
    except ValidationError as error:
        first: Any = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"The routing policy is wrong at {where}: {first['msg']}.") from error
    if uncovered := sorted(set(Code) - set(policy.codes) - policy.without_case):
        raise BadInput(f"The routing policy has no route for: {', '.join(uncovered)}.")
    desks = {desk for entry in policy.codes.values() for desk in entry.goes_to}
    if unknown := sorted(desks - set(policy.desks)):
        raise BadInput(f"The routing policy sends cases to desks it does not define: {', '.join(unknown)}.")
    return RoutingTable(policy)


@lru_cache(maxsize=1)
def load_routing() -> RoutingTable:
    """Return the packaged routing policy."""
    return parse_routing(files("assistant.policy").joinpath("routing.yaml").read_text(encoding="utf-8"))
