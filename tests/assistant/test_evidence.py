"""Evidence over the packaged corpus: hard constraints, sufficiency, how many statements, and the unknown figure."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.evidence import Evidence, EvidenceFinder, Profiles, Verdict
from assistant.evidence.features import NAMES
from assistant.evidence.question_table import QuestionTable
from assistant.query import Annotator, QuestionParser, build_lexicon
from assistant.query.rules import read_rules
from corpus import load_glossary
from index.types import KnowledgeIndex


class Bench:
    """Parser and finder over one index."""

    def __init__(self, index: KnowledgeIndex) -> None:
        glossary = load_glossary()
        self.annotator = annotator = Annotator(build_lexicon(glossary))
        self.profiles = Profiles(index, annotator)
        self.parser = QuestionParser(annotator, glossary, self.profiles.vocabulary)
        self.finder = EvidenceFinder(index, self.profiles, annotator.lexicon)

    def find(self, *turns: str) -> Evidence:
        """Evidence for the last turn."""
        return self.finder.find(self.parser.parse(turns[-1], turns[:-1]))

    def studies(self, evidence: Evidence) -> set[str]:
        """Studies of everything shown."""
        return {
            s for part in evidence.parts for c in part.chosen for s in self.profiles.by_id[c.statement.statement_id].studies
        }


@pytest.fixture(scope="module")
def bench(packaged_index: KnowledgeIndex) -> Bench:
    """The packaged corpus."""
    return Bench(packaged_index)


@pytest.mark.parametrize(
    ("question", "study"),
    [
        ("EMERALD PFS in ESR1m", "study:emerald"),
        ("VERITAC-2 ORR", "study:veritac2"),
        ("PALMIRA overall survival", "study:palmira"),
    ],
)
def test_only_the_study_asked_about_is_shown(bench: Bench, question: str, study: str) -> None:
    """A statement about another study never answers."""
    evidence = bench.find(question)
    assert evidence.verdict is Verdict.SUFFICIENT
    assert study in bench.studies(evidence)
    assert all(
        study in bench.profiles.by_id[c.statement.statement_id].studies
        or not bench.profiles.by_id[c.statement.statement_id].studies
        for c in evidence.parts[0].chosen
    )


def test_another_population_is_ruled_out(bench: Bench) -> None:
    """What holds with the mutation does not answer a question about its absence."""
    chosen = bench.find("EMERALD PFS in ESR1 wild type").parts[0].chosen
    assert chosen
    assert all("esr1=wild" in bench.profiles.by_id[c.statement.statement_id].states for c in chosen)
    assert "state" in bench.find("EMERALD PFS in ESR1 wild type").parts[0].excluded.values()


def test_the_video_is_answered_from_the_video(bench: Bench) -> None:
    """A source asked for is the only source."""
    chosen = bench.find("in the video, when is chemotherapy recommended?").parts[0].chosen
    assert {bench.profiles.by_id[c.statement.statement_id].doc_type for c in chosen} == {"video"}


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Does elacestrant interact with strong CYP3A4 inhibitors?", Verdict.NO_ATTRIBUTE),
        ("Imlunestrant dose reduction in Child-Pugh C?", Verdict.NO_ATTRIBUTE),
        ("How much does Orserdu cost?", Verdict.NO_ATTRIBUTE),
        ("Who makes Orserdu?", Verdict.NO_ATTRIBUTE),
        ("How do I manage hyperglycemia on alpelisib?", Verdict.NO_ATTRIBUTE),
        ("treatment of stomatitis on everolimus", Verdict.NO_ATTRIBUTE),
        ("Is imlunestrant available in Australia?", Verdict.NO_ATTRIBUTE),
        ("INAVO120 PFS hazard ratio", Verdict.WITHOUT_FIGURE),
        ("rate of stomatitis with giredestrant + everolimus in evERA?", Verdict.WITHOUT_FIGURE),
        ("SERENA-9 hazard ratio?", Verdict.UNKNOWN_NAME),
        ("best pasta in Rome", Verdict.OUT_OF_SCOPE),
    ],
)
def test_what_is_not_covered_is_typed(bench: Bench, question: str, verdict: Verdict) -> None:
    """Near statements about the right drug do not suffice when they do not speak of what was asked."""
    assert bench.find(question).verdict is verdict


@pytest.mark.parametrize(
    "question", ["EMERALD PFS in ESR1m", "Orserdu nausea grade 3?", "Piqray with food?", "companion diagnostic for elacestrant"]
)
def test_a_narrow_question_gets_one_to_three_statements(bench: Bench, question: str) -> None:
    """No padding."""
    assert 1 <= len(bench.find(question).parts[0].chosen) <= 3


@pytest.mark.parametrize(
    ("question", "printed"), [("EMBER-3 PFS", "5.5 vs 3.8"), ("What was the PFS in EMERALD?", "3.8 vs 1.9")]
)
def test_a_plain_question_for_a_result_gets_the_one_that_sums_up_first(bench: Bench, question: str, printed: str) -> None:
    """A result of one population, or of the whole one, is half the answer where another population fared otherwise."""
    part = bench.find(question).parts[0]
    assert part.verdict is Verdict.SUFFICIENT
    assert printed in part.chosen[0].statement.text and len(part.chosen) <= 3


@pytest.mark.parametrize(
    ("question", "printed"),
    [
        ("EMERALD trial", "prolonged progression-free survival"),
        ("tell me about SERENA-6", "lengthened median PFS to 16.0 vs 9.2"),
        ("what is elacestrant", "an oral SERD"),
        ("what is capivasertib?", "an AKT inhibitor"),
    ],
)
def test_what_is_named_alone_is_introduced_first(bench: Bench, question: str, printed: str) -> None:
    assert printed in bench.find(question).parts[0].chosen[0].statement.text


@pytest.mark.parametrize("question", ["compare side effects of elacestrant and capivasertib", "OS of alpelisib vs everolimus"])
def test_sides_that_no_statement_names_together_are_answered_side_by_side(bench: Bench, question: str) -> None:
    """Each side has its own statements; every side must have some."""
    part = bench.find(question).parts[0]
    named = [bench.profiles.by_id[c.statement.statement_id] for c in part.chosen]
    assert part.verdict is Verdict.SUFFICIENT
    assert all(any(drug in p.drugs for p in named) for drug in part.part.facets.of("drug"))
    assert bench.find("compare the cost of elacestrant and capivasertib").verdict is not Verdict.SUFFICIENT


def test_a_narrowed_question_is_not_answered_by_the_whole(bench: Bench) -> None:
    first = bench.find("6-month PFS rate in EMERALD with ESR1 mutation")
    assert "6-month PFS rate was 41%" in first.parts[0].chosen[0].statement.text


def test_an_endpoint_that_no_statement_speaks_of_needs_surer_evidence(bench: Bench) -> None:
    """The primary endpoint of MAINTAIN was PFS; nothing is stated on overall survival."""
    assert bench.find("What was overall survival in MAINTAIN?").verdict is not Verdict.SUFFICIENT


def test_a_comparison_shows_each_side(bench: Bench) -> None:
    """Both studies are there."""
    assert {"study:pace", "study:maintain"} <= bench.studies(bench.find("compare PFS in PACE and MAINTAIN"))


@pytest.mark.parametrize("question", ["elacestrant vs imlunestrant", "Compare elacestrant and vepdegestrant"])
def test_two_names_set_side_by_side_are_told_how_they_did_first(bench: Bench, question: str) -> None:
    first = bench.find(question).parts[0].chosen[0].statement
    assert "attr:pfs" in bench.profiles.by_id[first.statement_id].text.concepts


@pytest.mark.parametrize("question", ["PFS of elacestrant in ESR1m", "overall survival in TROPiCS-02"])
def test_a_median_goes_before_what_is_told_besides(bench: Bench, question: str) -> None:
    """Where no statistic is asked for, rates at one time and restricted means follow."""
    first = bench.find(question).parts[0].chosen[0].statement.text
    assert "median" in first.lower()


def test_what_is_stated_of_its_drugs_alone_is_told_of_a_class(bench: Bench) -> None:
    """A class whose statements do not say it is answered drug by drug; what no drug's statement says stays declined."""
    evidence = bench.find("PARP inhibitor ORR")
    assert evidence.verdict is Verdict.SUFFICIENT
    assert bench.studies(evidence) == {"study:olympiad", "study:embraca"}
    assert bench.find("cost of PARP inhibitors").verdict is Verdict.NO_ATTRIBUTE
    assert bench.find("what is the half-life of oral SERDs").verdict is Verdict.NO_ATTRIBUTE


