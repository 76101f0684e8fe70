"""What a fluent sentence mixes up: dates of steps, partners, traits of classes, ratios of doses, occasions, tests, tablets."""

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

STEPS = (
    "In the EU, the CHMP adopted a positive opinion on camizestrant (Etcamah) on March 12, 2026. On February 3, 2026, the FDA's "
    "advisory committee voted 7 to 2 against it; in late April 2026 the FDA extended its review without giving a new date."
)
AHEAD = "The FDA approved vepdegestrant (Veppanu) on April 9, 2026, ahead of its May 20, 2026 goal date."
PARTNERED = (
    "In LYRA, median progression-free survival was 8.2 months with giredestrant plus everolimus and 4.1 months with fulvestrant "
    "plus everolimus (HR 0.51; 95% CI, 0.38-0.69)."
)
TRAITS = (
    "In the table, partial agonism at the estrogen receptor is marked for SERMs only, and inferior pharmacokinetics with "
    "additional clinic visits for intramuscular SERDs only."
)
DOSES = (
    "In LYRA, median progression-free survival was 6.2 months with camizestrant 75 mg and 3.1 months with fulvestrant (HR 0.57), "
    "and 6.8 months with camizestrant 150 mg (HR 0.68 versus fulvestrant)."
)
OCCASIONS = "Circulating ESR1 mutations were found in 6.1% of patients at first relapse and in 31% at progression on letrozole."
COUNTS = "LYRA screened 2,100 patients. ESR1 mutations were found in 420, and 210 patients were randomized."
GROUPS = "In LYRA, the hazard ratio for overall survival was 0.47 in ESR1-mutated disease and 0.83 without an ESR1 mutation."
THE_DRUG = (
    "In LYRA, events of grade 3 or higher occurred in 19.4% of patients on the drug, elacestrant, and 41.2% on chemotherapy."
)
CROSSOVER = "In LYRA, crossover to elacestrant at progression was not mandated in the control arm."
ENDED = "In LYRA, the primary endpoint was not met with amcenestrant, and development of amcenestrant ended."
LABEL = "Lilly said that it would not pursue an all-comer label for imlunestrant plus abemaciclib."
BOUND = "Fulvestrant is 99% protein bound and has a half-life of about 40 days."
TESTING = "ASCO calls for routine ESR1 mutation testing at progression; alpelisib is listed for PIK3CA mutations."
TABLETS = "Imlunestrant is taken as 400 mg, two 200 mg tablets, once daily on an empty stomach."
INJECTED = "Fulvestrant 500 mg is given on days 1, 15 and 29; the dose is 250 mg in moderate hepatic impairment."
CASES = "Elacestrant is approved in Europe after at least one line of endocrine therapy including a CDK4/6 inhibitor."
MEMBERS = "For nontargeted agents, meaning antibody-drug conjugates and chemotherapy, the page names toxicity. Targeted therapies raise cost."
IMMATURE = "In LYRA, median progression-free survival was 8.2 months with elacestrant; overall survival data were immature."
SUBGROUP = (
    "In LYRA, overall survival was 30.1 and 27.2 months with palbociclib plus fulvestrant and placebo plus fulvestrant, which was "
    "not statistically significant. In endocrine-sensitive disease it was 38.4 and 28.9 months (HR 0.70; 95% CI, 0.52-0.93)."
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("The CHMP adopted a positive opinion on camizestrant on March 12, 2026.", STEPS, True),
        ("The CHMP adopted a positive opinion on camizestrant on February 3, 2026.", STEPS, False),
        ("Etcamah has been authorized in the EU since March 12, 2026.", STEPS, False),
        ("The FDA extended its review of camizestrant in March 2026.", STEPS, False),
        ("Veppanu was approved by the FDA on April 9, 2026, before its goal date of May 20, 2026.", AHEAD, True),
        ("The FDA approved Veppanu on its goal date, May 20, 2026.", AHEAD, False),
        ("The FDA approved Veppanu on May 20, 2026.", AHEAD, False),
    ],
)
def test_steps_keep_their_dates(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("In LYRA, median PFS was 4.1 months with fulvestrant plus everolimus.", PARTNERED, True),
        ("In LYRA, median PFS was 4.1 months with fulvestrant alone.", PARTNERED, False),
        ("Giredestrant monotherapy had a median PFS of 8.2 months in LYRA.", PARTNERED, False),
        ("Partial agonism at the estrogen receptor is marked for SERMs.", TRAITS, True),
        ("Partial agonism at the estrogen receptor is marked for aromatase inhibitors.", TRAITS, False),
        ("Inferior pharmacokinetics and additional clinic visits are marked for oral SERDs.", TRAITS, False),
        ("The page names toxicity for chemotherapy and other nontargeted agents.", MEMBERS, True),
        ("The page counts antibody-drug conjugates among the targeted therapies.", MEMBERS, False),
    ],
)
def test_partners_and_traits_stay(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("In LYRA, the hazard ratio was 0.57 with camizestrant 75 mg and 0.68 with 150 mg, versus fulvestrant.", DOSES, True),
        ("In LYRA, the hazard ratio was 0.68 with camizestrant 75 mg and 0.57 with 150 mg, versus fulvestrant.", DOSES, False),
        ("In LYRA, camizestrant 150 mg did better than the 75 mg dose.", DOSES, False),
        ("Circulating ESR1 mutations were found in 31% of patients at progression on letrozole.", OCCASIONS, True),
        ("Circulating ESR1 mutations were found in 31% of patients at first relapse.", OCCASIONS, False),
        ("In LYRA, ESR1 mutations were found in 420 patients, and 210 were randomized.", COUNTS, True),
        ("In LYRA, ESR1 mutations were found in 210 patients, and 420 were randomized.", COUNTS, False),
        ("In LYRA, the OS hazard ratio was 0.47 in ESR1-mutated disease and 0.83 without an ESR1 mutation.", GROUPS, True),
        ("In LYRA, the OS hazard ratio was 0.83 in ESR1-mutated disease and 0.47 without an ESR1 mutation.", GROUPS, False),
        ("In LYRA, events of grade 3 or higher occurred in 41.2% on chemotherapy.", THE_DRUG, True),
        ("In LYRA, events of grade 3 or higher occurred in 19.4% on chemotherapy.", THE_DRUG, False),
    ],
)
def test_figures_keep_what_they_are_strung_with(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("Crossover to elacestrant at progression was not mandated in the control arm of LYRA.", CROSSOVER, True),
        ("Control patients of LYRA had to cross over to elacestrant at progression.", CROSSOVER, False),
        ("Development of amcenestrant ended, and LYRA did not meet its primary endpoint.", ENDED, True),
        ("LYRA missed its primary endpoint, but amcenestrant remains in development.", ENDED, False),
        ("Lilly would not pursue an all-comer label for imlunestrant plus abemaciclib.", LABEL, True),
        ("Lilly said it would pursue an all-comer label for imlunestrant plus abemaciclib.", LABEL, False),
        ("Fulvestrant is 99% protein bound.", BOUND, True),
        ("Fulvestrant is hardly protein bound.", BOUND, False),
        ("Overall survival in endocrine-sensitive disease was 38.4 and 28.9 months in LYRA.", SUBGROUP, True),
        ("OS in endocrine-sensitive disease did not differ significantly in LYRA (38.4 and 28.9 months).", SUBGROUP, False),
    ],
)
def test_denials_are_not_turned(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("Overall survival data of LYRA were immature.", IMMATURE, True),
        ("Progression-free survival data of LYRA were immature.", IMMATURE, False),
        ("ASCO calls for routine ESR1 mutation testing at progression.", TESTING, True),
        ("ASCO calls for routine PIK3CA testing at progression.", TESTING, False),
        ("Imlunestrant is taken as two 200 mg tablets once daily on an empty stomach.", TABLETS, True),
        ("Imlunestrant is taken as two 400 mg tablets once daily on an empty stomach.", TABLETS, False),
        ("In moderate hepatic impairment, the dose of fulvestrant is 250 mg.", INJECTED, True),
        ("Fulvestrant 250 mg is given on days 1, 15 and 29.", INJECTED, False),
        (
            "Elacestrant is approved in Europe after one or more lines of endocrine therapy including a CDK4/6 inhibitor.",
            CASES,
            True,
        ),
        ("Elacestrant is approved in Europe after endocrine therapy with or without a CDK4/6 inhibitor.", CASES, False),
    ],
)
def test_tests_doses_and_cases_stay(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported
