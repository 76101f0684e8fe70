"""Which figure belongs to whom: doses set against each other, shares told later, rows of counts, what is left unsaid."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

DOSES = (
    "CONFIRM randomized 736 patients to fulvestrant 500 mg or 250 mg; progression-free survival was significantly longer with "
    "500 mg, and median overall survival was 26.4 versus 22.3 months (HR 0.81; nominal p = .02).",
)
GIVEN = (
    "In CAPItello-291, grade 3 or higher rash occurred in 12.1% of patients on capivasertib plus fulvestrant and 0.3% on placebo "
    "plus fulvestrant.",
    "Capivasertib is taken at 400 mg orally twice daily, together with fulvestrant.",
)
RATES = (
    "In EMERALD, the 6-month progression-free survival rate with an ESR1 mutation was 41% with elacestrant and 19% with standard "
    "endocrine therapy.",
)
EVENTS = (
    "In SONIA, median overall survival was 47.9 months with first-line and 48.1 months with second-line use of the CDK4/6 "
    "inhibitor; 2,763 and 1,591 grade 3 or higher events occurred, respectively.",
)
LINES = (
    "The European Commission approved elacestrant for use after at least one endocrine therapy line including a CDK4/6 inhibitor.",
)
CHEMO = (
    "In DESTINY-Breast04, in HER2-low disease after 1-2 chemotherapy lines, median progression-free survival was 10.1 months with "
    "trastuzumab deruxtecan and 5.4 months with chemotherapy in the HR+ cohort (HR 0.51).",
)
FALCON = (
    "In FALCON, median progression-free survival was 16.6 months with fulvestrant 500 mg and 13.8 months with anastrozole "
    "(HR 0.797; 95% CI, 0.637-0.999; p = .0486).",
)
CYCLE = ("Sacituzumab govitecan, 10 mg/kg IV on days 1 and 8 of 21, has a boxed warning for neutropenia and diarrhea.",)
FOLLOWED = (
    "In the EMBER-3 update with a follow-up of 28.5 months, median overall survival in ESR1-mutated disease was 34.5 months with "
    "imlunestrant and 23.1 months with standard endocrine therapy.",
)
REPEATED = (
    "In PALMIRA, adverse events of grade 3 or higher occurred in 47.4% with palbociclib rechallenge plus switched endocrine "
    "therapy versus 10.0% with endocrine therapy alone.",
)
APPROVED = (
    "Elacestrant (Orserdu) was first approved in the US on 27 January 2023 for ESR1m disease.",
    "Imlunestrant (Inluriyo) was first approved in the US on 25 September 2025 for ESR1m disease.",
)
SHARED = (
    "MAINTAIN compared ribociclib with placebo, each with switched endocrine therapy. Median progression-free survival was 5.29 "
    "versus 2.76 months (HR 0.57; p = .006).",
)
RISING = (
    "Treatment-related adverse events in SERENA-2 occurred in 53% with camizestrant 75 mg, 67% with 150 mg, 70% with 300 mg and "
    "18% with fulvestrant.",
)
BOTH = (
    "In SERENA-2, median progression-free survival was 7.2 months with camizestrant 75 mg (HR 0.59; 90% CI, 0.42-0.82) and 7.7 "
    "months with camizestrant 150 mg (HR 0.64; 90% CI, 0.46-0.89), versus 3.7 months with fulvestrant.",
)
SPELLED = (
    "In EMBER-3, in ESR1-mutated disease, median progression-free survival was 5.5 months with imlunestrant and 3.8 months with "
    "standard endocrine therapy, fulvestrant or exemestane (HR 0.62; 95% CI, 0.46-0.82; p = .0008).",
)
GROUPS = (
    "In the meta-analysis of plasma ESR1 mutations, PFS on a subsequent aromatase inhibitor was shorter with ESR1 mutation than "
    "without (HR 1.98, 95% CI 1.12-3.51, p=.02).",
)
OPEN = ("In DESTINY-Breast06, overall survival with trastuzumab deruxtecan versus chemotherapy was immature.",)
TRIPLE = (
    "RIGHT Choice reported median progression-free survival of 21.8 months with ribociclib, an aromatase inhibitor and goserelin "
    "and 12.8 months with combination chemotherapy (HR 0.61; 95% CI, 0.43-0.87).",
)
PAGE = ("The page offers a slide deck on endocrine therapy, an infographic on sequencing and an infographic on unmet needs.",)
SIZES = (
    "In the PIK3CA wild-type cohort of VIKTORIA-1, median progression-free survival was 9.3 months with gedatolisib, palbociclib "
    "and fulvestrant (HR 0.24), 7.4 months with gedatolisib and fulvestrant (HR 0.33) and 2.0 months with fulvestrant.",
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("In CONFIRM, median OS was 26.4 months on fulvestrant 500 mg and 22.3 months on 250 mg.", DOSES, True),
        ("In CONFIRM, median OS was 22.3 months on fulvestrant 500 mg and 26.4 months on 250 mg.", DOSES, False),
        (
            "In CONFIRM, patients given fulvestrant 250 mg lived a median of 26.4 months, those on 500 mg 22.3 months.",
            DOSES,
            False,
        ),
        (
            "Capivasertib, dosed at 400 mg twice daily alongside fulvestrant, led to grade 3 or higher rash in 12.1%.",
            GIVEN,
            True,
        ),
        (
            "Capivasertib, dosed at 400 mg twice daily alongside fulvestrant, led to grade 3 or higher rash in 0.3%.",
            GIVEN,
            False,
        ),
        ("Six months on, PFS in EMERALD with an ESR1 mutation was 41% on elacestrant and 19% on standard ET.", RATES, True),
        ("Six months on, PFS in EMERALD with an ESR1 mutation was 19% on elacestrant and 41% on standard ET.", RATES, False),
        ("Nine months on, PFS in EMERALD with an ESR1 mutation was 41% on elacestrant and 19% on standard ET.", RATES, False),
        (
            "SONIA counted 2763 grade 3 or higher events with first-line and 1591 with second-line CDK4/6 inhibitor use.",
            EVENTS,
            True,
        ),
        (
            "SONIA counted 1591 grade 3 or higher events with first-line and 2763 with second-line CDK4/6 inhibitor use.",
            EVENTS,
            False,
        ),
        ("The EC approved elacestrant for use after one or more lines of ET including a CDK4/6i.", LINES, True),
        ("The EC approved elacestrant for use after two or more lines of ET including a CDK4/6i.", LINES, False),
        (
            "In the HR+ cohort of DESTINY-Breast04, median PFS was 10.1 months with trastuzumab deruxtecan in HER2-low disease after "
            "one or two lines of chemotherapy.",
            CHEMO,
            True,
        ),
        (
            "In the HR+ cohort of DESTINY-Breast04, median PFS was 10.1 months with trastuzumab deruxtecan in HER2-low disease after "
            "two or three lines of chemotherapy.",
            CHEMO,
            False,
        ),
        ("The p value for PFS with fulvestrant 500 mg versus anastrozole in FALCON came to 0.0486.", FALCON, False),
        ("The p value for PFS with fulvestrant 500 mg versus anastrozole in FALCON was 0.0486.", FALCON, True),
        ("The hazard ratio for PFS with fulvestrant 500 mg versus anastrozole in FALCON was 0.0486.", FALCON, False),
        ("Trodelvy is given at 10 mg/kg IV on days 1 and 8 of a 21-day cycle.", CYCLE, True),
        ("Trodelvy is given at 10 mg/kg IV on days 1 and 8 of a 28-day cycle.", CYCLE, False),
        (
            "After 28.5 months of follow-up in EMBER-3, median OS in ESR1-mutated disease was 23.1 months on standard ET and 34.5 "
            "months on imlunestrant.",
            FOLLOWED,
            True,
        ),
        (
            "After 34.5 months of follow-up in EMBER-3, median OS in ESR1-mutated disease was 23.1 months on standard ET and 28.5 "
            "months on imlunestrant.",
            FOLLOWED,
            False,
        ),
        (
            "With ET alone in PALMIRA, 10.0% had grade 3 or higher adverse events; with palbociclib plus switched ET 47.4%.",
            REPEATED,
            True,
        ),
        (
            "With ET alone in PALMIRA, 47.4% had grade 3 or higher adverse events; with palbociclib plus switched ET 10.0%.",
            REPEATED,
            False,
        ),
    ],
)
def test_a_figure_belongs_to_its_treatment_time_and_measure(
    checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool
) -> None:
    """The dose, the arm, the point in time, the count and the kind of figure are read from either wording."""
    assert checker.check(sentence, sources).supported is supported


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        (
            "First US approval in ESR1m disease came on 25 September 2025 for imlunestrant and on 27 January 2023 for elacestrant.",
            APPROVED,
            True,
        ),
        (
            "First US approval in ESR1m disease came on 25 September 2025 for elacestrant and on 27 January 2023 for imlunestrant.",
            APPROVED,
            False,
        ),
        ("In MAINTAIN, median PFS was 5.29 months with ribociclib and 2.76 months with placebo.", SHARED, True),
        ("In MAINTAIN, median PFS was 2.76 months with ribociclib and 5.29 months with placebo.", SHARED, False),
        (
            "Treatment-related adverse events occurred in 53% on camizestrant 75 mg in SERENA-2, rising to 67% at 150 mg.",
            RISING,
            True,
        ),
        (
            "Treatment-related adverse events occurred in 67% on camizestrant 75 mg in SERENA-2, rising to 53% at 150 mg.",
            RISING,
            False,
        ),
        (
            "Both camizestrant doses led to longer median PFS than fulvestrant in SERENA-2: 7.2 months at 75 mg and 7.7 months at "
            "150 mg, compared with 3.7 months.",
            BOTH,
            True,
        ),
        (
            "Both camizestrant doses led to longer median PFS than fulvestrant in SERENA-2: 7.2 months at 75 mg and 3.7 months at "
            "150 mg, compared with 7.7 months.",
            BOTH,
            False,
        ),
        (
            "In EMBER-3, PFS in ESR1-mutated disease was longer with imlunestrant than with fulvestrant or exemestane.",
            SPELLED,
            True,
        ),
        (
            "In EMBER-3, PFS in ESR1-mutated disease was shorter with imlunestrant than with fulvestrant or exemestane.",
            SPELLED,
            False,
        ),
        (
            "Without an ESR1 mutation, PFS on a subsequent aromatase inhibitor was longer than with one in the meta-analysis.",
            GROUPS,
            True,
        ),
        (
            "Without an ESR1 mutation, PFS on a subsequent aromatase inhibitor was shorter than with one in the meta-analysis.",
            GROUPS,
            False,
        ),
        (
            "In DESTINY-Breast06 overall survival was immature, so whether trastuzumab deruxtecan prolongs it over chemotherapy is "
            "not known.",
            OPEN,
            True,
        ),
        ("In DESTINY-Breast06, trastuzumab deruxtecan prolongs overall survival over chemotherapy.", OPEN, False),
        (
            "RIGHT Choice found a median PFS of 21.8 months with Kisqali, an aromatase inhibitor and Zoladex, versus 12.8 months "
            "with combination chemotherapy.",
            TRIPLE,
            True,
        ),
        ("Kisqali, an aromatase inhibitor, had a median PFS of 21.8 months in RIGHT Choice.", TRIPLE, False),
        ("The page offers two infographics.", PAGE, True),
        ("The page offers three infographics.", PAGE, False),
        (
            "In the PIK3CA wild-type cohort of VIKTORIA-1, median PFS was 9.3 months with gedatolisib, palbociclib and fulvestrant "
            "versus 2.0 months with palbociclib and fulvestrant (HR 0.24).",
            SIZES,
            False,
        ),
        (
            "In the PIK3CA wild-type cohort of VIKTORIA-1, median PFS was 7.4 months with gedatolisib plus fulvestrant and 2.0 "
            "months with fulvestrant.",
            SIZES,
            True,
        ),
    ],
)
def test_what_is_left_unsaid_is_read_from_the_statement(
    checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool
) -> None:
    """Partners, comparators, groups and directions that one half of a sentence leaves to the other."""
    assert checker.check(sentence, sources).supported is supported
