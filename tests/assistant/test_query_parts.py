"""Parts and turns: follow-ups, several questions in one message, and what completes or introduces one. No index is opened."""

from __future__ import annotations

import pytest

from assistant.query import QuestionParser


@pytest.mark.parametrize(
    ("turns", "wanted", "unwanted"),
    [
        (("limitations of AIs", "and SERMs?"), {"attr:limitation", "class:serm"}, {"class:ai"}),
        (("SERENA-6 PFS?", "approved here in the States?"), {"study:serena6", "attr:approval", "region:us"}, {"attr:pfs"}),
        (("OlympiAD PFS", "talazoparib?"), {"drug:talazoparib", "attr:pfs"}, {"study:olympiad"}),
        (("BOLERO-2: PFS?", "did they live longer?"), {"study:bolero2", "attr:os"}, {"attr:pfs"}),
        (("PALMIRA?", "switching topic. ILD rate with Enhertu"), {"attr:ild"}, {"study:palmira"}),
        (("the video on fulvestrant's limits", "and the ones you take by mouth"), {"class:oral_serd"}, {"drug:fulvestrant"}),
        (
            ("SOLAR-1 PFS", "INAVO120 PFS", "back to the first one: hyperglycemia?"),
            {"study:solar1", "attr:hyperglycemia"},
            {"study:inavo120"},
        ),
    ],
)
def test_follow_ups_take_over_what_they_do_not_name(
    parser: QuestionParser, turns: tuple[str, ...], wanted: set[str], unwanted: set[str]
) -> None:
    """Slot by slot: what the turn names replaces what was named before."""
    found = parser.parse(turns[-1], turns[:-1]).facets.concepts
    assert wanted <= found
    assert not unwanted & found


@pytest.mark.parametrize("turn", ["versus imlunestrant", "how does that compare to imlunestrant?", "compare with imlunestrant"])
def test_what_is_set_beside_joins_what_was_spoken_of(parser: QuestionParser, turn: str) -> None:
    """A comparison asked for behind an answer keeps its subject and its question."""
    assert {"drug:elacestrant", "drug:imlunestrant", "attr:nausea"} <= parser.parse(
        turn, ["elacestrant nausea"]
    ).facets.concepts


def test_a_bare_status_is_said_of_the_earlier_biomarker(parser: QuestionParser) -> None:
    """`And in wild type?` asks about the gene that was named."""
    parsed = parser.parse("and in wild type?", ("Elacestrant PFS in EMERALD in ESR1 mutated?",))
    assert parsed.facets.states == {"esr1=wild"}
    assert parsed.interpreted_as is not None
    assert "EMERALD" in parsed.interpreted_as


def test_asking_for_the_source_repeats_the_question_before(parser: QuestionParser) -> None:
    """The answer before is derived again, nothing is remembered."""
    parsed = parser.parse("Source for that?", ("EMBER-3 PFS in ESR1m?",))
    assert parsed.recall
    assert "study:ember3" in parsed.facets.concepts


def test_two_questions_in_one_message_are_two_parts(parser: QuestionParser) -> None:
    """The second takes over the study of the first."""
    parts = parser.parse("BOLERO-2: what was PFS? Any patients with prior CDK4/6i?").parts
    assert len(parts) == 2
    assert all("study:bolero2" in part.facets.concepts for part in parts)


