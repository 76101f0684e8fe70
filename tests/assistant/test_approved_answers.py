"""Approved answers: their wordings get the locked response, near misses never do; nothing is served that rests on a withdrawal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.screening import screen
from assistant.settings import Settings
from assistant.types import Answer, Outcome, Question
from corpus import CorpusError, DocumentStatus, Ledger, LiveLedger, Standing, load_corpus, write_ledger
from index import open_index
from index.types import KnowledgeIndex
from tests.corpus.builder import document_text, write_document

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def ask(assistant: Assistant, text: str, *before: str) -> Answer:
    screening = screen((*before, text))
    question = Question(screening.masked, "con", AT, screening.masked_turns[:-1])
    return assistant.answer(question, screening)


def wordings() -> list[tuple[str, str]]:
    return [(answer.document.doc_id, question) for answer in load_corpus().answers for question in answer.questions]


@pytest.mark.parametrize(("doc_id", "question"), wordings())
def test_every_wording_gets_its_locked_response(packaged_assistant: Assistant, doc_id: str, question: str) -> None:
    answer = ask(packaged_assistant, question)
    assert answer.approved is not None
    assert (answer.approved.answer_id, answer.outcome) == (doc_id, Outcome.ANSWERED)
    assert answer.approved.cosine > 0.99
    assert answer.approved.margin > 0.1
    locked = next(a for a in load_corpus().answers if a.document.doc_id == doc_id)
    quotes = [citation.quote for citation in answer.citations]
    assert quotes == [quotation.quote for quotation in locked.quotations]
    assert [segment.text for segment in answer.segments if segment.kind == "statement"] == quotes


def test_every_quotation_stands_in_its_document() -> None:
    corpus = load_corpus()
    texts = {(document.doc_id, document.version): document.text for document in corpus.versions}
    assert corpus.answers
    for answer in corpus.answers:
        for q in answer.quotations:
            assert texts[q.doc_id, q.version][q.start : q.end] == q.quote


NEAR_MISSES = [
    "What are the limitations of oral SERDs?",
    "What are the limitations of SERMs?",
    "What are the limitations of CDK4/6 inhibitors?",
    "What are the limitations of SERDs in premenopausal women?",
    "What are the limitations of SERDs in men?",
    "What are the limitations of SERDs in early breast cancer?",
    "What are the limitations of SERDs and AIs?",
    "What is not a limitation of SERDs?",
    "What are the limitations of SERDs after progression?",
    "What is the dose of imlunestrant?",
    "What is the dose of fulvestrant?",
    "What is the dose of madeupstrant?",
    "What is the dose of elacestrant in renal impairment?",
    "What is the dose of elacestrant in children?",
    "What is the dose of elacestrant with food?",
    "How is elacestrant dosed in EMERALD?",
    "Which PI3K inhibitors are approved?",
    "Which PARP inhibitors are approved in Europe?",
    "Which PARP inhibitors are approved for prostate cancer?",
    "Which PARP inhibitors are not approved?",
    "How is visceral crisis treated?",
    "Is elacestrant better in visceral crisis?",
]


@pytest.mark.parametrize("question", NEAR_MISSES)
def test_another_drug_population_or_denial_is_another_question(packaged_assistant: Assistant, question: str) -> None:
    assert ask(packaged_assistant, question).approved is None


def test_a_question_completed_from_the_turn_before_is_matched_by_what_it_means(packaged_assistant: Assistant) -> None:
    answer = ask(packaged_assistant, "and SERMs?", "What are the limitations of SERDs?")
    assert answer.approved is None


@pytest.mark.parametrize("taken_out", ["VV-MED-156150@1.0", "AA-SERD-LIMITATIONS@1.0"])
def test_none_is_served_when_it_or_what_it_quotes_is_withdrawn(
    packaged_index: KnowledgeIndex, pytestconfig: pytest.Config, tmp_path: Path, taken_out: str
) -> None:
    ledger = tmp_path / "ledger.json"
    folder = Path(str(pytestconfig.cache.mkdir("medinfo"))) / "index"
    index = open_index(folder, embedder=packaged_index.embedder, ledger=LiveLedger(ledger))
    assistant = Assistant(index, Settings(data_dir=tmp_path))
    question = "What are the limitations of SERDs?"
    assert ask(assistant, question).approved is not None
    write_ledger(ledger, Ledger(1, {taken_out: Standing(DocumentStatus.WITHDRAWN, "any")}))
    answer = ask(assistant, question)
    assert answer.approved is None
    assert taken_out.partition("@")[0] not in {citation.doc_id for citation in answer.citations}


RECORD = """
id: AA-ONE
title: One
topic: test-topic
version: "1.0"
status: approved
review: demonstration
effective_date: 2026-01-10
review_due: 2026-07-10
market: [US]
owner: Medical Information
questions: ["did placebo help?"]
response:
  - {document: T-ONE, version: "1.0", quote: "Placebo helped 2%."}
"""


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("Placebo helped 2%.", "Placebo helped 3%."), "occurs 0 times in T-ONE"),
        (('version: "1.0", quote', 'version: "9.0", quote'), "no T-ONE in version 9.0"),
        (("id: AA-ONE", "id: T-ONE"), "is taken"),
        (('["did placebo help?"]', "[]"), "at least one entry"),
        (("review: demonstration", "review: pending"), "review is pending, so it cannot be approved"),
        (("review_due: 2026-07-10", "review_due: 2025-07-10"), "review_due 2025-07-10 is not after effective_date"),
        (("market: [US]", "expires_date: 2025-12-01\nmarket: [US]"), "expires_date 2025-12-01 is not after effective_date"),
    ],
)
def test_a_response_that_no_document_states_or_nobody_reviewed_is_refused(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    write_document(tmp_path, document_text())
    path = tmp_path / "approved_answers" / "test-topic" / "one.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(RECORD)
    assert load_corpus(tmp_path).answers[0].quotations[0].quote == "Placebo helped 2%."
    path.write_text(RECORD.replace(*change))
    with pytest.raises(CorpusError, match=problem):
        load_corpus(tmp_path)
