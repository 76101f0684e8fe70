"""The statements in another turn of speech: words read where they stand, and the same words where they would claim more."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CHECKER = Checker(load_glossary())
TROPION = (
    "TROPION-Breast01 compared datopotamab deruxtecan with eribulin, vinorelbine, capecitabine or gemcitabine; median "
    "progression-free survival was 6.9 vs 4.9 months (HR 0.63)."
)
CHOICE = (
    "In the AMEERA-3 trial, median progression-free survival was 3.6 months with amcenestrant versus 3.7 months with endocrine "
    "therapy of the physician's choice; the development of amcenestrant has ended."
)
SPEAKER = "The speaker says that tissue and blood should be sent for sequencing to look for ESR1, PIK3CA, AKT and PTEN."
PADA = (
    "PADA-1 randomized 172 patients who had a rising ESR1 mutation in blood without tumor progression; switching the aromatase "
    "inhibitor to fulvestrant while keeping palbociclib gave a median PFS of 11.9 months versus 5.7 months."
)
EMERALD = (
    "In a post hoc analysis of EMERALD, median PFS was 8.6 months with elacestrant and 1.9 months with endocrine therapy in "
    "patients with an ESR1 mutation who had taken endocrine therapy plus a CDK4/6 inhibitor for at least 12 months."
)
GOALS = "The goals of treatment are to extend survival, relieve symptoms and improve quality of life."
DESIREE = "In DESIREE, escalating the everolimus dose lowered grade 2 or higher stomatitis to 28.8% from 46.1%."
ITOVEBI = "Hyperglycemia led to discontinuation of inavolisib in 1.2% of patients in INAVO120."
PALOMA = "RB1 mutations arose only in the palbociclib arm of PALOMA-3."
RATES = "In SOLAR-1, grade 3 or 4 hyperglycemia occurred in 36.6% of patients and grade 3 or 4 rash in 9.9%."
PLASMA = "In plasmaMATCH cohort A, at least 13 objective responses among 78 patients were needed to infer activity."
EMBER = "In EMBER-3, the preset boundary for statistical significance was not crossed; median OS was 34.5 vs 23.1 months."
DATED = (
    "The FDA committee voted 6 to 3 against camizestrant on April 30, 2026. The CHMP gave a positive opinion on camizestrant on "
    "May 21, 2026."
)
SOLUBLE = (
    "Its poor solubility means that fulvestrant is injected intramuscularly; the formulation limits how much can be given."
)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        (
            "In the control arm of TROPION-Breast01, patients received eribulin, vinorelbine, capecitabine or gemcitabine.",
            TROPION,
        ),
        ("The control arm of TROPION-Breast01 had a median PFS of 4.9 months.", TROPION),
        ("Development of amcenestrant was halted.", CHOICE),
        ("The alterations the speaker would look for are ESR1, PIK3CA, AKT and PTEN.", SPEAKER),
        ("PADA-1 tested an early switch to fulvestrant in patients with a rising ESR1 mutation and no progression.", PADA),
        ("In PADA-1, the aromatase inhibitor was replaced before progression in patients with a rising ESR1 mutation.", PADA),
        (
            "Post hoc, EMERALD patients with an ESR1 mutation and at least 12 months of prior endocrine therapy plus a CDK4/6 "
            "inhibitor had a median PFS of 8.6 months with elacestrant.",
            EMERALD,
        ),
        ("Treatment has a threefold goal: longer survival, relief of symptoms and better quality of life.", GOALS),
        ("Titrating the dose of everolimus brought grade 2 or higher stomatitis down from 46.1% to 28.8% in DESIREE.", DESIREE),
        ("High blood glucose led 1.2% of INAVO120 patients to stop inavolisib.", ITOVEBI),
        ("In PALOMA-3, new RB1 mutations were confined to the palbociclib arm.", PALOMA),
        ("In SOLAR-1, grade 3 or 4 hyperglycemia occurred in 36.6% of patients, ahead of rash with 9.9%.", RATES),
        ("Cohort A of plasmaMATCH required at least 13 responses among 78 patients before activity could be inferred.", PLASMA),
        ("In EMBER-3, the significance boundary fixed beforehand was not crossed.", EMBER),
        ("On May 21, 2026, the CHMP backed camizestrant; the FDA committee had voted against it some weeks earlier.", DATED),
        ("Fulvestrant dissolves poorly and is injected intramuscularly.", SOLUBLE),
        ("The formulation caps how much fulvestrant can be given.", SOLUBLE),
    ],
)
def test_another_turn_of_speech_passes(sentence: str, source: str) -> None:
    verdict = CHECKER.check(sentence, [source])
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("In the control arm of TROPION-Breast01, patients received datopotamab deruxtecan.", TROPION),
        ("The control arm of TROPION-Breast01 had a median PFS of 6.9 months.", TROPION),
        ("Every patient in the control arm of TROPION-Breast01 received eribulin.", TROPION),
        ("Amcenestrant was halted because of side effects.", CHOICE),
        ("The alterations the speaker would look for are RB1 and CCNE1.", SPEAKER),
        ("PADA-1 tested an early switch to fulvestrant after progression.", PADA),
        ("In PADA-1, palbociclib was replaced by fulvestrant before progression.", PADA),
        ("Treatment has a fourfold goal: longer survival, relief of symptoms and better quality of life.", GOALS),
        ("Titrating the dose of everolimus brought grade 2 or higher stomatitis down from 28.8% to 46.1% in DESIREE.", DESIREE),
        ("In PALOMA-3, RB1 mutations were confined to the placebo arm.", PALOMA),
        ("In SOLAR-1, grade 3 or 4 rash occurred in 9.9% of patients, ahead of hyperglycemia with 36.6%.", RATES),
        ("In EMBER-3, the significance boundary was crossed.", EMBER),
        ("Fulvestrant dissolves well and is injected intramuscularly.", SOLUBLE),
        ("In EMBER-3, imlunestrant prolonged life.", EMBER),
        ("The FDA committee came down 6 to 3 in favor of camizestrant on April 30, 2026.", DATED),
    ],
)
def test_another_turn_that_claims_more_is_stopped(sentence: str, source: str) -> None:
    assert not CHECKER.check(sentence, [source]).supported
