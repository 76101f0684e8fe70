"""Sides and lists that the words of a sentence could exchange: bare pairs, companions in brackets, lists with their heads."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

BARE = (
    "In EMBER-3, patients received either imlunestrant or standard endocrine therapy. Median progression-free survival was 5.5 "
    "versus 3.8 months.",
)
STOPPED = (
    "In VERITAC-2, serious adverse events occurred in 12.0% with vepdegestrant and 9.5% with fulvestrant. Discontinuation rates "
    "were 2.9% and 0.7%.",
)
LINES = (
    "A strategy trial compared a CDK4/6 inhibitor in the first line with the same class in the second line. Patients spent 21.0 "
    "versus 7.5 months on the CDK4/6 inhibitor.",
)
RATIOS = (
    "In MAINTAIN, median PFS was 6.3 months with camizestrant 75 mg (HR 0.58), 8.1 months with camizestrant 150 mg (HR 0.66) and "
    "3.2 months with fulvestrant.",
)
DOUBLET = (
    "Median PFS was 8.8 months with gedatolisib, palbociclib and fulvestrant (HR 0.31), 6.9 months with gedatolisib and "
    "fulvestrant (HR 0.42), and 2.2 months with fulvestrant alone.",
)
GENES = (
    "The guideline lists capivasertib plus fulvestrant for PIK3CA, AKT1 or PTEN alterations, alpelisib plus fulvestrant for "
    "PIK3CA mutations and elacestrant for ESR1 mutations.",
)
HEADS = (
    "A review has two classes: targeted therapies (PARP inhibitors, AKT inhibitors) and nontargeted therapies (chemotherapy, "
    "antibody-drug conjugates).",
)
RESTRICTED = ("Use of the portal is restricted to healthcare professionals in the United States.",)
CHANGE = ("In DESIREE, escalating the dose lowered grade 2 or higher stomatitis to 30.5% from 44.0%.",)
OTHERWISE = ("A speaker recommends chemotherapy in visceral crisis and defers endocrine therapy otherwise.",)
FAMILIES = (
    "A figure has two families. Resistance to endocrine therapy can come from FGFR1 amplification or an ESR1 mutation; resistance "
    "to the kinase inhibitor can come from loss of RB1 or amplification of CDK6.",
)
MARKED = (
    "In the table, development of ESR1 mutations is marked for aromatase inhibitors only, and partial agonism for selective "
    "estrogen receptor modulators only.",
)
POINTS = ("ESR1 mutations were found in 14% of newly diagnosed metastases and in 21% of pretreated ones.",)
COLONS = (
    "Two mechanisms of endocrine therapy resistance are named: FGFR1 amplification, mutated ESR1.",
    "Two mechanisms of CDK4/6 inhibitor resistance are named: RB1 loss, TK1 activation.",
)
PARTNER = ("INAVO121 is a trial of inavolisib versus alpelisib, each with fulvestrant.",)


@pytest.fixture(scope="module")
def checker() -> Checker:
    """A checker over the glossary."""
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        (
            BARE,
            "In EMBER-3, median progression-free survival was 3.8 months with imlunestrant and 5.5 months with endocrine therapy.",
        ),
        (STOPPED, "In VERITAC-2, 2.9% discontinued with fulvestrant and 0.7% with vepdegestrant."),
        (LINES, "Patients spent 21.0 months on the CDK4/6 inhibitor in the second line and 7.5 months in the first line."),
        (RATIOS, "In MAINTAIN, camizestrant 150 mg reached a median PFS of 8.1 months (HR 0.58)."),
        (DOUBLET, "The hazard ratio versus fulvestrant alone was 0.31 with gedatolisib and fulvestrant."),
        (GENES, "The guideline lists alpelisib plus fulvestrant for PTEN alterations."),
        (GENES, "For an ESR1 mutation the guideline lists alpelisib plus fulvestrant."),
        (HEADS, "The review counts antibody-drug conjugates among the targeted therapies."),
        (RESTRICTED, "The portal is open to healthcare professionals and patients in the United States."),
        (CHANGE, "In DESIREE, grade 2 or higher stomatitis rose from 30.5% to 44.0% when the dose was escalated."),
        (OTHERWISE, "A speaker recommends endocrine therapy in visceral crisis and defers chemotherapy otherwise."),
        (FAMILIES, "Resistance to endocrine therapy can come from loss of RB1."),
        (MARKED, "In the table, partial agonism is marked for aromatase inhibitors."),
        (POINTS, "ESR1 mutations were found in 21% of newly diagnosed metastases."),
        (COLONS, "FGFR1 amplification is one of the mechanisms of CDK4/6 inhibitor resistance."),
        (PARTNER, "INAVO121 is a trial of inavolisib versus fulvestrant, each with alpelisib."),
    ],
)
def test_exchanged_sides_are_stopped(checker: Checker, sources: tuple[str, ...], sentence: str) -> None:
    """A figure or name of one side told of the other."""
    assert not checker.check(sentence, list(sources)).supported


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        (STOPPED, "In VERITAC-2, 2.9% discontinued with vepdegestrant and 0.7% with fulvestrant."),
        (RATIOS, "In MAINTAIN, camizestrant 150 mg reached a median PFS of 8.1 months (HR 0.66)."),
        (GENES, "The guideline lists alpelisib plus fulvestrant for PIK3CA mutations."),
        (GENES, "For an AKT1 alteration the guideline lists capivasertib plus fulvestrant."),
        (RESTRICTED, "Healthcare professionals in the United States may use the portal."),
        (CHANGE, "In DESIREE, grade 2 or higher stomatitis fell from 44.0% to 30.5% when the dose was escalated."),
        (OTHERWISE, "A speaker recommends chemotherapy in visceral crisis and otherwise defers endocrine therapy."),
        (FAMILIES, "Resistance to endocrine therapy can come from FGFR1 amplification."),
        (MARKED, "In the table, partial agonism is marked for selective estrogen receptor modulators only."),
        (POINTS, "ESR1 mutations were found in 14% of newly diagnosed metastases."),
        (COLONS, "RB1 loss is one of the mechanisms of CDK4/6 inhibitor resistance."),
        (PARTNER, "INAVO121 compares inavolisib with alpelisib, each with fulvestrant."),
    ],
)
def test_sides_as_printed_pass(checker: Checker, sources: tuple[str, ...], sentence: str) -> None:
    """The same kinds told as the statements have them."""
    assert checker.check(sentence, list(sources)).supported, checker.check(sentence, list(sources)).reasons
