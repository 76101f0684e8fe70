"""Contrasts keep their denial, and denials that follow in other words pass."""

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

ACELERA = (
    "In acelERA, a phase 2 trial, median progression-free survival was 5.6 months with giredestrant and 5.4 months with "
    "physician's choice of endocrine therapy (HR 0.81; 95% CI, 0.60-1.10; p = .1757); the primary endpoint was not met."
)
MUTATED = (
    "In EMERALD, median progression-free survival in ESR1-mutated disease was 3.8 months with elacestrant and 1.9 months with "
    "standard endocrine therapy (HR 0.55; 95% CI, 0.39-0.77; p = .0005)."
)
UNMUTATED = (
    "In EMERALD patients without a detected ESR1 mutation, elacestrant showed no significant benefit over standard endocrine "
    "therapy (HR 0.86; 95% CI, 0.63-1.19; p = .308)."
)
FASTING = "Imlunestrant is taken as 400 mg orally once daily on an empty stomach; the label carries a warning for embryo-fetal toxicity."
SOLUBILITY = (
    "In the video, the speaker says that poor solubility of fulvestrant requires intramuscular injection by a healthcare "
    "professional and that its formulation limits how much can be given."
)
ANY_FOOD = "Inavolisib is taken at 9 mg orally once daily with or without food."
MAINTAIN = "MAINTAIN met its primary PFS endpoint with ribociclib plus switched endocrine therapy."
PACE = (
    "PACE did not meet its primary endpoint: PFS with fulvestrant plus palbociclib was not longer than with fulvestrant alone."
)
PALMIRA = (
    "PALMIRA missed its primary PFS endpoint with palbociclib rechallenge plus switched endocrine therapy (HR 0.84; p = .149)."
)
EVERA = "Overall survival in evERA was immature, with a trend in favor of giredestrant plus everolimus."
REVIEW = (
    "The FDA accepted an application for giredestrant plus everolimus in ESR1-mutated disease in February 2026; the decision "
    "date is December 18, 2026, and giredestrant was not approved in any material seen."
)
BYLIEVE = (
    "BYLieve cohort A was a non-comparative phase 2 study of alpelisib plus fulvestrant in 127 patients with PIK3CA-mutated "
    "disease; the objective response rate was 17%."
)
EVENTS = (
    "Grade 3 or higher adverse events in EMBER-3 occurred in 17.1% on imlunestrant and 20.7% on standard endocrine therapy."
)
NO_ARM = (
    "EMBER-3 had no arm of standard endocrine therapy plus abemaciclib; median PFS was 9.4 months with imlunestrant plus "
    "abemaciclib and 5.5 months with imlunestrant alone."
)
SWITCH = (
    "SERENA-6 switched the aromatase inhibitor to camizestrant on detection of an emergent ESR1 mutation in ctDNA, continuing "
    "the same CDK4/6 inhibitor. Crossover to an oral SERD at progression was not mandated."
)
SURVIVAL = (
    "Overall survival in TROPiCS-02 was 14.4 months with sacituzumab govitecan and 11.2 months with chemotherapy (HR 0.79; "
    "95% CI, 0.65-0.96; p = .02). Neutropenia of grade 3 or higher occurred in 51% and 38%."
)
CRISIS = "Visceral crisis is severe organ dysfunction with rapid progression, not merely the presence of visceral metastases."
PLASMA = (
    "No ESR1 mutation was found in plasma at the end of adjuvant treatment; at first relapse the mutation was present in 5.3% "
    "(2 of 38), and at progression on first-line aromatase inhibitor in 33% (7 of 21)."
)
TABLE = (
    "The table lists partial agonism for SERMs only, ESR1 mutations from exposure for aromatase inhibitors only, and inferior "
    "pharmacokinetics for intramuscular SERDs only."
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        (
            "It remains uncertain from acelERA whether giredestrant prolongs PFS over physician's choice of endocrine therapy, "
            "given an HR of 0.81 with an interval of 0.60-1.10.",
            [ACELERA],
            True,
        ),
        (
            "It is uncertain whether elacestrant prolongs PFS over standard endocrine therapy in ESR1-mutated disease in EMERALD "
            "(HR 0.55).",
            [MUTATED, UNMUTATED],
            False,
        ),
        ("Imlunestrant 400 mg should be swallowed once daily on an empty stomach.", [FASTING], True),
        ("Imlunestrant should be taken with food once daily.", [FASTING], False),
        ("Imlunestrant should be preferred because of its once-daily dosing.", [FASTING], False),
        (
            "According to the speaker, fulvestrant must be given by intramuscular injection owing to its poor solubility.",
            [SOLUBILITY],
            True,
        ),
        ("The speaker says that fulvestrant must be injected because of its poor absorption.", [SOLUBILITY], False),
        ("Inavolisib 9 mg once daily does not need to be taken with food.", [ANY_FOOD], True),
        ("Inavolisib 9 mg once daily should not be taken with food.", [ANY_FOOD], False),
        (
            "MAINTAIN met its primary endpoint with ribociclib, whereas PACE and PALMIRA both missed theirs.",
            [MAINTAIN, PACE, PALMIRA],
            True,
        ),
        ("PACE met its primary endpoint with palbociclib, while MAINTAIN did not.", [MAINTAIN, PACE, PALMIRA], False),
        ("Neither MAINTAIN nor PACE met its primary endpoint.", [MAINTAIN, PACE, PALMIRA], False),
        (
            "Whether giredestrant plus everolimus lengthens overall survival cannot be answered yet, since the evERA data were "
            "immature despite a favorable trend.",
            [EVERA, REVIEW],
            True,
        ),
        ("It is too early to conclude on overall survival in evERA, where the data were immature.", [EVERA], True),
        ("A final answer on overall survival in evERA is available.", [EVERA], False),
        ("We do not yet know whether the FDA will approve giredestrant plus everolimus.", [EVERA, REVIEW], True),
        ("It is unclear whether the FDA accepted the application for giredestrant plus everolimus.", [EVERA, REVIEW], False),
        (
            "Overall survival with chemotherapy was not as long as with sacituzumab govitecan in TROPiCS-02 (11.2 vs 14.4 months).",
            [SURVIVAL],
            True,
        ),
        (
            "Overall survival with sacituzumab govitecan was not as long as with chemotherapy in TROPiCS-02 (14.4 vs 11.2 months).",
            [SURVIVAL],
            False,
        ),
        ("EMBER-3 did not include an arm of standard endocrine therapy plus abemaciclib.", [EVENTS, NO_ARM], True),
        (
            "In EMBER-3, 20.7% on standard endocrine therapy and 17.1% on imlunestrant had grade 3 or higher adverse events.",
            [EVENTS, NO_ARM],
            True,
        ),
        ("In EMBER-3, median PFS was 9.4 months with standard endocrine therapy plus abemaciclib.", [EVENTS, NO_ARM], False),
        (
            "In SERENA-6 the aromatase inhibitor was replaced by camizestrant when an ESR1 mutation appeared in ctDNA.",
            [SWITCH],
            True,
        ),
        ("In SERENA-6 camizestrant was replaced by the aromatase inhibitor when an ESR1 mutation appeared.", [SWITCH], False),
        ("In SERENA-6 the CDK4/6 inhibitor was replaced by camizestrant.", [SWITCH], False),
        (
            "Having visceral metastases does not amount to visceral crisis, which means severe organ dysfunction.",
            [CRISIS],
            True,
        ),
        ("Plasma ESR1 mutations were seen in 2 of 38 patients (5.3%) at first relapse.", [PLASMA], True),
        ("Plasma ESR1 mutations were found in 5.3% of patients at the end of adjuvant treatment.", [PLASMA], False),
        ("In the table, partial agonism applies to SERMs and not to aromatase inhibitors.", [TABLE], True),
        ("The table lists partial agonism for aromatase inhibitors, not for SERMs.", [TABLE], False),
    ],
)
def test_denials_in_other_words(checker: Checker, sentence: str, sources: list[str], supported: bool) -> None:
    assert checker.check(sentence, sources).supported is supported


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        (
            "In EMERALD the PFS advantage of elacestrant over standard endocrine therapy was significant where ESR1 was mutated "
            "(HR 0.55) but in those without a detected mutation (HR 0.86).",
            [MUTATED, UNMUTATED],
        ),
        ("BYLieve cohort A, which had a comparator, showed a response rate of 17%.", [BYLIEVE]),
        ("BYLieve cohort A had a control arm and a response rate of 17%.", [BYLIEVE]),
        ("Patients in SERENA-6 were required to cross over to an oral SERD at progression.", [SWITCH]),
        ("The presence of visceral metastases is sufficient for visceral crisis.", [CRISIS]),
        ("The table lists partial agonism for SERMs only, and for aromatase inhibitors.", [TABLE]),
        (
            "In TROPiCS-02, overall survival was not longer with sacituzumab govitecan than with chemotherapy (p = .02).",
            [SURVIVAL],
        ),
        (
            "In PALMIRA the primary endpoint was met with palbociclib rechallenge plus switched endocrine therapy.",
            [PALMIRA, PACE],
        ),
    ],
)
def test_contrasts_without_their_denial(checker: Checker, sentence: str, sources: list[str]) -> None:
    assert not checker.check(sentence, sources).supported
