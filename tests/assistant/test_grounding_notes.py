"""Shorthand, other words for a denial, and what only looks like another word: the two sides of each."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from assistant.grounding.reading.text import fold, stem, tokenize
from corpus.glossary import load_glossary

PFS = (
    "In EMERALD patients with an ESR1 mutation, median PFS was 3.8 months with elacestrant versus 1.9 months with standard endocrine "
    "therapy (HR 0.55, 95% CI 0.39-0.77)."
)
PARTS = (
    "TRIAL-9 (phase 3; n=300): median PFS 8.6 vs 5.6 months with talazoparib versus chemotherapy (HR 0.54, 95% CI 0.41-0.71); "
    "median OS 19.3 vs 19.5 months, not significant."
)
DOSE = "Capivasertib is given at 400 mg orally twice daily with fulvestrant."
GRADES = (
    "In SOLAR-1, grade 3 or 4 hyperglycemia occurred in 36.6% with alpelisib plus fulvestrant and rash of any grade in 35.6%."
)
DECISION = "The FDA advisory committee voted on camizestrant on 30 April 2026."
COUNTS = "In PADA-1, 279 patients had a rising ESR1 mutation, and 172 patients were randomized."
CONTROL = "The control arm of evERA already contained everolimus, so evERA does not compare giredestrant + everolimus with endocrine therapy alone."
EVERA = "In evERA, median PFS was 8.77 months with giredestrant + everolimus versus 5.49 months with endocrine therapy + everolimus."
RANK = "EMERALD and EMBER-3 differed in design, so their figures do not rank elacestrant and imlunestrant."
LISTS = (
    "The targeted therapies used after progression are AKT inhibitors, CDK4/6 inhibitors and PARP inhibitors.",
    "The nontargeted agents used after progression are antibody-drug conjugates and chemotherapy.",
)
TREND = "In ASCENT-07, overall survival showed an early trend in favor of sacituzumab govitecan over chemotherapy."
IMMATURE = "Overall survival data of evERA Breast Cancer were immature, with a trend in favor of giredestrant + everolimus."
MAY = "Resistance to endocrine therapy may come from amplification of the gene FGFR1."
SENSITIVE = "Imlunestrant is indicated for adults with ESR1-mutated disease; resistance to aromatase inhibitors is common."
FOOD = "Imlunestrant is taken on an empty stomach, at least 2 hours before or 1 hour after food."


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("EMERALD, ESR1m: median PFS 3.8 mo on elacestrant, 1.9 on standard ET.", (PFS,), True),
        ("EMERALD, ESR1m: median PFS 1.9 mo on elacestrant, 3.8 on standard ET.", (PFS,), False),
        ("EMERALD, ESR1m: median PFS 3.8 mo on elacestrant, 2.9 on standard ET.", (PFS,), False),
        ("ESR1m in EMERALD, elacestrant v standard ET: median PFS 3.8 v 1.9 mo.", (PFS,), True),
        ("PFS was longer on talazoparib than on chemotherapy in TRIAL-9 (8.6 v 5.6 months).", (PARTS,), True),
        ("OS was longer on talazoparib than on chemotherapy in TRIAL-9 (19.3 v 19.5 months).", (PARTS,), False),
        ("Capivasertib: 400 mg b.i.d. by mouth, alongside fulvestrant.", (DOSE,), True),
        ("Capivasertib: 400 mg o.d. by mouth, alongside fulvestrant.", (DOSE,), False),
        ("Gr 3/4 hyperglycemia was seen in 36.6% with alpelisib plus fulvestrant in SOLAR-1.", (GRADES,), True),
        ("Gr 3/4 rash was seen in 35.6% with alpelisib plus fulvestrant in SOLAR-1.", (GRADES,), False),
        ("The FDA advisory committee voted on camizestrant on 4/30/2026.", (DECISION,), True),
        ("The FDA advisory committee voted on camizestrant on 30/04/2026.", (DECISION,), True),
        ("The FDA advisory committee voted on camizestrant on 4/20/2026.", (DECISION,), False),
        ("PADA-1 randomized 172 patients.", (COUNTS,), True),
        ("PADA-1 randomized 279 patients.", (COUNTS,), False),
    ],
)
def test_notes_are_read_as_sentences_are(checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool) -> None:
    assert checker.check(sentence, sources).supported is supported


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("evERA does not tell us how giredestrant + everolimus compares with endocrine therapy alone.", (EVERA, CONTROL), True),
        ("Median PFS in evERA was 5.49 months with endocrine therapy alone.", (EVERA, CONTROL), False),
        ("The figures of EMERALD and EMBER-3 cannot be used to rank elacestrant and imlunestrant.", (RANK,), True),
        ("The figures of EMERALD and EMBER-3 rank elacestrant and imlunestrant.", (RANK,), False),
        ("Median PFS in EMERALD was not 3.8 months with elacestrant in ESR1-mutated disease.", (PFS, RANK), False),
        ("Targeted therapies after progression comprise AKT, CDK4/6 and PARP inhibitors.", LISTS, True),
        ("Targeted therapies after progression comprise AKT and PARP inhibitors and antibody-drug conjugates.", LISTS, False),
        ("In ASCENT-07, overall survival showed an early trend favoring sacituzumab govitecan.", (TREND,), True),
        ("Sacituzumab govitecan lengthened overall survival over chemotherapy in ASCENT-07.", (TREND,), False),
        ("Sacituzumab govitecan improved overall survival in ASCENT-07.", (TREND,), False),
        ("Giredestrant plus everolimus improved overall survival in evERA.", (IMMATURE,), False),
        (
            "In evERA there was a trend towards better overall survival with giredestrant plus everolimus, but the data were immature.",
            (IMMATURE,),
            True,
        ),
        ("Amplification of the gene FGFR1 might be a source of resistance to endocrine therapy.", (MAY,), True),
        ("Amplification of the gene FGFR1 underlies resistance to endocrine therapy.", (MAY,), False),
        ("Imlunestrant is contraindicated for adults with ESR1-mutated disease.", (SENSITIVE,), False),
        ("Sensitivity to aromatase inhibitors is common.", (SENSITIVE,), False),
        ("Imlunestrant is taken fasted: at least 2 hours before food or 1 hour after it.", (FOOD,), True),
        ("Imlunestrant is taken on an empty stomach in the evening.", (FOOD,), False),
        ("In short, elacestrant had a median PFS of 3.8 months in ESR1-mutated EMERALD patients.", (PFS,), True),
        ("SONIA compares first-line and first-line use.", ("SONIA compares first-line and second-line use.",), False),
    ],
)
def test_other_words_say_the_same_or_not(checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool) -> None:
    assert checker.check(sentence, sources).supported is supported


def test_a_stem_makes_no_other_claim_of_a_word() -> None:
    pairs = [
        ("like", "likely"),
        ("effect", "effective"),
        ("author", "authorized"),
        ("definition", "definitive"),
        ("main", "mainly"),
    ]
    assert all(stem(left) != stem(right) for left, right in pairs)
    assert [token.text for token in tokenize(fold("a rising mutation"), {})] == ["a", "rising", "mutation"]
