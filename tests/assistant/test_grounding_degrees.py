"""Opposites by prefix, degrees of one noun, periods, and claims beyond a statement that has all their words."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary


@pytest.fixture(scope="module")
def checker() -> Checker:
    """A checker over the glossary."""
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("Visual effects with camizestrant were reversible.", "Visual effects with camizestrant were irreversible."),
        ("Metastatic breast cancer is incurable.", "Metastatic breast cancer is curable."),
        ("Mild nausea was reported with elacestrant.", "Severe nausea was reported with elacestrant."),
        ("Mild to moderate rash occurred with alpelisib.", "Severe rash occurred with alpelisib."),
        (
            "Trastuzumab deruxtecan is given intravenously every 3 weeks.",
            "Trastuzumab deruxtecan is given intravenously every week.",
        ),
        ("Patients were tested every 2 months.", "Patients were tested every other week."),
        ("Chemotherapy is recommended in visceral crisis.", "Chemotherapy is not recommended in visceral crisis."),
        (
            "The usual advice in visceral crisis is combination chemotherapy.",
            "In visceral crisis combination chemotherapy is mandatory.",
        ),
        ("In EMERALD, median PFS2 was 20.1 months with elacestrant.", "In EMERALD, patients lived longer with elacestrant."),
        ("In EMBER-3, overall survival did not differ significantly.", "EMBER-3 showed an overall survival benefit."),
        (
            "No comparative data between alpelisib and capivasertib are available.",
            "In the absence of comparative data, preference is given to alpelisib over capivasertib.",
        ),
        ("The trial enrolled patients with visceral crisis.", "The trial left out patients with visceral crisis."),
        (
            "Median PFS was 9.4 months with imlunestrant plus abemaciclib.",
            "Imlunestrant plus abemaciclib is now labeled, with a median PFS of 9.4 months.",
        ),
    ],
)
def test_other_degrees_are_stopped(checker: Checker, source: str, sentence: str) -> None:
    """A word that says the opposite, or more than is printed."""
    assert not checker.check(sentence, [source]).supported


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("Metastatic breast cancer is incurable.", "Metastatic breast cancer is not curable."),
        ("Mild to moderate rash occurred with alpelisib.", "Moderate rash occurred with alpelisib."),
        (
            "Trastuzumab deruxtecan is given intravenously every 3 weeks.",
            "Every 3 weeks trastuzumab deruxtecan is given intravenously.",
        ),
        ("Chemotherapy is recommended in visceral crisis.", "In visceral crisis, chemotherapy is recommended."),
    ],
)
def test_the_printed_degree_passes(checker: Checker, source: str, sentence: str) -> None:
    """The same words as the statement has them."""
    assert checker.check(sentence, [source]).supported, checker.check(sentence, [source]).reasons
