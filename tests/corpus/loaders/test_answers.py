"""A page added as it is, without a register, approved and indexed: questions are answered from it with its own section or time."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Outcome, Question, Screening
from corpus import load_corpus, packaged_corpus_dir
from corpus.load import GLOSSARY
from corpus.loaders import Intake, add_file
from index import build_index, models_dir, open_embedder, open_index
from tests.corpus.loaders.builder import TODAY
from tests.corpus.loaders.test_source_page import PAGE

pytestmark = [
    pytest.mark.skipif(not PAGE.is_file(), reason="the page is not part of the project; it lies in ../shared"),
    pytest.mark.slow,
]
UNSCREENED = Screening((), False, (), (), "", (), True, "test")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The assistant over the page alone."""
    content = tmp_path_factory.mktemp("content")
    added = add_file(PAGE, Intake(content_dir=content, topic="hr-her2-mbc", market="US", owner="MI", on=TODAY, doc_id="T-PAGE"))
    draft = added.path.read_text(encoding="utf-8")
    approved = draft.replace("status: draft", "status: approved").replace(
        "review: pending", "review: {who: A Reviewer, when: 2026-11-22}"
    )
    added.path.write_text(approved, encoding="utf-8")
    shutil.copyfile(packaged_corpus_dir() / GLOSSARY, content / GLOSSARY)
    corpus = load_corpus(content)
    folder = tmp_path_factory.mktemp("data") / "index"
    build_index(corpus, folder, open_embedder("all-MiniLM-L6-v2", models_dir(folder)), on=TODAY)
    return Assistant(open_index(folder, corpus), Settings(data_dir=folder.parent, corpus_dir=content))


def ask(assistant: Assistant, text: str) -> Answer:
    """Answer a question as on the day of the test."""
    return assistant.answer(Question(text, "con_test", datetime(2026, 11, 22, 12, tzinfo=UTC)), UNSCREENED)


@pytest.mark.parametrize(
    ("question", "words", "section"),
    [
        ("What are the limitations of SERDs?", "Inferior pharmacokinetics", "Limitations of ET"),
        ("What are the limitations of SERMs?", "Partial ER agonism", "Limitations of ET"),
        ("What is the treatment goal in MBC?", "extend survival", "Unmet Needs"),
        ("What limits the use of targeted therapies?", "genomic testing", "Several Limitations"),
        ("Is there a consensus on treatment after progression?", "no consensus", "Lack of Consensus"),
        ("What is the first-line standard of care for HR+/HER2- MBC?", "standard of care", "Mechanisms of Resistance"),
    ],
)
def test_questions_are_answered_from_the_section_that_says_it(
    assistant: Assistant, question: str, words: str, section: str
) -> None:
    answer = ask(assistant, question)
    assert answer.outcome is Outcome.ANSWERED
    assert words in answer.text
    assert any(citation.section.startswith(section) for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "words", "start_s"),
    [
        ("When is chemotherapy recommended?", "visceral crisis", 37),
        ("What does the speaker say about ESR1 mutations?", "ESR1", 253),
        ("How many sequential ET regimens do guidelines recommend?", "at least 3 sequential ET regimens", 79),
    ],
)
def test_what_the_video_says_is_cited_with_its_time_and_speaker(
    assistant: Assistant, question: str, words: str, start_s: float
) -> None:
    answer = ask(assistant, question)
    assert words in answer.text
    located = [citation.locator for citation in answer.citations if citation.locator.start_s == start_s]
    assert located
    assert located[0].speaker == "Dr Joyce O’Shaughnessy"


def test_every_quote_stands_in_the_page_with_its_references(assistant: Assistant) -> None:
    answer = ask(assistant, "What are the limitations of SERMs?")
    for citation in answer.citations:
        assert citation.doc_id == "T-PAGE"
        assert citation.references


def test_what_the_page_does_not_say_is_declined(assistant: Assistant) -> None:
    assert ask(assistant, "What is the response rate of elacestrant?").outcome is Outcome.DECLINED
