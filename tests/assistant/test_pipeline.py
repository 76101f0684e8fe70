"""The whole way in quote mode: proof, notices, redirects, screening codes, governance at answer time, a second topic."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.compose.citations import Citations, UnprovenCitation
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Code, Outcome, Question, Screening
from assistant.wire import answer_to_json
from corpus import load_corpus
from index import build_index, models_dir, open_embedder, open_index
from index.types import KnowledgeIndex, Statement
from tests.corpus.builder import document_text, write_document, write_register

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def screening(*codes: Code, should_answer: bool = True) -> Screening:
    """A screening result with these codes."""
    return Screening(codes, False, (), (), "", (), should_answer, "test")


def ask(assistant: Assistant, *turns: str, screened: Screening | None = None, at: datetime = NOW) -> Answer:
    """Answer the last turn."""
    question = Question(turns[-1], "con_test", at, history=turns[:-1])
    return assistant.answer(question, screened or screening())


def test_the_answer_is_the_same_every_time_but_for_ids_and_timings(packaged_assistant: Assistant) -> None:
    """Deterministic."""

    def comparable(answer: Answer) -> dict[str, Any]:
        return {key: value for key, value in answer_to_json(answer).items() if key not in ("answer_id", "timings_ms")}

    assert comparable(ask(packaged_assistant, "EMERALD PFS?")) == comparable(ask(packaged_assistant, "EMERALD PFS?"))


def test_every_mark_in_the_text_is_a_citation(packaged_assistant: Assistant) -> None:
    """Numbers are given once, from 1, and stand behind their statement."""
    answer = ask(packaged_assistant, "What are the limitations of SERDs?")
    assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for segment in (s for s in answer.segments if s.kind == "statement"):
        assert f"{segment.text} [{', '.join(map(str, segment.citations))}]" in answer.text


def test_timings_have_a_total_and_its_parts(packaged_assistant: Assistant) -> None:
    """Milliseconds; the parts are within the total."""
    timings = ask(packaged_assistant, "EMERALD PFS?").timings_ms
    assert timings["total"] >= timings["query"] + timings["evidence"] + timings["compose"]


def test_results_outside_the_approved_use_stand_under_the_notice(packaged_assistant: Assistant) -> None:
    """Asked for, they are answered, with the code; nothing of the kind is suggested."""
    answer = ask(packaged_assistant, "EMERALD PFS in ESR1 wild type?")
    assert answer.outcome is Outcome.ANSWERED
    assert Code.OFF_LABEL.value in answer.safety.codes
    assert answer.text.startswith(answer.safety.notices[0].text)


@pytest.mark.parametrize(
    "question", ["What did EMERALD show in ESR1m?", "limitations of SERDs?", "options for ESR1 mutated disease"]
)
def test_they_are_never_volunteered(packaged_assistant: Assistant, question: str) -> None:
    """A question that names no unapproved use gets no result of one."""
    assert Code.OFF_LABEL not in ask(packaged_assistant, question).safety.codes


def test_what_is_told_of_a_patient_beside_a_question_is_not_answered(packaged_assistant: Assistant) -> None:
    """The report is screening's; the answer is that of the question alone."""
    asked = "What are the limitations of SERDs?"
    told = ask(packaged_assistant, f"{asked} My patient on Verzenio had severe diarrhea and was hospitalised.")
    assert [s.text for s in told.segments] == [s.text for s in ask(packaged_assistant, asked).segments]


@pytest.mark.parametrize("question", ["abemaciclib diarrhea", "Verzenio nausea"])
def test_another_drugs_label_never_answers(packaged_assistant: Assistant, question: str) -> None:
    """A section that names two drugs holds statements on either."""
    assert "label of imlunestrant" not in ask(packaged_assistant, question).text


def test_the_setting_declines_them(packaged_index: KnowledgeIndex, tmp_path: Path) -> None:
    """`off_label = "decline"`: the same question is not answered."""
    assistant = Assistant(packaged_index, Settings(data_dir=tmp_path, off_label="decline"))
    answer = ask(assistant, "EMERALD PFS in ESR1 wild type?")
    assert (answer.outcome, answer.decline_code) == (Outcome.DECLINED, Code.OFF_LABEL.value)
    assert not answer.citations


def test_a_ranking_is_redirected_without_a_winner(packaged_assistant: Assistant) -> None:
    """Neutral statements may stand under the fixed sentence."""
    answer = ask(packaged_assistant, "Between Datroway and Trodelvy, which one is superior?")
    assert answer.outcome in (Outcome.REDIRECTED, Outcome.DECLINED)
    assert answer.segments[0].kind == "notice"


def test_a_decision_about_a_patient_is_not_taken(packaged_assistant: Assistant) -> None:
    """No pick, no dose."""
    answer = ask(packaged_assistant, "Decide for me: alpelisib or capivasertib for her?")
    assert answer.outcome is not Outcome.ANSWERED
    assert answer.decline_code == Code.NO_CONTENT.value


def test_an_unknown_drug_is_named_and_declined(packaged_assistant: Assistant) -> None:
    """The name is told back; nothing about a similar one is shown."""
    answer = ask(packaged_assistant, "belvarestrant PFS?")
    assert answer.outcome is Outcome.DECLINED
    assert "belvarestrant" in answer.text
    assert not answer.citations


