"""The steps of a document's life: what each needs, what it leads to, what is refused, and what the ledger makes of a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import (
    CorpusError,
    Document,
    DocumentStatus,
    Ledger,
    LiveLedger,
    Standing,
    load_corpus,
    read_ledger,
    servable_documents,
    write_ledger,
)
from corpus.ledger import apply_standing
from corpus.steps import STARTS, Decision, Step, StepRefused, take_step
from tests.corpus.builder import document_text, write_document
from tests.index.builder import make_document

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DRAFT = make_document("Text.", status=DocumentStatus.DRAFT)


def by(name: str, **more: object) -> Decision:
    return Decision(name, AT, **more)  # type: ignore[arg-type]


def after(ledger: Ledger, *steps: tuple[Step, Decision], document: Document = DRAFT) -> tuple[Document, Ledger]:
    """A document and its ledger after some steps."""
    for step, decision in steps:
        standing = take_step(step, apply_standing(document, ledger.find(document.doc_id, document.version)), ledger, decision)
        ledger = ledger.with_standing(document.doc_id, document.version, standing)
    return apply_standing(document, ledger.find(document.doc_id, document.version)), ledger


APPROVED = ((Step.SUBMIT, by("Ann")), (Step.APPROVE, by("Ben")), (Step.APPROVE, by("Cleo")))


def test_two_people_approve_and_are_named() -> None:
    one, ledger = after(Ledger(), *APPROVED[:2])
    assert one.status is DocumentStatus.IN_REVIEW
    both, ledger = after(ledger, APPROVED[2])
    assert both.status is DocumentStatus.APPROVED
    assert both.review == "Ben and Cleo, 2026-03-01"
    assert ledger.number == 3


@pytest.mark.parametrize("again", ["Ben", "BEN", "ben"])
def test_one_person_cannot_approve_twice(again: str) -> None:
    with pytest.raises(StepRefused, match="second approval is another person"):
        after(Ledger(), *APPROVED[:2], (Step.APPROVE, by(again)))


def test_a_file_changed_after_its_approval_is_a_draft_again() -> None:
    _, ledger = after(Ledger(), *APPROVED)
    changed = replace(DRAFT, text="Other.", sha256="other")
    assert apply_standing(changed, ledger.find("T-ONE", "1.0")).status is DocumentStatus.DRAFT
    with pytest.raises(StepRefused, match="new version"):
        after(ledger, (Step.SUBMIT, by("Ann")), document=changed)


def test_a_withdrawal_holds_whatever_the_file_says_and_is_lifted_by_two_approvals() -> None:
    _, ledger = after(Ledger(), *APPROVED, (Step.WITHDRAW, by("Dan", reason="error")))
    changed = replace(DRAFT, status=DocumentStatus.APPROVED, sha256="other")
    assert apply_standing(changed, ledger.find("T-ONE", "1.0")).status is DocumentStatus.WITHDRAWN
    back, _ = after(ledger, *APPROVED)
    assert back.status is DocumentStatus.APPROVED


def test_rejecting_voids_the_approvals() -> None:
    rejected, ledger = after(Ledger(), *APPROVED[:2], (Step.REJECT, by("Eve", reason="reference 4")))
    assert rejected.status is DocumentStatus.DRAFT
    assert after(ledger, *APPROVED[:2])[0].status is DocumentStatus.IN_REVIEW


def test_dates_set_with_a_step_hold_and_wrong_ones_are_refused() -> None:
    renewed, ledger = after(Ledger(), *APPROVED, (Step.RENEW, by("Eve", review_due=date(2027, 1, 1))))
    assert renewed.review_due == date(2027, 1, 1)
    expired, _ = after(ledger, (Step.EXPIRE, by("Eve", expires_date=date(2026, 3, 1))))
    assert expired.expires_date == date(2026, 3, 1)
    with pytest.raises(StepRefused, match="later day"):
        after(ledger, (Step.RENEW, by("Eve", review_due=date(2026, 2, 1))))
    with pytest.raises(StepRefused, match="could not be served"):
        after(Ledger(), *APPROVED[:2], (Step.APPROVE, by("Cleo", expires_date=date(2026, 2, 1))))


@given(step=st.sampled_from(Step), status=st.sampled_from(DocumentStatus))
def test_every_step_is_open_from_its_starts_only(step: Step, status: DocumentStatus) -> None:
    document = replace(DRAFT, status=status)
    decision = by("Ann", review_due=date(2027, 1, 1))
    if status in STARTS[step]:
        assert take_step(step, document, Ledger(), decision).sha256 == document.sha256
    else:
        with pytest.raises(StepRefused, match=r"T-ONE version .* is"):
            take_step(step, document, Ledger(), decision)


def test_nobody_decides_nothing() -> None:
    with pytest.raises(StepRefused, match="say who decides"):
        take_step(Step.SUBMIT, DRAFT, Ledger(), by(" "))


def test_a_ledger_comes_back_as_it_was_written_and_is_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "ledger.json"
    live = LiveLedger(path)
    assert live.current == Ledger()
    _, ledger = after(Ledger(), *APPROVED)
    write_ledger(path, ledger)
    assert read_ledger(path) == live.current == ledger
    _, withdrawn = after(ledger, (Step.WITHDRAW, by("Dan")))
    write_ledger(path, withdrawn)
    assert live.withheld({"T-ONE": DRAFT}) == frozenset({"T-ONE"})
    assert [entry.name for entry in path.parent.iterdir()] == ["ledger.json"]


def test_a_damaged_ledger_serves_nothing_by_guess(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    path.write_text('{"number": 1, "standings": {"X@1.0": {"status": "fine"')
    with pytest.raises(CorpusError, match="ledger cannot be read"):
        read_ledger(path)


def test_the_newest_version_that_may_be_served_is_served(tmp_path: Path) -> None:
    write_document(tmp_path, document_text(), "one.md")
    write_document(tmp_path, document_text(version="1.10", effective_date="2026-02-01"), "ten.md")
    write_document(tmp_path, document_text(version="1.9"), "nine.md")
    write_document(tmp_path, document_text(version="2.0", status="draft", review="pending"), "two.md")
    corpus = load_corpus(tmp_path)
    assert [document.version for document in corpus.versions] == ["1.0", "1.9", "1.10", "2.0"]
    assert [document.version for document in corpus.documents] == ["1.10"]
    assert [document.version for document in servable_documents(corpus, date(2026, 1, 20), "US")] == ["1.9"]
    standing = Standing(DocumentStatus.WITHDRAWN, "any")
    withdrawn = load_corpus(tmp_path, ledger=Ledger(1, {"T-ONE@1.10": standing}))
    assert [document.version for document in servable_documents(withdrawn, date(2026, 3, 1), "US")] == ["1.9"]
    assert withdrawn.sha256 == corpus.sha256
    assert withdrawn.standing_sha256 != corpus.standing_sha256


def test_a_draft_does_not_change_the_hash_of_the_corpus(tmp_path: Path) -> None:
    write_document(tmp_path, document_text())
    before = load_corpus(tmp_path).sha256
    write_document(tmp_path, document_text(id="T-TWO", status="draft", review="pending"), "two.md")
    assert load_corpus(tmp_path).sha256 == before
    write_document(tmp_path, document_text(id="T-TWO"), "two.md")
    assert load_corpus(tmp_path).sha256 != before
