"""The notice of a message that may be a report: every code of a report has one, and it claims nothing that has no record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.notices import ReportWays, added_notices, only_reports, report_notices
from assistant.screening.decision import REPORTS
from assistant.types import CaseReference, Code

WAYS = ReportWays("+1 800 555 0100", "https://report.example", "US")
DUE = datetime(2026, 11, 23, tzinfo=UTC)
REPORT_CODES = sorted(REPORTS | {Code.PQC, Code.PQC_CRIT})


def case(number: int, code: Code) -> CaseReference:
    """A case that was committed."""
    return CaseReference(f"MI-{number:05}", code, DUE)


@pytest.mark.parametrize("code", REPORT_CODES)
def test_every_report_is_named_recorded_and_told_how_to_report_directly(code: Code) -> None:
    [notice] = report_notices([code], WAYS, cases=[case(1, code)])
    assert notice.code == code
    assert notice.text.startswith("This message may describe ")
    assert "case MI-00001" in notice.text and "+1 800 555 0100 or https://report.example" in notice.text


@pytest.mark.parametrize("code", sorted(set(Code) - set(REPORT_CODES)))
def test_nothing_is_said_of_other_messages(code: Code) -> None:
    assert report_notices([code], WAYS, cases=[case(1, code)]) == ()


@given(st.lists(st.sampled_from(sorted(Code)), max_size=6))
def test_without_a_case_no_case_is_claimed(codes: list[Code]) -> None:
    for notice in report_notices(codes, WAYS):
        assert "has not been recorded" in notice.text and "case" not in notice.text


def test_a_report_and_a_complaint_are_one_notice_with_both_cases() -> None:
    codes = [Code.PQC, Code.AE_NONSER]
    [notice] = report_notices(codes, WAYS, cases=[case(1, Code.PQC), case(2, Code.AE_NONSER)])
    assert notice.code == "AE-NONSER"
    assert "a side effect and a problem with a product" in notice.text
    assert "case MI-00002 for our safety team and case MI-00001 for our quality team" in notice.text


def test_one_case_with_two_codes_is_named_once() -> None:
    [notice] = report_notices(
        [Code.AE_SERIOUS, Code.AE_OTHERCO], WAYS, cases=[case(1, Code.AE_SERIOUS), case(1, Code.AE_OTHERCO)]
    )
    assert notice.text.count("MI-00001") == 1
    assert "emergency care" in notice.text and "FDA MedWatch" in notice.text


def test_without_a_phone_the_authority_of_the_market_is_named() -> None:
    [here] = report_notices([Code.SS_PREG], ReportWays(market="US"))
    [elsewhere] = report_notices([Code.SS_PREG], ReportWays(market="XX"))
    assert "FDA MedWatch" in here.text and "the national authority" in elsewhere.text


def test_what_was_added_names_its_case() -> None:
    assert [notice.text for notice in added_notices([("MI-1", "AE-NONSER")])] == ["What you added is recorded with case MI-1."]


@pytest.mark.parametrize(
    "text",
    [
        "A patient of mine on abemaciclib just found out she is 7 weeks pregnant",
        "Tablets from lot D123456 are discoloured and chipped",
        "she is 61 and has recovered since",
    ],
)
def test_a_report_without_a_question_is_known_as_one(text: str) -> None:
    assert only_reports([Code.AE_NONSER], text)
    assert not only_reports([Code.CONTACT], text)


@pytest.mark.parametrize(
    "text",
    [
        "my pt got grade 3 diarrhea 2 wks into abemaciclib, how do i manage",
        "had a rash on Verzenio, any tips",
        "admitted with a PE. Is VTE known?",
        "ALT 8x ULN at week 6 - hold or reduce",
    ],
)
def test_a_report_that_asks_is_never_taken_for_one_that_does_not(text: str) -> None:
    assert not only_reports([Code.AE_NONSER], text)
