"""Notes, swaps, groups set against each other and what is only asked: told in other words, and beside each what may not pass."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

SWITCHED = (
    "In PADA-1, patients switched from an aromatase inhibitor to fulvestrant with the same palbociclib; median progression-free "
    "survival was 11.9 months with fulvestrant plus palbociclib and 5.7 months with an aromatase inhibitor plus palbociclib.",
)
EQUAL = ("In EFECT, median time to progression was 3.7 months with fulvestrant and 3.7 months with exemestane.",)
TABLE = ("Exposure leads to ESR1 mutations: AIs. Partial agonism is a limitation: SERMs, AIs and SERDs.",)
ENROLLED = (
    "OlympiAD compared olaparib with chemotherapy in 302 patients with a germline BRCA mutation; median progression-free survival "
    "was 7.0 and 4.2 months (HR 0.58; 95% CI, 0.43-0.80).",
)
PART = (
    "In EMERALD, median progression-free survival in the ESR1-mutated population was 3.8 months with elacestrant and 1.9 months "
    "with endocrine therapy (HR 0.55; 95% CI, 0.39-0.77).",
)
TOGETHER = (
    "In VIKTORIA-1, median progression-free survival was 9.3 months with gedatolisib, palbociclib and fulvestrant and 2.0 months "
    "with fulvestrant alone (HR 0.24; 95% CI, 0.17-0.35).",
)
PAIRS = (
    "In EMBRACA, the response rate was 62.6% with talazoparib and 27.2% with chemotherapy; anemia of grade 3 or higher occurred "
    "in 39.2% and 4.8%, and 5.9% and 8.7% discontinued treatment.",
)
GROUPS = (
    "With an ESR1 mutation at progression, overall survival was 15.5 months versus 23.8 months without the mutation (p=.0006).",
)
RATIO = (
    "In a meta-analysis, a plasma ESR1 mutation was associated with shorter progression-free survival on an aromatase inhibitor "
    "(HR 1.98; 95% CI, 1.12-3.51) but not on fulvestrant (HR 1.03; 95% CI, 0.79-1.34).",
)
NOWHERE = (
    "In one study, no plasma ESR1 mutation was found at the end of treatment; one was found in 2 of 38 patients at relapse.",
)
OPEN = (
    "No ASCO update on imlunestrant, vepdegestrant or camizestrant was found. ASCO lists elacestrant.",
    "Overall survival in VIKTORIA-1 with gedatolisib was immature.",
)
ADVISERS = ("The committee voted 6 to 3 against camizestrant. The decision is expected on December 18, 2026.",)
EARLY = ("On May 1, 2026, ahead of its goal date of June 5, 2026, the FDA approved vepdegestrant.",)
LISTED = ("Two oral agents are approved in the US: elacestrant and imlunestrant. Giredestrant has not been approved.",)
BOUNDARY = (
    "In EMBER-3, the overall survival result (HR 0.60; p = .0043) did not cross the prespecified boundary for significance.",
)
NOTES = (
    "MONARCH 2 tested abemaciclib plus fulvestrant after progression on endocrine therapy. Fulvestrant has a half-life of 40 days.",
)

TOLD = [
    ("PADA-1 looked at replacing the aromatase inhibitor with fulvestrant, palbociclib staying the same.", SWITCHED),
    ("In EFECT, fulvestrant and exemestane had the same median time to progression of 3.7 months.", EQUAL),
    ("SERMs, AIs and SERDs alike have the limitation of partial agonism.", TABLE),
    ("In OlympiAD, median progression-free survival was 7.0 months with olaparib and 4.2 months with chemotherapy.", ENROLLED),
    ("In VIKTORIA-1, gedatolisib with palbociclib and fulvestrant prolonged PFS over fulvestrant alone.", TOGETHER),
    ("Anemia of grade 3 or higher was more frequent in EMBRACA with talazoparib (39.2%) than with chemotherapy (4.8%).", PAIRS),
    ("Survival was shorter with an ESR1 mutation at progression than without one, at 15.5 versus 23.8 months.", GROUPS),
    ("PFS on an aromatase inhibitor was shorter with a plasma ESR1 mutation than without the mutation (HR 1.98).", RATIO),
    ("No plasma ESR1 mutation was seen at the end of treatment.", NOWHERE),
    ("It is too early to say whether gedatolisib prolongs survival in VIKTORIA-1.", OPEN),
    ("Whether ASCO has a position on imlunestrant or camizestrant could not be established.", OPEN),
    ("The advisers voted 6 to 3 against camizestrant.", ADVISERS),
    ("December 18, 2026, is when the decision is expected.", ADVISERS),
    ("Imlunestrant is approved in the US.", LISTED),
    ("The FDA approved vepdegestrant on May 1, 2026, before the goal date of June 5.", EARLY),
    ("EMBER-3: OS HR 0.60, preset boundary not crossed.", BOUNDARY),
    ("Fulvestrant: t½ 40 d.", NOTES),
    ("MONARCH 2 (PD on ET): abemaciclib + fulvestrant.", NOTES),
]
STOPPED = [
    ("PADA-1 looked at replacing the aromatase inhibitor with exemestane, palbociclib staying the same.", SWITCHED),
    ("In PADA-1, patients were switched to palbociclib.", SWITCHED),
    ("In PADA-1, patients were switched to fulvestrant with a new palbociclib.", SWITCHED),
    ("In EFECT, fulvestrant and anastrozole had the same median time to progression of 3.7 months.", EQUAL),
    ("Exposure to AIs, SERMs and SERDs alike leads to ESR1 mutations.", TABLE),
    (
        "In EMERALD, median progression-free survival was 3.8 months with elacestrant and 1.9 months with endocrine therapy.",
        PART,
    ),
    ("In VIKTORIA-1, fulvestrant alone prolonged PFS over gedatolisib with palbociclib and fulvestrant.", TOGETHER),
    ("Anemia of grade 3 or higher was less frequent in EMBRACA with talazoparib (39.2%) than with chemotherapy (4.8%).", PAIRS),
    ("Survival was longer with an ESR1 mutation at progression than without one, at 15.5 versus 23.8 months.", GROUPS),
    ("PFS on an aromatase inhibitor was shorter with a plasma ESR1 mutation than without the mutation (HR 1.03).", RATIO),
    ("A plasma ESR1 mutation was seen at the end of treatment.", NOWHERE),
    ("Gedatolisib prolonged survival in VIKTORIA-1.", OPEN),
    ("Whether ASCO has a position on imlunestrant or elacestrant could not be established.", OPEN),
    ("The advisers recommended camizestrant.", ADVISERS),
    ("Giredestrant is approved in the US.", LISTED),
    ("The FDA approved vepdegestrant on May 1, 2026, after the goal date of June 5.", EARLY),
    ("The FDA approved vepdegestrant on May 2026, 2026, before the goal date of June 5.", EARLY),
    ("EMBER-3: OS HR 0.60, preset boundary crossed.", BOUNDARY),
    ("Fulvestrant: t½ 40 h.", NOTES),
    ("MONARCH 2 (PD on ET): abemaciclib (CDK4/6i) + abemaciclib.", NOTES),
]


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(("sentence", "sources"), TOLD, ids=range(len(TOLD)))
def test_told_in_other_words(sentence: str, sources: tuple[str, ...], checker: Checker) -> None:
    verdict = checker.check(sentence, sources)
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(("sentence", "sources"), STOPPED, ids=range(len(STOPPED)))
def test_the_corruption_beside_it_is_stopped(sentence: str, sources: tuple[str, ...], checker: Checker) -> None:
    assert not checker.check(sentence, sources).supported
