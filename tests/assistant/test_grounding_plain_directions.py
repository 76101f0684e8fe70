"""Words of direction that compare nothing, and the same words where they do."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CHECKER = Checker(load_glossary())
_QUALITY = (
    "In CAPItello-291, median time to deterioration of quality of life was 24.9 months with capivasertib plus fulvestrant and "
    "12.0 months with placebo plus fulvestrant (HR 0.70)."
)
_LABEL = "Trodelvy is indicated after endocrine therapy and at least two additional systemic therapies for metastatic disease."
_PRIOR = (
    "In EMERALD, median PFS in patients with at least 12 months of prior endocrine therapy plus CDK4/6 inhibitor was 8.6 months "
    "with elacestrant and 1.9 months with standard endocrine therapy (HR 0.41; 95% CI, 0.26-0.63)."
)


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        (
            "Quality of life worsened after a median of 24.9 months with capivasertib plus fulvestrant and 12.0 months with "
            "placebo plus fulvestrant in CAPItello-291.",
            _QUALITY,
        ),
        (
            "Trodelvy is indicated after endocrine therapy and at least two further systemic therapies for metastatic disease.",
            _LABEL,
        ),
        (
            "In EMERALD, patients with at least 12 months of prior endocrine therapy plus a CDK4/6 inhibitor may do better on "
            "elacestrant than on standard endocrine therapy (median PFS 8.6 vs 1.9 months).",
            _PRIOR,
        ),
    ],
)
def test_nothing_compared_or_in_order_passes(sentence: str, source: str) -> None:
    verdict = CHECKER.check(sentence, [source])
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Capivasertib plus fulvestrant worsened quality of life in CAPItello-291.", _QUALITY),
        ("Trodelvy is indicated after endocrine therapy and at least three further systemic therapies.", _LABEL),
        ("Median PFS in EMERALD may be better on standard endocrine therapy than on elacestrant (8.6 vs 1.9 months).", _PRIOR),
    ],
)
def test_a_claim_or_another_order_is_stopped(sentence: str, source: str) -> None:
    assert not CHECKER.check(sentence, [source]).supported
