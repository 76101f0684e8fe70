"""Findings keep their measure, ratios stay ratios, before stays before, and figures keep the turn they are printed in."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

TWO_MEASURES = (
    "In TROPION-Breast01, median progression-free survival was 6.7 months with datopotamab deruxtecan and 4.8 months with"
    " chemotherapy (HR 0.64; 95% CI, 0.53-0.77). Median overall survival was 18.5 and 18.2 months (HR 1.02; 95% CI, 0.84-1.23),"
    " which was not statistically significant."
)
IMMATURE = (
    "In CAPItello-291, median progression-free survival was 7.1 months with capivasertib plus fulvestrant and 3.5 months with"
    " placebo plus fulvestrant (HR 0.61). Overall survival data were immature."
)
AHEAD = (
    "The FDA approved vepdegestrant (Veppanu) on May 3, 2026, ahead of its goal date of June 7, 2026. Patients had received"
    " prior endocrine therapy."
)
TURNS = (
    "In EMERALD, median progression-free survival was 9.2 versus 1.8 months in those with bone metastases and 7.4 versus 2.1"
    " months in those with liver metastases, with elacestrant versus standard endocrine therapy."
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("source", "sentence", "supported"),
    [
        (TWO_MEASURES, "Datopotamab deruxtecan did not significantly prolong overall survival in TROPION-Breast01.", True),
        (TWO_MEASURES, "Datopotamab deruxtecan did not significantly prolong PFS in TROPION-Breast01.", False),
        (IMMATURE, "Overall survival was still immature in CAPItello-291.", True),
        (IMMATURE, "Progression-free survival was still immature in CAPItello-291.", False),
        (IMMATURE, "CAPItello-291: median PFS 7.1 months (capivasertib + fulvestrant), 3.5 (placebo + fulvestrant).", True),
        (IMMATURE, "CAPItello-291: median PFS 7.1 months (capivasertib + fulvestrant), 0.61 (placebo + fulvestrant).", False),
        (
            IMMATURE,
            "CAPItello-291: median PFS 7.1 vs 3.5 months, HR 0.61 (capivasertib + fulvestrant, placebo + fulvestrant).",
            True,
        ),
        (AHEAD, "The FDA decided on vepdegestrant before its goal date of June 7, 2026.", True),
        (AHEAD, "The FDA decided on vepdegestrant after its goal date of June 7, 2026.", False),
        (AHEAD, "The patients had received endocrine therapy before.", True),
        (AHEAD, "The patients had received endocrine therapy after.", False),
        (TURNS, "In patients with bone metastases, median PFS in EMERALD was 9.2 months with elacestrant.", True),
        (TURNS, "In patients with liver metastases, median PFS in EMERALD was 7.4 versus 2.1 months.", True),
        (TURNS, "In patients with bone metastases, median PFS in EMERALD was 7.4 versus 1.8 months.", False),
        (TURNS, "In patients with liver metastases, median PFS in EMERALD was 9.2 months with elacestrant.", False),
    ],
)
def test_findings_figures_and_times_stay_with_what_they_are_printed_of(
    checker: Checker, source: str, sentence: str, supported: bool
) -> None:
    assert checker.check(sentence, [source]).supported is supported
