"""Several topics served at once: what joins two of them is answered from each, what asks how they hang together from neither."""

from __future__ import annotations

import shutil

import pytest

from assistant.pipeline import Assistant
from assistant.query import Annotator, build_lexicon
from assistant.settings import Settings
from assistant.types import Outcome
from corpus import load_corpus, packaged_corpus_dir
from corpus.glossary import Glossary, Term
from index import build_index, open_index
from index.types import KnowledgeIndex
from tests.assistant.test_second_topic import EXAMPLE, ask, topics

BOTH = {"hr-her2-mbc", "plaque-psoriasis"}


@pytest.fixture(scope="module")
def both(packaged_index: KnowledgeIndex, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Both topics in one index; vectors of the first are taken over."""
    folder = tmp_path_factory.mktemp("both")
    folders = (packaged_corpus_dir(), EXAMPLE)
    shutil.copytree(pytestconfig.cache.mkdir("medinfo") / "index", folder / "index")
    corpus = load_corpus(folders)
    build_index(corpus, folder / "index", packaged_index.embedder)
    index = open_index(folder / "index", corpus, packaged_index.embedder)
    return Assistant(index, Settings(data_dir=folder, corpus_dir=folders[0], extra_corpus_dirs=folders[1:]))


@pytest.mark.parametrize(
    "question", ["ESR1 mutation and secukinumab", "What are the side effects of fulvestrant and guselkumab?"]
)
def test_a_conjunction_of_two_topics_is_answered_from_each(both: Assistant, question: str) -> None:
    answer = ask(both, question)
    assert answer.outcome is Outcome.ANSWERED
    assert topics(both, answer) == BOTH


def test_a_half_without_an_answer_is_named(both: Assistant) -> None:
    answer = ask(both, "What is the dose of fulvestrant and secukinumab?")
    assert topics(both, answer) == {"hr-her2-mbc"}
    assert "secukinumab" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "IL-17 inhibitors in breast cancer",
        "elacestrant versus guselkumab",
        "ESR1 mutation in psoriasis",
        "Does fulvestrant bind interleukin 17?",
    ],
)
def test_how_two_topics_hang_together_is_answered_by_neither(both: Assistant, question: str) -> None:
    assert ask(both, question).outcome is Outcome.DECLINED


@pytest.mark.parametrize(
    ("question", "drug"),
    [
        ("How is guselkumab given?", "Guselkumab"),
        ("guselkumab route", "Guselkumab"),
        ("How are IL-17 inhibitors administered?", "Secukinumab"),
    ],
)
def test_how_a_drug_is_given_is_told_first(both: Assistant, question: str, drug: str) -> None:
    quote = ask(both, question).citations[0].quote
    assert drug in quote
    assert "injected under the skin" in quote


@pytest.mark.parametrize(
    ("question", "study"),
    [("Which trial compared secukinumab and ustekinumab?", "CLEAR"), ("ixekizumab versus ustekinumab", "IXORA-S")],
)
def test_the_study_that_compared_two_drugs_comes_first(both: Assistant, question: str, study: str) -> None:
    assert ask(both, question).citations[0].quote.startswith(study)


def test_what_a_topic_calls_a_thing_is_its_name_though_another_topic_finds_it_too_loose() -> None:
    glossary = Glossary(terms=(Term(id="heart_failure", preferred="heart failure", group="setting", forms=("HF", "panel")),))
    annotator = Annotator(build_lexicon(glossary))
    assert annotator.facets("carvedilol in heart failure").of("setting") == {"setting:heart_failure"}
    assert not annotator.facets("the panel").of("setting")
