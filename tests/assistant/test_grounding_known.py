"""What is left open is not told as known, and no denial is lost or added in a paraphrase."""

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

OPEN = "Gedatolisib is under review at the FDA; a decision was not visible in the material seen."
UNCOMPARED = "LYRA had no comparator arm, so it does not tell how alpelisib plus fulvestrant compares with chemotherapy."
SHARE = "In LYRA, an ESR1 mutation was found in 12 of 60 patients (20%) at progression; overall survival was immature."
ENTERED = "LYRA compared elacestrant with fulvestrant. EMBER-3 excluded patients who were eligible for a PARP inhibitor."
MERE = "Visceral crisis is severe organ dysfunction, not the mere presence of visceral metastases."
MISSED = "In LYRA, the primary endpoint, objective response with imlunestrant, was not met."
IF_NONE = "The speaker says that a CDK4/6 inhibitor is an option in the second line if none was used in the first line."
NAIVE = "Patients in LYRA had never received a CDK4/6 inhibitor; elacestrant was tested with or without everolimus."


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("No FDA decision on gedatolisib was visible in the material seen.", OPEN, True),
        ("An FDA decision on gedatolisib was visible in the material seen.", OPEN, False),
        ("A decision of the FDA on gedatolisib could be seen.", OPEN, False),
        ("Whether the FDA has decided on gedatolisib is yet known.", OPEN, False),
        ("LYRA does not tell us how alpelisib plus fulvestrant compares with chemotherapy.", UNCOMPARED, True),
        ("LYRA does tell us how alpelisib plus fulvestrant compares with chemotherapy.", UNCOMPARED, False),
        ("How alpelisib plus fulvestrant compares with chemotherapy is known.", UNCOMPARED, False),
    ],
)
def test_what_is_left_open_is_not_told_as_known(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported


@pytest.mark.parametrize(
    ("sentence", "source", "supported"),
    [
        ("An ESR1 mutation was found in 20% of LYRA patients at progression.", SHARE, True),
        ("An ESR1 mutation was not found in 20% of LYRA patients at progression.", SHARE, False),
        ("Of 60 LYRA patients, 12 had not an ESR1 mutation at progression.", SHARE, False),
        ("Elacestrant was compared with fulvestrant in LYRA.", ENTERED, True),
        ("Elacestrant was not compared with fulvestrant in LYRA.", ENTERED, False),
        ("Patients eligible for a PARP inhibitor were excluded from EMBER-3.", ENTERED, True),
        ("Patients eligible for a PARP inhibitor could take part in EMBER-3.", ENTERED, False),
        ("Visceral crisis is severe organ dysfunction, and not the mere presence of visceral metastases.", MERE, True),
        ("Visceral metastases alone are visceral crisis.", MERE, False),
        ("The primary endpoint of LYRA, objective response with imlunestrant, was not reached.", MISSED, True),
        ("The endpoint of LYRA, objective response with imlunestrant given alone, was reached.", MISSED, False),
        (
            "Says the speaker, where none was used in the first line a CDK4/6 inhibitor is an option in the second.",
            IF_NONE,
            True,
        ),
        ("The speaker says that a CDK4/6 inhibitor is an option in the second line if used in the first line.", IF_NONE, False),
        ("Patients in LYRA had not never received a CDK4/6 inhibitor.", NAIVE, False),
        ("Patients in LYRA had never received a CDK4/6 inhibitor.", NAIVE, True),
        ("Elacestrant was tested whether or everolimus was given.", NAIVE, False),
    ],
)
def test_no_denial_is_lost_or_added(checker: Checker, sentence: str, source: str, supported: bool) -> None:
    assert checker.check(sentence, [source]).supported is supported
