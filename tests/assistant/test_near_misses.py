"""Near misses over the packaged corpus: the right study or drug, and a thing beside the one asked for.

Each is set against a question of the same form that the documents do answer, so that a rule that declines too much fails too.
"""

from __future__ import annotations

import pytest

from assistant.evidence import EvidenceFinder, Profiles, Verdict
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

    def parse(self, question: str) -> ParsedQuestion:
        """The question taken apart."""
        return self._parser.parse(question)

    def verdict(self, question: str) -> Verdict:
        """The verdict on one message."""
        return self._finder.find(self.parse(question)).verdict


@pytest.fixture(scope="module")
def bench(packaged_index: KnowledgeIndex) -> Bench:
    """The packaged corpus."""
    return Bench(packaged_index)


@pytest.mark.parametrize(
    ("missing", "given"),
    [
        ("Why is elacestrant taken with food?", "Why did the FDA limit the elacestrant label to ESR1-mutated disease?"),
        ("EMBRACA anaemia all grades?", "EMBRACA anaemia of grade 3 or higher?"),
        ("What was the median follow-up in CAPItello-291?", "What was the median follow-up in EMERALD?"),
        ("95% CI of the 10.9 month median in the EMBER-3 update?", "95% CI of the 3.8 month median PFS in EMERALD?"),
        ("OS hazard ratio in ASCENT-07?", "OS hazard ratio in TROPiCS-02?"),
        ("median PFS2 in months in evERA", "median PFS2 in months in SERENA-6"),
        ("Diarrhoea rate in percent with imlunestrant alone?", "Nausea rate in percent with elacestrant?"),
        (
            "What did elacestrant do in EMERALD after less than six months of a CDK4/6 inhibitor?",
            "What did elacestrant do in EMERALD after at least 12 months of a CDK4/6 inhibitor?",
        ),
        ("ELEVATE - ORR with ribociclib combo", "ELEVATE - ORR with abemaciclib combo"),
        ("Is there data on camizestrant plus capivasertib?", "Is there data on giredestrant plus everolimus?"),
        ("Complete response rate with olaparib in OlympiAD?", "Response rate with olaparib in OlympiAD?"),
        ("Which hospital is the speaker of the video affiliated with?", "Who is the speaker of the video?"),
        ("What number do I dial for customer support?", "How can I reach somebody from the page?"),
        ("Median PFS with camizestrant 300 mg in SERENA-2?", "Median PFS with camizestrant 75 mg in SERENA-2?"),
        (
            "Median PFS in EMERALD where both ESR1 and PIK3CA were mutated?",
            "Median PFS in EMERALD where ESR1 was mutated?",
        ),
        ("Median PFS with capivasertib where PTEN alone was altered?", "Median PFS with capivasertib in altered tumors?"),
        (
            "PFS of imlunestrant plus abemaciclib in EMBER-3 if PIK3CA is mutated?",
            "PFS of imlunestrant plus abemaciclib in EMBER-3?",
        ),
        ("Was PFS in SERENA-6 affected by which CDK4/6 inhibitor was used?", "PFS in SERENA-6?"),
        (
            "Did postMONARCH differ after palbociclib compared with after ribociclib?",
            "Which CDK4/6 inhibitor had patients of postMONARCH had before?",
        ),
        ("VERITAC-2: PFS with liver metastases?", "VERITAC-2: PFS with ESR1 mutation?"),
        (
            "What percent of her patients carry ESR1 mutations, says the speaker?",
            "What share of AI-treated patients carry ESR1 mutations?",
        ),
        ("Which NGS vendor does the speaker recommend?", "Which specimens does the speaker send for NGS?"),
        ("Is the page offered in Spanish?", "Whom is the page meant for?"),
        ("PFS hazard ratio in ESR1-mutated patients of BOLERO-2?", "PFS hazard ratio in BOLERO-2?"),
        (
            "Median PFS in the hormone receptor-negative patients of DESTINY-Breast04?",
            "Median PFS in the hormone receptor-positive patients of DESTINY-Breast04?",
        ),
        ("To what dose of capivasertib at the first reduction?", "What is the dose of capivasertib?"),
        ("For how long did abemaciclib put off chemotherapy in MONARCH 2?", "Median PFS with abemaciclib in MONARCH 2?"),
        ("Is there a Spanish version of the infographics?", "Which infographics can be downloaded?"),
        ("Full title of reference 14 of the page?", "Full title of reference 13 of the page?"),
        ("Which paper by Gradishar do you cite first, in full?", "Which paper by Kaminska do you cite, in full?"),
    ],
)
def test_what_stands_beside_is_not_taken_for_what_is_asked(bench: Bench, missing: str, given: str) -> None:
    """Another reason, grade, measure, interval, group, combination: none answers for the one asked for."""
    assert bench.verdict(missing) is not Verdict.SUFFICIENT
    assert bench.verdict(given) is Verdict.SUFFICIENT


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("FGFR4 resistance?", "FGFR4"),
        ("ESR2 mutations after an AI", "ESR2"),
        ("AKT2 mutation and capivasertib", "AKT2"),
        ("HER3 targeting after Enhertu", "HER3"),
    ],
)
def test_another_member_of_a_gene_family_is_an_unknown_name(bench: Bench, question: str, name: str) -> None:
    """A gene is told by its number: its nearest relative does not answer for it."""
    assert name in bench.parse(question).unknown


@pytest.mark.parametrize(
    "question", ["FGFR1 resistance?", "ESR1m", "CDK4/6i", "CDK46i", "BRCA1/2", "PIK3CA E545K", "cyclin E1"]
)
def test_the_members_that_the_documents_name_are_known(bench: Bench, question: str) -> None:
    """Numbers of names, of their parts and of variants are no strangers."""
    assert not bench.parse(question).unknown


def test_everyday_words_are_no_toxicity(bench: Bench) -> None:
    """To run through something, and a site on the web."""
    assert "attr:diarrhea" not in bench.parse("run me through the SERM column").facets.concepts
    assert "attr:sites" not in bench.parse("am I meant to be using this site?").facets.concepts