@pytest.mark.parametrize("question", ["EMBER-3 PFS in patients >65", "PFS of elacestrant in women 70 or older"])
def test_an_age_group_no_document_speaks_of_is_declined(bench: Bench, question: str) -> None:
    """What all patients had is no answer for the old ones."""
    assert bench.find(question).verdict is Verdict.NO_ATTRIBUTE


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("patient with ESR1 Y537S progressed on letrozole and palbociclib, what do guidelines say", "advises"),
        ("who should get elacestrant", "is indicated for"),
        ("how is imlunestrant taken", "The dose of imlunestrant"),
        ("who is the speaker", "Dr Joyce O'Shaughnessy"),
    ],
)
def test_what_is_asked_for_is_told_first(bench: Bench, question: str, said: str) -> None:
    """A near statement that does not speak of what is asked stands behind the one that does."""
    assert said in bench.find(question).parts[0].chosen[0].statement.text


def test_another_cohort_is_ruled_out(bench: Bench) -> None:
    """What one cohort of a study showed is not told of another."""
    assert bench.find("BYLieve cohort A PFS").verdict is Verdict.SUFFICIENT
    assert bench.find("BYLieve cohort B PFS").verdict is not Verdict.SUFFICIENT


def test_each_region_asked_about_is_told(bench: Bench) -> None:
    """What one region decided does not stand for the other."""
    chosen = bench.find("committee positions on camizestrant in the US and Europe").parts[0].chosen
    texts = " ".join(c.statement.text for c in chosen)
    assert "ODAC" in texts
    assert "CHMP" in texts


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("imlunestrant results in lobular histology? EMBER-3 subgroup", Verdict.NO_ATTRIBUTE),
        ("Is elacestrant approved in Japan? Which date?", Verdict.NO_ATTRIBUTE),
    ],
)
def test_a_piece_behind_a_question_does_not_answer_for_it(bench: Bench, question: str, verdict: Verdict) -> None:
    """What the documents do not hold stays unanswered when the study or the date is named once more behind."""
    assert bench.find(question).verdict is verdict


