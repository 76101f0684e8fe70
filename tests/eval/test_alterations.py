"""Alterations of faithful sentences: one thing at a time, and something that is wrong."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eval.alterations import CERTAINTY, DENIAL, DOSE, DRUG, ENDPOINT, FIGURE, KINDS, LINE, MARKER, SWAP, TRIAL, WORD, alter

DRUGS = ("elacestrant", "fulvestrant", "palbociclib")
SOURCE = "Median PFS was 3.8 months with elacestrant and 1.9 months with fulvestrant; 41% and 19% were alive. Palbociclib: palbociclib was allowed."


def altered(kind: str, sentence: str, source: str = SOURCE) -> list[str]:
    """The alterations of one kind."""
    return [each.text for each in alter(sentence, [source], DRUGS) if each.kind == kind]


def test_a_figure_is_exchanged_for_another_printed_one_of_its_form() -> None:
    assert altered(FIGURE, "PFS was 3.8 months with elacestrant.") == ["PFS was 1.9 months with elacestrant."]


def test_a_drug_is_exchanged_for_another_of_the_statements() -> None:
    assert altered(DRUG, "PFS was 3.8 months with elacestrant.") == [
        "PFS was 3.8 months with fulvestrant.",
        "PFS was 3.8 months with palbociclib.",
    ]


def test_two_drugs_change_places_unless_they_are_partners() -> None:
    assert altered(SWAP, "PFS was 3.8 months with elacestrant, 1.9 with fulvestrant.") == [
        "PFS was 3.8 months with fulvestrant, 1.9 with elacestrant."
    ]
    assert altered(SWAP, "PFS with fulvestrant plus palbociclib was 1.9 months.") == []


def test_a_denial_is_dropped_where_there_is_one_and_added_where_there_is_none() -> None:
    assert altered(DENIAL, "PFS did not differ.") == ["PFS did differ."]
    assert altered(DENIAL, "PFS was longer.") == ["PFS was not longer."]


def test_a_direction_or_measure_becomes_its_opposite() -> None:
    assert altered(WORD, "PFS was longer.") == ["PFS was shorter."]
    assert altered(WORD, "overall survival differed") == ["progression-free survival differed"]


def test_names_inside_words_and_numbers_of_names_are_left_alone() -> None:
    sentence, source = "In TRIAL-9, SERENA-6 and HER2 the fulvestrants", "SERENA-4: 9 and 6 fulvestrant"
    assert {each.kind for each in alter(sentence, [source], DRUGS)} == {TRIAL}


def test_names_of_one_sort_are_exchanged_for_others_that_the_statements_print() -> None:
    assert altered(ENDPOINT, "PFS was longer.", "PFS and OS") == ["overall survival was longer."]
    assert altered(ENDPOINT, "PFS was longer.", "PFS alone") == []
    assert altered(TRIAL, "EMERALD met it, in ESR1.", "EMERALD and EMBER-3") == ["EMBER-3 met it, in ESR1."]
    assert altered(MARKER, "an ESR1 mutation", "ESR1 and PIK3CA") == ["an PIK3CA mutation"]
    assert altered(LINE, "first-line use", "in the second line") == ["second-line use"]
    assert altered(DOSE, "75 mg was given", "75 mg or 150 mg") == ["150 mg was given"]


def test_a_hedge_is_dropped() -> None:
    assert altered(CERTAINTY, "It may be retested.") == ["It is retested."]


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_can_be_altered_and_no_alteration_is_the_same(sentence: str, source: str) -> None:
    for each in alter(sentence, [source, SOURCE], DRUGS):
        assert each.kind in KINDS
        assert each.text != sentence
