"""Counts stay in the row they are printed in, and what is denied or was not given before is not told as if it had been."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

ROWS = [
    "Median PFS was 9.1 months with drug cohorts of abemaciclib (n = 41), 6.2 months with everolimus (n = 38) and 5.0 months with ribociclib (n = 22)."
]
SHARES = ["Of 900 patients tested, 243 (27%) had an ESR1 mutation in plasma, and 151 without progression were randomized."]
DENIED = ["In cohort A, doubling the fulvestrant dose in ESR1-mutated disease did not give useful activity."]
PRIOR = ["In DESTINY-Breast06, patients had received endocrine therapy but no chemotherapy for metastatic disease."]


@pytest.fixture(scope="module")
def checker() -> Checker:
    """The packaged rules."""
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("In 22 patients, ribociclib gave a median PFS of 5.0 months.", ROWS, True),
        ("In 41 patients, ribociclib gave a median PFS of 5.0 months.", ROWS, False),
        ("An ESR1 mutation was found in plasma in 243 of 900 patients, or 27%.", SHARES, True),
        ("An ESR1 mutation was found in plasma in 151 of 900 patients, or 27%.", SHARES, False),
        ("In cohort A, doubling the fulvestrant dose gave no useful activity in ESR1-mutated disease.", DENIED, True),
        ("In cohort A, doubling the fulvestrant dose gave useful activity in ESR1-mutated disease.", DENIED, False),
        (
            "In DESTINY-Breast06 the patients had received endocrine therapy but no chemotherapy for metastatic disease.",
            PRIOR,
            True,
        ),
        ("Patients in DESTINY-Breast06 had already received chemotherapy for metastatic disease.", PRIOR, False),
    ],
)
def test_counts_shares_and_denials_stay_where_they_are_printed(
    checker: Checker, sentence: str, sources: list[str], supported: bool
) -> None:
    assert checker.check(sentence, sources).supported is supported
