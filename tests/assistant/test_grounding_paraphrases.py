"""Faithful sentences of other authors: what may be told in other words, and beside each the corruption that may not pass."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

TIMES = (
    "In FALCON, median progression-free survival was 16.6 months with fulvestrant and 13.8 months with anastrozole (HR 0.797; "
    "95% CI, 0.637-0.999).",
)
NO_GAIN = (
    "In PALMIRA, median progression-free survival was 4.9 months with palbociclib plus endocrine therapy and 3.6 months with "
    "endocrine therapy alone (HR 0.84; 95% CI, 0.66-1.07); the primary endpoint was not met.",
)
BOTH_RESULTS = (
    "In SOLAR-1, median progression-free survival was 11.0 months with alpelisib plus fulvestrant and 5.7 months with placebo plus "
    "fulvestrant (HR 0.65; 95% CI, 0.50-0.85). Median overall survival was 39.3 versus 31.4 months (HR 0.86; 95% CI, 0.64-1.15), "
    "not significant.",
)
DOSES = (
    "In SERENA-2, median progression-free survival was 7.2 months with camizestrant 75 mg (HR 0.59; 90% CI, 0.42-0.82) and 7.7 "
    "months with camizestrant 150 mg (HR 0.64; 90% CI, 0.46-0.89), versus 3.7 months with fulvestrant.",
)
EVENTS = (
    "In SOLAR-1, in the PIK3CA-mutated cohort, median progression-free survival was 11.0 months with alpelisib plus fulvestrant "
    "and 5.7 months with placebo plus fulvestrant. Grade 3 rash occurred in 9.9% of patients on alpelisib plus fulvestrant.",
)
REVIEWED = (
    "In BOLERO-2, median progression-free survival by central review was 11.0 months with everolimus plus exemestane and 4.1 "
    "months with placebo plus exemestane. Median overall survival was 31.0 and 26.6 months.",
)
RANDOMIZED = (
    "In PADA-1, 172 patients with a rising ESR1 mutation but without progression were randomized. Median progression-free "
    "survival was 11.9 months with fulvestrant plus palbociclib and 5.7 months with an aromatase inhibitor plus palbociclib.",
)
SHARES = ("In one cohort, mutations were found in ESR1 in 46.2%, in PIK3CA in 37.6% and in TP53 in 31.2% of patients.",)
BOUND = ("Fulvestrant is 99% bound to protein. Interstitial lung disease occurred in 12%.",)
LIMITED = ("Use of the video is restricted to healthcare professionals. Use of the slides may be restricted to physicians.",)
TESTING = ("ASCO recommends testing blood ctDNA for ESR1 mutations. Wild-type patients may be retested at later progressions.",)
APPROVED = (
    "The FDA approved vepdegestrant on May 1, 2026, ahead of its June 5 goal date.",
    "SERENA-6 enrolled 3,256 patients; the page offers one slide deck. PFS was not mature. The hazard ratio was 0.542.",
)
NOT_MET = (
    "In PACE, a phase 2 trial in 220 patients with advanced breast cancer, the primary endpoint was not met: median progression-"
    "free survival was 4.6 months with fulvestrant plus palbociclib and 4.8 months with fulvestrant (HR 1.11; 90% CI, 0.79-1.55).",
)
MOST = ("Raised glucose was reported in 85% of patients on inavolisib; hyperglycemia led to discontinuation in 1.2%.",)

TABLETS = (
    "The FDA approved imlunestrant with abemaciclib. The dose is 400 mg, taken as two 200 mg tablets, orally once daily.",
    "The FDA approved fulvestrant. The dose is 500 mg intramuscularly, and 250 mg in moderate hepatic impairment.",
)
CARRIERS = (
    "In a meta-analysis, overall survival was worse in patients with an ESR1 mutation than in those without (HR 1.70; 95% CI, "
    "1.05-2.74). In patients without an ESR1 mutation, the hazard ratio for progression was 1.20.",
)
OPEN = ("Overall survival was immature in DESTINY-Breast06, with a trend in favor of trastuzumab deruxtecan.",)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("Fulvestrant may hold off progression longer than anastrozole, FALCON suggests.", TIMES, True),
        ("Anastrozole may hold off progression longer than fulvestrant, FALCON suggests.", TIMES, False),
        ("Anastrozole was outperformed by fulvestrant on progression-free survival in FALCON.", TIMES, True),
        ("Fulvestrant was outperformed by anastrozole on progression-free survival in FALCON.", TIMES, False),
        ("Palbociclib plus endocrine therapy delayed progression compared with endocrine therapy in PALMIRA.", NO_GAIN, False),
        ("Alpelisib plus fulvestrant gave longer progression-free survival than placebo plus fulvestrant.", BOTH_RESULTS, True),
        ("Alpelisib plus fulvestrant gave longer overall survival than placebo plus fulvestrant.", BOTH_RESULTS, False),
        ("Camizestrant lengthened progression-free survival compared with fulvestrant in SERENA-2.", DOSES, True),
        ("Camizestrant shortened progression-free survival compared with fulvestrant in SERENA-2.", DOSES, False),
    ],
)
def test_directions(checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool) -> None:
    assert checker.check(sentence, sources).supported is supported


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("Grade 3 rash was seen in 9.9% of SOLAR-1 patients on alpelisib plus fulvestrant.", EVENTS, True),
        ("Grade 3 rash was seen in 19.9% of SOLAR-1 patients on alpelisib plus fulvestrant.", EVENTS, False),
        ("Median PFS in SOLAR-1 was 11.0 months with alpelisib plus fulvestrant.", EVENTS, False),
        ("Median OS in BOLERO-2 was 31.0 months with everolimus plus exemestane.", REVIEWED, True),
        ("Median OS in BOLERO-2 was 26.6 months with everolimus plus exemestane.", REVIEWED, False),
        ("Median PFS in PADA-1 was 11.9 months with fulvestrant plus palbociclib.", RANDOMIZED, True),
        ("Median PFS in PADA-1 was 5.7 months with fulvestrant plus palbociclib.", RANDOMIZED, False),
    ],
)
def test_how_far_a_group_reaches(checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool) -> None:
    assert checker.check(sentence, sources).supported is supported


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("Mutations were most common in ESR1 at 46.2%, then in PIK3CA at 37.6% and in TP53 at 31.2%.", SHARES, True),
        ("Mutations were most common in TP53 at 31.2%, then in PIK3CA at 37.6% and in ESR1 at 46.2%.", SHARES, False),
        ("Almost all fulvestrant, 99%, is bound to protein.", BOUND, True),
        ("Interstitial lung disease occurred in almost all, 12%.", BOUND, False),
        ("Only healthcare professionals may use the video.", LIMITED, True),
        ("Only physicians can use the slides.", LIMITED, False),
        ("On inavolisib, raised glucose was reported in 85%, and hyperglycemia forced most of them to stop.", MOST, False),
    ],
)
def test_quantifiers_that_figures_and_limits_bear_out(
    checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool
) -> None:
    assert checker.check(sentence, sources).supported is supported


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("ASCO recommends liquid biopsy to test for ESR1 mutations.", TESTING, True),
        ("ASCO recommends tissue biopsy to test for ESR1 mutations.", TESTING, False),
        ("ASCO allows wild-type patients to be retested at later progressions.", TESTING, True),
        ("ASCO does not allow wild-type patients to be retested at later progressions.", TESTING, False),
        ("Vepdegestrant was approved by the FDA on 1 May 2026, before the 5 June goal date.", APPROVED, True),
        ("Vepdegestrant was approved by the FDA on 1 May 2026, before the 6 June goal date.", APPROVED, False),
        ("Vepdegestrant was approved by the FDA on 1 May 2026, before the goal date of June 5, 2027.", APPROVED, False),
        ("Three thousand two hundred and fifty-six patients were enrolled in SERENA-6.", APPROVED, True),
        ("Three thousand two hundred and fifty patients were enrolled in SERENA-6.", APPROVED, False),
        ("The page offers 1 slide deck.", APPROVED, True),
        ("The page offers 2 slide decks.", APPROVED, False),
        ("Mature PFS data are still missing.", APPROVED, True),
        ("The hazard ratio was about 0.54.", APPROVED, True),
        ("The hazard ratio was about 0.55.", APPROVED, False),
    ],
)
def test_words_dates_and_numbers(checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool) -> None:
    assert checker.check(sentence, sources).supported is supported


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("PACE did not meet its primary endpoint: PFS did not significantly differ with palbociclib.", True),
        ("PACE tested palbociclib with fulvestrant in 220 patients with advanced breast cancer.", True),
        ("No, PACE did not meet its primary endpoint.", True),
        ("Yes, PACE met its primary endpoint.", False),
        ("Fulvestrant plus palbociclib improved progression-free survival in PACE.", False),
    ],
)
def test_denials(checker: Checker, sentence: str, supported: bool) -> None:
    assert checker.check(sentence, NOT_MET).supported is supported


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("Imlunestrant is taken at 400 mg orally once daily.", TABLETS, True),
        ("Imlunestrant is taken at 200 mg orally once daily.", TABLETS, False),
        ("Abemaciclib is taken at 400 mg orally once daily.", TABLETS, False),
        ("Fulvestrant is given at 250 mg in moderate impairment of liver function.", TABLETS, True),
        ("Fulvestrant is given at 250 mg in severe impairment of liver function.", TABLETS, False),
        ("Carriers of an ESR1 mutation had worse overall survival in the meta-analysis (HR 1.70).", CARRIERS, True),
        ("Carriers of an ESR1 mutation had worse overall survival in the meta-analysis (HR 1.20).", CARRIERS, False),
        ("DESTINY-Breast06 cannot yet tell whether trastuzumab deruxtecan will change overall survival.", OPEN, True),
        ("Trastuzumab deruxtecan will change overall survival in DESTINY-Breast06.", OPEN, False),
        ("Overall survival in DESTINY-Breast06 may lean toward trastuzumab deruxtecan.", OPEN, True),
        ("Overall survival in DESTINY-Breast06 was longer with trastuzumab deruxtecan.", OPEN, False),
    ],
)
def test_doses_sides_and_what_is_open(checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool) -> None:
    assert checker.check(sentence, sources).supported is supported
