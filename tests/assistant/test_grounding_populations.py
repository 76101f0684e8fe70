"""For whom a result holds: trials that took only such patients, groups told by their state, side effects, all and nobody."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CARRIERS = (
    "In OlympiAD, in germline BRCA-mutated HER2-negative disease, median progression-free survival was 6.5 months with olaparib "
    "and 4.0 months with chemotherapy.",
)
MUTANTS = (
    "In EMERALD, in ESR1-mutated disease, median progression-free survival was 3.5 months with elacestrant and 2.1 months with "
    "standard endocrine therapy.",
)
STRETCHES = (
    "In EMERALD, median progression-free survival was 3.5 months with elacestrant in the ESR1-mutated group; nausea occurred in "
    "31.0% of patients on elacestrant.",
)
GRADED = (
    "In SERENA-6, grade 3 or higher adverse events occurred in 55.0% with camizestrant and 41.0% with the aromatase inhibitor.",
    "In SERENA-6, discontinuation was 2.2% with camizestrant and 3.1% with the aromatase inhibitor.",
)
BRACKET = (
    "In EMERALD, vomiting of any grade occurred in 19.0% of patients receiving elacestrant and 9.0% receiving fulvestrant "
    "(grade 3/4: 1.5% versus 0.5%).",
)
RESPONSES = ("In EMBRACA, the response rate was 60.1% versus 25.2%, and grade 3 anemia 37.0% versus 5.1%.",)
TUMORS = (
    "In CAPItello-291, median progression-free survival was 7.0 months with capivasertib plus fulvestrant and 3.5 months with "
    "placebo plus fulvestrant in all patients, and 7.4 versus 3.0 months in tumors with a PIK3CA, AKT1 or PTEN alteration.",
)
RATIOS = (
    "In patients with ESR1 mutation, the hazard ratio for progression-free survival was 0.61 with fulvestrant versus exemestane.",
    "In patients without a detected ESR1 mutation, the hazard ratio for progression-free survival was 1.08 with fulvestrant "
    "versus exemestane.",
)
LINES = (
    "In the update of SONIA, median overall survival was 46.9 months with first-line versus 47.5 months with second-line use of "
    "the CDK4/6 inhibitor (HR 0.93).",
)
SUBGROUP = (
    "In PALOMA-3, median overall survival was 33.9 months with palbociclib plus fulvestrant and 27.5 months with placebo plus "
    "fulvestrant. In the subgroup with endocrine-sensitive disease it was 38.1 and 28.9 months.",
)
NAIVE = ("In MONARCH 2, patients had progressed on endocrine therapy and had not received a CDK4/6 inhibitor.",)
PRETREATED = (
    "In MAINTAIN, a phase 2 trial in 119 patients with progression on a CDK4/6 inhibitor plus endocrine therapy (palbociclib in "
    "85.0%), median progression-free survival was 5.1 months with ribociclib and 2.9 months with placebo.",
)
RECEIVED = (
    "In postMONARCH, patients with progression on a CDK4/6 inhibitor received abemaciclib plus fulvestrant or placebo plus "
    "fulvestrant; the hazard ratio for progression-free survival was 0.75.",
)
LIVER = ("Fulvestrant is given as 500 mg monthly; in moderate hepatic impairment the dose is 250 mg.",)
ACTORS = ("In PADA-1, 250 of 1,001 patients had a rising ESR1 mutation in blood.",)
LATER = (
    "In CAPItello-291, median progression-free survival was 7.0 months with capivasertib plus fulvestrant and 3.5 months with "
    "placebo plus fulvestrant. An exploratory analysis in unaltered tumors gave a hazard ratio of 0.80.",
)
NOMINAL = (
    "In postMONARCH, progression-free survival was longer with abemaciclib than with placebo (HR 0.75; nominal p = .02).",
)
VIDEO = ("The page offers written text, two tables, a video by Dr Joyce O'Shaughnessy and four leaflets.",)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("Median PFS in OlympiAD was 6.5 months on olaparib and 4.0 months on chemotherapy.", CARRIERS),
        ("Carriers of an inherited BRCA mutation in OlympiAD had a median PFS of 6.5 months on olaparib.", CARRIERS),
        ("Nausea was seen in 31.0% of EMERALD patients on elacestrant.", STRETCHES),
        (
            "Grade 3 or higher adverse events were seen in 55.0% on camizestrant in SERENA-6, while discontinuation was 2.2%, "
            "against 3.1% on the aromatase inhibitor.",
            GRADED,
        ),
        ("In EMERALD, 9.0% of patients on fulvestrant had vomiting of some grade.", BRACKET),
        ("The response rate in EMBRACA was 60.1% versus 25.2%.", RESPONSES),
        (
            "In tumours harbouring a PIK3CA, AKT1 or PTEN alteration, CAPItello-291 had a median PFS of 7.4 months with "
            "capivasertib plus fulvestrant and 3.0 months with placebo plus fulvestrant.",
            TUMORS,
        ),
        (
            "The PFS hazard ratio of fulvestrant against exemestane was 0.61 with an ESR1 mutation and 1.08 without a detected one.",
            RATIOS,
        ),
        (
            "First-line use of the CDK4/6 inhibitor had a median OS of 46.9 months in SONIA, next-line use one of 47.5 months "
            "(HR 0.93).",
            LINES,
        ),
        (
            "In the population as a whole, PALOMA-3 had a median OS of 33.9 months with palbociclib plus fulvestrant.",
            SUBGROUP,
        ),
        ("None of the patients in MONARCH 2 had been treated with a CDK4/6 inhibitor before.", NAIVE),
        ("No participant in MONARCH 2 had ever received a CDK4/6 inhibitor.", NAIVE),
        ("All patients in MAINTAIN had progressed on a CDK4/6 inhibitor plus endocrine therapy.", PRETREATED),
        ("MAINTAIN took patients with progression on a CDK4/6 inhibitor, mostly palbociclib.", PRETREATED),
        (
            "In postMONARCH, the hazard ratio for PFS with abemaciclib plus fulvestrant versus placebo plus fulvestrant was 0.75.",
            RECEIVED,
        ),
        ("When hepatic impairment is moderate, fulvestrant is given at 250 mg; otherwise 500 mg is given monthly.", LIVER),
        ("In PADA-1, investigators found a rising ESR1 mutation in the blood of 250 of 1,001 patients.", ACTORS),
        ("Median PFS in CAPItello-291 was 7.0 months with capivasertib plus fulvestrant.", LATER),
        ("In postMONARCH, PFS was longer with abemaciclib than with placebo (HR 0.75).", NOMINAL),
        ("The page offers two tables and four leaflets.", VIDEO),
    ],
)
def test_same_group(checker: Checker, sentence: str, sources: tuple[str, ...]) -> None:
    verdict = checker.check(sentence, sources)
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("Median PFS in EMERALD was 3.5 months on elacestrant and 2.1 months on standard endocrine therapy.", MUTANTS),
        ("In OlympiAD, patients with PIK3CA-mutated disease had a median PFS of 6.5 months on olaparib.", CARRIERS),
        ("Median PFS in EMERALD was 3.5 months on elacestrant.", STRETCHES),
        ("In EMERALD, 9.0% of patients on fulvestrant had grade 3 or 4 vomiting.", BRACKET),
        (
            "In all patients, CAPItello-291 had a median PFS of 7.4 months with capivasertib plus fulvestrant and 3.0 months with "
            "placebo plus fulvestrant.",
            TUMORS,
        ),
        (
            "The PFS hazard ratio of fulvestrant against exemestane was 1.08 with an ESR1 mutation and 0.61 without a detected one.",
            RATIOS,
        ),
        ("Median OS in SONIA was 46.9 months with second-line use of the CDK4/6 inhibitor.", LINES),
        ("Across all patients of PALOMA-3, median OS was 38.1 months with palbociclib plus fulvestrant.", SUBGROUP),
        ("Patients in MONARCH 2 had been treated with a CDK4/6 inhibitor before.", NAIVE),
        ("No patient in MONARCH 2 had not been treated with a CDK4/6 inhibitor before.", NAIVE),
        ("All patients in MAINTAIN had received palbociclib before.", PRETREATED),
        ("MAINTAIN took patients with progression on a CDK4/6 inhibitor, mostly ribociclib.", PRETREATED),
        ("When hepatic impairment is moderate, fulvestrant is given at 500 mg; otherwise 250 mg is given monthly.", LIVER),
        ("The hazard ratio in CAPItello-291 patients with unaltered tumors was 0.80.", LATER),
        ("In postMONARCH, PFS was significantly longer with abemaciclib than with placebo (HR 0.75).", NOMINAL),
        ("In postMONARCH, PFS was longer with abemaciclib than with placebo (HR 0.75; p = .02).", NOMINAL),
    ],
)
def test_other_group(checker: Checker, sentence: str, sources: tuple[str, ...]) -> None:
    assert not checker.check(sentence, sources).supported
