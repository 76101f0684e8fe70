"""Masking of names of many origins, of names told again, and of numbers, dates and places as other countries write them."""

from __future__ import annotations

import pytest

from assistant.screening import mask, screen

# Names by what marks them: a relation, a sign-off, a caller's greeting, a nickname, a list, a dash.
NAMES = [
    ("meine Tante Irmgard nimmt Verzenios und hat Fieber", "Irmgard"),
    ("mi suegra Milagros toma abemaciclib", "Milagros"),
    ("minha avó Conceição toma o remédio", "Conceição"),
    ("my mother-in-law Parveen was given double", "Parveen"),
    ("Distinti saluti, Fiorenza Bevilacqua", "Fiorenza Bevilacqua"),
    ("What is the dose? Best wishes, Sunniva", "Sunniva"),
    ("— Priyanka, oncology CNS", "Priyanka"),
    ("Sent from my phone - Declan", "Declan"),
    ("hi im Shaniqua from the infusion center", "Shaniqua"),
    ("Everyone calls her Birdie, she's 70", "Birdie"),
    ("lady called mehwish, 44, on abemaciclib", "mehwish"),
    ("It is about Henrietta, her potassium is 2.8", "Henrietta"),
    ("tanisha brown keeps getting mouth sores", "tanisha brown"),
    ("Follow up on Noor B. with pneumonitis", "Noor B"),
    ("O'Dowd, Fergal, male breast ca, hypotension", "O'Dowd, Fergal"),
    ("GUTIERREZ, ALMA - upper GI bleed", "GUTIERREZ, ALMA"),
    ("Prior auth denied for Thomasina Wu, Inluriyo", "Thomasina Wu"),
    ("Mevrouw Van der Kolk heeft diarree", "Van der Kolk"),
    ("Smt. Kamala has a rash on Verzenio", "Kamala"),
    ("Tanaka-san fainted after her tablet", "Tanaka"),
    ("Case: Ndlovu. Abemaciclib day 15, ANC 0.4.", "Ndlovu"),
    ("Bed 22 Haslinger gets 200 mg instead of 150", "Haslinger"),
    ("Kwabena Asante is the gentleman whose LFTs rose", "Kwabena Asante"),
]
FORMS = [
    ("KIS-Nr. 4402918, Leberwerte erhöht", "4402918", "record"),
    ("Nº historia 55-20931, diarrea", "55-20931", "record"),
    ("nosological no. 88412-C, thrombosis", "88412-C", "record"),
    ("Hospital ref: ONC/2025/00812, new AF", "ONC/2025/00812", "record"),
    ("PID 338812, thrombocytopenia", "338812", "record"),
    ("Insurance: Cigna U83 7719 204 02", "U83 7719 204 02", "record"),
    ("number plate KT19 WXB was on the form", "KT19 WXB", "record"),
    ("Personnr 19610412-4428", "19610412-4428", "record"),
    ("Presented 11/02/2025 w/ DVT", "11/02/2025", "date"),
    ("Onset 5-Nov, fever", "5-Nov", "date"),
    ("seit dem 03.03. Durchfall", "03.03.", "date"),
    ("Depuis le 4/11 elle vomit", "4/11", "date"),
    ("since 14/2 no appetite", "14/2", "date"),
    ("went to ED 3/3 with PE", "3/3", "date"),
    ("geb. 17.08.1955, Thrombose", "17.08.1955", "dob"),
    ("Tel. 089/4400-71234", "089/4400-71234", "phone"),
    ("tél. 01.44.55.66.77", "01.44.55.66.77", "phone"),
    ("cel: (55) 11 95555-0199", "(55) 11 95555-0199", "phone"),
    ("bleep me on 1187", "1187", "phone"),
    ("Keizersgracht 221, 1016 DV Amsterdam", "1016 DV", "postcode"),
    ("400 Bay Street, Toronto ON M5H 2Y4", "M5H 2Y4", "postcode"),
    ("c/ Sagasta 23, 28004 Madrid", "Sagasta 23", "address"),
    ("Vasagatan 11, Stockholm", "Vasagatan 11", "address"),
    ("my gran is 97 and takes it", "97", "age"),
    ("Patientin 91 J., Sturz", "91", "age"),
    ("male, 92, hypotension on abema", "92", "age"),
    ("gentleman of 90", "90", "age"),
    ("a nonagenarian on verzenio fell", "nonagenarian", "age"),
]
# What only looks like an identifier.
LEFT_ALONE = [
    "Finn RS, Martin M, Rugo HS. NEJM 2016;375:1925-36",
    "Turner NC. Lancet Oncol 2023",
    "Astley Cooper described the ligaments.",
    "Sister Mary Joseph nodule, is it M1?",
    "Royal Marsden protocol for diarrhoea",
    "Does Simon two-stage design apply?",
    "Sarah Cannon and Susan G. Komen",
    "an Irish patient, an Indian patient",
    "Women from Kenya and Chad in the trial",
    "ISRCTN 12345678",
    "Lot number C998877A was recalled",
    "CAS 2408840-26-4, PZN 12345678, EU/1/18/1307/001",
    "SmPC revised 12 September 2025",
    "Section 4.8 of the SmPC, Table 3",
    "ER 8/8 Allred",
    "le 1/3 des patientes",
    "letrozole 2.5, box says Verzenio 100",
    "ChatGPT and Claude gave different answers",
    "emptied Mon to Thu of the organizer",
    "mi madre tiene miedo",
    "husband blames the abemaciclib",
    "her daughter grinds the tablets",
    "im looking for ESR1 testing",
    "Fall: Neutropenie Grad 3 unter Ribociclib",
]


@pytest.mark.parametrize(("text", "hidden"), NAMES)
def test_masks_names_of_many_origins(text: str, hidden: str) -> None:
    assert hidden not in mask(text)[0]


@pytest.mark.parametrize(("text", "hidden", "kind"), FORMS)
def test_masks_what_other_countries_write(text: str, hidden: str, kind: str) -> None:
    masked, spans = mask(text)
    assert hidden not in masked
    assert kind in {span.kind for span in spans}


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_leaves_alone_what_only_looks_like_an_identifier(text: str) -> None:
    assert mask(text)[0] == text


def test_a_name_told_once_is_masked_wherever_it_stands() -> None:
    masked, _ = mask("I saw Ms Castellani today. Castellani has a rash; can castellani restart?")
    assert "astellani" not in masked


def test_a_name_of_one_turn_is_masked_in_the_next() -> None:
    turns = screen(["Mrs Laaksonen took two tablets.", "laaksonen feels fine now"]).masked_turns
    assert "aaksonen" not in " ".join(turns)


def test_an_everyday_word_is_not_masked_again_for_being_a_name() -> None:
    assert mask("Mrs Price has a rash. What is the price of Verzenio?")[0].endswith("What is the price of Verzenio?")
