"""Doses set against each other, shares of 0% told as denials, and the same turned round."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CHECKER = Checker(load_glossary())
_DOSES = "In CONFIRM, progression-free survival was significantly longer with fulvestrant 500 mg than with 250 mg."
_NONE = (
    "Allouchery and colleagues found circulating ESR1 mutations in 0% of patients at the end of adjuvant aromatase inhibitor "
    "treatment, in 5.3% (2 of 38) at first relapse and in 33% (7 of 21) at progression on a first-line aromatase inhibitor."
)
_KEPT = (
    "In CAPItello-291, median progression-free survival was 7.2 months with capivasertib plus fulvestrant and 3.6 months with "
    "placebo plus fulvestrant (HR 0.60; 95% CI, 0.51-0.71)."
)
_PASS = (
    ("PFS in CONFIRM was significantly longer with 500 mg of fulvestrant than with 250 mg.", _DOSES),
    ("Circulating ESR1 mutations were absent at the end of adjuvant aromatase inhibitor treatment.", _NONE),
    ("Capivasertib plus fulvestrant held the disease at bay for longer than placebo plus fulvestrant.", _KEPT),
)
_STOP = (
    ("PFS in CONFIRM was significantly longer with 250 mg of fulvestrant than with 500 mg.", _DOSES),
    ("PFS in CONFIRM was significantly longer with 250 mg of fulvestrant instead of 500 mg.", _DOSES),
    ("Circulating ESR1 mutations were absent at first relapse.", _NONE),
    ("No ESR1 mutations were found at progression on a first-line aromatase inhibitor.", _NONE),
    ("Placebo plus fulvestrant held the disease at bay for longer than capivasertib plus fulvestrant.", _KEPT),
)


@pytest.mark.parametrize(("sentence", "source"), _PASS)
def test_what_follows_passes(sentence: str, source: str) -> None:
    assert CHECKER.check(sentence, [source]).supported


@pytest.mark.parametrize(("sentence", "source"), _STOP)
def test_what_is_turned_round_is_stopped(sentence: str, source: str) -> None:
    assert not CHECKER.check(sentence, [source]).supported
