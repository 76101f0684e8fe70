"""Masking of names and numbers as notes and hurried messages write them."""

from __future__ import annotations

import pytest

from assistant.screening import mask


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("kowalczyk in bed 12, 68F on abemaciclib", "kowalczyk"),
        ("okonjo in 7A needs her verzenio held", "okonjo"),
        ("pt rodriguez bed 4 started inluriyo last week", "rodriguez"),
        ("Featherstonehaugh (bed 9) K 2.9", "Featherstonehaugh"),
        ("Bed 9, Featherstonehaugh: K 2.9", "Featherstonehaugh"),
        ("re: haverford, 71F, imlunestrant C3", "haverford"),
        ("Admitting delacroix to 3 west, platelets 40", "delacroix"),
        ("Mulcahy's scans are worse on Verzenio", "Mulcahy"),
        ("Mulcahy coded overnight on verzenio", "Mulcahy"),
        ("the Mulcahy patient is back", "Mulcahy"),
        ("HAVERFORD, JUNE. 66F, no complaints", "HAVERFORD, JUNE"),
        ("VAN DER MERWE, ANNEKE. Denies rash.", "VAN DER MERWE, ANNEKE"),
        ("Haverford, June - 66F imlunestrant", "Haverford, June"),
        ("(KOWALSKI, J) 59F imlunestrant c4", "KOWALSKI, J"),
        ("name: oyelaran, temitope", "oyelaran, temitope"),
        ("J.T. is a 64F on verzenio", "J.T."),
        ("please reply to nurse Oyelaran", "Oyelaran"),
        ("What is the starting dose? - Ilse V., RN", "Ilse V."),
        ("Her name's Beatriz", "Beatriz"),
        ("My lady Siobhan vomits on imlunestrant", "Siobhan"),
        ("Amparo (sister) rang", "Amparo"),
        ("client ruby okafor started abema", "ruby okafor"),
        ("pt anne-lise crenshaw c/o nausea", "anne-lise crenshaw"),
        ("pt k. stavridis coded in the chair", "k. stavridis"),
        ("Gutierrez, Shreyaswini 61F on verzenio", "Gutierrez, Shreyaswini"),
        ("Inluriyo does nothing for Deborah Wisniewski's disease", "Deborah Wisniewski"),
        ("Seeing Ottoline Okafor at noon, progressing on an AI", "Ottoline Okafor"),
    ],
)
def test_masks_names_where_notes_put_them(text: str, hidden: str) -> None:
    masked, spans = mask(text)
    assert hidden not in masked
    assert {span.kind for span in spans} == {"name"}


@pytest.mark.parametrize(
    ("text", "hidden", "kind"),
    [
        ("her mobile is five five five, zero one four three", "five five five, zero one four three", "phone"),
        ("pager 55812", "55812", "phone"),
        ("email jo dot smith at example dot com", "jo dot smith at example dot com", "e-mail"),
        ("jo.smith [at] example.com is my mail", "jo.smith [at] example.com", "e-mail"),
        ("write to jsmith at example.org", "jsmith at example.org", "e-mail"),
        ("dob 031458", "031458", "dob"),
        ("DOB 3 14 58", "3 14 58", "dob"),
        ("on the ninth of April she fell", "the ninth of April", "date"),
        ("last four of her social are 0182", "0182", "ssn"),
        ("SSN: xxx-xx-0182", "xxx-xx-0182", "ssn"),
        ("Aetna W221988341", "W221988341", "record"),
        ("pt #0227-14 in EMBER-3", "0227-14", "record"),
        ("study subject 3301", "3301", "record"),
        ("mrn 44 71 920", "44 71 920", "record"),
        ("serial number of her port: 88120-AB", "88120-AB", "record"),
        ("lives at 14 Elmwood, Topeka", "14 Elmwood", "address"),
        ("lives on elm street 14", "elm street 14", "address"),
        ("in her 90s", "90s", "age"),
        ("F/92 on abemaciclib", "92", "age"),
    ],
)
def test_masks_numbers_and_addresses_in_spoken_forms(text: str, hidden: str, kind: str) -> None:
    masked, spans = mask(text)
    assert hidden not in masked
    assert kind in {span.kind for span in spans}


@pytest.mark.parametrize(
    "text",
    [
        "elacestrant in 2L, ribociclib in 1L",
        "ILD, VTE. Which one is in W&P?",
        "Imlunestrant, Abemaciclib. Compare",
        "Smith 2021 reported it",
        "Cockcroft Gault vs CKD-EPI",
        "Does the video name SERDs as a second-line option?",
        "patients in 14 countries, bed rest in 12 hours",
        "look at the data at asco.org",
        "extension phase, 300 patients",
        "lot DX77031, NDC 0002-4483-54",
    ],
)
def test_leaves_what_only_looks_like_a_name_or_number(text: str) -> None:
    assert mask(text)[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "pt c. diff positive on abemaciclib",
        "pt w. metastases, on verzenio",
        "pt e. coli sepsis, abemaciclib held",
        "Is Gehrig's disease listed for Verzenio?",
        "Finn, R. PALOMA-2 abstract",
    ],
)
def test_germs_eponyms_and_authors_are_no_patients(text: str) -> None:
    """A short word with a full stop before a word is seldom an initial."""
    assert mask(text)[0] == text
