"""Follow-up beside a result, rows of shares with their own measure, doses told against each other."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CHECKER = Checker(load_glossary())
_SURVIVAL = (
    "In the EMBER-3 update with 28.5 months of follow-up, median overall survival was 34.5 months with imlunestrant and "
    "23.1 months with fulvestrant (HR 0.60; p = .0043)."
)
_BEHIND = (
    "In persevERA, median PFS was 33.1 months with giredestrant plus palbociclib and 28.2 months with letrozole plus palbociclib "
    "(HR 0.89; p = .1553) at a follow-up of 52.2 months; the primary endpoint was not met."
)
_TWICE = (
    "In DESTINY-Breast04, median OS was 23.4 months with trastuzumab deruxtecan and 16.8 months with chemotherapy; at 32-month "
    "follow-up it was 22.9 and 16.8 months."
)
_ROWS = (
    "In SERENA-6, median PFS was 16.0 months with camizestrant and 9.2 months with continued aromatase inhibitor. Grade 3 or "
    "higher adverse events occurred in 60.0% and 45.8%, mainly neutropenia, and 1.3% and 1.9% discontinued."
)
_DOSES = (
    "In SERENA-2, median progression-free survival was 7.2 months with camizestrant 75 mg and 3.7 months with fulvestrant, and "
    "7.7 months with camizestrant 150 mg."
)
_CONFIRM = (
    "CONFIRM compared fulvestrant 500 mg with 250 mg. Median overall survival was 26.4 versus 22.3 months (HR 0.81; 95% CI, "
    "0.69-0.96; nominal p = .02)."
)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Median OS in EMBER-3 reached 34.5 months on imlunestrant and 23.1 months on fulvestrant.", _SURVIVAL),
        ("After 28.5 months of follow-up, overall survival in EMBER-3 was 34.5 months with imlunestrant.", _SURVIVAL),
        ("In persevERA, the p value for PFS with giredestrant plus palbociclib was .1553.", _BEHIND),
        ("At 32-month follow-up, median OS in DESTINY-Breast04 was 22.9 months with trastuzumab deruxtecan.", _TWICE),
        ("Adverse events of at least grade 3 occurred in 60.0% on camizestrant in SERENA-6.", _ROWS),
        ("Camizestrant 75 mg gave a median PFS of 7.2 months in SERENA-2, and fulvestrant 3.7 months.", _DOSES),
        ("In CONFIRM, median overall survival was 26.4 months with fulvestrant 500 mg and 22.3 months with 250 mg.", _CONFIRM),
    ],
)
def test_told_with_their_own_measure_or_dose_passes(sentence: str, source: str) -> None:
    verdict = CHECKER.check(sentence, [source])
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Median OS in EMBER-3 reached 28.5 months on imlunestrant and 23.1 months on fulvestrant.", _SURVIVAL),
        ("At a follow-up of 34.5 months, overall survival in EMBER-3 was 28.5 months with imlunestrant.", _SURVIVAL),
        ("In persevERA, median PFS was 52.2 months with giredestrant plus palbociclib.", _BEHIND),
        ("At 32-month follow-up, median OS in DESTINY-Breast04 was 23.4 months with trastuzumab deruxtecan.", _TWICE),
        ("In SERENA-6, 60.0% of patients on camizestrant discontinued.", _ROWS),
        ("Camizestrant 75 mg gave a median PFS of 7.7 months in SERENA-2, and fulvestrant 3.7 months.", _DOSES),
        ("In CONFIRM, median overall survival was 26.4 months with fulvestrant 250 mg and 22.3 months with 500 mg.", _CONFIRM),
    ],
)
def test_told_with_the_other_is_stopped(sentence: str, source: str) -> None:
    assert not CHECKER.check(sentence, [source]).supported