def test_a_question_that_only_names_asks_what_the_one_before_asked(parser: QuestionParser) -> None:
    """An arm, a class in a question that leans, and a bare date go with what was asked before; a question of its own does not."""
    arm = parser.parse("PFS with gedatolisib in PIK3CA-mutated disease, and what did the alpelisib arm do?").parts[1]
    assert {"attr:pfs", "drug:gedatolisib", "drug:alpelisib"} <= arm.facets.concepts
    assert "pik3ca=mutated" in arm.facets.states
    leaning = parser.parse("How common are ESR1 mutations in primary tumors? And after an AI plus a CDK4/6 inhibitor?").parts[1]
    assert {"attr:prevalence", "marker:esr1"} <= leaning.facets.concepts
    date = parser.parse("Is elacestrant approved in Japan? Which date?").parts[1]
    assert {"attr:approval", "region:jp", "drug:elacestrant"} <= date.facets.concepts
    own = parser.parse("PFS in EMERALD? And what is the dose of elacestrant?").parts[1]
    assert "attr:pfs" not in own.facets.concepts


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("first: PFS of elacestrant. second: nausea with imlunestrant", ["PFS of elacestrant", "nausea with imlunestrant"]),
        ("(1) OS in TROPiCS-02; (2) dose of capivasertib", ["OS in TROPiCS-02", "dose of capivasertib"]),
        ("Last one of a long day... what is the PFS in EMERALD?", ["what is the PFS in EMERALD?"]),
        ("imlunestrant and nausea? EMBER-3 subgroup", ["imlunestrant and nausea?, and EMBER-3 subgroup"]),
        ("rash with capivasertib (grade 3) in CAPItello-291", ["rash with capivasertib (grade 3) in CAPItello-291"]),
        ("What follows the first, second and third line?", ["What follows the first, second and third line?"]),
    ],
)
def test_a_message_is_cut_where_it_counts_its_questions(parser: QuestionParser, message: str, parts: list[str]) -> None:
    """Counted questions are parts; what only leads up to them, or only names behind them, is none."""
    found = [part.text for part in parser.parse(message).parts]
    assert len(found) == len(parts)
    assert all(text.startswith(start) for text, start in zip(found, parts, strict=True))


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Lynparza in the OlympiAD study - dose and response rate against chemo?", ({"attr:dose"}, {"attr:orr"})),
        ("BYLieve A: design + mPFS", ({"attr:design"}, {"attr:pfs"})),
        (
            "Fulvestrant: year of first US approval, and dose in moderate hepatic impairment?",
            ({"attr:approval"}, {"attr:hepatic"}),
        ),
    ],
)
def test_two_things_asked_in_one_sentence_are_two_parts(
    parser: QuestionParser, question: str, parts: tuple[set[str], ...]
) -> None:
    """Each part has its own attribute and the subject of the whole."""
    parsed = parser.parse(question)
    assert len(parsed.parts) == len(parts)
    for part, attributes in zip(parsed.parts, parts, strict=True):
        assert attributes <= part.facets.concepts
        assert part.facets.of("drug", "study")


@pytest.mark.parametrize(
    "question", ["PFS and OS of PACE versus MAINTAIN", "elacestrant and imlunestrant PFS", "nausea, EMERALD"]
)
def test_names_joined_by_and_are_not_cut_apart(parser: QuestionParser, question: str) -> None:
    """Every part has all the names."""
    parsed = parser.parse(question)
    assert all(part.facets.of("drug", "study") == parsed.facets.of("drug", "study") for part in parsed.parts)


@pytest.mark.parametrize("last", ["and the ones where nothing was detected?", "and in those with nothing found?"])
def test_nothing_found_is_the_wild_type_of_the_gene_before(parser: QuestionParser, last: str) -> None:
    part = parser.parse(last, ("What did EMERALD find for ESR1-mutant tumours?",)).parts[0]
    assert part.facets.states == {"esr1=wild"}
    assert "study:emerald" in part.facets.concepts


def test_who_wants_a_thing_is_no_part_of_the_question(parser: QuestionParser) -> None:
    assert parser.parse("Regulatory wants the document number of this content.").parts[0].facets.of("attr") == {"attr:identity"}


@pytest.mark.parametrize(
    ("turns", "kept"),
    [
        (("SONIA primary result?", "and the time on the CDK4/6 inhibitor in each arm?"), "study:sonia"),
        (("SERENA-6 PFS hazard ratio?", "95% CI of it?"), "stat:hr"),
        (("How toxic is imlunestrant?", "and once you add abemaciclib?"), "drug:imlunestrant"),
        (("Is imlunestrant approved in the US?", "together with abemaciclib too?"), "drug:imlunestrant"),
    ],
)
def test_what_is_added_to_a_follow_up_keeps_its_subject(parser: QuestionParser, turns: tuple[str, str], kept: str) -> None:
    """Arms are those of the study, an interval is that of the figure, and what is added is added to the drug spoken of."""
    parsed = parser.parse(turns[1], [turns[0]])
    assert kept in parsed.facets.concepts


def test_what_completes_a_follow_up_is_not_cut_into_questions(parser: QuestionParser) -> None:
    """The names in brackets that complete a turn are no list of things asked for."""
    parsed = parser.parse("which study showed that?", ["Does the efficacy of fulvestrant depend on the dose?"])
    assert len(parsed.parts) == 1
