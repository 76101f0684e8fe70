"""Conditions a question sets: a statement that does not meet them answers another question.

Each near miss stands beside a question of the same form whose condition some statement meets, or that sets none.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.evidence import EvidenceFinder, Profiles, Verdict
from assistant.evidence.conditions import Conditions
from assistant.query import Annotator, ParsedQuestion, QuestionParser, build_lexicon
from corpus import load_glossary
from index.types import KnowledgeIndex


class Bench:
    """Parser and finder over one index."""

    def __init__(self, index: KnowledgeIndex) -> None:
        glossary = load_glossary()
        annotator = Annotator(build_lexicon(glossary))
        profiles = Profiles(index, annotator)
        self._parser = QuestionParser(annotator, glossary, profiles.vocabulary)
        self._finder = EvidenceFinder(index, profiles, annotator.lexicon)
        self._conditions = Conditions(frozenset({"attr:pfs", "attr:os", "attr:orr"}))

    def parse(self, *turns: str) -> ParsedQuestion:
        """The last of these turns taken apart."""
        return self._parser.parse(turns[-1], turns[:-1])

    def verdict(self, *turns: str) -> Verdict:
        """The verdict on the last of these turns."""
        return self._finder.find(self.parse(*turns)).verdict

    def kinds(self, question: str) -> Sequence[str]:
        """The kinds of condition that a question sets."""
        return [c.kind.name for part in self.parse(question).parts for c in self._conditions.of(part)]


@pytest.fixture(scope="module")
def bench(packaged_index: KnowledgeIndex) -> Bench:
    """The packaged corpus."""
    return Bench(packaged_index)


@pytest.mark.parametrize(
    ("missing", "given"),
    [
        ("SERENA-6: PFS by independent central reading?", "postMONARCH: PFS by independent central reading?"),
        ("SOLAR-1 PFS among women with type 2 diabetes?", "SOLAR-1 PFS in PIK3CA-mutated disease?"),
        ("MONARCH 2 PFS where the bones only were involved?", "MONARCH 2 PFS?"),
        ("MONALEESA-3 PFS in de novo stage IV?", "MONALEESA-3 PFS?"),
        ("TROPiCS-02 OS in women with several metastatic sites?", "TROPiCS-02 median OS?"),
        ("VERITAC-2 PFS for carriers of D538G?", "VERITAC-2 PFS for carriers of an ESR1 mutation?"),
        ("EMBER-3 PFS in PR-negative tumors?", "EMBER-3 PFS in all patients?"),
        ("evERA response rate in everybody, not only the mutated?", "evERA response rate in the mutated?"),
        ("What allele fraction makes a plasma ESR1 test positive?", "Which test goes with imlunestrant?"),
        ("From what copy number on is FGFR1 amplified?", "Is FGFR1 amplification a resistance mechanism?"),
        ("How many days does the ctDNA report take to come back?", "Why is ctDNA preferred for ESR1 testing?"),
        ("What maximum injection volume does the speaker name?", "What is the injection volume of fulvestrant?"),
        ("Prednisone dose for lung inflammation on Enhertu?", "How often was lung inflammation seen in DESTINY-Breast04?"),
        ("Can omeprazole be taken with elacestrant?", "Is elacestrant taken with food?"),
        ("What percentage falls to each resistance mechanism?", "What percentage do the eight mechanisms explain together?"),
        ("In what share of resistant tumors is RB1 lost?", "What share of resistant tumors do the eight mechanisms explain?"),
        ("Which month of 2002 brought the Faslodex approval?", "Which year brought the Faslodex approval?"),
        (
            "Which cytotoxic drug does the page recommend to begin with?",
            "Which four chemotherapies could the TROPiCS-02 controls get?",
        ),
        ("Seven-year survival with fulvestrant?", "OS at 42 months with ribociclib in MONALEESA-3?"),
        ("Invasive disease-free survival with fulvestrant, HR?", "Overall survival in CONFIRM, HR?"),
        ("Does letrozole cause fewer exposure mutations than anastrozole?", "Do AIs cause exposure mutations?"),
        ("Does toremifene differ from tamoxifen in partial agonism?", "Is partial agonism listed for tamoxifen?"),
        ("How many patients of SERENA-2 carried ESR1m?", "How many patients of EMERALD carried ESR1m?"),
        ("Median PFS of elacestrant + palbociclib in ELEVATE?", "Median PFS of elacestrant + everolimus in ELEVATE?"),
        ("MAINTAIN benefit by PIK3CA status?", "MAINTAIN benefit?"),
        ("By how much is oral uptake lowered, in percent?", "Which classes have unsteady absorption?"),
    ],
)
def test_a_condition_that_no_statement_meets_is_no_side_matter(bench: Bench, missing: str, given: str) -> None:
    """A reading, a group, a cut-off, a volume, a partner: what holds without it does not answer."""
    assert bench.verdict(missing) is not Verdict.SUFFICIENT
    assert bench.verdict(given) is Verdict.SUFFICIENT


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("PFS by BICR in EMERALD", "review"),
        ("PFS when the HbA1c was high in SOLAR-1", "diabetes"),
        ("OS of women with bone-only disease in MONARCH 2", "bone only"),
        ("PFS with H1047R in SOLAR-1", "variant"),
        ("how long until the sequencing report is back", "turnaround"),
        ("warfarin with capivasertib", "taken beside"),
        ("at which grade must it be stopped for good", "stop for good"),
    ],
)
def test_kinds_are_found_in_other_words(bench: Bench, question: str, kind: str) -> None:
    """One kind, many ways to put it."""
    assert kind in bench.kinds(question)


@pytest.mark.parametrize(
    "question",
    [
        "MONARCH 2 subset PFS HR + CI",
        "Diabetes nurse here: how often was sugar raised with Piqray in SOLAR-1?",
        "PFS by investigator and by central review in postMONARCH",
        "response threshold of plasmaMATCH cohort A",
        "Do we need a steroid mouthwash with everolimus?",
        "How is endocrine sensitivity judged?",
        "patient with PIK3CA H1047R: what do guidelines list?",
    ],
)
def test_the_same_words_may_set_no_condition(bench: Bench, question: str) -> None:
    """A plus between two statistics, who is asking, both readings at once."""
    assert not bench.kinds(question)


def test_an_adverb_of_place_keeps_the_study(bench: Bench) -> None:
    """What is asked of a drug `there` is asked of the study spoken of."""
    part = bench.parse("RIGHT Choice PFS?", "Did ribociclib lengthen life there too?").parts[0]
    assert "study:rightchoice" in part.facets.concepts
    part = bench.parse("RIGHT Choice PFS?", "Did ribociclib lengthen life in MONALEESA-3?").parts[0]
    assert "study:rightchoice" not in part.facets.concepts


def test_how_often_it_came_about_is_asked_of_what_was_spoken_of(bench: Bench) -> None:
    """A pronoun stands for the harm of the turn before."""
    part = bench.parse("Does camizestrant cause flashes of light?", "In what percentage did they see it?").parts[0]
    assert "attr:visual" in part.facets.concepts


def test_what_is_expected_is_not_asked(bench: Bench) -> None:
    """A sentence on where the asker looked is no second question."""
    assert len(bench.parse("What does an AI do to bone density? I expected it among the AI limitations.").parts) == 1
    assert len(bench.parse("She mentions adjuvant fulvestrant. What hazard ratio did it reach?").parts) == 1
