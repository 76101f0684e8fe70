"""Identifiers are masked, age and sex stay, what only looks like an identifier is left alone, offsets hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.screening import load_policy, mask


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Pt Anjali Raghunathan, 54F, MRN#99821-A, seen 3/14/2026", ["Anjali Raghunathan", "99821-A", "3/14/2026"]),
        ("Mr. Oluwaseun Adeyemi-Clarke (b. 2 Feb 1951) progressed", ["Oluwaseun Adeyemi-Clarke", "2 Feb 1951"]),
        ("my patient Marisol's platelets fell to 60 on Verzenio", ["Marisol"]),
        ("mrs. lindqvist called from 612.555.0144", ["lindqvist", "612.555.0144"]),
        ("Patient: O'Donnell, Kathleen; SSN 555-12-3456", ["O'Donnell, Kathleen", "555-12-3456"]),
        ("PT NAME: GARCIA, LUZ. DOB 05.11.1962.", ["GARCIA, LUZ", "05.11.1962"]),
        ("email jpark_onc@hospital.example.org or (415) 555-0170", ["jpark_onc@hospital.example.org", "(415) 555-0170"]),
        ("accession number GH-2210045, drawn Oct 3", ["GH-2210045", "Oct 3"]),
        (
            "Rosario Quispe, nacida el 4 de julio de 1960, tel. 305-555-0188",
            ["Rosario Quispe", "4 de julio de 1960", "305-555-0188"],
        ),
        ("she lives at 1420 W. Addison St, Chicago 60613", ["1420 W. Addison St", "60613"]),
        ("date of birth March twelfth nineteen fifty four", ["March twelfth nineteen fifty four"]),
        ("pt deshawn washington 49m on abema", ["deshawn washington"]),
        ("Insurance ID: BCBS-0099-4471", ["BCBS-0099-4471"]),
        ("scans 1/22, then admitted 6/2", ["1/22", "6/2"]),
        ("Photo at https://charts.example.org/p/88213, login dgreer_rn", ["https://charts.example.org/p/88213", "dgreer_rn"]),
        ("The 94-year-old and her friend of ninety-one years", ["94"]),
        ("WhatsApp +44 7700 900123 works", ["+44 7700 900123"]),
    ],
)
def test_identifiers_are_masked(text: str, hidden: list[str]) -> None:
    """Names, dates, numbers, contact details, ages over 89, in the ways people type them."""
    masked, spans = mask(text)
    assert all(identifier not in masked for identifier in hidden)
    assert {text[span.start : span.end] for span in spans} >= {h for h in hidden if "," not in h}


@pytest.mark.parametrize(
    "text",
    [
        "Lot number C779120A expired 06/2027, NDC 0002-5337-54.",
        "EMBER-3 (NCT04975308) read out December 11, 2024 at SABCS. PMID 39660834, doi 10.1056/NEJMoa2410858",
        "The FDA approved imlunestrant on September 25, 2025.",
        "Rugo et al. 2021; what did Dr. Jhaveri say in San Antonio?",
        "HR 0.62 (95% CI, 0.46-0.82); grade 3/4 in 26.5%; BP 120/80; 6/11 responded",
        "abemaciclib 150 mg BID days 1-28, fulvestrant 500 mg on days 1, 15, 29",
        "Madison, Austin and Charlotte had EMBER-3 sites.",
        "Hy's law, Child-Pugh B, Kaplan-Meier, Stevens-Johnson, St John's wort, Gilbert's",
        "PALOMA-3, SERENA-6, CAPItello-291; Guardant360 CDx; Eli Lilly and Menarini Stemline",
        "Version 2.1, effective 2026-01-15, VV-MED-156150",
        "67F, a 58-year-old lady, 44 yo man, aged 89, F 69: options in the second line?",
        "May I combine them? Will Medicare pay? March on.",
    ],
)
def test_what_only_looks_like_an_identifier_stays(text: str) -> None:
    """Lots, trials, papers, statistics, doses, approval dates, authors, cities, eponyms; age up to 89 and sex."""
    assert mask(text) == (text, ())


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    """A placeholder is no identifier and uncovers none."""
    masked, _ = mask(text)
    assert mask(masked) == (masked, ())


PIECES = st.sampled_from(
    [
        "Dolores Quintanilla",
        "DOB 03/14/1961",
        "MRN 884213",
        "(614) 555-0138",
        "jane.roe@example.org",
        "pt",
        "Mr. Tillery",
        "94-year-old",
        "67F",
        "on abemaciclib",
        "née Ștefănescu",
        "🙂",
        "İstanbul",
        "12 Oak Street",
        ", ",
        ". ",
        "\n",
        "admitted 5/17",
        "Ruth Ann",
    ]
)


@given(st.lists(PIECES, max_size=12))
@settings(max_examples=200, deadline=None)
def test_spans_are_of_the_text_as_typed(pieces: list[str]) -> None:
    """Replacing the spans by their placeholders gives the masked text; spans are in order and apart, under any script."""
    text = " ".join(pieces)
    masked, spans = mask(text)
    placeholders = load_policy().masking.placeholders
    rebuilt, at = "", 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        rebuilt += text[at : span.start] + placeholders[span.kind]
        at = span.end
    assert rebuilt + text[at:] == masked
    assert mask(masked)[0] == masked


@given(st.integers(18, 89), st.sampled_from(["F", "M", "yo woman", "-year-old man", " y/o"]))
def test_age_and_sex_stay(age: int, form: str) -> None:
    """They make a patient identifiable for a safety report."""
    text = f"{age}{form} on abemaciclib"
    assert mask(text)[0] == text


@given(st.integers(90, 109), st.sampled_from(["F", "yo", "-year-old", " years old"]))
def test_ages_over_89_are_identifiers(age: int, form: str) -> None:
    """HIPAA Safe Harbor; the sex stays."""
    masked, spans = mask(f"{age}{form} lady on abemaciclib")
    assert str(age) not in masked
    assert "lady" in masked
    assert [span.kind for span in spans] == ["age"]
