"""Gains told by groups, bare ratios and numbers, and the same claims where the statement bears none of them out."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CHECKER = Checker(load_glossary())
_GROUPS = (
    "In EMBER-3, median PFS in patients with an ESR1 mutation was 5.5 months with imlunestrant and 3.8 months with standard "
    "endocrine therapy (HR 0.62; 95% CI, 0.46-0.82). In all patients it was 5.6 and 5.5 months, which was not a significant "
    "difference (HR 0.87; 95% CI, 0.72-1.04)."
)
_BARE = (
    "In PADA-1, median progression-free survival was 11.9 months with fulvestrant plus palbociclib and 5.7 months with the "
    "continued aromatase inhibitor plus palbociclib (HR 0.61)."
)
_NUMBERS = (
    "In persevERA, median PFS was 33.1 months with giredestrant plus palbociclib and 28.2 months with letrozole plus palbociclib "
    "(HR 0.89; 95% CI, 0.76-1.05; p = .1553)."
)
_AGAIN = (
    "In the HR+ cohort of DESTINY-Breast04, median PFS was 10.1 months with trastuzumab deruxtecan vs 5.4 months with "
    "chemotherapy (HR 0.51; 95% CI, 0.40-0.64) and overall survival 23.9 vs 17.5 months (HR 0.64; p = .003)."
)
_NOMINAL = (
    "In postMONARCH, median PFS was 6.0 months with abemaciclib plus fulvestrant and 5.3 months with placebo plus fulvestrant "
    "(HR 0.73; 95% CI, 0.57-0.95; nominal p = .017)."
)
_ROWS = 'One row of the table, "extra toxicity", applies to SERMs. A readout of OPERA-01 was expected in autumn 2026.'


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Imlunestrant prolonged PFS over standard endocrine therapy in the ESR1-mutated patients of EMBER-3.", _GROUPS),
        ("In PADA-1, PFS was longer with fulvestrant plus palbociclib than with a continued AI plus palbociclib.", _BARE),
        ("Giredestrant plus palbociclib had a numerically longer median PFS than letrozole plus palbociclib.", _NUMBERS),
        (
            "In DESTINY-Breast04, overall survival in the HR+ cohort was 23.9 months with T-DXd and 17.5 with chemotherapy.",
            _AGAIN,
        ),
        (
            "Abemaciclib plus fulvestrant lengthened PFS over placebo plus fulvestrant in postMONARCH (6.0 vs 5.3 months).",
            _NOMINAL,
        ),
        (
            "The risk of progression was lower with abemaciclib plus fulvestrant than with placebo plus fulvestrant (HR 0.73).",
            _NOMINAL,
        ),
        ("In the table, added toxicity applies to SERMs.", _ROWS),
        ("OPERA-01 was expected to read out in fall 2026.", _ROWS),
    ],
)
def test_a_gain_that_the_figures_show_passes(sentence: str, source: str) -> None:
    assert CHECKER.check(sentence, [source]).supported


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Imlunestrant prolonged PFS over standard endocrine therapy in all patients of EMBER-3.", _GROUPS),
        ("PFS was shorter with imlunestrant than with standard endocrine therapy in the ESR1-mutated patients.", _GROUPS),
        ("In PADA-1, PFS was shorter with fulvestrant plus palbociclib than with a continued AI plus palbociclib.", _BARE),
        ("Giredestrant plus palbociclib had a longer median PFS than letrozole plus palbociclib.", _NUMBERS),
        ("Giredestrant plus palbociclib had a numerically shorter median PFS than letrozole plus palbociclib.", _NUMBERS),
        (
            "In DESTINY-Breast04, overall survival in the HR+ cohort was 17.5 months with T-DXd and 23.9 with chemotherapy.",
            _AGAIN,
        ),
        (
            "Abemaciclib plus fulvestrant shortened PFS over placebo plus fulvestrant in postMONARCH (6.0 vs 5.3 months).",
            _NOMINAL,
        ),
        (
            "In postMONARCH, the hazard of progression among the patients enrolled was higher with abemaciclib plus fulvestrant than "
            "with placebo plus fulvestrant (HR 0.73).",
            _NOMINAL,
        ),
        ("In the table, less toxicity applies to SERMs.", _ROWS),
    ],
)
def test_a_gain_that_they_do_not_show_is_stopped(sentence: str, source: str) -> None:
    assert not CHECKER.check(sentence, [source]).supported
