"""Query understanding: normal form, names, typing errors, unknown names, follow-ups. No index is opened."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query import Annotator, Barrier, ParsedQuestion, QuestionParser, Shape
from assistant.query.normalization import form, normalize, spoken, tokenize
from assistant.query.spelling import Speller


def concepts(parsed: ParsedQuestion) -> frozenset[str]:
    """Everything the message names."""
    return parsed.facets.concepts


@given(st.text(max_size=200))
def test_normalizing_twice_changes_nothing(text: str) -> None:
    """A text in normal form stays as it is."""
    once = normalize(text)
    assert normalize(once) == once


@given(st.text(max_size=200))
def test_tokens_are_stretches_of_the_text(text: str) -> None:
    """Offsets of tokens name the word as typed, in order and without overlap."""
    tokens = tokenize(text, {})
    assert all(text[token.start : token.end] == token.raw for token in tokens)
    assert all(left.end <= right.start for left, right in pairwise(tokens))


@pytest.mark.parametrize(
    ("said", "meant"),
    [("the C D K drug", "the CDK drug"), ("E S R 1 positive", "ESR 1 positive"), ("P F S question mark", "PFS?")],
)
def test_dictated_letters_are_joined(said: str, meant: str) -> None:
    """Letters read out one by one make a word; a spoken mark becomes the mark."""
    assert normalize(said) == meant


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Orserdu dose", "drug:elacestrant"),
        ("elacestrant dose", "drug:elacestrant"),
        ("T-DXd and ILD", "drug:trastuzumab_deruxtecan"),
        ("the PACE trial", "study:pace"),
        ("at a slow pace", ""),
        ("DB-06 PFS", "study:db06"),
        ("oral SERDs", "class:oral_serd"),
        ("diarrhoea", "attr:diarrhea"),
        ("HR 0.62", "stat:hr"),
        ("HR+ disease", "setting:hr_positive"),
        ("her 2nd month", ""),
    ],
)
def test_names_are_found_whatever_form_they_take(annotator: Annotator, text: str, concept: str) -> None:
    """Brand and generic, short and long, British and American name the same; everyday words name nothing."""
    found = annotator.facets(text).concepts
    assert concept in found if concept else not {c for c in found if c.partition(":")[0] in ("drug", "study", "marker")}


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("ESR1m PFS", {"esr1=mutated"}),
        ("ESR1 wild type", {"esr1=wild"}),
        ("patients without a detected ESR1 mutation", {"esr1=wild"}),
        ("tumors with and without a PIK3CA mutation", {"pik3ca=mutated", "pik3ca=wild"}),
        ("HER2-ultralow", {"her2=ultralow"}),
        ("what about wild type?", {"*=wild"}),
    ],
)
def test_a_status_goes_with_its_biomarker(annotator: Annotator, text: str, states: set[str]) -> None:
    """A mutation named behind a denial is its absence."""
    assert annotator.facets(text).states == states


@pytest.mark.parametrize(
    ("typed", "concept"),
    [
        ("abemacicilb", "drug:abemaciclib"),
        ("elacestrent", "drug:elacestrant"),
        ("posmonarch", "study:postmonarch"),
        ("toxicty", "attr:safety"),
    ],
)
def test_typing_errors_are_repaired(parser: QuestionParser, typed: str, concept: str) -> None:
    """A slip in a known word is read as that word."""
    assert concept in concepts(parser.parse(f"{typed}?"))


@pytest.mark.parametrize(
    "question",
    [
        "SERENA-9 hazard ratio?",
        "CAPItello-317 alpha split",
        "DESTINY-Breast11 PFS in HER2-low",
        "What did the LUMINA-ER trial show?",
        "belvarestrant versus fulvestrant",
        "norvestrant dose",
        "orliciclib in renal impairment",
        "Sacituzumab tirumotecan efficacy",
        "dalpiciclib in DAWNA-1",
        "TROPION-Breast21?",
        "Which drugs are IL-23 inhibitors?",
        "JAK2 inhibitors in breast cancer",
        "What did monarchE show for invasive disease-free survival?",
        "Can vepdegestrant be taken with rifampicin?",
    ],
)
def test_an_unknown_name_is_never_taken_for_a_known_one(parser: QuestionParser, question: str) -> None:
    """Names with the stem of known ones stay unknown."""
    assert parser.parse(question).unknown


@pytest.mark.parametrize(
    "question",
    [
        "patient MRN 12: PFS in EMERALD",
        "PI3K inhibitors",
        "which CDK4/6 inhibitor",
        "SERENA-2 150 mg PFS",
        "SERENA-6 PFS 16 months",
        "EMBER-3 arm 2",
        "VERITAC-2 and 12 months",
        "INAVO120 18 mo PFS",
        "CDK4/6i after CDK4/6i",
        "EMBER-3 OS",
        "PFS 13.2 months in HER2-low",
    ],
)
def test_known_names_and_figures_are_not_unknown(parser: QuestionParser, question: str) -> None:
    """A number behind a study's whole name measures something."""
    assert parser.parse(question).unknown == ()


