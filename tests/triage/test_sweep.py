"""Hour 20 and the warnings before it: nothing waits over a weekend, nothing happens twice."""

from __future__ import annotations

import pytest

from assistant.triage import Disposition, QueueFilter, SafetyState
from assistant.types import Code
from tests.triage.room_tools import SAFETY, SYSTEM_CODES, TRIAGER, Bench


def sweep(bench: Bench) -> tuple[str, ...]:
    """Cases handed over by a sweep now."""
    return bench.room.sweeper.run(bench.clock()).forwarded


@pytest.mark.parametrize("code", SYSTEM_CODES)
def test_an_unreviewed_report_is_handed_over_at_hour_twenty_and_not_before(bench: Bench, code: Code) -> None:
    case_id = bench.case("a report on a Friday evening", code)
    bench.clock.forward(hours=19, minutes=59)
    assert sweep(bench) == ()
    bench.clock.forward(minutes=1)
    assert sweep(bench) == (case_id,)
    assert sweep(bench) == ()
    view = bench.room.service.get(SAFETY, case_id)
    assert view.state.safety_state is SafetyState.SENT
    [forwarded] = [event for event in view.events if event.kind == "forwarded"]
    assert (forwarded.actor, forwarded.content and forwarded.content["reason"]) == ("system", "not decided by hour 20")
    sent = [delivery for delivery in view.deliveries if delivery.kind == "forward"]
    assert sent and sent[0].payload["reviewed_by_person"] is False


@pytest.mark.parametrize("code", [Code.PQC, Code.OFF_LABEL, Code.CONTACT, Code.SECURITY])
def test_other_cases_are_never_handed_over_by_themselves(bench: Bench, code: Code) -> None:
    bench.case("something", code)
    bench.clock.forward(days=30)
    assert sweep(bench) == ()


def test_a_claim_or_a_note_is_no_decision(bench: Bench) -> None:
    case_id = bench.case()
    bench.room.service.claim(TRIAGER, case_id)
    bench.room.service.note(TRIAGER, case_id, "will look later")
    bench.clock.forward(hours=21)
    assert sweep(bench) == (case_id,)


def test_one_readers_proposal_is_no_decision_two_are(bench: Bench) -> None:
    service = bench.room.service
    proposed, settled = bench.case(conversation_id="con_1"), bench.case(conversation_id="con_2")
    for case_id in (proposed, settled):
        service.dispose(SAFETY, case_id, Disposition.NOT_REPORTABLE, "a question")
    from tests.triage.room_tools import SAFETY_TWO

    service.second_read(SAFETY_TWO, settled, agrees=True, reason="agreed")
    bench.clock.forward(hours=21)
    assert sweep(bench) == (proposed,)


def test_desks_are_warned_once_at_each_part_of_the_clock(bench: Bench) -> None:
    case_id = bench.case()
    seen = []
    for _ in range(30):
        bench.clock.forward(hours=1)
        if bench.room.sweeper.run(bench.clock()).alerted:
            seen.append(bench.room.service.get(SAFETY, case_id).state.alerted_percent)
    # 90 % would be hour 21.6, but the case was handed over at hour 20.
    assert seen == [50, 75]


def test_no_warning_after_a_reply(bench: Bench) -> None:
    case_id = bench.case("Can an MSL call me?", Code.CONTACT)
    bench.room.service.reply(TRIAGER, case_id, "we have called you")
    bench.clock.forward(days=10)
    assert bench.room.sweeper.run(bench.clock()).alerted == ()


def test_two_sweepers_at_once_hand_over_once(bench: Bench) -> None:
    from concurrent.futures import ThreadPoolExecutor

    case_ids = [bench.case(conversation_id=f"con_{number}") for number in range(10)]
    bench.clock.forward(hours=21)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: sweep(bench), range(4)))
    assert sorted(case_id for result in results for case_id in result) == sorted(case_ids)
    assert bench.room.service.list(SAFETY, QueueFilter(safety_states=("sent",))).total == 10
