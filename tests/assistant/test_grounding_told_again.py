"""Certainty, advice, causes and quantities that only tell again what a statement prints, and those that add to it."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CHECKER = Checker(load_glossary())
TABLE = (
    "The table of limitations of endocrine therapy: exposure to the drug leads to ESR1 mutations applies to aromatase inhibitors; "
    "an ESR1 mutation impacts the efficacy of the drug applies to SERMs."
)
ARISING = (
    "Only aromatase inhibitors are listed with ESR1 mutations arising from drug exposure; only SERMs with partial agonism."
)
TREND = "In evERA, overall survival was immature, with a trend in favor of giredestrant plus everolimus."
PREFERRED = "The ASCO rapid update says that blood ctDNA is preferred for ESR1 testing because of its better sensitivity."
INAVO = "INAVO121 compares inavolisib with alpelisib, each with fulvestrant. No results of the trial were seen."
REVIEW = "In late May 2026 the FDA extended its review of camizestrant; the new date was not disclosed."
FIGURE = (
    "The page's figure sorts resistance into families: endocrine resistance may come from FGFR1 amplification, activation of the "
    "PI3K/AKT/mTOR pathway or a mutated ESR1 gene."
)
COUNTED = "In SOLAR-1, only 20 patients of the PIK3CA-mutated cohort had previously received a CDK4/6 inhibitor."
ELEVATE = (
    "ELEVATE, a study without a control arm, tested elacestrant with abemaciclib (n = 60), everolimus (n = 50) and ribociclib "
    "(n = 33); median PFS was 14.3, 8.3 and 7.8 months."
)
ILD = "In DESTINY-Breast06, pneumonitis occurred in 11.3% with trastuzumab deruxtecan; most events were grade 1 or 2."
LATER = "The speaker states that a blood test for ESR1 mutations can be repeated because the mutation may appear later."
CHOICE = "The speaker states that the choice between treatments depends on tolerability, earlier disease and what matters to patients."
TOXIC = "The limitations of nontargeted agents are significant toxicity and, for chemotherapy, a poor quality of life."
OR_LIST = "Capivasertib is used with fulvestrant for tumors with a PIK3CA, AKT1 or PTEN alteration."
SOLAR = "In SOLAR-1, overall survival was 39.3 vs 31.4 months (HR 0.86; 95% CI, 0.64-1.15; p = .15), which was not significant."


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("For aromatase inhibitors, the table says that exposure leads to ESR1 mutations.", TABLE),
        ("Drug exposure gives rise to ESR1 mutations only with aromatase inhibitors, according to the list.", ARISING),
        ("The trend in OS was favorable for giredestrant plus everolimus in evERA, but the data were immature.", TREND),
        ("According to the ASCO rapid update, liquid biopsy is preferred for ESR1 testing, being more sensitive.", PREFERRED),
        (
            "Whether inavolisib works better than alpelisib with fulvestrant is not yet known: no INAVO121 results were seen.",
            INAVO,
        ),
        ("It is not known when the FDA will complete its review of camizestrant.", REVIEW),
        ("Among the routes of endocrine resistance shown in the page's figure is FGFR1 amplification.", FIGURE),
        ("Few patients of the PIK3CA-mutated cohort of SOLAR-1 had received a CDK4/6 inhibitor before, only 20.", COUNTED),
        ("In ELEVATE, elacestrant was tested with abemaciclib, everolimus and ribociclib, all without a control arm.", ELEVATE),
        ("As the ESR1 mutation may only appear later, the blood test can be repeated, the speaker says.", LATER),
        ("How often pneumonitis occurred with trastuzumab deruxtecan in DESTINY-Breast06: in 11.3%.", ILD),
        (
            "Tolerability, earlier disease and what matters to patients all bear on the choice of treatment, says the speaker.",
            CHOICE,
        ),
        ("Nontargeted agents are limited by marked toxicity.", TOXIC),
    ],
)
def test_what_is_told_again_passes(sentence: str, source: str) -> None:
    verdict = CHECKER.check(sentence, [source])
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("For SERMs, the table says that exposure leads to partial agonism.", TABLE),
        ("Drug exposure gives rise to partial agonism with aromatase inhibitors.", ARISING),
        ("Overall survival in evERA was favorable for giredestrant plus everolimus.", TREND),
        ("According to the ASCO rapid update, tissue is preferred over blood for ESR1 testing.", PREFERRED),
        ("Inavolisib works better than alpelisib with fulvestrant in INAVO121.", INAVO),
        ("The FDA will complete its review of camizestrant in 2026.", REVIEW),
        ("FGFR1 amplification causes endocrine resistance, the page's figure shows.", FIGURE),
        ("All endocrine resistance comes from FGFR1 amplification, according to the page's figure.", FIGURE),
        ("Few patients in SOLAR-1 stopped treatment.", COUNTED),
        ("In DESTINY-Breast06, all pneumonitis events were grade 1 or 2.", ILD),
        ("ESR1 mutations always appear later, the speaker says.", LATER),
        ("Nontargeted agents are limited by marked nausea.", TOXIC),
        ("Capivasertib is for tumors in which PIK3CA, AKT1 and PTEN are all altered.", OR_LIST),
        ("Tumors with PIK3CA, AKT1 and PTEN all altered are treated with capivasertib.", OR_LIST),
        ("SOLAR-1 confirmed an overall survival benefit (39.3 vs 31.4 months).", SOLAR),
    ],
)
def test_what_adds_to_it_is_stopped(sentence: str, source: str) -> None:
    assert not CHECKER.check(sentence, [source]).supported
