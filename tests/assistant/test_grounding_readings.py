"""What may be read or worded differently, and what is a corruption of it: the two sides of each softer check."""

from __future__ import annotations

from importlib import resources

import pytest

from assistant.grounding import Checker, ReasonCode
from assistant.grounding.reading.lexicon import LANGUAGE, PLAIN_WORDS, read_policy
from corpus.glossary import load_glossary

EVERA = (
    "evERA Breast Cancer is a phase 3 trial of giredestrant plus everolimus versus standard endocrine therapy plus everolimus "
    "after a CDK4/6 inhibitor.",
    "In evERA, median progression-free survival was 8.77 months with giredestrant plus everolimus and 5.49 months with standard "
    "endocrine therapy plus everolimus.",
)
EMBER = (
    "In EMBER-3, median PFS in patients with an ESR1 mutation was 5.5 months with imlunestrant and 3.8 months with standard "
    "endocrine therapy (fulvestrant or exemestane).",
)
SEQUENCE = ("There is no agreed optimal strategy for HR+/HER2- metastatic breast cancer after progression.",)
SERIOUS = ("In EMERALD, treatment-related adverse events occurred in 7.2% with elacestrant and 3.1% with endocrine therapy.",)
SCHEDULE = ("Trodelvy is given as 10 mg/kg intravenously on days 1 and 8 of a 21-day cycle.",)
CLASSES = (
    "Vepdegestrant is a PROTAC that degrades the estrogen receptor and is not a SERD.",
    "Selective estrogen receptor degraders include fulvestrant, elacestrant and camizestrant.",
)
OPINION = ("The European Commission approved elacestrant in September 2023, following a positive CHMP opinion in July 2023.",)
LABEL = ("In the US, imlunestrant is indicated for adults with ER+/HER2-, ESR1-mutated advanced breast cancer.",)
ROUNDED = ("In evERA, median progression-free survival was 5.45 months with standard endocrine therapy plus everolimus.",)
SURVIVAL = (
    "In SOLAR-1, median progression-free survival was 11.0 months with alpelisib plus fulvestrant and 5.7 months with placebo "
    "plus fulvestrant; median overall survival was 39.3 and 31.4 months.",
)
ROUTES = ("Resistance to CDK4/6 inhibitors may come from loss of RB1 function.",)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("After a CDK4/6 inhibitor, giredestrant plus everolimus had a median PFS of 8.77 months in evERA.", EVERA, True),
        ("After a CDK4/6 inhibitor, giredestrant plus everolimus had a median PFS of 5.49 months in evERA.", EVERA, False),
        ("In EMBER-3, median PFS with an ESR1 mutation was 5.5 months with exemestane.", EMBER, False),
        ("Which strategy is optimal for HR+/HER2- metastatic breast cancer after progression is not settled.", SEQUENCE, True),
        ("TRAEs occurred in 7.2% with elacestrant and 3.1% with endocrine therapy in EMERALD.", SERIOUS, True),
        ("TRAEs occurred in 3.1% with elacestrant and 7.2% with endocrine therapy in EMERALD.", SERIOUS, False),
        ("Treatment-related adverse events were not 7.2% with elacestrant in EMERALD.", SERIOUS, False),
        ("Trodelvy is given at 10 mg/kg intravenously on days 1 and 8 of each 21-day cycle.", SCHEDULE, True),
        ("Trodelvy is given at 10 mg/kg intravenously on day 1 of each 21-day cycle.", SCHEDULE, False),
        ("Vepdegestrant is not a SERD but a PROTAC.", CLASSES, True),
        ("The SERDs include fulvestrant, elacestrant, camizestrant and vepdegestrant.", CLASSES, False),
        ("Elacestrant was cleared by the European Commission in September 2023.", OPINION, True),
        ("Elacestrant was cleared by the European Commission in July 2023.", OPINION, False),
        ("Imlunestrant is indicated in the US for adults with ER+/HER2-, ESR1-mutated advanced breast cancer.", LABEL, True),
        ("Imlunestrant is indicated in the US for adults with ER+/HER2- advanced breast cancer.", LABEL, False),
        ("Median PFS in evERA was about 5.5 months with standard endocrine therapy plus everolimus.", ROUNDED, True),
        ("Median PFS in evERA was 5.5 months with standard endocrine therapy plus everolimus.", ROUNDED, False),
        ("In SOLAR-1, median overall survival was 39.3 vs 31.4 months.", SURVIVAL, True),
        ("In SOLAR-1, median overall survival was 31.4 vs 39.3 months.", SURVIVAL, False),
        ("In SOLAR-1, median overall survival was 39.3 vs 5.7 months.", SURVIVAL, False),
        ("In SOLAR-1, PFS was 11.0 months with alpelisib plus fulvestrant and 11.0 months with placebo.", SURVIVAL, False),
    ],
)
def test_other_readings_pass_and_corruptions_of_them_do_not(
    checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool
) -> None:
    assert checker.check(sentence, sources).supported is supported


@pytest.mark.parametrize("word", ["routes", "consequently", "preceding"])
def test_a_plain_word_is_learned_and_not_listed(checker: Checker, word: str) -> None:
    listed = read_policy(LANGUAGE)["light"].split()
    learned = (resources.files("assistant.policy") / PLAIN_WORDS).read_text(encoding="utf-8").splitlines()
    assert word in learned
    assert word not in listed


def test_a_plain_word_may_be_new_and_another_is_named_as_the_reason(checker: Checker) -> None:
    assert checker.check("One of the routes to resistance to CDK4/6 inhibitors may be loss of RB1 function.", ROUTES).supported
    verdict = checker.check("Resistance to CDK4/6 inhibitors may come from insurance and loss of RB1 function.", ROUTES)
    assert [(reason.code, reason.text) for reason in verdict.reasons] == [(ReasonCode.UNKNOWN_WORD, "insurance")]
