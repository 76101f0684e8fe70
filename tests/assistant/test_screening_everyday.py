"""What everyday words do not report: a relative's illness, a list from a label, a made-up case, how tablets taste."""

from __future__ import annotations

import pytest

from assistant.screening import screen
from assistant.types import Code


@pytest.mark.parametrize(
    "text",
    [
        "My patient's mother died of clots. Pt herself 47, nothing so far, cycle 6 of Verzenio. Guidance on testing?",
        "Pt's dad passed from PE. She is well on abemaciclib. Need prophylaxis?",
        "Patient lost her husband to COVID, she herself is doing fine on imlunestrant.",
        "Warnings for Verzenio are diarrhea, neutropenia, ILD, hepatotoxicity, VTE. Anything missing?",
        "Common AEs of imlunestrant per PI - fatigue, diarrhea, nausea, AST up. Correct?",
        "My slide says: abemaciclib W&P = diarrhea, neutropenia, ILD. Complete?",
        "managing rash with capivasertib",
        "show everything on imlunestrant",
        "writing a sim case: 55F abemaciclib, day 10, dehydrated, AKI. what labs would be realistic",
        "case for my students: 55F abemaciclib, neutropenic sepsis. what would the label have them do",
        "inventing an exam stem: abemaciclib, wk 3, ANC 0.4. dose?",
        "I heard two patients in monarchE died of ILD. Source?",
        "how common is neutropenia on abemaciclib, and deaths from it?",
        "New batch of Inluriyo tablets tastes bitter and metallic according to two patients. No one unwell.",
        "Cap so stiff our arthritic lady needed pliers to open it. Is there another closure for imlunestrant?",
        "My patient with weak hands can't open the Verzenio bottle, the cap sticks.",
        "Thinking of imlunestrant for Dolores Quimby (endometrial, ER 90%), nothing else left. Phase 1 data?",
        "Pre-op, three months of imlunestrant before surgery, ESR1 unknown. Any neoadjuvant study?",
        "Half tablets every other day of Inluriyo: what exposure would I expect? Only thinking.",
        "hCG negative, IUD in place, on abemaciclib since winter without trouble. How long does contraception go on?",
        "b hcg neg on verzenio",
    ],
)
def test_is_no_report(text: str) -> None:
    assert not screen([text]).pv


@pytest.mark.parametrize(
    "text",
    [
        "My patient on Verzenio died of clots. Her mother did too.",
        "Her mother says she fainted twice on Verzenio",
        "I'm told one of our patients on Verzenio died of sepsis last week.",
        "A colleague says her patient on abemaciclib died of ILD. Is it in the label?",
        "I'm managing her rash on Verzenio with steroids.",
        "Bitter metallic Inluriyo tablets, patient vomited after each one from the new lot",
        "Powder up my nose when a tablet of imlunestrant shattered in the counter tray.",
        "hCG 4400 on abemaciclib",
        "Powder from a snapped tablet flew into my tech's face (Verzenio).",
    ],
)
def test_is_a_report_still(text: str) -> None:
    assert screen([text]).pv


def test_a_partner_put_to_the_product_named_before_is_an_unapproved_use() -> None:
    found = screen(["You're the abemaciclib people?", "Then plus osimertinib in lung, anything on file?"])
    assert Code.OFF_LABEL in found.codes


def test_ground_glass_on_steroids_is_serious() -> None:
    assert Code.AE_SERIOUS in screen(["58F on abemaciclib developed dyspnoea, CT shows bilateral ground glass."]).codes


def test_colorectal_in_a_word_is_another_subject() -> None:
    assert Code.OUT_OF_SCOPE in screen(["do you cover colorectal", "MSI high, 1L pembro and deaths from colitis"]).codes
