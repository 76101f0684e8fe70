"""Everyday words, denials in other words, and words of certainty that claim no more than the statements."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CHECKER = Checker(load_glossary())
NAIVE = "In MONARCH 2, no patient had received a CDK4/6 inhibitor; median overall survival was 46.7 months with abemaciclib plus fulvestrant."
TARGET = (
    "In cohort A of plasmaMATCH, extended-dose fulvestrant 500 mg was given every 2 weeks; the primary endpoint was not met."
)
AMEERA = (
    "In AMEERA-3, median progression-free survival was 3.6 months with amcenestrant and 3.7 months with endocrine therapy of "
    "the physician's choice (HR 1.051; 95% CI, 0.789-1.40); the primary endpoint was not met, and amcenestrant was never approved."
)
PACE = (
    "PACE found no PFS benefit of palbociclib plus fulvestrant over fulvestrant: median 4.6 vs 4.8 months (HR 1.11, 90% CI "
    "0.79-1.55, p=.62)."
)
OPEN = "SERENA-4 compares camizestrant plus palbociclib with anastrozole plus palbociclib; no results had been published by June 2026."
FULVESTRANT = (
    "Fulvestrant 500 mg is injected intramuscularly on days 1, 15 and 29 and monthly thereafter; its poor solubility requires "
    "injection by a professional. A shorter interval was seen as impractical."
)
SOLAR = "In SOLAR-1, adverse events led 25.0% of patients to stop alpelisib."
LABEL = "Trastuzumab deruxtecan is labeled directly after endocrine therapy in HER2-low disease. The label can be downloaded as a PDF."
LILLY = "The company stated that it would seek a label for imlunestrant plus abemaciclib in ESR1-mutated disease."
CAPIVASERTIB = "Capivasertib is taken twice daily for 4 days, followed by 3 days off, with fulvestrant."


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("None of the MONARCH 2 participants had previously been treated with a CDK4/6 inhibitor.", NAIVE),
        ("Not one of the patients in MONARCH 2 had taken a CDK4/6 inhibitor beforehand.", NAIVE),
        ("Extended-dose fulvestrant did not reach the target in cohort A of plasmaMATCH.", TARGET),
        ("In cohort A of plasmaMATCH, extended-dose fulvestrant fell short of the goal.", TARGET),
        ("Fulvestrant 500 mg was given every fortnight in cohort A of plasmaMATCH.", TARGET),
        ("Amcenestrant did not meet the primary endpoint of AMEERA-3 and has never been approved.", AMEERA),
        ("In PACE, median PFS was 4.6 months with palbociclib plus fulvestrant and 4.8 months with fulvestrant.", PACE),
        ("How camizestrant plus palbociclib fares is open, since no results were available by June 2026.", OPEN),
        ("Fulvestrant 500 mg is given on d1, d15 and d29.", FULVESTRANT),
        ("After the injections on days 1, 15 and 29, fulvestrant will be given monthly.", FULVESTRANT),
        ("A shorter interval was not seen as practical.", FULVESTRANT),
        ("In SOLAR-1, 25.0% of patients stopped alpelisib because of adverse events.", SOLAR),
        ("The label allows trastuzumab deruxtecan immediately after endocrine therapy in HER2-low disease.", LABEL),
        ("The label is downloadable as a PDF.", LABEL),
        ("The company will seek a label for imlunestrant plus abemaciclib in ESR1-mutated disease.", LILLY),
    ],
)
def test_the_same_in_other_words_passes(sentence: str, source: str) -> None:
    verdict = CHECKER.check(sentence, [source])
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("All MONARCH 2 participants had previously been treated with a CDK4/6 inhibitor.", NAIVE),
        ("None of the MONARCH 2 participants had previously been treated with fulvestrant.", NAIVE),
        ("No patient in MONARCH 2 had not received a CDK4/6 inhibitor.", NAIVE),
        ("Extended-dose fulvestrant reached the target in cohort A of plasmaMATCH.", TARGET),
        ("Fulvestrant 500 mg was given every month in cohort A of plasmaMATCH.", TARGET),
        ("Amcenestrant did not meet the primary endpoint of AMEERA-3 and has been approved.", AMEERA),
        ("In PACE, palbociclib plus fulvestrant brought a PFS benefit, with a median of 4.6 months.", PACE),
        ("In PACE, median PFS was 4.8 months with palbociclib plus fulvestrant and 4.6 months with fulvestrant.", PACE),
        ("Results of SERENA-4 had been published by June 2026.", OPEN),
        ("Fulvestrant 500 mg is given on d1, d8 and d29.", FULVESTRANT),
        ("A shorter interval was seen as practical.", FULVESTRANT),
        ("Fulvestrant 500 mg will prolong survival.", FULVESTRANT),
        ("In SOLAR-1, 25.0% of patients stopped alpelisib because of progression.", SOLAR),
        ("Trastuzumab deruxtecan works immediately in HER2-low disease.", LABEL),
        ("The company will not seek a label for imlunestrant plus abemaciclib in ESR1-mutated disease.", LILLY),
        ("The company will obtain a label for imlunestrant plus abemaciclib in ESR1-mutated disease.", LILLY),
    ],
)
def test_another_denial_or_more_certainty_is_stopped(sentence: str, source: str) -> None:
    assert not CHECKER.check(sentence, [source]).supported


@pytest.mark.parametrize(
    "word",
    ["promising", "compelling", "striking", "groundbreaking", "doubled", "boosted", "lessened", "curbed", "unprecedented"],
)
def test_words_that_appraise_or_compare_are_no_words_of_telling(word: str) -> None:
    """They end as verbs of the telling do, but say how good a result is or in which direction it goes."""
    assert not CHECKER.check(f"In SOLAR-1, 25.0% of patients stopped alpelisib, a {word} share.", [SOLAR]).supported


@pytest.mark.parametrize("word", ["footnote", "glossary", "module", "webpage", "timeline", "chapter"])
def test_words_of_telling_claim_nothing(word: str) -> None:
    verdict = CHECKER.check(
        f"According to the {word}, adverse events led 25.0% of patients in SOLAR-1 to stop alpelisib.", [SOLAR]
    )
    assert verdict.supported, verdict.reasons


def test_a_pause_is_days_off() -> None:
    sentence = "Capivasertib is taken twice daily for 4 days, followed by a pause of 3 days, with fulvestrant."
    assert CHECKER.check(sentence, [CAPIVASERTIB]).supported
    assert not CHECKER.check(sentence.replace("3 days", "4 days"), [CAPIVASERTIB]).supported
