"""Answers over the packaged corpus: the proof of every citation, and input no answer may be made of.

The questions are those of all sets, so that proof is checked on hundreds of real answers. Quality is judged by the gate of
`medinfo eval`, not here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.compose.related import PLAINEST
from assistant.pipeline import Assistant
from assistant.screening import screen
from assistant.types import Answer, Outcome, Question
from assistant.wire import answer_to_json
from corpus.types import LocatorType
from index.types import KnowledgeIndex

SETS = Path(__file__).parents[2] / "eval" / "datasets" / "questions"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ask(assistant: Assistant, *turns: str) -> Answer:
    """Ask the last turn with the earlier ones as the conversation."""
    screening = screen(turns)
    question = Question(screening.masked, "con_test", NOW, history=screening.masked_turns[:-1])
    return assistant.answer(question, screening)


@pytest.fixture(scope="module", params=sorted(path.name for path in SETS.glob("*.yaml")))
def answers(request: pytest.FixtureRequest, packaged_assistant: Assistant) -> list[Answer]:
    """The answers to every question of a set."""
    questions: list[dict[str, Any]] = yaml.safe_load((SETS / request.param).read_text(encoding="utf-8"))["questions"]
    return [ask(packaged_assistant, *question["turns"]) for question in questions]


def test_every_quote_stands_in_the_document_at_its_offsets(answers: list[Answer], packaged_index: KnowledgeIndex) -> None:
    """The first promise: `quote == document[start:end]`, of an approved document in date, in the section named."""
    checked = 0
    for citation in (citation for answer in answers for citation in answer.citations):
        document = packaged_index.documents[citation.doc_id]
        passage = packaged_index.passages[citation.chunk_id]
        assert citation.quote == document.text[citation.start : citation.end]
        assert passage.start <= citation.start < citation.end <= passage.end
        assert citation.version == document.version
        assert citation.status == "approved"
        assert packaged_index.servable(citation.doc_id, date(2026, 11, 22), "US")
        assert citation.section
        checked += 1
    assert checked


def test_every_statement_shown_is_its_quote_or_the_row_it_reads_out(answers: list[Answer]) -> None:
    """No word of a statement is the assistant's own: sentences are the quote itself, rows are made of the row's cells."""
    for answer in answers:
        quotes = {citation.n: citation.quote for citation in answer.citations}
        for segment in (s for s in answer.segments if s.kind == "statement"):
            cited = [quotes[n] for n in segment.citations]
            assert cited
            is_row = all(quote.lstrip().startswith("|") for quote in cited)
            assert segment.text in cited or is_row, segment.text


def test_numbers_of_citations_run_from_one_and_are_all_used(answers: list[Answer]) -> None:
    """Numbers are given once, in order of first use, and none is left over."""
    for answer in answers:
        used = list(dict.fromkeys(n for segment in answer.segments for n in segment.citations))
        assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
        assert sorted(used) == [citation.n for citation in answer.citations]


def test_a_video_statement_is_cited_within_its_cue(answers: list[Answer], packaged_index: KnowledgeIndex) -> None:
    """The locator is the cue whose text holds the quote, with the speaker."""
    for citation in (citation for answer in answers for citation in answer.citations):
        if packaged_index.documents[citation.doc_id].type == "video":
            assert citation.locator.type is LocatorType.VIDEO
            assert citation.locator == packaged_index.passages[citation.chunk_id].locator
            assert citation.locator.speaker


def test_what_is_not_answered_says_why_and_shows_nothing_medical(answers: list[Answer]) -> None:
    """A decline is a typed result with a text, never an empty reply and never a statement without a citation."""
    for answer in answers:
        assert answer.text.strip()
        if answer.outcome is Outcome.DECLINED:
            assert answer.decline_code
        if answer.outcome is Outcome.ANSWERED:
            assert answer.citations


@pytest.mark.parametrize(
    "text",
    [
        "🙂🙂🙂",
        "<script>alert(1)</script>",
        "'; DROP TABLE cases; --",
        "\u202egnitset\u202c",
        "?????",
        "zolvantinib dose",
        "What did ORION-BC7 show with belcitinib?",
        "¿Cuál es la capital de Francia?",
        "a" * 2000,
    ],
)
def test_input_nothing_can_be_made_of_is_declined(packaged_assistant: Assistant, text: str) -> None:
    """Markup, SQL, symbols, made-up names and other topics: a polite decline, never a wrong answer."""
    answer = ask(packaged_assistant, text)
    assert answer.outcome is not Outcome.ANSWERED
    assert not answer.citations


def test_the_same_question_gives_the_same_answer(packaged_assistant: Assistant) -> None:
    """Ids and timings apart, an answer is a function of its question."""
    first, second = (answer_to_json(ask(packaged_assistant, "What did EMERALD show in ESR1-mutated disease?")) for _ in "ab")
    for volatile in ("answer_id", "timings_ms"):
        first.pop(volatile), second.pop(volatile)
    assert first == second


def test_what_is_offered_are_plain_questions(packaged_assistant: Assistant, packaged_index: KnowledgeIndex) -> None:
    """A register also holds questions in unusual words, written to be found by: they are not offered."""
    plain = {q.casefold() for s in packaged_index.statements.values() for q in s.questions[:PLAINEST]}
    for question in ("EMBER-3 PFS", "limitations of SERDs?", "T-DXd dose"):
        offered = ask(packaged_assistant, question).suggestions
        assert offered and {text.casefold() for text in offered} <= plain
