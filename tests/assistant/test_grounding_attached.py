"""Words that carry a fact of their own, and facts told of the rival of the thing they are printed of."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

LABEL = ("The label of imlunestrant (Inluriyo) carries a warning for embryo-fetal toxicity; it is taken on an empty stomach.",)
BOXED = ("Sacituzumab govitecan (Trodelvy), a TROP2-directed antibody-drug conjugate, has a boxed warning for neutropenia.",)
TRIAL = ("OPERA-01 is a phase 3 trial of palazestrant; its readout was expected in autumn 2026.",)
LATE = (
    "In a post hoc EMERALD analysis of ESR1-mutated disease, median progression-free survival was 8.0 months with elacestrant.",
)
OPTION = ("ASCO names elacestrant as an option for ESR1-mutated disease; testing of blood is preferred.",)
CHOICE = (
    "In EMBRACA, median progression-free survival was 8.0 months with talazoparib and 5.0 months with chemotherapy of choice.",
)
MEN = ("The FDA approved elacestrant (Orserdu) for postmenopausal women or adult men with ESR1-mutated breast cancer.",)
OPEN = (
    "In VERITAC-2, in ESR1-mutated disease, median progression-free survival was 5.1 months with vepdegestrant and 2.2 months "
    "with fulvestrant; overall survival data were immature.",
)
PENDING = (
    "SERENA-4 compares camizestrant with anastrozole, each with palbociclib; no results have been seen.",
    "ELAINE-3 compares lasofoxifene with fulvestrant, each with abemaciclib; no results have been seen.",
)
PRIMARY = (
    "In ASCENT-07, the primary endpoint, progression-free survival by central review, was not met; overall survival was immature.",
)
COMBINED = (
    "In RIGHT Choice, median progression-free survival was 21.0 months with ribociclib and 12.0 months with combination "
    "chemotherapy.",
)
EVERYONE = ("The page states that progression eventually occurs in every patient on first-line endocrine therapy.",)
RESULT = (
    "In EMBRACA, median progression-free survival was 8.0 months with talazoparib and 5.0 months with chemotherapy (HR 0.54).",
)
DOSES = ("CONFIRM compared fulvestrant 500 mg with 250 mg; progression-free survival was significantly longer with 500 mg.",)
TRIPLET = (
    "In VIKTORIA-1, median progression-free survival was 9.0 months with gedatolisib plus palbociclib and fulvestrant, 7.0 months "
    "with gedatolisib plus fulvestrant, and 2.1 months with fulvestrant (hazard ratios vs fulvestrant, 0.25 and 0.35).",
)
DATES = ("Fulvestrant was first approved in the US in 2002, and alone in first line in 2017.",)
SHARE = ("In PACE, of all patients, 90.0% had received palbociclib before.",)
FOOD = ("Inavolisib (Itovebi) is taken at 9 mg once daily, with or without food.",)
NO_LABEL = (
    "In postMONARCH, abemaciclib plus fulvestrant was given after a CDK4/6 inhibitor. There is no separate label for this use.",
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        (LABEL, "The label of Inluriyo carries a boxed warning for embryo-fetal toxicity."),
        (LABEL, "Inluriyo is taken together with a meal."),
        (BOXED, "Trodelvy is a HER2-directed antibody-drug conjugate."),
        (TRIAL, "OPERA-01 (NCT01234567) is a phase 3 trial of palazestrant."),
        (TRIAL, "The readout of OPERA-01 was expected in spring 2026."),
        (LATE, "A planned EMERALD analysis of ESR1-mutated disease gave a median PFS of 8.0 months with elacestrant."),
        (OPTION, "Elacestrant is the option of choice for ESR1-mutated disease, according to ASCO."),
        (MEN, "The FDA approved elacestrant for ESR1-mutated breast cancer in women of any menopausal status."),
        (
            OPEN,
            "Whether vepdegestrant affects progression-free survival in VERITAC-2 is not known, because the data were immature.",
        ),
        (OPEN, "In VERITAC-2, vepdegestrant had no effect on overall survival."),
        (PENDING, "No results of SERENA-4 have been seen, so how lasofoxifene compares with fulvestrant is not known."),
        (PRIMARY, "The primary endpoint of ASCENT-07 was overall survival, and it was not met."),
        (
            COMBINED,
            "In RIGHT Choice, median PFS was 21.0 months with ribociclib and 12.0 months with single-agent chemotherapy.",
        ),
        (EVERYONE, "The page states that progression eventually occurs in some patients on first-line endocrine therapy."),
        (RESULT, "EMBRACA suggests that talazoparib will delay progression compared with chemotherapy (8.0 vs 5.0 months)."),
        (DOSES, "In CONFIRM, PFS was significantly longer with fulvestrant 250 mg than with 500 mg."),
        (
            TRIPLET,
            "In VIKTORIA-1, hazard ratios for PFS versus fulvestrant were 0.35 for the triplet and 0.25 for the doublet.",
        ),
        (DATES, "Fulvestrant was approved in the US in 2002, alone in first line."),
        (DATES, "Fulvestrant was first approved in the US in 2017."),
        (SHARE, "All patients in PACE had received palbociclib before."),
        (NO_LABEL, "Abemaciclib plus fulvestrant carries a separate label for this use."),
    ],
)
def test_what_is_printed_of_a_rival_is_stopped(checker: Checker, sources: tuple[str, ...], sentence: str) -> None:
    assert not checker.check(sentence, sources).supported


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        (LABEL, "Inluriyo is taken on an empty stomach, and its label carries a warning for embryo-fetal toxicity."),
        (BOXED, "Trodelvy is a TROP2-directed antibody-drug conjugate with a boxed warning for neutropenia."),
        (TRIAL, "The readout of OPERA-01, a phase 3 trial of palazestrant, was expected in autumn 2026."),
        (LATE, "A post hoc EMERALD analysis of ESR1-mutated disease gave a median PFS of 8.0 months with elacestrant."),
        (CHOICE, "In EMBRACA, median PFS was 8.0 months with talazoparib and 5.0 months with chemo of choice."),
        (OPEN, "Overall survival data from VERITAC-2 were immature."),
        (PENDING, "No results of ELAINE-3 have been seen, so how lasofoxifene compares with fulvestrant is not known."),
        (PRIMARY, "The primary endpoint of ASCENT-07, PFS by central review, was not met."),
        (
            COMBINED,
            "In RIGHT Choice, median PFS was 21.0 months with ribociclib and 12.0 months with combination chemotherapy.",
        ),
        (EVERYONE, "The page states that progression eventually occurs in every patient on first-line endocrine therapy."),
        (RESULT, "EMBRACA suggests that talazoparib may delay progression compared with chemotherapy (8.0 vs 5.0 months)."),
        (DOSES, "In CONFIRM, PFS was significantly longer with fulvestrant 500 mg than with 250 mg."),
        (TRIPLET, "In VIKTORIA-1, median PFS was 9.0 months with gedatolisib plus palbociclib and fulvestrant."),
        (DATES, "Fulvestrant was first approved in the US in 2002."),
        (SHARE, "In PACE, 90.0% of patients had received palbociclib before."),
        (FOOD, "Itovebi is taken at 9 mg once daily, with food or without."),
    ],
)
def test_what_is_printed_of_the_thing_itself_passes(checker: Checker, sources: tuple[str, ...], sentence: str) -> None:
    assert checker.check(sentence, sources).supported


WITH_PARTNER = (
    "The FDA approved capivasertib (Truqap) with fulvestrant on November 16, 2023, for adults with HR+/HER2- disease.",
)
PLACEBO = ("In BOLERO-2, everolimus plus exemestane was compared with placebo plus exemestane.",)
CLASS = (
    "Capivasertib (Truqap) is an AKT inhibitor. In CAPItello-291, grade 3 rash occurred in 12.0% of patients on capivasertib plus "
    "fulvestrant and 0.5% on placebo plus fulvestrant.",
)
MARKED = (
    "A meta-analysis found that plasma ESR1 mutations were associated with shorter progression-free survival on a subsequent "
    "aromatase inhibitor (HR 1.98; 95% CI, 1.12-3.51) but not on fulvestrant (HR 1.03; 95% CI, 0.79-1.34).",
)


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        (
            WITH_PARTNER,
            "Truqap has been FDA approved with fulvestrant since November 16, 2023 for adults with HR+/HER2- disease.",
        ),
        (PLACEBO, "BOLERO-2 combined exemestane with either everolimus or placebo."),
        (CLASS, "In CAPItello-291, grade 3 rash occurred in 12.0% of patients on the AKT inhibitor plus fulvestrant."),
        (OPEN, "Whether vepdegestrant affects overall survival in VERITAC-2 is not yet known."),
        (MARKED, "A meta-analysis linked plasma ESR1 mutations to shorter PFS on a subsequent AI (HR 1.98)."),
    ],
)
def test_partners_and_classes_in_other_words_pass(checker: Checker, sources: tuple[str, ...], sentence: str) -> None:
    assert checker.check(sentence, sources).supported


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        (WITH_PARTNER, "Fulvestrant has been FDA approved since November 16, 2023 for adults with HR+/HER2- disease."),
        (CLASS, "In CAPItello-291, grade 3 rash occurred in 12.0% of patients on the PI3K inhibitor plus fulvestrant."),
        (CLASS, "In CAPItello-291, grade 3 rash occurred in 0.5% of patients on the AKT inhibitor plus fulvestrant."),
        (MARKED, "A meta-analysis linked plasma ESR1 mutations to longer PFS on a subsequent AI (HR 1.98)."),
    ],
)
def test_partners_and_classes_of_others_are_stopped(checker: Checker, sources: tuple[str, ...], sentence: str) -> None:
    assert not checker.check(sentence, sources).supported