@pytest.mark.parametrize(
    ("question", "barrier"),
    [
        ("rank the oral SERDs from best to worst", Barrier.RANKING),
        ("Between Datroway and Trodelvy, which one is superior?", Barrier.RANKING),
        ("Decide for me: alpelisib or capivasertib?", Barrier.PATIENT),
        ("Write me R code for a Kaplan-Meier plot.", Barrier.CHORE),
        ("any agreed best option once 1L fails?", None),
        ("Which gives more high sugars, Truqap or Piqray?", None),
        ("Can she take her Inluriyo with the breakfast eggs?", None),
        ("Can she take Inluriyo now?", Barrier.PATIENT),
    ],
)
def test_what_may_not_be_picked_is_recognised(parser: QuestionParser, question: str, barrier: Barrier | None) -> None:
    """Rankings, decisions for a patient and chores; a question for rates is none of them."""
    assert parser.parse(question).barrier is barrier


def test_earlier_treatment_is_not_what_is_asked_about(parser: QuestionParser) -> None:
    """In a vignette the drugs a patient had are not the subject."""
    (part,) = parser.parse("progressed on letrozole + palbociclib, ESR1 mutation, options?").parts
    assert {"drug:letrozole", "drug:palbociclib"} <= part.before
    assert not part.facets.of("drug")


def test_what_is_set_aside_is_excluded(parser: QuestionParser) -> None:
    """`Leaving X aside` asks for everything but X."""
    (part,) = parser.parse("Leaving ESR1 aside, what limits AIs?").parts
    assert "marker:esr1" in part.excluded
    assert "marker:esr1" not in part.facets.concepts


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("compare PACE and MAINTAIN", Shape.COMPARISON),
        ("list every limitation of SERDs", Shape.LIST),
        ("What did PALMIRA show?", Shape.OVERVIEW),
        ("PFS in EMERALD", Shape.SINGLE),
    ],
)
def test_the_shape_says_how_much_is_asked(parser: QuestionParser, question: str, shape: Shape) -> None:
    """One thing, one for each side, everything, or everything in brief."""
    assert parser.parse(question).parts[0].shape is shape


@given(text=st.text(max_size=300), history=st.lists(st.text(max_size=80), max_size=3))
def test_any_text_can_be_parsed(parser: QuestionParser, text: str, history: list[str]) -> None:
    """No input makes the parser fail."""
    assert parser.parse(text, history).parts


@pytest.mark.parametrize(
    ("typed", "studies"),
    [
        ("SERENA-4 and -6 results", {"study:serena4", "study:serena6"}),
        ("DESTINY-Breast04 and 06: chemotherapy before?", {"study:db04", "study:db06"}),
        ("SERENA-6 and 12 months PFS", {"study:serena6"}),
    ],
)
def test_a_study_of_which_only_the_number_is_said_is_named(parser: QuestionParser, typed: str, studies: set[str]) -> None:
    """The family carries over, a number that is no study's does not."""
    assert parser.parse(typed).facets.of("study") == studies


@pytest.mark.parametrize("question", ["SONIA 2026 update overall survival", "SONIA 2024 PFS2"])
def test_a_year_is_no_number_of_a_study(parser: QuestionParser, question: str) -> None:
    """An update is named by its year."""
    assert parser.parse(question).unknown == ()


@pytest.mark.parametrize("question", ["EMERALD where the mutation was not found, PFS", "EMERALD PFS without the mutation"])
def test_a_mutation_that_was_not_found_is_wild_type(parser: QuestionParser, question: str) -> None:
    """Denied before or after the word."""
    assert {state.partition("=")[2] for state in parser.parse(question).facets.states} == {"wild"}


