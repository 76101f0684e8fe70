"""Cases from messages: one per conversation and family, none twice, none lost, the words sealed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.errors import NotAllowed
from assistant.storage.tables import case_originals, original_views
from assistant.triage import EventKind, QueueFilter, SafetyState, WorkState
from assistant.triage.intake import ASK_NOTICE
from assistant.types import Code
from tests.triage.room_tools import FRIDAY, SAFETY, TRIAGER, Bench

HOURS_24 = timedelta(hours=24)


def kinds(bench: Bench, case_id: str) -> list[str]:
    """The kinds of a case's events."""
    return [event.kind.value for event in bench.room.service.get(SAFETY, case_id).events]


def test_a_report_opens_a_case_with_its_clocks_and_asks_for_what_is_missing(bench: Bench) -> None:
    opened = bench.say("my pt got grade 3 diarrhea 2 wks into abemaciclib", Code.AE_NONSER, matched="grade 3 diarrhea")
    [reference] = opened.cases
    assert (reference.code, reference.due_at) == (Code.AE_NONSER, FRIDAY + HOURS_24)
    view = bench.room.service.get(SAFETY, reference.case_id)
    assert (view.state.work_state, view.state.safety_state, view.state.priority) == (WorkState.NEW, SafetyState.FLAGGED, "P2")
    assert view.state.elements == {
        "onset": "2 wks into",
        "product": "abemaciclib",
        "event": "grade 3 diarrhea",
        "reporter": "physician, US",
    }
    [notice] = opened.notices
    assert notice.code == ASK_NOTICE
    assert "age or sex" in notice.text and "how the patient is" in notice.text and "which product" not in notice.text
    assert kinds(bench, reference.case_id) == ["opened", "asked"]
    assert bench.audit.verify().faults == ()


def test_a_question_opens_nothing(bench: Bench) -> None:
    assert bench.say("What is the rate of diarrhoea with abemaciclib?").cases == ()
    assert bench.say("hello", Code.GREETING).cases == ()
    assert bench.room.service.list(TRIAGER, QueueFilter(is_open=None)).total == 0


def test_several_codes_keep_their_own_clocks_and_cases_by_family(bench: Bench) -> None:
    opened = bench.say("Syringe leaked during injection and the patient came up in a rash", Code.PQC, Code.AE_NONSER)
    assert {reference.code for reference in opened.cases} == {Code.PQC, Code.AE_NONSER}
    assert len({reference.case_id for reference in opened.cases}) == 2
    due = {reference.code: reference.due_at for reference in opened.cases}
    assert due[Code.AE_NONSER] == FRIDAY + HOURS_24
    assert due[Code.PQC] == FRIDAY + timedelta(days=3)  # Monday, same hour: one business day


def test_later_turns_add_events_to_the_same_case_and_raise_its_urgency(bench: Bench) -> None:
    case_id = bench.case()
    bench.clock.forward(hours=2)
    opened = bench.say("she was admitted last night with a PE", Code.AE_NONSER, Code.AE_SERIOUS)
    assert {reference.case_id for reference in opened.cases} == {case_id}
    view = bench.room.service.get(SAFETY, case_id)
    assert (view.state.code, view.state.priority) == ("AE-SERIOUS", "P1")
    assert set(view.state.codes) == {"AE-NONSER", "AE-SERIOUS"}
    # The duty that began with the first message goes on.
    assert view.state.regulatory_due_at == FRIDAY + HOURS_24
    assert {reference.due_at for reference in opened.cases} == {FRIDAY + HOURS_24}
    assert view.state.elements["sex"] == "female"
    assert "message" in kinds(bench, case_id)


def test_codes_of_earlier_turns_are_not_counted_again(bench: Bench) -> None:
    case_id = bench.case()
    before = kinds(bench, case_id)
    # Screening sees the whole conversation and raises the old code again, with a flag in the old turn.
    assert bench.say("thanks, and what does the label say?", Code.AE_NONSER, flagged_turn=0).cases == ()
    assert kinds(bench, case_id) == before