def test_a_new_comparison_is_no_follow_up(bench: Bench) -> None:
    """Two names of which none was spoken of are a question of their own, however short; one of them leans on the turn before."""
    parse = bench.parser.parse
    assert (
        parse("elacestrant vs imlunestrant", ("What dose reductions does abemaciclib have?",)).parts[0].facets.of("attr")
        == set()
    )
    assert "attr:pfs" in parse("elacestrant vs imlunestrant", ("PFS of elacestrant in ESR1m?",)).parts[0].facets.of("attr")
    assert "attr:dose" in parse("imlunestrant?", ("What is the dose of elacestrant?",)).parts[0].facets.of("attr")


def test_a_pasted_text_is_taken_for_the_study_that_prints_its_figures(bench: Bench) -> None:
    """Figures identify a study that the text does not name."""
    pasted = '"A phase 3 trial gave median progression-free survival of 9.99 versus 5.45 months with hazard ratio 0.38 in mutated disease."'
    assert (
        "study:evera"
        in bench.find(f"{pasted} Which study is this and what was PFS in all patients?").parts[0].part.facets.concepts
    )


def test_probabilities_and_features_are_told(bench: Bench) -> None:
    """The explain view has everything that decided."""
    candidate = bench.find("EMERALD PFS in ESR1m").parts[0].chosen[0]
    assert 0 < candidate.probability < 1
    assert set(NAMES) <= candidate.features.keys()


def test_the_same_question_finds_the_same_evidence(bench: Bench) -> None:
    """No randomness, no memory."""
    first = [c.statement.statement_id for c in bench.find("limitations of SERDs").parts[0].chosen]
    bench.find("EMERALD PFS", "and in wild type?")
    assert [c.statement.statement_id for c in bench.find("limitations of SERDs").parts[0].chosen] == first


def test_weights_fit_the_features() -> None:
    """A model fitted on other features is refused at start; the one packaged fits."""
    assert set(read_rules("answer_ranking")["weights"]) == set(NAMES)


def test_overlap_is_one_for_the_same_question_and_zero_for_a_stranger() -> None:
    """Dice with weights: all shared gives 1, nothing shared 0."""
    table = QuestionTable([(frozenset({"x", "y"}),), (frozenset({"z"}), frozenset({"w"})), ()], lambda item: 2.0)
    everything = np.arange(3)
    assert table.overlaps(frozenset({"x", "y"}), everything).tolist() == [1.0, 0.0, 0.0]
    assert table.overlaps(frozenset({"z"}), everything).tolist() == [0.0, 1.0, 0.0]
    assert table.overlaps(frozenset(), everything).tolist() == [0.0, 0.0, 0.0]
    assert table.overlaps(frozenset({"z"}), np.array([2, 1])).tolist() == [0.0, 1.0]
    assert table.overlaps(frozenset({"z"}), np.array([2])).tolist() == [0.0]


