"""Names stay with what is printed for them: in lists, across statements, for switches, tests, points in time and ratios of allocation."""

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

LISTED = "Median PFS was 2.76 months in MAINTAIN, 3.6 months in PALMIRA, 4.8 months in PACE and 5.3 months in postMONARCH."
INTERVALS = (
    "In EMERALD patients with ESR1 mutation, median PFS was 3.8 months (95% CI 2.2-7.3) with elacestrant versus 1.9 months "
    "(95% CI 1.9-2.1) with standard endocrine therapy (HR 0.55, 95% CI 0.39-0.77)."
)
TESTS = "Companion diagnostics are FoundationOne CDx (tissue) for capivasertib and FoundationOne Liquid CDx (plasma) for inavolisib."
SWITCH = "In PADA-1, switching the aromatase inhibitor to fulvestrant with continued palbociclib lengthened median PFS to 11.9 vs 5.7 months."
DUE = "The FDA approved vepdegestrant (Veppanu) ahead of its goal date of 5 June 2026."
POINT = "In INAVO120, PFS at 18 months was 46.2% with inavolisib plus palbociclib and fulvestrant."
ADJUVANT = "INAVO120 defined resistance as recurrence within 12 months of adjuvant endocrine therapy."
APPROVALS = (
    "Alpelisib (Piqray) was first approved in the US on 24 May 2019 for PIK3CA-mutated disease.",
    "Inavolisib (Itovebi) was first approved in the US on 10 October 2024 for PIK3CA-mutated disease.",
)
ENDPOINTS = "TROPION-Breast01 had dual primary endpoints: centrally reviewed PFS, which was met, and OS, which was not."
POST_HOC = (
    "In a post hoc EMERALD analysis after at least 12 months of a CDK4/6 inhibitor, median PFS was 8.6 months with elacestrant."
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        ("In PACE, median PFS was 4.8 months.", (LISTED,), True),
        ("In PACE, median PFS was 5.3 months.", (LISTED,), False),
        ("Median PFS was 1.9 months with standard endocrine therapy in ESR1-mutated disease in EMERALD.", (INTERVALS,), True),
        ("Median PFS was 1.9 months with elacestrant in ESR1-mutated disease in EMERALD.", (INTERVALS,), False),
        ("The companion diagnostic for inavolisib is FoundationOne Liquid CDx.", (TESTS,), True),
        ("FoundationOne CDx is the companion diagnostic for inavolisib.", (TESTS,), False),
        ("In PADA-1, patients switched from fulvestrant to an aromatase inhibitor.", (SWITCH,), False),
        ("Veppanu gained FDA approval before its goal date of 5 June 2026.", (DUE,), True),
        ("The FDA approved vepdegestrant on 5 June 2026.", (DUE,), False),
        ("At 18 months, PFS was 46.2% with inavolisib plus palbociclib and fulvestrant in INAVO120.", (POINT, ADJUVANT), True),
        ("At 12 months, PFS was 46.2% with inavolisib plus palbociclib and fulvestrant in INAVO120.", (POINT, ADJUVANT), False),
        ("Piqray was first approved in the US on 24 May 2019.", APPROVALS, True),
        ("Inavolisib was first approved in the US on 24 May 2019.", APPROVALS, False),
        ("TROPION-Breast01 met its PFS primary endpoint.", (ENDPOINTS,), True),
        ("TROPION-Breast01 met its OS primary endpoint.", (ENDPOINTS,), False),
        ("In EMERALD patients with an ESR1 mutation, median PFS was 3.8 months with elacestrant.", (INTERVALS, POST_HOC), True),
        ("Median PFS was 8.6 months with elacestrant in EMERALD.", (INTERVALS, POST_HOC), False),
    ],
)
def test_names_keep_what_is_printed_for_them(
    checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool
) -> None:
    assert checker.check(sentence, sources).supported is supported
