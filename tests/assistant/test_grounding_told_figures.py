"""Figures in other forms and orders: what the check reads as printed, and what it still stops when figures change places."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

RATES = (
    "In the double-blind phase 3 postMONARCH trial, median investigator-assessed progression-free survival was 6.0 months with "
    "abemaciclib plus fulvestrant and 5.3 months with placebo plus fulvestrant (HR 0.73). At 6 months, 50% vs 37% were "
    "progression-free. By central review, the HR was 0.55."
)
VOTE = "On April 30, 2026, the advisory committee voted 6 to 3 against the camizestrant application."
DAYS = "Fulvestrant 500 mg is given intramuscularly on days 1, 15, and 29 and monthly thereafter."
SPAN = "Grade 3 or 4 stomatitis occurred in 4% to 9% of patients on everolimus."
SIZE = "SERENA-4 compares camizestrant plus palbociclib with anastrozole plus palbociclib; about 1,342 patients are included."
CODE = "The companion diagnostic for trastuzumab deruxtecan is Ventana PATHWAY HER2 (4B5)."
ADDED = (
    "In EMBER-3, imlunestrant plus abemaciclib gave a median PFS of 9.4 months vs 5.5 months with imlunestrant alone. Adverse "
    "events of grade 3 or higher occurred in 17.1% of patients on imlunestrant and 48.6% on imlunestrant plus abemaciclib."
)
ABSENT = (
    "In EMBER-3, imlunestrant plus abemaciclib gave a median PFS of 9.4 months versus 5.5 months with imlunestrant alone. The "
    "trial had no arm of endocrine therapy plus abemaciclib. In patients with a prior CDK4/6 inhibitor, medians were 9.1 and "
    "3.7 months."
)
CLASS = (
    "In EMBER-3, median PFS in patients with an ESR1 mutation was 5.5 months with imlunestrant and 3.8 months with standard "
    "endocrine therapy, fulvestrant or exemestane. In all patients it was 5.6 and 5.5 months."
)
LINES = (
    "SONIA compared a CDK4/6 inhibitor in the first line with its use in the second line. Time on a CDK4/6 inhibitor was 24.6 "
    "months in the first line and 8.1 months in the second line."
)
GENES = (
    "In patients progressing on an aromatase inhibitor, ESR1 mutations were found in 44 of 144; with versus without a mutation, "
    "overall survival was 15.5 versus 23.8 months and progression-free survival 5.9 versus 7 months."
)
TWO = (
    "In MONARCH 2, median progression-free survival was 16.4 months with abemaciclib plus fulvestrant and 9.3 months with "
    "placebo plus fulvestrant, and median overall survival was 46.7 and 37.3 months."
)
GRADED = (
    "In EMERALD, nausea of any grade occurred in 35.0% of patients on elacestrant and 18.8% on standard endocrine therapy, and "
    "grade 3/4 nausea in 2.5% and 0.9%."
)
REVIEWED = (
    "In BOLERO-2, median PFS by investigator assessment was 7.8 months with everolimus plus exemestane and 3.2 months with "
    "placebo plus exemestane; by central review it was 11.0 and 4.1 months."
)
BAR = "In FALCON, median PFS was 16.6 months with fulvestrant and 13.8 months with anastrozole (HR 0.797; p = .0486)."


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        (
            "At 6 months, 50% of postMONARCH patients on abemaciclib plus fulvestrant and 37% of those on placebo plus "
            "fulvestrant were progression-free.",
            RATES,
        ),
        ("On April 30, 2026, the advisory committee voted 6-3 against camizestrant.", VOTE),
        ("Fulvestrant 500 mg is given on days 1, 15 and 29, and monthly thereafter.", DAYS),
        ("Between 4 and 9 percent of patients on everolimus had grade 3 or 4 stomatitis.", SPAN),
        ("About 1,340 patients are included in SERENA-4.", SIZE),
        ("Ventana PATHWAY HER2 (4B5) is the companion diagnostic for trastuzumab deruxtecan.", CODE),
        ("In EMBER-3, median PFS was 5.5 months with imlunestrant alone and 9.4 months once abemaciclib was added.", ADDED),
        (
            "Imlunestrant plus abemaciclib had a median PFS of 9.4 months in EMBER-3, but grade 3 or higher adverse events "
            "occurred in 48.6% of patients on the combination and 17.1% on imlunestrant.",
            ADDED,
        ),
        (
            "In EMBER-3 patients with a prior CDK4/6 inhibitor, median PFS was 9.1 months with imlunestrant plus abemaciclib "
            "and 3.7 months with imlunestrant.",
            ABSENT,
        ),
        ("In all EMBER-3 patients, median PFS was 5.6 months with imlunestrant and 5.5 months with endocrine therapy.", CLASS),
        (
            "In SONIA, time on a CDK4/6 inhibitor was 8.1 months when it was given in the second line and 24.6 months when it "
            "was given in the first.",
            LINES,
        ),
        (
            "In MONARCH 2, abemaciclib plus fulvestrant had a median PFS of 16.4 months and a median OS of 46.7 months; for "
            "placebo plus fulvestrant, the medians were 9.3 and 37.3 months.",
            TWO,
        ),
        (
            "In MONARCH 2, abemaciclib plus fulvestrant had a median PFS of 16.4 months and a median OS of 46.7 months, compared "
            "with 9.3 and 37.3 months, respectively, for placebo plus fulvestrant.",
            TWO,
        ),
        ("On elacestrant, 35.0% of EMERALD patients had nausea of any grade, but only 2.5% had grade 3/4 nausea.", GRADED),
        ("The p value for PFS in FALCON with fulvestrant versus anastrozole was .0486, just under .05.", BAR),
    ],
)
def test_figures_told_in_other_forms_and_orders_pass(checker: Checker, sentence: str, source: str) -> None:
    verdict = checker.check(sentence, [source])
    assert verdict.supported, [(reason.code, reason.text, reason.message) for reason in verdict.reasons]


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("By central review, the PFS hazard ratio in postMONARCH was 0.73.", RATES),
        ("On April 30, 2026, the advisory committee voted 7 to 3 against the camizestrant application.", VOTE),
        ("Fulvestrant 500 mg is given on days 1, 15 and 28, and monthly thereafter.", DAYS),
        ("Between 4 and 19 percent of patients on everolimus had grade 3 or 4 stomatitis.", SPAN),
        ("About 1,430 patients are included in SERENA-4.", SIZE),
        ("Exactly 1,340 patients are included in SERENA-4.", SIZE),
        ("Ventana PATHWAY HER2 (5B5) is the companion diagnostic for trastuzumab deruxtecan.", CODE),
        ("In EMBER-3, median PFS was 9.4 months with imlunestrant alone and 5.5 months once abemaciclib was added.", ADDED),
        (
            "Imlunestrant plus abemaciclib had a median PFS of 9.4 months in EMBER-3, but grade 3 or higher adverse events "
            "occurred in 17.1% of patients on the combination and 48.6% on imlunestrant.",
            ADDED,
        ),
        (
            "In EMBER-3 patients with a prior CDK4/6 inhibitor, median PFS was 3.7 months with imlunestrant plus abemaciclib "
            "and 9.1 months with imlunestrant alone.",
            ABSENT,
        ),
        ("In all EMBER-3 patients, median PFS was 5.5 months with imlunestrant and 5.6 months with endocrine therapy.", CLASS),
        (
            "In SONIA, time on a CDK4/6 inhibitor was 24.6 months when it was given in the second line and 8.1 months when it "
            "was given in the first.",
            LINES,
        ),
        ("Progression-free survival was 5.9 months without an ESR1 mutation and 7 months with one.", GENES),
        (
            "In MONARCH 2, abemaciclib plus fulvestrant had a median PFS of 16.4 months and a median OS of 46.7 months; for "
            "placebo plus fulvestrant, the medians were 37.3 and 9.3 months.",
            TWO,
        ),
        (
            "In MONARCH 2, abemaciclib plus fulvestrant had a median PFS of 16.4 months and a median OS of 9.3 months, compared "
            "with 46.7 and 37.3 months, respectively, for placebo plus fulvestrant.",
            TWO,
        ),
        (
            "In MONARCH 2, median PFS was 9.3 months with placebo plus fulvestrant and 16.4 months with abemaciclib plus "
            "fulvestrant; median OS was 46.7 and 37.3 months, respectively.",
            TWO,
        ),
        ("On elacestrant, 2.5% of EMERALD patients had nausea of any grade, but only 35.0% had grade 3/4 nausea.", GRADED),
        (
            "By central review, BOLERO-2 showed a median PFS of 11.0 months with everolimus plus exemestane versus 7.8 months "
            "with placebo plus exemestane.",
            REVIEWED,
        ),
        ("The p value for PFS in FALCON with fulvestrant versus anastrozole was .0486, just under .01.", BAR),
    ],
)
def test_figures_in_each_others_place_are_stopped(checker: Checker, sentence: str, source: str) -> None:
    assert not checker.check(sentence, [source]).supported
