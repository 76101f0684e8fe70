"""Denials told by another word than the statement's, and the same words where they deny or assert the contrary."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CHECKER = Checker(load_glossary())
_ARM = "RB1 mutations arose only in the palbociclib arm of PALOMA-3."
_FOOD = "Itovebi is taken at 9 mg orally once daily, with or without food."
_ANY = "ASCO 2024 recommends everolimus plus endocrine therapy whatever the biomarker."
_NEW = "Vepdegestrant is the first PROTAC drug to be approved; the FDA approved it on May 1, 2026."
_MARK = (
    "In cohort A of plasmaMATCH, patients with an ESR1 mutation received extended-dose fulvestrant. At least 13 responses among "
    "78 patients were needed to infer activity, and this was not reached."
)
_BOTH = (
    "In TROPION-Breast01, median progression-free survival was 6.9 months with datopotamab deruxtecan and 4.9 months with "
    "chemotherapy (HR 0.63; 95% CI, 0.52-0.76). Median overall survival was 18.6 versus 18.3 months (HR 1.01; 95% CI, "
    "0.83-1.22), not a significant difference."
)
_LOW = (
    "In DESTINY-Breast06, median progression-free survival in HER2-low disease was 13.2 months with trastuzumab deruxtecan and "
    "8.1 months with chemotherapy (HR 0.62; 95% CI, 0.52-0.75)."
)
_OFF = "Truqap is given at 400 mg orally twice daily for 4 days followed by 3 days off each week."
_CHINA = "China's NMPA approved imlunestrant on June 22, 2026, alone and with abemaciclib. No EU decision was seen."
_NEEDS = "The page names two needs: second-line therapies have limitations and no defined strategy."
_PAGE = "The page names no trial; its footer is dated May 2025."
_OPEN = "Giredestrant was not approved by the FDA in any material seen up to late June 2026."


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("RB1 mutations did not arise outside the palbociclib arm of PALOMA-3.", _ARM),
        ("In PALOMA-3, RB1 mutations were confined to the palbociclib arm.", _ARM),
        ("Itovebi is taken once daily; food does not matter.", _FOOD),
        ("ASCO 2024 says that everolimus plus endocrine therapy does not require a biomarker.", _ANY),
        ("No other PROTAC drug had been approved before vepdegestrant.", _NEW),
        ("In TROPION-Breast01, datopotamab deruxtecan improved PFS but not overall survival over chemotherapy.", _BOTH),
        (
            "In HER2-low disease, patients in DESTINY-Breast06 went longer without progression on T-DXd than on chemotherapy.",
            _LOW,
        ),
        ("Truqap is given at 400 mg orally twice daily for 4 days, then 3 days without treatment, each week.", _OFF),
        ("Imlunestrant was approved by China's NMPA both alone and in combination with abemaciclib.", _CHINA),
        ("The page does not name any trial.", _PAGE),
        ("Giredestrant remained unapproved by the FDA in the material seen up to late June 2026.", _OPEN),
    ],
)
def test_a_denial_by_another_word_passes(sentence: str, source: str) -> None:
    assert CHECKER.check(sentence, [source]).supported


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("RB1 mutations did not arise in the palbociclib arm of PALOMA-3.", _ARM),
        ("Another PROTAC drug had been approved before vepdegestrant.", _NEW),
        ("Extended-dose fulvestrant reached the number of responses needed to infer activity in plasmaMATCH.", _MARK),
        ("In TROPION-Breast01, datopotamab deruxtecan improved overall survival but not PFS over chemotherapy.", _BOTH),
        ("In TROPION-Breast01, datopotamab deruxtecan improved PFS and overall survival over chemotherapy.", _BOTH),
        (
            "In HER2-low disease, patients in DESTINY-Breast06 went shorter without progression on T-DXd than on chemotherapy.",
            _LOW,
        ),
        ("Truqap is given at 400 mg orally twice daily for 3 days, then 4 days without treatment, each week.", _OFF),
        ("Imlunestrant was not approved by China's NMPA alone.", _CHINA),
        ("The page says that second-line therapies have a defined strategy.", _NEEDS),
        ("The page does name a trial.", _PAGE),
        ("Giredestrant was approved by the FDA in the material seen up to late June 2026.", _OPEN),
    ],
)
def test_what_the_other_word_does_not_deny_is_stopped(sentence: str, source: str) -> None:
    assert not CHECKER.check(sentence, [source]).supported
