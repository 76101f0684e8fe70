"""What is asked for, over the packaged corpus: told where it is asked for in other words, and not told by what only looks like it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.pipeline import Assistant
from assistant.types import Answer, Outcome, Question, Screening

UNSCREENED = Screening((), False, (), (), "", (), True, "test")


@pytest.fixture(scope="module")
def assistant(packaged_assistant: Assistant) -> Assistant:
    """The assistant over the packaged corpus."""
    return packaged_assistant


def ask(assistant: Assistant, *turns: str) -> Answer:
    """Answer the last of some turns as on the day of the test."""
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    return assistant.answer(Question(turns[-1], "con_test", at, history=turns[:-1]), UNSCREENED)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Which publication backs the point about unequal access to genomic tests?", "Zhou FH"),
        ("gedato doublet PIK3CAwt mPFS v fulv", "7.4"),
        ("fulv t1/2 + tmax?", "5-7 days"),
        ("Is OS mature in VIKTORIA-1?", "immature"),
        ("For ESR1 examination, which specimen is preferred by ASCO?", "ctDNA"),
        ("Enhertu for HER2-low breast: mg/kg and interval?", "every 3 weeks"),
        (
            "Capivasertib in tumours with a PIK3CA, AKT1 or PTEN alteration: PFS numbers from the registration study?",
            "7.3 months",
        ),
        ("wat dose she say about biopsey at progresion, in teh vidoe", "biopsy"),
        ("Which problems in the chart are unique to one class only?", "unique to AIs"),
        ("Does every line of the ET drawbacks table come with a reference of its own?", "no row has references of its own"),
        ("What three things decide the 2L pick in her view?", "overall health"),
    ],
)
def test_it_is_told_in_whatever_words_it_is_asked_for(assistant: Assistant, question: str, words: str) -> None:
    answer = ask(assistant, question)
    assert answer.outcome is Outcome.ANSWERED
    assert words in answer.text


@pytest.mark.parametrize(
    ("missing", "given"),
    [
        (
            "Which companion assay was cleared together with Veppanu?",
            "Which companion assay was cleared together with Orserdu?",
        ),
        ("How many months of benefit does tamoxifen lose when ESR1 is mutated?", "How many months was PFS in EMERALD?"),
        (
            "In that limitations chart, what are the rates for joint pain and hot flashes with AIs?",
            "In that limitations chart, what is listed for AIs?",
        ),
        ("Please summarise what your ESR1m tab says.", "Which tabs does the page have?"),
        ("Which physician signed off the medical review of this page?", "Who holds the copyright of this page?"),
        (
            "Which oral SERD does she say is her personal favourite?",
            "Which classes does she name as key options after progression?",
        ),
    ],
)
def test_what_only_looks_like_it_is_no_answer(assistant: Assistant, missing: str, given: str) -> None:
    assert ask(assistant, missing).outcome is not Outcome.ANSWERED
    assert ask(assistant, given).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        (
            (
                "What did EMBER-3 show when abemaciclib was added?",
                "And in those who had already been through a CDK4/6 inhibitor?",
            ),
            "EMBER-3",
        ),
        (("MAINTAIN, what did it show?", "and how many had palbo before?"), "86.5%"),
        (("everolimus exemestane PFS BOLERO-2", "any CDK4/6 pretreated in there"), "BOLERO-2"),
        (("PFS for olaparib in OlympiAD?", "and how did severe toxicity compare with chemo?"), "36.6%"),
        (("Just the talazoparib trial, response rate?", "did they live longer than on chemo?"), "EMBRACA"),
        (
            ("Is sacituzumab govitecan approved for HR+?", "Does it also work earlier, as the first chemo substitute?"),
            "ASCENT-07",
        ),
        (("PADA-1: what was the strategy?", "How many started, and how many ended up randomised?"), "1,017"),
    ],
)
def test_a_treatment_given_before_or_compared_with_is_no_new_subject(
    assistant: Assistant, turns: tuple[str, ...], words: str
) -> None:
    answer = ask(assistant, *turns)
    assert answer.outcome is Outcome.ANSWERED
    assert words in answer.text
    assert all("EMERALD" not in segment.text for segment in answer.segments)


def test_a_class_that_is_named_but_was_not_given_before_asks_of_no_subgroup(assistant: Assistant) -> None:
    named = ask(assistant, "In CAPItello-291, what was the PFS with capivasertib, which is no CDK4/6 inhibitor?")
    assert named.outcome is Outcome.ANSWERED and "CAPItello-291" in named.text
    before = ask(
        assistant, "Within CAPItello-291, what were the PFS medians for patients who had already had a CDK4/6 inhibitor?"
    )
    assert before.outcome is not Outcome.ANSWERED
