"""Figures told in the order of their names, pairs that stay together, and what a share, a group or an opposite bears out."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

LINES = (
    "In SONIA, median OS was 47.9 months with first-line versus 48.1 months with second-line CDK4/6 inhibitor use (HR 0.91).",
    "In SONIA, median PFS2 was 31.9 months with first-line versus 26.7 months with second-line CDK4/6 inhibitor use (HR 0.82).",
)
POINTS = (
    "In MAINTAIN, PFS at 6 months was 41.2% with ribociclib plus switched endocrine therapy versus 23.9% with placebo plus "
    "switched endocrine therapy.",
    "In MAINTAIN, PFS at 12 months was 24.6% with ribociclib plus switched endocrine therapy versus 7.4% with placebo plus "
    "switched endocrine therapy.",
)
DOSES = (
    "In SERENA-2, treatment-related adverse events occurred in 53% with camizestrant 75 mg, 67% with 150 mg and 18% with "
    "fulvestrant.",
)
BEFORE = (
    "In DESTINY-Breast06 patients with progression in less than 6 months, median PFS was 14.0 months with trastuzumab deruxtecan "
    "versus 6.5 months with chemotherapy.",
    "In DESTINY-Breast06 patients with progression after more than 12 months, median PFS was 12.9 months with trastuzumab "
    "deruxtecan versus 8.2 months with chemotherapy.",
)
LIMIT = ("PALOMA-3 supports palbociclib plus fulvestrant in second line only where no CDK4/6 inhibitor was given before.",)
FURTHER = ("Sacituzumab govitecan is indicated after endocrine therapy and at least two further systemic therapies.",)
DATES = (
    "Alpelisib (Piqray) received US approval on 24 May 2019.",
    "Alpelisib (Piqray) is given as 300 mg orally once daily with food, with fulvestrant.",
)
SAME = ("In postMONARCH, abemaciclib plus fulvestrant gave a modest PFS gain that was the same across ESR1 and PIK3CA status.",)
CONTRAST = (
    "ASCO 2024 lists alpelisib plus fulvestrant for a PIK3CA mutation and not for an AKT1 or PTEN alteration.",
    "For a PIK3CA mutation, ASCO 2024 lists two options with fulvestrant: alpelisib and capivasertib.",
)
MET = ("PACE and PALMIRA were both negative: neither met its PFS primary endpoint.",)
ULCERS = ("The everolimus label gives oral ulceration of any grade in 44-86% across everolimus trials.",)
ARMS = (
    "In PALOMA-3, median PFS was 11.2 months with palbociclib plus fulvestrant versus 4.6 months with placebo plus fulvestrant.",
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sentence", "sources", "supported"),
    [
        (
            "SONIA: PFS2 was 31.9 months first-line and 26.7 months second-line, whereas OS was 47.9 and 48.1 months.",
            LINES,
            True,
        ),
        (
            "SONIA: PFS2 was 31.9 months first-line and 26.7 months second-line, whereas OS was 48.1 and 47.9 months.",
            LINES,
            False,
        ),
        ("In MAINTAIN, PFS at 12 months was 24.6% and 7.4%, down from 41.2% and 23.9% at 6 months.", POINTS, True),
        ("In MAINTAIN, PFS at 6 months was 24.6% and 7.4%, down from 41.2% and 23.9% at 12 months.", POINTS, False),
        ("TRAEs in SERENA-2: 53% and 67% on camizestrant 75 mg and 150 mg, and 18% on fulvestrant.", DOSES, True),
        ("TRAEs in SERENA-2: 67% and 53% on camizestrant 75 mg and 150 mg, and 18% on fulvestrant.", DOSES, False),
        (
            "With progression in less than 6 months, median PFS in DESTINY-Breast06 was 14.0 months with trastuzumab deruxtecan and "
            "6.5 months with chemotherapy.",
            BEFORE,
            True,
        ),
        (
            "With progression in less than 6 months, median PFS in DESTINY-Breast06 was 14.0 months with trastuzumab deruxtecan and "
            "8.2 months with chemotherapy.",
            BEFORE,
            False,
        ),
        ("PALOMA-3 supports palbociclib plus fulvestrant in second line.", LIMIT, False),
        ("Sacituzumab govitecan is indicated after endocrine therapy and one further systemic therapy.", FURTHER, False),
        (
            "Piqray, approved in the US on May 24, 2019, is taken at 300 mg once daily with food alongside fulvestrant.",
            DATES,
            True,
        ),
        (
            "Piqray, approved in the US on May 24, 2018, is taken at 300 mg once daily with food alongside fulvestrant.",
            DATES,
            False,
        ),
        (
            "The modest PFS gain with abemaciclib plus fulvestrant in postMONARCH did not vary with ESR1 or PIK3CA status.",
            SAME,
            True,
        ),
        ("ASCO 2024 does not list alpelisib plus fulvestrant for AKT1 or PTEN alterations.", CONTRAST, True),
        ("ASCO 2024 does not list alpelisib plus fulvestrant for PIK3CA mutations.", CONTRAST, False),
        ("PACE and PALMIRA did not meet their PFS primary endpoints.", MET, True),
        ("PACE and PALMIRA met their PFS primary endpoints.", MET, False),
        ("Oral ulceration of any grade is common with everolimus, in 44-86% across trials.", ULCERS, True),
        ("Oral ulceration of any grade is rare with everolimus, in 44-86% across trials.", ULCERS, False),
        ("PALOMA-3: mPFS 11.2 mo on palbo + fulv vs 4.6 mo on pbo + fulv.", ARMS, True),
        ("PALOMA-3: mPFS 4.6 mo on palbo + fulv vs 11.2 mo on pbo + fulv.", ARMS, False),
    ],
)
def test_orders_pairs_and_limits(checker: Checker, sentence: str, sources: tuple[str, ...], supported: bool) -> None:
    assert checker.check(sentence, sources).supported is supported
