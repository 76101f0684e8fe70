"""Decisions that are open for one drug or agency, causes told without a word of cause, and marks that only a share has."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker, ReasonCode
from corpus.glossary import load_glossary

ALONE = (
    "The FDA approved imlunestrant (Inluriyo) on September 25, 2025, as monotherapy for adults with ESR1-mutated disease.",
    "Imlunestrant plus abemaciclib is not FDA approved in any material seen.",
    "In China, the NMPA approved imlunestrant alone and with abemaciclib on June 22, 2026.",
)
ORAL = (
    "Among oral SERDs, elacestrant and imlunestrant are approved in the US; camizestrant and giredestrant were not in the material "
    "behind this document.",
)
FOOD = (
    "The FDA approved inavolisib (Itovebi) 9 mg once daily, with or without food, in combination with palbociclib and fulvestrant.",
)
SURVIVAL = (
    "With a circulating ESR1 mutation at progression on an AI, OS was 15.5 months versus 23.8 months without it (p=.0006).",
)
SHARE = ("In EMBER-3, 59.8% of patients had received a prior CDK4/6 inhibitor.",)
CRISIS = (
    "The usual advice is combination chemotherapy; a CDK4/6 inhibitor plus endocrine therapy is discussed as an alternative.",
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


@pytest.mark.parametrize(
    ("sources", "sentence", "code"),
    [
        (ALONE, "The FDA approved imlunestrant both alone and with abemaciclib.", ReasonCode.RELATION),
        (ORAL, "Elacestrant, imlunestrant and giredestrant are oral SERDs approved in the US.", ReasonCode.RELATION),
        (
            SURVIVAL,
            "A circulating ESR1 mutation shortens OS at progression on an AI, to 15.5 from 23.8 months.",
            ReasonCode.CAUSALITY,
        ),
        (SHARE, "All patients in EMBER-3 had received a prior CDK4/6 inhibitor.", ReasonCode.POPULATION),
        (
            CRISIS,
            "Chemotherapy has given way to a CDK4/6 inhibitor plus endocrine therapy as the usual advice.",
            ReasonCode.UNKNOWN_WORD,
        ),
    ],
)
def test_what_the_statements_leave_open_is_not_told_as_decided(
    checker: Checker, sources: tuple[str, ...], sentence: str, code: ReasonCode
) -> None:
    verdict = checker.check(sentence, sources)
    assert code in {reason.code for reason in verdict.reasons}, verdict.reasons


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        (ALONE, "In China, imlunestrant was approved by the NMPA alone and with abemaciclib on June 22, 2026."),
        (ALONE, "Imlunestrant was approved by the FDA as monotherapy on September 25, 2025."),
        (ORAL, "Two oral SERDs, elacestrant and imlunestrant, are approved in the US."),
        (FOOD, "The FDA approved inavolisib in combination with palbociclib and fulvestrant."),
        (
            SURVIVAL,
            "OS was shorter with a circulating ESR1 mutation at progression on an AI: 15.5 months versus 23.8 months without it.",
        ),
        (SHARE, "In EMBER-3, 59.8% of patients had had a CDK4/6 inhibitor before."),
    ],
)
def test_decisions_and_groups_as_printed_pass(checker: Checker, sources: tuple[str, ...], sentence: str) -> None:
    assert checker.check(sentence, sources).supported, checker.check(sentence, sources).reasons


TRIPLET = (
    "In VIKTORIA-1, median PFS was 9.3 months with gedatolisib plus palbociclib and fulvestrant and 2.0 months with fulvestrant.",
)
UNSEEN = (
    "As of June 2026, results had not been seen for SERENA-4 (camizestrant plus palbociclib versus anastrozole plus palbociclib), "
    "ELAINE-3 (lasofoxifene plus abemaciclib versus fulvestrant plus abemaciclib) or INAVO121 (inavolisib versus alpelisib).",
)


@pytest.mark.parametrize(
    ("sources", "sentence", "passes"),
    [
        (TRIPLET, "Adding gedatolisib and palbociclib to fulvestrant gave a median PFS of 9.3 months in VIKTORIA-1.", True),
        (TRIPLET, "In VIKTORIA-1, median PFS was 9.3 months with palbociclib and fulvestrant.", False),
        (UNSEEN, "No results of ELAINE-3 had been seen as of June 2026.", True),
        (UNSEEN, "No results of SERENA-6 had been seen as of June 2026.", False),
    ],
)
def test_the_rest_of_a_combination_and_of_a_list_counts(
    checker: Checker, sources: tuple[str, ...], sentence: str, passes: bool
) -> None:
    assert checker.check(sentence, sources).supported is passes, checker.check(sentence, sources).reasons
