"""A denial stays with its claim, and figures printed in pairs or with a name stay with it."""

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

TWO_CLAUSES = (
    "Vepdegestrant prolonged progression-free survival over fulvestrant in ESR1-mutated disease in VERITAC-2, "
    "while in the overall population the difference was not statistically significant."
)
PAIRED = "In CAPItello-291, 289 (40.8%) of 708 patients had a PIK3CA, AKT1 or PTEN alteration."
NAMED = "Median PFS of the control arm was 2.76 months in MAINTAIN and 3.6 months in PALMIRA."
APPROVED = "Elacestrant is approved in the US, while camizestrant is not approved in the US."
VOTE = "On April 30, 2026, the FDA Oncologic Drugs Advisory Committee voted 6 to 3 against camizestrant."
INTERVALS = (
    "In MONALEESA-3, median PFS was 20.5 (95% CI 18.5-23.5) vs 12.8 (95% CI 10.9-16.3) months "
    "with ribociclib plus fulvestrant versus placebo plus fulvestrant."
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("Vepdegestrant failed to prolong PFS over fulvestrant in ESR1-mutated disease in VERITAC-2.", TWO_CLAUSES, False),
        ("In the overall population of VERITAC-2 the difference was not statistically significant.", TWO_CLAUSES, True),
        ("Of the 289 patients in CAPItello-291, 708 (40.8%) had a PIK3CA, AKT1 or PTEN alteration.", PAIRED, False),
        ("A PIK3CA, AKT1 or PTEN alteration was present in 289 (40.8%) patients of CAPItello-291.", PAIRED, True),
        ("Median PFS of the control arm was 3.6 months in MAINTAIN and 2.76 months in PALMIRA.", NAMED, False),
        ("Control arm median PFS was 2.76 (MAINTAIN) and 3.6 months (PALMIRA).", NAMED, True),
        ("Elacestrant does not have US approval.", APPROVED, False),
        ("Camizestrant does not have US approval.", APPROVED, True),
        ("The committee rejected camizestrant by six votes to three.", VOTE, True),
        ("ODAC backed camizestrant on 30 April 2026, by six votes to three.", VOTE, False),
        ("The advisory committee came out in favour of camizestrant on April 30, 2026 (6 to 3).", VOTE, False),
        ("Median PFS in MONALEESA-3 was 20.5 months with ribociclib plus fulvestrant.", INTERVALS, True),
        ("Median PFS in MONALEESA-3 was 12.8 months with ribociclib plus fulvestrant.", INTERVALS, False),
    ],
)
def test_denials_and_pairs_stay_where_they_are_printed(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported


OUTSIDE = (
    "In VERITAC-2, vepdegestrant lengthened PFS over fulvestrant in ESR1-mutated disease (median 5.0 vs 2.1 months, HR 0.58).",
    "VERITAC-2 showed no benefit of vepdegestrant over fulvestrant outside ESR1-mutated disease.",
)


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("VERITAC-2 showed a benefit of vepdegestrant over fulvestrant outside ESR1-mutated disease as well.", False),
        ("Vepdegestrant had a benefit over fulvestrant outside ESR1-mutated disease in VERITAC-2.", False),
        ("In VERITAC-2, benefit over fulvestrant was also seen outside ESR1-mutated disease.", False),
        ("Outside ESR1-mutated disease there was no benefit over fulvestrant.", True),
        ("VERITAC-2 showed a PFS benefit of vepdegestrant over fulvestrant in ESR1-mutated disease.", True),
    ],
)
def test_outside_a_group_is_its_opposite(checker: Checker, sentence: str, supported: bool) -> None:
    assert checker.check(sentence, OUTSIDE).supported is supported
