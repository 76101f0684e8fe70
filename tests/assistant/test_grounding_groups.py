"""Groups and treatments told away from their figures: order of groups, what all had, how many, partners that are shared."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

AFTER = (
    "Cohort B of BYLieve, a phase 2 trial, treated patients with PIK3CA-mutated disease after an aromatase inhibitor plus "
    "palbociclib with alpelisib plus letrozole; median progression-free survival was 5.7 months.",
)
SHARED = (
    "MONARCH 2 randomized 600 patients to fulvestrant with abemaciclib or placebo; median progression-free survival was 16.0 "
    "versus 9.0 months.",
)
LINES = (
    "SONIA compared a CDK4/6 inhibitor in the first line with one in the second line. Time on the CDK4/6 inhibitor was 24.0 versus "
    "8.0 months.",
)
STATES = (
    "In a cohort of 140 patients, median overall survival was 15.0 months with an ESR1 mutation and 23.0 months without an ESR1 "
    "mutation; median progression-free survival was 5.0 and 7.0 months.",
)
ELIDED = (
    "Circulating ESR1 mutations were found in 40 of 140 patients; median overall survival was 15.0 months with and 23.0 months "
    "without an ESR1 mutation.",
)
REVIEWED = (
    "In BOLERO-2, median progression-free survival by investigator assessment was 7.0 months with everolimus plus exemestane and "
    "3.0 months with placebo plus exemestane; by central review it was 11.0 and 4.0 months.",
)
WILD = (
    "In the PIK3CA wild-type cohort of VIKTORIA-1, median progression-free survival was 7.0 months with gedatolisib plus "
    "fulvestrant and 2.0 months with fulvestrant.",
    "In the PIK3CA-mutated cohort of VIKTORIA-1, median progression-free survival was 11.0 months with gedatolisib plus "
    "fulvestrant and 5.0 months with fulvestrant.",
)
TUMORS = (
    "In CAPItello-291, median progression-free survival was 7.0 months with capivasertib plus fulvestrant and 3.5 months with "
    "placebo plus fulvestrant in patients with PIK3CA, AKT1 or PTEN alterations.",
)
ENROLLED = (
    "INAVO120 enrolled 320 patients with PIK3CA-mutated disease that had recurred on adjuvant endocrine therapy. Median "
    "progression-free survival was 15.0 months with inavolisib plus palbociclib and fulvestrant.",
)
PARTED = (
    "INAVO120 enrolled 320 patients with a PIK3CA mutation by any test; 290 had a confirmed PIK3CA mutation. Median "
    "progression-free survival was 15.0 months with inavolisib plus palbociclib and fulvestrant.",
)
FEW = (
    "In SOLAR-1, median progression-free survival in the PIK3CA-mutated cohort was 11.0 months with alpelisib plus fulvestrant and "
    "5.5 months with placebo plus fulvestrant; only 20 of these patients had received a CDK4/6 inhibitor.",
)
BOTH = ("In EFECT, median time to progression was 3.5 months in both arms, fulvestrant 250 mg and exemestane.",)
ALONE = (
    "Imlunestrant was approved by the FDA on September 25, 2025 as monotherapy; its combination with abemaciclib was not FDA "
    "approved in any material reviewed.",
)
UNTIL = ("Chemotherapy is put off until all other endocrine options have been exhausted.",)
DOSES = (
    "In CONFIRM, a trial of fulvestrant in 730 patients, progression-free survival was significantly longer with 500 mg than with "
    "250 mg. Median overall survival was 26.0 versus 22.0 months (nominal p = .02).",
)
SIDE = (
    "In VERITAC-2, in patients with an ESR1 mutation, the objective response rate was 18.0% with vepdegestrant and 4.0% with "
    "fulvestrant.",
    "In VERITAC-2, adverse events of grade 3 or higher occurred in 23.0% of patients on vepdegestrant and 17.0% on fulvestrant.",
)
LIVER = ("Fulvestrant is given at 500 mg monthly; the dose is 250 mg in moderate hepatic impairment.",)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("Alpelisib plus letrozole had a median PFS of 5.7 months in cohort B of BYLieve, in PIK3CA-mutated disease.", AFTER),
        (
            "In MONARCH 2, median PFS was 16.0 months with fulvestrant plus abemaciclib and 9.0 with fulvestrant plus placebo.",
            SHARED,
        ),
        (
            "In SONIA, the CDK4/6 inhibitor was taken for 24.0 months if it was begun first line and 8.0 if begun second line.",
            LINES,
        ),
        ("In SONIA, time on the CDK4/6 inhibitor was 8.0 months with second-line and 24.0 months with first-line use.", LINES),
        ("Median PFS was 7.0 months without an ESR1 mutation and 5.0 months with one.", STATES),
        ("Median OS was 15.0 months when ESR1 was mutated and 23.0 months when it was not.", STATES),
        ("Median OS was 15.0 months with an ESR1 mutation against 23.0 months if none was detected.", ELIDED),
        (
            "In BOLERO-2, everolimus plus exemestane had a median PFS of 7.0 months by investigator assessment and 11.0 months by "
            "central review, versus 3.0 and 4.0 months with placebo plus exemestane.",
            REVIEWED,
        ),
        ("Where PIK3CA was not mutated, median PFS in VIKTORIA-1 was 7.0 months with gedatolisib plus fulvestrant.", WILD),
        ("In the absence of a PIK3CA mutation, VIKTORIA-1 had a median PFS of 2.0 months with fulvestrant.", WILD),
        (
            "In the altered group of CAPItello-291 (PIK3CA, AKT1 or PTEN), median PFS was 7.0 months with Truqap plus Faslodex.",
            TUMORS,
        ),
        ("All 320 patients in INAVO120 had PIK3CA-mutated disease.", ENROLLED),
        ("INAVO120 enrolled 320 patients, all with PIK3CA-mutated disease.", ENROLLED),
        ("Few patients (n = 20) of the PIK3CA-mutated cohort in SOLAR-1 had received a CDK4/6 inhibitor.", FEW),
        ("Median TTP in EFECT was 3.5 months in either arm.", BOTH),
        ("Imlunestrant plus abemaciclib had no FDA approval in the material reviewed; only monotherapy was approved.", ALONE),
        ("Chemotherapy comes only when all other endocrine options have been exhausted.", UNTIL),
        (
            "In CONFIRM, PFS was significantly longer with fulvestrant 500 mg than with 250 mg.",
            DOSES,
        ),
        (
            "In VERITAC-2, vepdegestrant had a response rate of 18.0% and fulvestrant one of 4.0% in ESR1-mutated patients, while adverse "
            "events of grade 3 or higher occurred in 23.0% and 17.0% of patients, respectively.",
            SIDE,
        ),
        ("Fulvestrant is given monthly at 500 mg, or at 250 mg when hepatic impairment is moderate.", LIVER),
    ],
)
def test_told_apart(checker: Checker, sentence: str, sources: tuple[str, ...]) -> None:
    verdict = checker.check(sentence, sources)
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("Patients in cohort B of BYLieve had had alpelisib plus letrozole before.", AFTER),
        (
            "In MONARCH 2, median PFS was 16.0 months with fulvestrant plus placebo and 9.0 with fulvestrant plus abemaciclib.",
            SHARED,
        ),
        (
            "In SONIA, the CDK4/6 inhibitor was taken for 8.0 months if it was begun first line and 24.0 if begun second line.",
            LINES,
        ),
        ("Median PFS was 5.0 months without an ESR1 mutation and 7.0 months with one.", STATES),
        ("Median OS was 23.0 months with an ESR1 mutation and 15.0 months without an ESR1 mutation.", ELIDED),
        ("Median OS was 23.0 months when ESR1 was mutated and 15.0 months when it was not.", STATES),
        ("In BOLERO-2, everolimus plus exemestane had a median PFS of 7.0 months by central review.", REVIEWED),
        ("Where PIK3CA was not mutated, median PFS in VIKTORIA-1 was 11.0 months with gedatolisib plus fulvestrant.", WILD),
        ("In the absence of a PIK3CA mutation, VIKTORIA-1 had a median PFS of 5.0 months with fulvestrant.", WILD),
        ("All 320 patients in INAVO120 had a confirmed PIK3CA mutation.", PARTED),
        ("All patients in SOLAR-1 had PIK3CA-mutated disease.", FEW),
        ("Few patients (n = 30) of the PIK3CA-mutated cohort in SOLAR-1 had received a CDK4/6 inhibitor.", FEW),
        ("Only imlunestrant with abemaciclib was approved by the FDA on September 25, 2025.", ALONE),
        ("Only chemotherapy is given until other endocrine options have been exhausted.", ("Chemotherapy is given first.",)),
        ("In CONFIRM, PFS was significantly longer with fulvestrant 250 mg than with 500 mg.", DOSES),
        ("In CONFIRM, median OS was significantly longer with fulvestrant 500 mg than with 250 mg.", DOSES),
        ("Fulvestrant is given monthly at 250 mg, or at 500 mg when hepatic impairment is moderate.", LIVER),
    ],
)
def test_put_elsewhere(checker: Checker, sentence: str, sources: tuple[str, ...]) -> None:
    assert not checker.check(sentence, sources).supported
