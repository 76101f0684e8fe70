"""A share of patients at one point in time is not that at another."""

from __future__ import annotations

import pytest

from assistant.evidence.landmarks import Landmarks

ASKED = {
    "SERENA-6 12 month PFS rate": {12},
    "PFS at two years in SERENA-6": {24},
    "one-year overall survival in the pooled analysis": {12},
    "progression-free rate at 18 months?": {18},
    "6-mo PFS ela ESR1m": {6},
    "PFS in patients after at least 12 months of a CDK4/6 inhibitor": set(),
    "median OS in months?": set(),
    "was follow-up 24 months?": set(),
}


@pytest.mark.parametrize(("question", "months"), ASKED.items(), ids=list(ASKED))
def test_the_point_in_time_asked_for(question: str, months: set[int]) -> None:
    assert Landmarks().asked(question) == months


def test_times_a_statement_prints() -> None:
    assert Landmarks().reported("In SERENA-6, 24-month PFS was 34.9%; at 1 year it was not reported.") == {24, 12}


def test_the_length_of_an_earlier_treatment_is_no_point_in_time() -> None:
    assert not Landmarks().reported(
        "In patients after at least 12 months of prior endocrine therapy, median PFS was 8.6 months."
    ) & {12}