def test_the_same_message_never_counts_twice(bench: Bench) -> None:
    first = bench.say("my pt got diarrhea on Verzenio", Code.AE_NONSER)
    again = bench.say("my pt got diarrhea on Verzenio", Code.AE_NONSER, message_id="con_1_1")
    assert again.cases == first.cases
    assert again.notices == first.notices
    assert kinds(bench, first.cases[0].case_id) == ["opened", "asked"]
    with bench.database.read() as connection:
        assert len(connection.execute(case_originals.select()).all()) == 1


def test_the_answer_to_our_question_reaches_the_case(bench: Bench) -> None:
    case_id = bench.case()
    bench.say("58F, she has recovered since")
    view = bench.room.service.get(SAFETY, case_id)
    assert kinds(bench, case_id)[-1] == "message"
    assert {name: view.state.elements[name] for name in ("age", "sex", "outcome")} == {
        "age": "58",
        "sex": "female",
        "outcome": "recovered",
    }
    assert bench.say("and what is the PFS of ribociclib?").cases == ()
    assert kinds(bench, case_id)[-1] == "message"
    assert len(kinds(bench, case_id)) == 3


def test_what_was_asked_once_is_not_asked_again(bench: Bench) -> None:
    bench.case()
    assert bench.say("the diarrhea is worse today", Code.AE_NONSER).notices == ()


def test_a_report_after_closing_reopens_the_case(bench: Bench) -> None:
    case_id = bench.case("Can an MSL call me?", Code.CONTACT)
    service = bench.room.service
    service.claim(TRIAGER, case_id)
    service.dispose(TRIAGER, case_id, "answered", "called")  # type: ignore[arg-type]
    service.close(TRIAGER, case_id, "done")
    bench.say("nobody has called, please call", Code.CONTACT)
    view = service.get(TRIAGER, case_id)
    assert view.state.is_open
    assert kinds(bench, case_id)[-2:] == ["reopened", "message"]


def test_conversations_never_share_a_case(bench: Bench) -> None:
    assert bench.case(conversation_id="con_1") != bench.case(conversation_id="con_2")


def test_words_as_typed_are_sealed_and_every_look_is_on_record(bench: Bench) -> None:
    bench.say("[NAME] got a rash on Verzenio", Code.AE_NONSER, original="Jane Roe got a rash on Verzenio")
    service = bench.room.service
    [summary] = service.list(SAFETY, QueueFilter()).cases
    case_id = summary.case.case_id
    [original] = service.get(SAFETY, case_id).originals
    with pytest.raises(NotAllowed):
        service.view_original(TRIAGER, case_id, original.original_id, "curious")
    assert service.view_original(SAFETY, case_id, original.original_id, "narrative") == "Jane Roe got a rash on Verzenio"
    assert service.get(SAFETY, case_id).originals[0].views == 1
    assert kinds(bench, case_id)[-1] == "original_viewed"
    with bench.database.read() as connection:
        assert [row.staff_id for row in connection.execute(original_views.select()).all()] == [SAFETY.actor_id]
    bench.database.close()
    assert b"Jane Roe" not in bench.database.path.read_bytes()


def test_words_of_a_plain_question_are_not_kept(bench: Bench) -> None:
    case_id = bench.case("50 % off label?", Code.OFF_LABEL)
    assert bench.room.service.get(SAFETY, case_id).originals == ()


def test_matched_words_that_masking_removed_are_not_stored(bench: Bench) -> None:
    case_id = bench.say("[NAME] is unwell on Verzenio", Code.AE_NONSER, matched="Jane Roe is unwell").cases[0].case_id
    [opened, *_] = bench.room.service.get(SAFETY, case_id).events
    assert opened.kind is EventKind.OPENED and opened.content is not None
    assert opened.content["flags"][0]["matched"] == ""
    assert "event" not in opened.content["elements"]