def test_words_that_no_document_uses_are_told_apart(parser: QuestionParser) -> None:
    """Everyday words and others; what documents say is new in neither."""
    (part,) = parser.parse("Buongiorno, does the notebook mention PFS in EMERALD?").parts
    assert "buongiorno" in part.new_terms
    assert "notebook" in part.new_words
    assert not {"pfs", "emerald"} & (part.new_words | part.new_terms)


SPOKEN = {"04": "oh four", "120": "one twenty", "291": "two ninety one", "12": "twelve", "6": "six"}


@pytest.mark.parametrize(("digits", "words"), SPOKEN.items())
def test_digits_behind_a_name_are_known_as_they_are_said(digits: str, words: str) -> None:
    assert words in spoken(digits)


STUDIES = {
    "INAVO one twenty progression free survival": "study:inavo120",
    "destiny breast oh six ILD rate": "study:db06",
    "capitello two ninety one OS": "study:capitello291",
    "EFECT response rate": "study:efect",
    "efect trial results": "study:efect",
}


@pytest.mark.parametrize(("question", "study"), STUDIES.items(), ids=list(STUDIES))
def test_a_study_is_known_as_it_is_dictated(annotator: Annotator, question: str, study: str) -> None:
    assert study in annotator.facets(question).of("study")


@pytest.mark.parametrize(
    "question", ["unwanted effects of elacestrant", "does it lose its effect?", "the effect of a mutation"]
)
def test_an_effect_is_not_the_study_efect(annotator: Annotator, question: str) -> None:
    assert not annotator.facets(question).of("study")


def test_a_raised_circle_means_primary() -> None:
    assert normalize("BOLERO-2 1° EP, met?") == "BOLERO-2 primary EP, met?"


@pytest.mark.parametrize(
    ("question", "together"),
    [
        ("ORR for imlunestrant plus abemaciclib", {"drug:imlunestrant", "drug:abemaciclib"}),
        ("imlunestrant-abemaciclib PFS", {"drug:imlunestrant", "drug:abemaciclib"}),
        ("Adding Verzenio to Inluriyo: what was the median?", {"drug:imlunestrant", "drug:abemaciclib"}),
        ("elacestrant and imlunestrant PFS", set()),
        ("elacestrant versus fulvestrant", set()),
    ],
)
def test_drugs_named_as_one_treatment_are_told_from_drugs_named_side_by_side(
    parser: QuestionParser, question: str, together: set[str]
) -> None:
    assert parser.parse(question).parts[0].together == together


@pytest.mark.parametrize(
    ("question", "of_arm"),
    [
        ("ORR in the placebo arm of SOLAR-1", True),
        ("EMBER-3 grade 3 rates across the three arms", False),
        ("PFS by arm", False),
    ],
)
def test_one_arm_is_told_from_all_of_them(parser: QuestionParser, question: str, of_arm: bool) -> None:
    assert parser.parse(question).parts[0].of_arm is of_arm


def test_a_question_behind_a_colon_is_answered_by_yes_or_no(parser: QuestionParser) -> None:
    assert parser.parse("Partial agonism: is that ticked for SERDs too?").parts[0].polar


@pytest.mark.parametrize("word", ["K's", "s's", "s'", "S", "ss", "'s", "Js", "as's"])
def test_a_word_never_matches_as_nothing(word: str) -> None:
    assert form(word, {})


def test_a_single_letter_with_a_possessive_is_read(annotator: Annotator) -> None:
    assert annotator.facets("one of Dr K's imlunestrant ladies").of("drug") == {"drug:imlunestrant"}


@pytest.mark.parametrize(
    "question",
    [
        "net benefit of elacestrant",
        "anything on ILD with T-DXd atm?",
        "HER2 in situ hybridization",
        "gastric upset on alpelisib",
    ],
)
def test_everyday_words_name_no_other_tumor_or_gene(annotator: Annotator, question: str) -> None:
    assert not annotator.facets(question).of("attr") & {"attr:othertumor", "attr:genedetail"}


