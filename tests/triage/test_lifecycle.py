"""The table of transitions: what is legal, what the events add up to, and what no sequence of events can do."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from assistant.errors import AssistantError, BadInput
from assistant.triage import Disposition, EventKind, QueueFilter, SafetyState, WaitingOn, WorkState
from assistant.triage.lifecycle import TRANSITIONS, fold
from assistant.types import Code
from tests.triage.room_tools import FRIDAY, SAFETY, SAFETY_TWO, TRIAGER, Bench, open_bench


def test_every_event_kind_has_its_row() -> None:
    named = {name.split(".")[0] for name in TRANSITIONS}
    assert named == {kind.value for kind in EventKind} - {"opened"}


def test_a_safety_case_goes_all_the_way(bench: Bench) -> None:
    service, case_id = bench.room.service, bench.case()
    service.claim(SAFETY, case_id)
    assert service.triage(SAFETY, case_id, confirmed=True).safety_state is SafetyState.CONFIRMED
    with pytest.raises(BadInput, match="hand-over"):
        service.close(SAFETY, case_id, "done")
    state = service.forward(SAFETY, case_id, "report")
    assert (state.safety_state, state.awaiting_desks) == (SafetyState.SENT, frozenset({"pv"}))
    state = service.acknowledge(SAFETY, case_id, desk="pv", safety_id="PV-77")
    assert (state.safety_state, state.safety_id) == (SafetyState.ACKNOWLEDGED, "PV-77")
    with pytest.raises(BadInput, match="disposition"):
        service.close(SAFETY, case_id, "done")
    service.dispose(SAFETY, case_id, Disposition.REPORTABLE, "valid report")
    assert service.close(SAFETY, case_id, "done").work_state is WorkState.CLOSED
    assert service.reopen(SAFETY, case_id, "follow-up").is_open


def test_not_reportable_needs_another_person(bench: Bench) -> None:
    service, case_id = bench.room.service, bench.case()
    service.triage(SAFETY, case_id)
    assert service.dispose(SAFETY, case_id, Disposition.NOT_REPORTABLE, "a question").safety_state is SafetyState.PROPOSED
    with pytest.raises(BadInput):
        service.close(SAFETY, case_id, "done")
    with pytest.raises(AssistantError, match="another person"):
        service.second_read(SAFETY, case_id, agrees=True, reason="me again")
    assert service.second_read(SAFETY_TWO, case_id, agrees=True, reason="agreed").safety_state is SafetyState.NOT_REPORTABLE
    assert not service.close(SAFETY, case_id, "done").is_open


def test_a_second_reader_may_disagree(bench: Bench) -> None:
    service, case_id = bench.room.service, bench.case()
    service.dispose(SAFETY, case_id, Disposition.DUPLICATE, "same as another")
    state = service.second_read(SAFETY_TWO, case_id, agrees=False, reason="a real patient")
    assert (state.safety_state, state.disposition) == (SafetyState.FLAGGED, None)


def test_every_desk_must_acknowledge(bench: Bench) -> None:
    service = bench.room.service
    case_id = bench.case("Bottle arrived with the seal broken", Code.PQC_CRIT)
    assert service.forward(SAFETY, case_id, "tamper").awaiting_desks == {"quality", "pv"}
    assert service.acknowledge(SAFETY, case_id, desk="quality", safety_id="Q-1").safety_state is SafetyState.SENT
    assert service.acknowledge(SAFETY, case_id, desk="pv", safety_id="PV-1").safety_state is SafetyState.ACKNOWLEDGED
    with pytest.raises(BadInput):
        service.acknowledge(SAFETY, case_id, desk="legal", safety_id="L-1")


def test_news_after_the_hand_over_starts_new_clocks(bench: Bench) -> None:
    service, case_id = bench.room.service, bench.case()
    service.forward(SAFETY, case_id, "report")
    service.acknowledge(SAFETY, case_id, desk="pv", safety_id="PV-1")
    later = bench.clock.forward(days=3)
    bench.say("she has now been admitted", Code.AE_SERIOUS)
    state = service.get(SAFETY, case_id).state
    assert state.safety_state is SafetyState.FLAGGED
    assert state.regulatory_due_at is not None
    assert (state.regulatory_due_at - later).total_seconds() == 24 * 3600
    assert state.auto_forward_at is not None


def test_waiting_for_the_asker_stops_our_promise_and_no_duty(bench: Bench) -> None:
    service = bench.room.service
    case_id = bench.case("lot D123456 is discoloured", Code.PQC)
    before = service.get(SAFETY, case_id).state
    service.wait(SAFETY, case_id, WaitingOn.ASKER, "lot number")
    bench.clock.forward(hours=5)
    after = service.resume(SAFETY, case_id)
    assert before.service_due_at is not None and after.service_due_at is not None
    assert (after.service_due_at - before.service_due_at).total_seconds() == 5 * 3600
    assert after.regulatory_due_at == before.regulatory_due_at
    service.wait(SAFETY, case_id, WaitingOn.QUALITY, "sample")
    bench.clock.forward(hours=5)
    assert service.resume(SAFETY, case_id).service_due_at == after.service_due_at


@pytest.mark.parametrize("action", ["resume", "send_to_qc"])
def test_illegal_steps_are_refused_and_leave_nothing(bench: Bench, action: str) -> None:
    case_id = bench.case()
    before = bench.room.service.get(SAFETY, case_id).events
    with pytest.raises(BadInput, match="not possible now"):
        getattr(bench.room.service, action)(SAFETY, case_id)
    assert bench.room.service.get(SAFETY, case_id).events == before


class CaseMachine(RuleBasedStateMachine):
    """Any order of messages, staff actions and time; the invariants of a safety case hold throughout."""

    @initialize(folder=st.builds(lambda: None))
    def open_room(self, folder: None) -> None:
        import tempfile
        from pathlib import Path

        self.bench: Bench = open_bench(Path(tempfile.mkdtemp(prefix="medinfo-case-")))
        self.case_id = self.bench.case()
        self.service = self.bench.room.service

    def attempt(self, action, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Do something that the table may refuse."""
        try:
            action(*args, **kwargs)
        except AssistantError as refused:
            assert refused.status in {400, 403}

    @rule(hours=st.sampled_from([1, 5, 20, 30]))
    def time_passes(self, hours: int) -> None:
        self.bench.clock.forward(hours=hours)
        self.bench.room.sweeper.run(self.bench.clock())
        self.bench.dispatch()

    @rule(code=st.sampled_from([Code.AE_NONSER, Code.AE_SERIOUS]))
    def asker_reports(self, code: Code) -> None:
        self.bench.say("and now she has a rash", code)

    @rule(text=st.sampled_from(["58F, recovered", "thanks"]))
    def asker_writes(self, text: str) -> None:
        self.bench.say(text)

    @rule(confirmed=st.booleans())
    def triage(self, confirmed: bool) -> None:
        self.attempt(self.service.triage, SAFETY, self.case_id, confirmed=confirmed)

    @rule(value=st.sampled_from(list(Disposition)))
    def dispose(self, value: Disposition) -> None:
        self.attempt(self.service.dispose, SAFETY, self.case_id, value, "because")

    @rule(agrees=st.booleans())
    def second_read(self, agrees: bool) -> None:
        self.attempt(self.service.second_read, SAFETY_TWO, self.case_id, agrees=agrees, reason="because")

    @rule(action=st.sampled_from(["forward", "close", "reopen"]))
    def act(self, action: str) -> None:
        self.attempt(getattr(self.service, action), SAFETY, self.case_id, "because")

    @rule()
    def acknowledge(self) -> None:
        self.attempt(self.service.acknowledge, SAFETY, self.case_id, desk="pv", safety_id="PV-1")

    @rule(action=st.sampled_from(["claim", "release", "resume", "send_to_qc"]))
    def work(self, action: str) -> None:
        self.attempt(getattr(self.service, action), TRIAGER, self.case_id)

    @invariant()
    def kept_state_is_what_the_events_add_up_to(self) -> None:
        view = self.service.get(SAFETY, self.case_id)
        state = fold(view.events)
        assert view.state == state
        summary = view.summary
        assert (summary.work_state, summary.safety_state, summary.is_open) == (
            state.work_state,
            state.safety_state,
            state.is_open,
        )
        assert (summary.due_at, summary.forwarded_at, summary.assignee) == (state.due_at, state.forwarded_at, state.assignee)

    @invariant()
    def no_report_is_closed_unless_handed_over_or_dismissed_by_two(self) -> None:
        view = self.service.get(SAFETY, self.case_id)
        if view.state.work_state is WorkState.CLOSED:
            assert view.state.safety_state in {SafetyState.ACKNOWLEDGED, SafetyState.RECONCILED, SafetyState.NOT_REPORTABLE}
        if view.state.safety_state is SafetyState.NOT_REPORTABLE:
            actors = {event.actor for event in view.events if event.kind in {EventKind.DISPOSITION, EventKind.SECOND_READER}}
            assert {SAFETY.actor_id, SAFETY_TWO.actor_id} <= actors

    @invariant()
    def nothing_undecided_is_older_than_twenty_hours_after_a_sweep(self) -> None:
        self.bench.room.sweeper.run(self.bench.clock())
        for summary in self.service.list(SAFETY, QueueFilter()).cases:
            if summary.safety_state in {SafetyState.FLAGGED, SafetyState.CONFIRMED, SafetyState.PROPOSED}:
                assert summary.auto_forward_at is not None
                assert summary.auto_forward_at > self.bench.clock()

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            assert self.bench.audit.verify().faults == ()
            self.bench.database.close()


CaseMachine.TestCase.settings = settings(
    max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestCaseMachine = CaseMachine.TestCase


def test_clocks_start_when_the_message_was_sent(bench: Bench) -> None:
    assert bench.room.service.get(SAFETY, bench.case()).summary.case.received_at == FRIDAY
