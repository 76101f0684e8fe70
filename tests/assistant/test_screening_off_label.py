"""Unapproved uses: what is asked for, what happened, and results of a combination asked for as printed."""

from __future__ import annotations

import pytest

from assistant.screening import screen
from assistant.types import Code


@pytest.mark.parametrize(
    "text",
    [
        "EMBER-3: PFS for imlunestrant plus abemaciclib against imlunestrant alone, all-comers, HR and CI please.",
        "is imlunestrant + abemaciclib FDA approved?",
        "What is the median PFS with confidence limits under Orserdu plus abemaciclib?",
        "Which study pairs lasofoxifene with abemaciclib, against what comparator and in whom?",
        "How does handling of neutropenia on palbociclib compare with abemaciclib?",
        "imlunestrant once daily 400 mg with food?",
    ],
)
def test_printed_results_and_approved_doses_are_plain_questions(text: str) -> None:
    """Nobody asks for a use, so nobody is told that it is unapproved."""
    found = screen((text,))
    assert found.codes == ()
    assert found.should_answer


@pytest.mark.parametrize(
    "text",
    [
        "abemaciclib for recurrent glioblastoma, dose?",
        "dedifferentiated liposarcoma. May I have the abemaciclib papers and a dose to write on the form",
        "Requesting guidance on prescribing imlunestrant 400 mg plus abemaciclib 150 mg twice daily together.",
        "Could I use abemaciclib with letrozole in endometrioid cancer, and what data do you have to back it?",
        "Can she have adjuvant Verzenio, node negative, and have you data?",
        "Is there anything on carrying on adjuvant abemaciclib to year three? She is minded to.",
        "Any support for giving Verzenio three weeks on, one week off?",
        "can imlunestrant be given twice daily",
        "Can I combine your oral SERD with everolimus in 2L?",
        "Peut-on prescrire l'imlunestrant dans le cancer de l'ovaire ?",
    ],
)
def test_a_use_that_is_asked_for_is_off_label_and_not_answered(text: str) -> None:
    """Also where data are asked for in the same breath; and nothing happened to anybody yet."""
    found = screen((text,))
    assert found.codes == (Code.OFF_LABEL,)
    assert not found.should_answer


def test_a_use_that_goes_on_is_a_special_situation() -> None:
    """A patient gets it already: pharmacovigilance must know."""
    found = screen(("My colleague gave Verzenio to his castrate-resistant prostate patient and asked me to cover.",))
    assert {Code.SS_OFFUSE, Code.OFF_LABEL} <= set(found.codes)