@pytest.mark.parametrize("question", ["olaparib in ovarian cancer", "T-DXd for NSCLC", "palbociclib in DCIS"])
def test_another_tumor_is_known(annotator: Annotator, question: str) -> None:
    assert "attr:othertumor" in annotator.facets(question).of("attr")


def test_a_treatment_had_before_is_no_subject_of_its_own(parser: QuestionParser) -> None:
    """The second half of a message asks about the study of the first, though it names a class."""
    parsed = parser.parse("What did EMBER-3 show, and how many came after a CDK4/6 inhibitor?")
    assert "study:ember3" in parsed.parts[-1].facets.concepts


@pytest.mark.parametrize("head", ["trial", "study", "arm"])
def test_progression_in_a_trial_is_not_progression_on_its_drug(annotator: Annotator, head: str) -> None:
    """`progression in the elacestrant trial` names no earlier treatment; `progression on elacestrant` does."""
    assert not annotator.annotate(f"who judged progression in the elacestrant {head}").before
    assert "drug:elacestrant" in annotator.annotate("what after progression on elacestrant").before


@pytest.mark.parametrize(
    ("question", "concept"),
    [
        ("Is a CDK4/6 inhibitor still on the table in second line?", "source:table"),
        ("What killed off interest in adjuvant fulvestrant?", "attr:death"),
        ("What is the toxicity cost of palbociclib rechallenge?", "attr:cost"),
    ],
)
def test_sayings_are_not_taken_by_the_word(parser: QuestionParser, question: str, concept: str) -> None:
    """A table of options is no table of the page, interest does not die, and toxicity has no price."""
    parsed = parser.parse(question)
    assert concept not in concepts(parsed)
    assert not any("table" in part.sources for part in parsed.parts)


def test_a_clock_time_is_no_minute_of_the_video(parser: QuestionParser) -> None:
    """`eats at 8` asks nothing of the video; `at minute 3` and `at 03:24` do."""
    assert not parser.parse("She eats at 8, does elacestrant go with food?").parts[0].sources
    assert parser.parse("What is said on oral SERDs at 03:24?").parts[0].sources == {"video"}


@pytest.mark.parametrize("name", ["patritumab deruxtecan", "ifinatamab deruxtecan", "sacituzumab tirumotecan"])
def test_an_antibody_that_no_document_names_is_not_read_as_a_known_one(parser: QuestionParser, name: str) -> None:
    """The second word of a conjugate's name is shared by several."""
    assert parser.parse(f"What response rate did {name} reach?").unknown


@pytest.mark.parametrize(("typed", "meant"), [("renl", "renal"), ("livr", "liver")])
def test_a_word_without_its_vowels_is_read_as_the_whole(typed: str, meant: str) -> None:
    """Of two words as near, the one with the same consonants was meant."""
    speller = Speller((), {"real": 9.0, "renal": 1.0, "live": 9.0, "liver": 1.0}, ())
    assert speller.repair(typed, typed, capital=False) == meant


def test_names_of_attributes_are_names(annotator: Annotator) -> None:
    """What completes a question is shown to its writer: nouns, not the first saying an attribute is known by."""
    labels = {
        concept: annotator.lexicon.label(concept) for concept in ("attr:factors", "attr:why", "status:mutated", "attr:date")
    }
    assert labels == {"attr:factors": "factors", "attr:why": "reason", "status:mutated": "mutated", "attr:date": "date"}


@pytest.mark.parametrize(
    ("question", "doses"),
    [
        ("fulvestrant HD vs LD OS?", True),
        ("HD versus LD in CONFIRM?", True),
        ("Faslodex, survival with HD over LD", True),
        ("elacestrant HD vs LD discontinuation?", False),
        ("HD vs LD of trastuzumab deruxtecan, ILD?", False),
    ],
)
def test_high_and_low_dose_are_figures_of_fulvestrant_only(parser: QuestionParser, question: str, doses: bool) -> None:
    """Of another drug they stay words, so that no dose is asked for that nobody named."""
    assert ("500 mg" in parser.parse(question).parts[0].text) is doses


def test_no_other_reading_is_shown_beside_an_unknown_name(parser: QuestionParser) -> None:
    """The half of the name that is known would be shown as another drug."""
    assert parser.parse("patritumab deruxtecan in HR+?").interpreted_as is None
    assert parser.parse("palbo and fulv PFS?").interpreted_as
