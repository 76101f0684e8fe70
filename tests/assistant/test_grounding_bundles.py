"""Figures of one result stay together; years, days and counts stay what they are; two groups are not told of one."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

TWO_DOSES = (
    "In SERENA-2, median progression-free survival was 6.4 months with camizestrant 75 mg (HR 0.52; 90% CI, 0.40-0.80) and 8.1"
    " months with 150 mg (HR 0.69; 90% CI, 0.50-0.91), versus 3.3 months with fulvestrant."
)
TWO_GROUPS = (
    "In VERITAC-2, median progression-free survival in patients with an ESR1 mutation was 5.2 months with vepdegestrant and 2.4"
    " months with fulvestrant (HR 0.57; 95% CI, 0.42-0.77; p = .001). In all patients it was 3.9 versus 3.5 months (HR 0.85; 95%"
    " CI, 0.70-1.02; p = .08)."
)
APPROVED = "The FDA approved elacestrant (Orserdu) on January 27, 2023. EMERALD enrolled 478 patients and was a phase 3 trial."
LINES = (
    "In SONIA, time on the CDK4/6 inhibitor was 23.5 months with first-line use and 7.9 months with second-line use; overall"
    " survival did not differ significantly between first-line and second-line use."
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (TWO_DOSES, "In SERENA-2, median progression-free survival was 6.4 months with camizestrant 75 mg (HR 0.52)."),
        (TWO_DOSES, "With camizestrant 150 mg, SERENA-2 had HR 0.69 (90% CI, 0.50-0.91)."),
        (TWO_GROUPS, "In all patients of VERITAC-2, median PFS was 3.9 versus 3.5 months (HR 0.85; p = .08)."),
        (APPROVED, "On January 27, 2023, the FDA approved elacestrant."),
        (APPROVED, "The approval of Orserdu by the FDA dates from January 2023."),
        (APPROVED, "EMERALD was a phase 3 trial in 478 patients."),
        (
            LINES,
            "Time on the CDK4/6 inhibitor in SONIA was 7.9 months with second-line use and 23.5 months with first-line use.",
        ),
        (LINES, "First-line use of the CDK4/6 inhibitor in SONIA lasted 23.5 months."),
    ],
)
def test_what_belongs_together_is_told_together(checker: Checker, source: str, sentence: str) -> None:
    assert checker.check(sentence, [source]).supported


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (TWO_DOSES, "In SERENA-2, median progression-free survival was 6.4 months with camizestrant 75 mg (HR 0.69)."),
        (TWO_DOSES, "With camizestrant 75 mg, SERENA-2 had HR 0.69 (90% CI, 0.40-0.80)."),
        (TWO_GROUPS, "In all patients of VERITAC-2, median PFS was 3.9 versus 3.5 months (HR 0.57; p = .08)."),
        (TWO_GROUPS, "In patients with an ESR1 mutation, VERITAC-2 had HR 0.57 for PFS (p = .08)."),
        (APPROVED, "On 2023 January 2023 the FDA approved elacestrant."),
        (APPROVED, "The FDA approved elacestrant on January 2023, 2023."),
        (APPROVED, "The FDA approved elacestrant on 27 January 3."),
        (APPROVED, "EMERALD was a phase 3 trial in 2023 patients."),
        (APPROVED, "EMERALD, a phase 2023 trial, enrolled 478 patients."),
        (
            LINES,
            "Time on the CDK4/6 inhibitor in SONIA was 7.9 months with first-line use and 23.5 months with first-line use.",
        ),
        (LINES, "Overall survival in SONIA did not differ significantly between first-line and first-line use."),
    ],
)
def test_what_belongs_to_another_result_date_or_group_is_stopped(checker: Checker, source: str, sentence: str) -> None:
    assert not checker.check(sentence, [source]).supported


def test_figures_of_two_brackets_or_measures_are_no_one_result(checker: Checker) -> None:
    source = (
        "In EMERALD, PFS was longer with elacestrant in all patients (HR 0.71) and in ESR1-mutated disease (median 3.7 vs 1.8"
        " months, HR 0.54)."
    )
    sentence = "In ESR1-mutated disease, median PFS in EMERALD was 3.7 months with elacestrant (HR 0.54)."
    assert checker.check(sentence, [source]).supported
    swapped = sentence.replace("0.54", "0.71")
    assert not checker.check(swapped, [source]).supported
