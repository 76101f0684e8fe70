"""The routing policy covers every code, and its clocks are those of the table."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

import pytest

from assistant.errors import BadInput
from assistant.triage.routing import load_routing, parse_routing
from assistant.types import Code
from tests.triage.room_tools import FRIDAY

TEXT = files("assistant.policy").joinpath("routing.yaml").read_text(encoding="utf-8")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("code", [code for code in Code if code.startswith(("AE-", "SS-")) or code is Code.PQC_CRIT])
def test_everything_for_pharmacovigilance_is_due_in_24_calendar_hours(code: Code) -> None:
    clock = load_routing().clock(code, FRIDAY)
    assert clock.regulatory_due_at == clock.due_at == FRIDAY + 24 * HOUR
    assert clock.auto_forward_at == FRIDAY + 20 * HOUR
    route = load_routing().routes[code]
    assert route.handover and "pv" in route.goes_to and route.original == "case"


@pytest.mark.parametrize(
    ("code", "priority", "look_h"),
    [
        (Code.AE_SERIOUS, "P1", 1),
        (Code.AE_NONSER, "P2", 4),
        (Code.SS_PREG, "P1", 1),
        (Code.PQC_CRIT, "P1", 1),
        (Code.LEGAL, "P2", 4),
    ],
)
def test_priorities_and_human_looks(code: Code, priority: str, look_h: int) -> None:
    clock = load_routing().clock(code, FRIDAY)
    assert (clock.priority, clock.look_due_at) == (priority, FRIDAY + look_h * HOUR)


def test_symptoms_raise_an_overdose() -> None:
    routing = load_routing()
    assert routing.clock(Code.SS_OD_ERR, FRIDAY).priority == "P2"
    assert routing.clock(Code.SS_OD_ERR, FRIDAY, [Code.AE_NONSER]).priority == "P1"


def test_greetings_and_off_topic_questions_have_no_route() -> None:
    assert {code for code in Code if load_routing().route(code) is None} == {Code.GREETING, Code.OUT_OF_SCOPE}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  LEGAL:", "  LEGALL:", "codes.LEGALL"),
        ("look: 4h, service: 1bd, goes_to: [legal]", "look: 4d, service: 1bd, goes_to: [legal]", "4d"),
        ("goes_to: [legal]", "goes_to: [lawyers]", "lawyers"),
        ("lock_minutes: 20", "lock_minutes: 20\nlokc: 1", "lokc"),
        ("without_case: [OUT-OF-SCOPE, GREETING]", "without_case: [GREETING]", "OUT-OF-SCOPE"),
    ],
)
def test_a_wrong_policy_is_refused_and_says_where(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(BadInput, match=message):
        parse_routing(TEXT.replace(old, new))


def test_every_listed_holiday_is_a_weekday() -> None:
    assert {day.isoweekday() for day in load_routing().calendar.holidays} <= {1, 2, 3, 4, 5}
