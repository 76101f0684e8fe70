"""What is asked is read apart from how it is put: politeness, purposes, stories of patients, capitals, spaces left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Assistant
from assistant.query import Annotator, ParsedQuestion, QuestionParser, build_lexicon
from assistant.query.framing import Framing
from assistant.screening import screen
from assistant.types import Outcome, Question
from corpus import load_glossary
from tests.assistant.test_approved_answers import AT


@pytest.fixture(scope="module")
def framing() -> Framing:
    return Framing()


@pytest.fixture(scope="module")
def parser() -> QuestionParser:
    words = dict.fromkeys(("progression", "survival", "patient", "study", "limitation", "months"), 5.0)
    return QuestionParser(Annotator(build_lexicon(load_glossary())), load_glossary(), words)


def asked(parsed: ParsedQuestion) -> list[str]:
    return [part.text for part in parsed.parts]


@pytest.mark.parametrize(
    ("put", "left"),
    [
        ("Good afternoon, what is the dose of elacestrant?", "what is the dose of elacestrant?"),
        ("Dear team, quick question: PFS in EMERALD? Many thanks", "PFS in EMERALD?"),
        ("I would be most grateful if you could tell me what EMERALD showed.", "what EMERALD showed."),
        ("Would it be possible to know the ORR in evERA, please?", "the ORR in evERA?"),
        ("I am preparing a lecture for our fellows. PFS in EMERALD?", "PFS in EMERALD?"),
        ("Our trainee asked whether SERDs are oral", "whether SERDs are oral"),
        ("Name, for the purposes of a review, the three classes", "Name the three classes"),
        ("pharmacist here, sorry - food with Inluriyo?", "food with Inluriyo?"),
    ],
)
def test_frames_are_cut_off(framing: Framing, put: str, left: str) -> None:
    assert framing.unframed(put) == left


@pytest.mark.parametrize(
    "text",
    [
        "I want to start Afinitor, any mutation for the label?",
        "May I say that one is best?",
        "thanks",
        "please",
        "Elacestrant data?",
    ],
)
def test_what_is_no_frame_or_leaves_no_question_stays(framing: Framing, text: str) -> None:
    assert framing.unframed(text) == text


@given(st.text(max_size=300))
def test_unframing_only_takes_away(text: str) -> None:
    left = Framing().unframed(text)
    assert len(left) <= max(len(text), 1)
    if not left:
        assert not text.strip()


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("58yo, bone-only, letrozole stopped working. Which classes are used next?", "Which classes are used next?"),
        ("67F PD on palbo-letro 22 mo / NGS pending. Board asks: is a sequence agreed?", "is a sequence agreed?"),
        ("Case 7 - 59F, PD liver. Q: elacestrant PFS in ESR1m?", "elacestrant PFS in ESR1m?"),
        ("70yo ESR1m - what did EMERALD show in this group?", "what did EMERALD show in this group?"),
    ],
)
def test_the_story_of_a_patient_is_not_searched_for(parser: QuestionParser, message: str, question: str) -> None:
    assert asked(parser.parse(message)) == [question]


def test_a_question_takes_from_the_story_what_it_leans_on(parser: QuestionParser) -> None:
    """The drug being started, and the mutation; not the drug that is behind the patient."""
    started = parser.parse("72F starting fulvestrant: which needle volumes are used?")
    assert "drug:fulvestrant" in started.facets.concepts
    behind = parser.parse("64yo on letrozole, PD in liver, ESR1m. Which classes are used next?")
    assert "drug:letrozole" not in behind.facets.concepts
    assert "esr1=mutated" in behind.facets.states


@pytest.mark.parametrize(
    ("message", "drugs"),
    [
        ("72F on Verzenio, week 3, admitted with pneumonitis. What dose reductions are there?", {"drug:abemaciclib"}),
        ("72F on palbociclib, ESR1m. What options are there?", set()),
        ("72F, progressed on Verzenio. What dose reductions are there?", set()),
    ],
)
def test_a_treatment_under_way_is_meant_by_questions_on_its_use(parser: QuestionParser, message: str, drugs: set[str]) -> None:
    assert parser.parse(message, ()).parts[0].facets.of("drug") == drugs


def test_what_narrows_every_question_on_a_patient_is_kept(parser: QuestionParser) -> None:
    """Dialysis and pregnancy in the story hold for the question: without a statement on them there is no answer."""
    assert "attr:renal" in parser.parse("66yo on dialysis: elacestrant dose?").facets.concepts
    assert "attr:pregnancy" in parser.parse("38yo, 14 weeks pregnant: which endocrine drug is used?").facets.concepts


def test_an_unknown_name_counts_where_the_question_is(parser: QuestionParser) -> None:
    assert parser.parse("59F, IDC, BMs only. Q: imlunestrant approval date?").unknown == ()
    assert parser.parse("59F, bone only. Q: zolvantinib approval date?").unknown == ("zolvantinib",)
    assert parser.parse("59F progressed on zolvantinib. Q: what is the dose?").unknown == ("zolvantinib",)


def test_an_unknown_name_is_not_explained_by_the_turn_before(parser: QuestionParser) -> None:
    parsed = parser.parse("and metformin?", ["What are the limitations of oral SERDs?"])
    assert parsed.unknown == ("metformin",)
    assert parsed.interpreted_as is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dose ofelacestrant", "dose of elacestrant"),
        ("PARPinhibitors approved?", "PARP inhibitors approved?"),
        ("median surgival in EMERALD", "median survival in EMERALD"),
        ("how many pateints in EMBER-3", "how many patient in EMBER-3"),
        ("eveerolimus dose", "everolimus dose"),
        ("EFECT ORR", "EFECT ORR"),
    ],
)
def test_slips_of_the_thumb_are_mended(parser: QuestionParser, typed: str, meant: str) -> None:
    assert asked(parser.parse(typed)) == [meant]


def test_a_shouted_question_is_read_as_if_it_were_not(parser: QuestionParser) -> None:
    shouted, said = (
        parser.parse("WHAT IS THE DOSE OF ELACESTRANT WITH FOOD?"),
        parser.parse("what is the dose of elacestrant with food?"),
    )
    assert shouted.facets.concepts == said.facets.concepts
    assert shouted.unknown == ()
    assert "study:maintain" in parser.parse("MAINTAIN VS PALMIRA SIDE BY SIDE").facets.concepts


def test_a_source_named_in_one_question_holds_for_that_one(parser: QuestionParser) -> None:
    first, second = parser.parse("Which dose has fulvestrant, and what does the video say of fulvestrant?").parts
    assert (first.sources, second.sources) == (frozenset(), frozenset({"video"}))


def test_what_is_added_is_asked_of_within_the_study_before(parser: QuestionParser) -> None:
    parsed = parser.parse("Very helpful. And with the addition of avelumab?", ["Median PFS in PACE?"])
    assert {"study:pace", "drug:avelumab", "attr:pfs"} <= parsed.facets.concepts


def test_politeness_and_a_story_change_no_answer(packaged_assistant: Assistant) -> None:
    def quotes(text: str) -> list[str]:
        screening = screen((text,))
        answer = packaged_assistant.answer(Question(screening.masked, "con", AT), screening)
        assert answer.outcome is Outcome.ANSWERED
        return [citation.quote for citation in answer.citations]

    plain = quotes("What was the median PFS with imlunestrant in ESR1-mutated disease in EMBER-3?")
    framed = "Good morning, I would be grateful to know: what was the median PFS with imlunestrant in ESR1-mutated disease in EMBER-3? Thanks"
    told = (
        "63F, PD on palbociclib + letrozole. Q: What was the median PFS with imlunestrant in ESR1-mutated disease in EMBER-3?"
    )
    assert quotes(framed) == plain
    assert quotes(told) == plain


@pytest.mark.parametrize(
    "text",
    ["What was median PFS in EMERALD?", "EMBER-3 PFS", "What is the dose of elacestrant?", "Is inavolisib approved in the US?"],
)
def test_what_a_statement_covers_word_by_word_is_answered(packaged_assistant: Assistant, text: str) -> None:
    screening = screen((text,))
    assert packaged_assistant.answer(Question(screening.masked, "con", AT), screening).outcome is Outcome.ANSWERED
