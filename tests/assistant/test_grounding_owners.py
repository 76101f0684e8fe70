"""What is printed of a drug is said of that drug: not of its partner, its comparator or another of a list."""

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

APPROVED = (
    "Everolimus (Afinitor) 10 mg with exemestane was approved on July 20, 2012, for advanced HR+/HER2- breast cancer. "
    "The label warns of stomatitis; infections led to discontinuation in 3% of patients."
)
TESTED = (
    "OPERETTA tested oral imlunestrant after an aromatase inhibitor; median progression-free survival was 6.1 months with "
    "imlunestrant plus abemaciclib and 3.9 months with fulvestrant. The FDA goal date was May 5, 2027."
)
WITH_PARTNERS = "The CHMP gave a positive opinion on giredestrant with palbociclib or ribociclib for ESR1 mutations."
OPTIONS = (
    "Options after progression: capivasertib plus fulvestrant for PTEN alterations, alpelisib plus fulvestrant for PIK3CA "
    "mutations, exemestane whatever the biomarker, and elacestrant for ESR1 mutations."
)
TESTS = "Companion diagnostics: BRACAnalysis CDx for olaparib, Guardant360 CDx (plasma) for elacestrant and for imlunestrant."
SHARED = "The phase 3 trial compares inavolisib with alpelisib, each plus fulvestrant; there are no results."
LACKING = "The guideline lists elacestrant as an option and states that data comparing olaparib and talazoparib are lacking."


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("Exemestane was approved on July 20, 2012.", APPROVED, False),
        ("The approval of Afinitor for advanced HR+/HER2- breast cancer dates from July 20, 2012.", APPROVED, True),
        ("The label of everolimus warns of stomatitis.", APPROVED, True),
        ("The label of exemestane warns of stomatitis.", APPROVED, False),
        ("Exemestane was stopped in 3% of patients, infections being the reason.", APPROVED, False),
        ("Infections led to discontinuation of everolimus in 3% of patients.", APPROVED, True),
        ("Imlunestrant was tested after an aromatase inhibitor.", TESTED, True),
        ("Fulvestrant had an FDA goal date of May 5, 2027.", TESTED, False),
        ("Median progression-free survival was 3.9 months with fulvestrant.", TESTED, True),
        ("Giredestrant has a positive CHMP opinion.", WITH_PARTNERS, True),
        ("Ribociclib has a positive CHMP opinion.", WITH_PARTNERS, False),
    ],
)
def test_what_is_said_belongs_to_the_subject(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("Giredestrant has a positive CHMP opinion for use with palbociclib or ribociclib.", WITH_PARTNERS, True),
        ("Giredestrant has a positive CHMP opinion for use with palbociclib or giredestrant.", WITH_PARTNERS, False),
        ("Inavolisib is compared with alpelisib, each plus fulvestrant.", SHARED, True),
        ("Inavolisib is compared with fulvestrant, each plus alpelisib.", SHARED, False),
        ("Inavolisib is compared with inavolisib.", SHARED, False),
        ("Data comparing olaparib and talazoparib are lacking.", LACKING, True),
        ("Data comparing olaparib and elacestrant are lacking.", LACKING, False),
    ],
)
def test_no_drug_is_its_own_partner(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("Options are elacestrant for ESR1 mutations and alpelisib plus fulvestrant for PIK3CA mutations.", OPTIONS, True),
        ("Options are exemestane for ESR1 mutations and alpelisib plus fulvestrant for PIK3CA mutations.", OPTIONS, False),
        ("An option for ESR1 mutations is capivasertib plus fulvestrant.", OPTIONS, False),
        ("For imlunestrant the companion diagnostic is Guardant360 CDx.", TESTS, True),
        ("For imlunestrant the companion diagnostic is BRACAnalysis CDx.", TESTS, False),
        ("BRACAnalysis CDx goes with olaparib.", TESTS, True),
    ],
)
def test_lists_keep_their_biomarkers_and_tests(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported
