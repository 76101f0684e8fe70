"""Serious events and pregnancies told offhand, products told by maker or class, and what only sounds like them.

Each kind has wordings of its own, positive and negative; the rules judge alone unless a test asks for the second look.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.screening import Screener
from assistant.screening.masking import packaged_masker
from assistant.types import Code
from index import open_embedder

GRAVE = {Code.AE_SERIOUS, Code.SS_PREG}


@pytest.fixture(scope="module")
def rules() -> Screener:
    """A screener by the rules alone."""
    return Screener()


@pytest.fixture(scope="module")
def screener(tmp_path_factory: pytest.TempPathFactory) -> Screener:
    """A screener with the second look."""
    return Screener(embedder=open_embedder("all-MiniLM-L6-v2", Path(tmp_path_factory.mktemp("models"))))


@pytest.mark.parametrize(
    "message",
    [
        "We sent flowers to the daughters of one of our Verzenio ladies, her potassium was 8.1.",
        "Sympathy card is on my desk: our patient, five weeks of abemaciclib, did not wake.",
        "my patient ended her own life in the second month of Inluriyo",
        "She took Verzenio for a month, then a goodbye letter on the pillow and an empty bed since Sunday.",
        "the undertaker has called, she was on imlunestrant until Tuesday",
        "no pulse when the sitter came in. She had been on Verzenio for ten days.",
        "Abemaciclib since May. She was tubed at noon and is on optiflow no longer.",
        "renal took her for a vascath, on Inluriyo week 4",
        "abemaciclib / eGFR 9 / It was 71 in June. She starts hemo tomorrow",
        "left pupil blown, platelets 5, neurosurgery has her. Abemaciclib cycle 3",
        "Her arm blew up and the subclavian is occluded, on abemaciclib",
        "node biopsy shows large B cell lymphoma, she has been on Verzenio for a year",
        "her kidneys have called it a day, week 6 of verzenio",
    ],
)
def test_grave_events_told_offhand(rules: Screener, message: str) -> None:
    """Death, intensive care, dialysis, bleeding, clots, second cancers and suicide have many names."""
    found = rules.screen(message.split(" / "))
    assert found.pv
    assert Code.AE_SERIOUS in found.codes


@pytest.mark.parametrize(
    "message",
    [
        "her pneumonitis is back and she is on oxygen, on the lilly cdk",
        "she was admitted with a clot, three weeks of your ciclib",
        "She is yellow and flapping, on lilly's cdk4/6",
        "the oral serd you make put her in the hospital",
        "her liver is failing, month two of Lilly's new pill",
    ],
)
def test_products_told_by_maker_or_class(rules: Screener, message: str) -> None:
    """The maker and a class, or the class with "your", name our product."""
    found = rules.screen([message])
    assert Code.AE_SERIOUS in found.codes
    assert Code.AE_OTHERCO not in found.codes


def test_another_makers_product_is_another_makers(rules: Screener) -> None:
    """The event is still captured."""
    codes = rules.screen(["She was admitted with a QT of 540 on the novartis ciclib."]).codes
    assert {Code.AE_SERIOUS, Code.AE_OTHERCO} <= set(codes)


@pytest.mark.parametrize(
    "message",
    [
        "Inluriyo / their condom split, she's late and the digital says pregnant",
        "they relied on withdrawal; the stick reads pregnant, she is on Verzenio",
        "her coil was expelled in March and the clearblue came up positive. abemaciclib",
        "On imlunestrant since June, the strip went blue this morning and she is carrying.",
    ],
)
def test_contraception_that_failed(rules: Screener, message: str) -> None:
    """A test in everyday words, and what failed before it."""
    assert Code.SS_PREG in rules.screen(message.split(" / ")).codes


@pytest.mark.parametrize(
    "message",
    [
        "Metal shard in the fulvestrant syringe. The site is now hot and swollen.",
        "Test strips from a faulty batch; her glucose was 940 on Piqray, now in the ICU.",
    ],
)
def test_a_persons_harm_beside_a_defect(rules: Screener, message: str) -> None:
    """A ward, a value and a hot injection site are no product's."""
    assert {Code.AE_SERIOUS, Code.AE_NONSER} & set(rules.screen([message]).codes)


def test_ground_glass_is_in_a_lung(rules: Screener) -> None:
    """No bottle is broken."""
    found = rules.screen(["Her lungs look like frosted glass on the CT, week 7 of the pill Verzenio."])
    assert Code.AE_SERIOUS in found.codes
    assert Code.PQC_CRIT not in found.codes