@pytest.mark.parametrize(
    "question",
    [
        "Olaparib maintenance after platinum in BRCA-mutated ovarian cancer: for how many years?",
        "T-DXd PFS in HER2-positive disease",
        "What was the ORR for imlunestrant plus abemaciclib in EMBER-3?",
        "ILD in the chemo arm of DESTINY-Breast06, %",
        "What happened in MAINTAIN when ESR1 was mutated: PFS?",
        "MAINTAIN: PFS with ribociclib by ESR1 status at baseline?",
        "serena-2 75 mg esr1m mPFS",
        "How did the men in EMERALD do? Median PFS for males only, please.",
        "What proportion of progressors lose RB1?",
    ],
)
def test_another_tumour_arm_combination_or_group_is_not_answered_for(bench: Bench, question: str) -> None:
    """What is stated of all patients, of one drug alone or of the other arm is no answer to it."""
    assert bench.find(question).verdict is not Verdict.SUFFICIENT


def test_the_combination_itself_and_the_arms_set_against_each_other_are_answered(bench: Bench) -> None:
    """The same questions where a statement tells it."""
    for question in ("PFS for imlunestrant plus abemaciclib in EMBER-3?", "EMERALD PFS in ESR1m", "SERENA-6 PFS in ESR1m"):
        assert bench.find(question).verdict is Verdict.SUFFICIENT, question


def test_a_landmark_that_is_asked_alone_is_that_of_the_question_before(bench: Bench) -> None:
    """postMONARCH tells the rate at 6 months; what it is at 12 is stated nowhere."""
    assert bench.find("postMONARCH 6-month PFS rate").verdict is Verdict.SUFFICIENT
    assert bench.find("postMONARCH 6-month PFS rate", "12 mo?").verdict is not Verdict.SUFFICIENT


def test_what_is_asked_is_told_from_far_below_where_nothing_near_tells_it(bench: Bench) -> None:
    """Many statements are on olaparib in germline carriers; the dose is in one that names no carriers."""
    evidence = bench.find("Lynparza: what is the dose for a germline BRCA carrier with HER2-negative metastatic breast cancer?")
    assert evidence.verdict is Verdict.SUFFICIENT
    assert "300 mg" in " ".join(c.statement.text for c in evidence.parts[0].chosen)


def test_a_mutation_spoken_of_before_does_not_rule_out_what_is_told_of_all(bench: Bench) -> None:
    """Survival in EMERALD is told of all patients; a user who comes from those with the mutation is told it."""
    before = ("What is the PFS in EMERALD?", "in ESR1m?")
    evidence = bench.find(*before, "and OS?")
    assert evidence.verdict is Verdict.SUFFICIENT
    assert "overall survival" in evidence.parts[0].chosen[0].statement.text
    assert bench.find("Overall survival in EMERALD in ESR1m").verdict is not Verdict.SUFFICIENT


def test_a_drug_that_the_study_before_is_about_is_asked_of_within_it(bench: Bench) -> None:
    before = "In the meta-analysis of plasma ESR1 mutations, what was PFS on a subsequent aromatase inhibitor?"
    assert bench.studies(bench.find(before, "And for fulvestrant?")) >= {"study:esr1_meta"}


def test_sides_are_told_by_the_usual_statistic(bench: Bench) -> None:
    """Three drugs set side by side: the medians of all three, not their hazard ratios alone."""
    chosen = bench.find("compare elacestrant, imlunestrant and vepdegestrant PFS in ESR1m").parts[0].chosen
    assert "3.8 vs 1.9 months" in chosen[0].statement.text


@pytest.mark.parametrize(
    ("question", "number"), [("EMERALD NCT number", "NCT03778931"), ("INAVO121: NCT number?", "NCT05646862")]
)
def test_the_number_of_a_trial_is_told(bench: Bench, question: str, number: str) -> None:
    """A statement speaks of it by printing it."""
    evidence = bench.find(question)
    assert evidence.verdict is Verdict.SUFFICIENT
    assert number in evidence.parts[0].chosen[0].statement.text


def test_what_statements_say_of_a_study_or_drug_is_answered_when_it_is_asked_by_name(bench: Bench) -> None:
    """Each drug with each thing that a statement on it alone says, asked in two or three words; few may be missed."""
    forms = {
        e["id"]: e["forms"][0] for e in read_rules("answer_language")["concepts"] if e.get("strict") and "attr:" in e["id"]
    }
    asked = {
        (next(iter(p.text.of("drug"))), attribute)
        for p in bench.profiles.by_id.values()
        if len(p.text.of("drug")) == 1
        for attribute in p.text.of("attr")
        if attribute in forms
    }
    label = bench.annotator.lexicon.label
    missed = [
        (drug, attribute)
        for drug, attribute in sorted(asked)
        if bench.find(f"{label(drug)} {forms[attribute]}").verdict is not Verdict.SUFFICIENT
    ]
    assert len(asked) > 100
    assert len(missed) <= len(asked) // 20, missed
