"""What is given together and what is compared: over a dose, in a list, against the rest of a list, by a mark of the tumor."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

DOSED = ("With alpelisib 300 mg orally once daily with food plus fulvestrant, rash occurred in 11.0% of patients in SOLAR-1.",)
BRACKETED = (
    "In MAINTAIN, patients with progression on a CDK4/6 inhibitor (palbociclib in 85.0%) plus endocrine therapy had a median "
    "progression-free survival of 5.1 months with ribociclib.",
)
TRIPLET = (
    "In INAVO120, median progression-free survival was 14.0 months with inavolisib plus palbociclib and fulvestrant and 7.0 "
    "months with placebo plus palbociclib and fulvestrant.",
)
LIST = (
    "In RIGHT Choice, median progression-free survival was 20.1 months with ribociclib, an aromatase inhibitor and goserelin and "
    "11.9 months with combination chemotherapy.",
)
SWITCH = (
    "In PADA-1, median progression-free survival was 12.4 months after a switch to fulvestrant plus palbociclib and 6.1 months "
    "with continued aromatase inhibitor plus palbociclib.",
)
COMPARED = ("No data comparing alpelisib with capivasertib are available; both are given with fulvestrant.",)
MARK = (
    "A meta-analysis linked plasma ESR1 mutations to shorter progression-free survival on an aromatase inhibitor, but not on "
    "fulvestrant.",
)
RESULT = (
    "In EMBER-3, progression-free survival was shorter with standard endocrine therapy than with imlunestrant in ESR1-mutated "
    "disease (HR 0.60).",
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("Rash occurred in 11.0% of SOLAR-1 patients on alpelisib plus fulvestrant.", DOSED),
        ("After progression on a CDK4/6 inhibitor plus endocrine therapy, median PFS in MAINTAIN was 5.1 months.", BRACKETED),
        (
            "Patients on inavolisib, palbociclib and fulvestrant had a median PFS of 14.0 months in INAVO120, as against 7.0 "
            "months on placebo, palbociclib and fulvestrant.",
            TRIPLET,
        ),
        ("In INAVO120, median PFS was 7.0 months for palbociclib and fulvestrant with placebo.", TRIPLET),
        ("In RIGHT Choice, median PFS was 20.1 months with Kisqali + AI + Zoladex.", LIST),
        (
            "In PADA-1, a switch to fulvestrant, with palbociclib kept, had a median PFS of 12.4 months compared with 6.1 months "
            "on the aromatase inhibitor.",
            SWITCH,
        ),
        ("Plasma ESR1 mutations go with shorter PFS on an aromatase inhibitor, a meta-analysis found.", MARK),
    ],
)
def test_same_treatments(checker: Checker, sentence: str, sources: tuple[str, ...]) -> None:
    verdict = checker.check(sentence, sources)
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("Rash occurred in 11.0% of SOLAR-1 patients on alpelisib plus palbociclib.", DOSED),
        ("In INAVO120, median PFS was 14.0 months with inavolisib plus palbociclib and 7.0 months with placebo.", TRIPLET),
        (
            "In INAVO120, median PFS was 14.0 months with inavolisib plus palbociclib and fulvestrant versus 7.0 months with "
            "placebo plus fulvestrant.",
            TRIPLET,
        ),
        ("In RIGHT Choice, median PFS was 20.1 months with ribociclib + goserelin + chemotherapy.", LIST),
        ("Alpelisib with capivasertib is an option given with fulvestrant.", COMPARED),
        ("Plasma ESR1 mutations go with shorter PFS on fulvestrant, a meta-analysis found.", MARK),
        ("In ESR1-mutated disease, progression-free survival was longer with imlunestrant.", RESULT),
    ],
)
def test_other_treatments(checker: Checker, sentence: str, sources: tuple[str, ...]) -> None:
    assert not checker.check(sentence, sources).supported