@pytest.mark.parametrize(
    "message",
    [
        "Is there a stillbirth figure for CDK4/6 inhibitors?",
        "Abortion frequency after exposure to abemaciclib, does it exist?",
        "EMERALD had a fatal stroke listed on elacestrant day 20. Where is the narrative?",
        "A death on day 12 was recorded in EMBER-3 on imlunestrant; where are narratives kept?",
        "When transaminases reach grade 3 on an oral SERD, which tests come first?",
        "VTE prophylaxis with abemaciclib: any threshold",
        "chest CT every 3 months to spot pneumonitis early on abemaciclib: any evidence?",
        "Station 4: an actor plays a 44-year-old, pregnant, on abemaciclib. What must the candidate cover?",
        "Role play for interns: she is 36, breastfeeding and on Verzenio. What are the teaching points?",
        "Progressed on palbociclib, dad had a fatal stroke, she is well. ESR1 mutated. Next line?",
        "hCG came back negative, so not pregnant. How often does the Verzenio label ask?",
        "No one at our site has seen a seizure with it. What does the label of Inluriyo list?",
        "Not suicidal, PHQ-9 of 1. PROs for oral SERDs?",
        "A case report from Lyon describes a healthy girl after palbociclib in the first trimester. Others?",
        "A sister hospital runs Guardant. Which test came with elacestrant?",
        "A pharmacist on our floor swears by ribociclib after palbociclib. What did MAINTAIN find?",
    ],
)
def test_what_only_sounds_like_a_report(screener: Screener, message: str) -> None:
    """Rates, trials' and printed cases, work-up in general, prophylaxis, actors, relatives, what was excluded."""
    assert not screener.screen([message]).pv


@pytest.mark.parametrize(
    "message",
    [
        "My patient, a retired actress, had a stroke on Verzenio.",
        "Nobody here has seen a rash like hers, two weeks into Verzenio.",
        "She had an hCG in May that was negative; she is pregnant now, on Verzenio.",
        "My mother had a stroke on Verzenio.",
        "Her right arm had swelling and a clot on abemaciclib.",
        "She was started on hemodialysis tomorrow's list, on Verzenio since June, creatinine 8.",
        "My patient miscarried at nine weeks on abemaciclib, how common is that?",
        "The nurse from the ward says she collapsed, on Verzenio since May.",
        "She was dead in the bath when the daughter came, Verzenio week 3.",
        "Case report: patient reported syncope on imlunestrant in week 2.",
        "When her ALT hit 900 we stopped abemaciclib.",
        "When she goes upstairs she is breathless, three weeks on Verzenio.",
        "Nurse station 4 called: pt on verzenio fell and broke her hip.",
        "Mother had a bleed on Verzenio, she is fine now.",
    ],
)
def test_guards_do_not_hide_reports(screener: Screener, message: str) -> None:
    """The same words, where it happened to somebody."""
    assert screener.screen([message]).pv


@pytest.mark.parametrize(
    "message",
    [
        "Pupils fixed and dilated, plt 4, abema cycle 2",
        "hubby found her on the floor, she had been on verzenio three weeks",
        "does abemaciclib need a level? She has neutropenic fever on 100.",
    ],
)
def test_words_of_laymen_in_notes(rules: Screener, message: str) -> None:
    """Eyes are no schoolchildren, a blood level no exam, a patient's husband not the writer's."""
    found = rules.screen([message])
    assert found.pv
    assert Code.NON_HCP not in found.codes


@pytest.mark.parametrize(
    "message",
    [
        "No sequencing lab for 150 miles. Does the page name access to testing as a barrier?",
        "Gastric sleeve patient at the counter. Which endocrine classes depend on the gut?",
        "If the ESR1 comes back mutated, is another AI sensible going by your data?",
        "The rep who stopped by at noon swore that only AIs breed ESR1 mutations. Does your table agree?",
        "I lecture at a nursing college. What does your table say of absorption?",
        "A mentor told me the goal is threefold. What does the page say?",
    ],
)
def test_scenes_around_a_question_are_not_its_subject(rules: Screener, message: str) -> None:
    """Distances, operations, colleagues and schools stand beside the question."""
    assert rules.screen([message]).should_answer


@pytest.mark.parametrize(
    ("message", "masked"),
    [
        ("we lost her (oyelaran, window bed), day 9", "we lost her ([name], window bed), day 9"),
        ("Wilhelmina (surname as the street) had a seizure", "[name] (surname as the street) had a seizure"),
        ("the nodule in the third bed of the liver", "the nodule in the third bed of the liver"),
    ],
)
def test_names_by_a_bed_or_with_a_remark(message: str, masked: str) -> None:
    """A bed may be told by its place, and a first name with a remark on it."""
    assert packaged_masker().mask_turns([message])[0][0] == masked
