"""Tested and control, runs of figures, years, trials and genes: what belongs together is not put together anew."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

SAFETY = (
    "In EMERALD, vomiting of any grade occurred in 19.0% of patients with elacestrant and 9.1% with standard endocrine therapy; "
    "nausea was reported in 35.0% versus 18.8%."
)
DOUBLET = (
    "In VIKTORIA-1, median progression-free survival was 9.3 months with gedatolisib, palbociclib and fulvestrant, 7.4 months "
    "with gedatolisib and fulvestrant, and 2.0 months with fulvestrant."
)
MISSED = (
    "In persevERA, median progression-free survival was 33.1 months with giredestrant plus palbociclib and 28.2 months with "
    "letrozole plus palbociclib; the primary endpoint was not met."
)
OPEN = "In VERITAC-2, overall survival data for vepdegestrant versus fulvestrant were immature."
YEARS = [
    "In its 2021 guideline, ASCO found that there were not enough data to support routine testing for ESR1 mutations.",
    "In 2023, ASCO listed elacestrant as an option.",
]
GENES = (
    "Resistance to endocrine therapy can come from FGFR1 amplification or an ESR1 mutation; resistance to CDK4/6 inhibitors can "
    "come from loss of RB1 or CDK6 amplification."
)
CRISIS = [
    "Chemotherapy is recommended for patients who have visceral crisis.",
    "Without visceral crisis, cytotoxic chemotherapy is deferred until other endocrine options are exhausted.",
]
POOLED = (
    "In a meta-analysis, an ESR1 mutation was associated with worse overall survival (HR 1.70; 95% CI, 1.05-2.74), but there was "
    "no association with progression-free survival on fulvestrant (HR 1.03; 95% CI, 0.79-1.34)."
)
PLATFORMS = "ADELA is a trial of elacestrant with everolimus; pionERA is a trial of giredestrant combinations."
CASES = [
    (
        "Nausea was reported in 35.0% of EMERALD patients with elacestrant and 18.8% with standard endocrine therapy.",
        [SAFETY],
        True,
    ),
    (
        "Nausea was reported in 35.0% of EMERALD patients with elacestrant and 9.1% with standard endocrine therapy.",
        [SAFETY],
        False,
    ),
    ("In VIKTORIA-1, median PFS was 7.4 months with gedatolisib and fulvestrant.", [DOUBLET], True),
    ("In VIKTORIA-1, median PFS was 7.4 months with gedatolisib and palbociclib.", [DOUBLET], False),
    ("In VIKTORIA-1, median PFS was 9.3 months with the gedatolisib triplet.", [DOUBLET], True),
    ("In VIKTORIA-1, median PFS was 9.3 months with the palbociclib triplet.", [DOUBLET], False),
    (
        "The primary endpoint of persevERA, giredestrant plus palbociclib versus letrozole plus palbociclib, was not met.",
        [MISSED],
        True,
    ),
    (
        "The primary endpoint of persevERA, letrozole plus palbociclib versus giredestrant plus palbociclib, was not met.",
        [MISSED],
        False,
    ),
    ("The effect of vepdegestrant on overall survival in VERITAC-2 is not known, as the data were immature.", [OPEN], True),
    ("The effect of fulvestrant on overall survival in VERITAC-2 is not known, as the data were immature.", [OPEN], False),
    ("In 2021, ASCO found that there were not enough data to support routine testing for ESR1 mutations.", YEARS, True),
    ("In 2023, ASCO found that there were not enough data to support routine testing for ESR1 mutations.", YEARS, False),
    ("Resistance to endocrine therapy can come from FGFR1 amplification.", [GENES], True),
    ("Resistance to CDK4/6 inhibitors can come from FGFR1 amplification.", [GENES], False),
    ("Resistance to CDK4/6 inhibitors can come from loss of RB1.", [GENES], True),
    ("Resistance to CDK4/6 inhibitors can come from loss of CDK6.", [GENES], False),
    ("Resistance to endocrine therapy can come from loss of ESR1.", [GENES], False),
    ("Without visceral crisis, cytotoxic chemotherapy is deferred until other endocrine options are exhausted.", CRISIS, True),
    ("In visceral crisis, cytotoxic chemotherapy is deferred until other endocrine options are exhausted.", CRISIS, False),
    (
        "The meta-analysis found no association of an ESR1 mutation with progression-free survival on fulvestrant.",
        [POOLED],
        True,
    ),
    ("The meta-analysis found no association of an ESR1 mutation with overall survival on fulvestrant.", [POOLED], False),
    ("ADELA is a trial of elacestrant with everolimus.", [PLATFORMS], True),
    ("ADELA is a trial of giredestrant with everolimus.", [PLATFORMS], False),
    ("persevERA did not meet its primary endpoint.", [MISSED], True),
    ("persevERA did meet its primary endpoint.", [MISSED], False),
]


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(("sentence", "sources", "supported"), CASES)
def test_what_belongs_together(checker: Checker, sentence: str, sources: list[str], supported: bool) -> None:
    verdict = checker.check(sentence, sources)
    assert verdict.supported is supported, verdict.reasons