def test_a_figure_nobody_printed_is_not_replaced(packaged_assistant: Assistant) -> None:
    """What is said instead is that the figure is missing."""
    answer = ask(packaged_assistant, "Median overall survival in DESTINY-Breast06 at final analysis?")
    assert answer.outcome is not Outcome.ANSWERED


def test_the_source_of_an_earlier_answer_is_told(packaged_assistant: Assistant) -> None:
    """Derived again, with the references written out."""
    answer = ask(packaged_assistant, "PFS of imlunestrant in ESR1m in EMBER-3?", "Source for that?")
    assert answer.outcome is Outcome.ANSWERED
    assert any("Jhaveri" in segment.text for segment in answer.segments)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (Code.GREETING, Outcome.REDIRECTED),
        (Code.OUT_OF_SCOPE, Outcome.DECLINED),
        (Code.SECURITY, Outcome.DECLINED),
        (Code.NON_HCP, Outcome.DECLINED),
        (Code.ACCESS, Outcome.REDIRECTED),
    ],
)
def test_what_screening_stops_gets_its_own_words(packaged_assistant: Assistant, code: Code, outcome: Outcome) -> None:
    """Typed, without statements."""
    answer = ask(packaged_assistant, "EMERALD PFS?", screened=screening(code, should_answer=False))
    assert (answer.outcome, answer.decline_code) == (outcome, code.value)
    assert not answer.citations


def test_a_safety_code_does_not_block_the_answer(packaged_assistant: Assistant) -> None:
    """The report is a matter of people; the question is answered."""
    answer = ask(packaged_assistant, "EMERALD PFS in ESR1m?", screened=screening(Code.AE_NONSER))
    assert answer.outcome is Outcome.ANSWERED
    assert Code.AE_NONSER.value in answer.safety.codes


def test_a_document_not_yet_in_force_is_not_quoted(packaged_assistant: Assistant) -> None:
    """Checked again when the answer is made."""
    answer = ask(packaged_assistant, "EMERALD PFS in ESR1m?", at=datetime(2020, 1, 1, tzinfo=UTC))
    assert answer.outcome is Outcome.DECLINED
    assert not answer.citations


def test_a_statement_that_is_not_the_documents_text_is_refused(packaged_index: KnowledgeIndex) -> None:
    """The proof is made at send time."""
    statement: Statement = next(s for s in packaged_index.statements.values() if s.row is None)
    citations = Citations(packaged_index, date(2026, 11, 22), "US")
    assert citations.cite(statement) == 1
    with pytest.raises(UnprovenCitation):
        citations.cite(replace(statement, statement_id="other", text=statement.text + "!"))
    with pytest.raises(UnprovenCitation):
        Citations(packaged_index, date(2026, 11, 22), "ZZ").cite(statement)


def test_the_explanation_tells_question_evidence_and_draft(packaged_assistant: Assistant) -> None:
    """For the explain view."""
    explanation = packaged_assistant.explain(Question("EMERALD PFS?", "c", NOW), screening())
    assert explanation.question is not None
    assert explanation.evidence is not None
    assert explanation.draft.text == ask(packaged_assistant, "EMERALD PFS?").text


def test_a_second_topic_needs_no_code(tmp_path: Path) -> None:
    """Another disease, another document, no glossary: the same program answers and declines."""
    body = (
        "# Dry eye\n\n## Lubrimab: result\n\nIn patients with dry eye, lubrimab drops improved tear film break-up time by 4.2 seconds.[^1]\n"
        "Lubrimab drops are given twice daily.[^2]\n"
    )
    write_document(tmp_path, document_text(body, topic="dry-eye", title="Lubrimab in dry eye"))
    entry = {
        "statement": "Lubrimab drops are given twice daily.",
        "facts": ["f1"],
        "questions": ["how often is lubrimab given?", "lubrimab dose", "lubrimab dosing schedule"],
    }
    write_register(tmp_path, [entry])
    folder = tmp_path / "index"
    embedder = open_embedder("all-MiniLM-L6-v2", models_dir(folder))
    corpus = load_corpus(tmp_path)
    build_index(corpus, folder, embedder, on=date(2026, 3, 1))
    assistant = Assistant(open_index(folder, corpus, embedder), Settings(data_dir=tmp_path, corpus_dir=tmp_path))
    answer = ask(assistant, "How often is lubrimab given?", at=datetime(2026, 3, 1, tzinfo=UTC))
    assert answer.outcome is Outcome.ANSWERED
    assert "twice daily" in answer.text
    assert ask(assistant, "dose of xenozumab?", at=datetime(2026, 3, 1, tzinfo=UTC)).outcome is Outcome.DECLINED


def test_what_lies_outside_is_not_told_as_a_follow_up(packaged_assistant: Assistant) -> None:
    """The weather, asked after a question on a drug, is no question on that drug in the weather."""
    answer = ask(packaged_assistant, "Restart Verzenio after ILD?", "What's the weather in Boston tomorrow?")
    assert answer.decline_code == Code.OUT_OF_SCOPE
    assert answer.interpreted_as is None
    follow_up = ask(packaged_assistant, "limitations of SERDs?", "and AIs?")
    assert follow_up.interpreted_as is not None
