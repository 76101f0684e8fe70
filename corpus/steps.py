"""The steps of a document's life: draft -> in review -> approved -> superseded, withdrawn or expired. Pure functions.

The rule (document governance of medical information: every approver approves, a new major version supersedes the one before):
two different people approve the same bytes. A step that the table does not allow is refused with what to do instead. Who may
take a step is decided elsewhere, and nothing is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from corpus.ledger import Approval, Ledger, Standing
from corpus.types import Document, DocumentStatus

APPROVERS = 2


class Step(StrEnum):
    """What can be done with a version of a document."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    RENEW = "renew"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


STARTS: Mapping[Step, frozenset[DocumentStatus]] = {
    Step.SUBMIT: frozenset({DocumentStatus.DRAFT, DocumentStatus.WITHDRAWN}),
    Step.APPROVE: frozenset({DocumentStatus.IN_REVIEW}),
    Step.REJECT: frozenset({DocumentStatus.IN_REVIEW}),
    Step.RENEW: frozenset({DocumentStatus.APPROVED}),
    Step.EXPIRE: frozenset({DocumentStatus.APPROVED}),
    Step.SUPERSEDE: frozenset({DocumentStatus.APPROVED}),
    Step.WITHDRAW: frozenset({DocumentStatus.APPROVED, DocumentStatus.IN_REVIEW, DocumentStatus.SUPERSEDED}),
}
_REMEDIES: Mapping[Step, str] = {
    Step.SUBMIT: "only a draft or a withdrawn document is submitted for review",
    Step.APPROVE: "submit it for review first",
    Step.REJECT: "only a document in review is sent back",
    Step.RENEW: "only an approved document is renewed",
    Step.EXPIRE: "only an approved document expires",
    Step.SUPERSEDE: "only an approved document is superseded",
    Step.WITHDRAW: "there is nothing to take out",
}


class StepRefused(ValueError):
    """The step is not allowed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who takes a step, when and why; with the dates or the successor it sets, where it sets any."""

    by: str
    at: datetime
    reason: str = ""
    effective_date: date | None = None
    review_due: date | None = None
    expires_date: date | None = None
    superseded_by: str = ""


def take_step(step: Step, document: Document, ledger: Ledger, decision: Decision) -> Standing:
    """Return how the document stands after a step.

    Args:
        document: as it stands now (`corpus.ledger.apply_standing`).
        ledger: what was decided before.

    Raises:
        StepRefused: the step is not allowed.
    """
    if not decision.by.strip():
        raise StepRefused("say who decides: give a name or address")
    if document.status not in STARTS[step]:
        status = document.status.value.replace("_", " ")
        raise StepRefused(f"{document.doc_id} version {document.version} is {status}: {_REMEDIES[step]}")
    before = ledger.find(document.doc_id, document.version) or Standing(document.status, document.sha256)
    if step in _WORDED:
        return _WORDED[step](document, before, decision)
    after: Mapping[Step, Standing] = {
        Step.REJECT: Standing(DocumentStatus.DRAFT, document.sha256),
        Step.EXPIRE: replace(before, expires_date=decision.expires_date or decision.at.date()),
        Step.SUPERSEDE: replace(before, status=DocumentStatus.SUPERSEDED, superseded_by=decision.superseded_by),
        Step.WITHDRAW: replace(before, status=DocumentStatus.WITHDRAWN),
    }
    return replace(after[step], reason=decision.reason)


def _submitted(document: Document, before: Standing, decision: Decision) -> Standing:
    if before.status is DocumentStatus.APPROVED and before.sha256 != document.sha256:
        message = (
            f"version {document.version} of {document.doc_id} was approved with other words: give the change a new version"
        )
        raise StepRefused(message)
    return Standing(DocumentStatus.IN_REVIEW, document.sha256, submitted_by=decision.by, reason=decision.reason)


def _approved(document: Document, before: Standing, decision: Decision) -> Standing:
    if any(approval.by.casefold() == decision.by.casefold() for approval in before.approvals):
        raise StepRefused(f"{decision.by} has approved {document.doc_id} already: the second approval is another person's")
    approvals = (*before.approvals, Approval(decision.by, decision.at.isoformat(timespec="seconds")))
    after = replace(
        before,
        approvals=approvals,
        status=DocumentStatus.APPROVED if len(approvals) >= APPROVERS else DocumentStatus.IN_REVIEW,
        effective_date=decision.effective_date or before.effective_date,
        review_due=decision.review_due or before.review_due,
        expires_date=decision.expires_date or before.expires_date,
        reason=decision.reason,
    )
    _check_dates(document, after, decision.at.date())
    return after


def _renewed(document: Document, before: Standing, decision: Decision) -> Standing:
    if decision.review_due is None or decision.review_due <= decision.at.date():
        raise StepRefused("say until when the review holds: a later day than today")
    after = replace(before, review_due=decision.review_due, reason=decision.reason)
    _check_dates(document, after, decision.at.date())
    return after


def _check_dates(document: Document, after: Standing, today: date) -> None:
    begins = after.effective_date or document.effective_date
    expires = after.expires_date or document.expires_date
    due = after.review_due or document.review_due
    if due <= begins:
        raise StepRefused(f"the review due on {due} is not after the effective date {begins}: correct one of them")
    if expires is not None and (expires <= begins or expires <= today):
        raise StepRefused(f"it expires on {expires}, so it could not be served: give a later day")


_WORDED: Mapping[Step, Callable[[Document, Standing, Decision], Standing]] = {
    Step.SUBMIT: _submitted,
    Step.APPROVE: _approved,
    Step.RENEW: _renewed,
}
