"""The steps of a document's life on the command line: submit, approve, reject, renew, expire, supersede, withdraw; history and
impact. Each step is on record in the audit log and has taken effect in every process when the command returns.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from assistant.cli.opening import open_store
from assistant.clock import utc_now
from assistant.errors import BadInput
from assistant.governance import ContentDesk, StepTaken, find_impact, impact_to_json
from assistant.settings import Settings
from corpus.steps import Decision, Step

DocId = Annotated[str, typer.Argument(metavar="DOC", help="Id of the document.")]
Version = Annotated[str | None, typer.Option("--version", help="Version; the one the step is for when left out.")]
By = Annotated[str, typer.Option("--by", help="Who decides; the name you are signed in with when left out.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit log.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Day = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD")]


def submit(doc_id: DocId, version: Version = None, by: By = "", reason: Reason = "", *, as_json: AsJson = False) -> None:
    """Submit a draft for review; a withdrawn version may be submitted again.

    Example: medinfo corpus submit evd-esr1 --by "A. Author"
    """
    _take(Step.SUBMIT, doc_id, version, Decision(name_of(by), utc_now(), reason), as_json=as_json)


def approve(
    doc_id: DocId,
    version: Version = None,
    by: By = "",
    reason: Reason = "",
    *,
    effective: Day = None,
    review_due: Day = None,
    expires: Day = None,
    as_json: AsJson = False,
) -> None:
    """Approve a document in review; it is approved with the second approval, by another person.

    Example: medinfo corpus approve evd-esr1 --by "First Reviewer" --review-due 2027-05-22
    """
    decision = Decision(
        name_of(by),
        utc_now(),
        reason,
        effective_date=_day(effective, "--effective"),
        review_due=_day(review_due, "--review-due"),
        expires_date=_day(expires, "--expires"),
    )
    _take(Step.APPROVE, doc_id, version, decision, as_json=as_json)


def reject(doc_id: DocId, version: Version = None, by: By = "", reason: Reason = "", *, as_json: AsJson = False) -> None:
    """Send a document in review back to its author: it is a draft again, its approvals are void.

    Example: medinfo corpus reject evd-esr1 --reason "reference 4 does not support the figure"
    """
    _take(Step.REJECT, doc_id, version, Decision(name_of(by), utc_now(), reason), as_json=as_json)


def renew(
    doc_id: DocId,
    version: Version = None,
    by: By = "",
    reason: Reason = "",
    *,
    review_due: Day = None,
    as_json: AsJson = False,
) -> None:
    """Record that an approved document was reviewed and holds until another review date.

    Example: medinfo corpus renew evd-esr1 --review-due 2027-05-22
    """
    decision = Decision(name_of(by), utc_now(), reason, review_due=_day(review_due, "--review-due"))
    _take(Step.RENEW, doc_id, version, decision, as_json=as_json)


def expire(
    doc_id: DocId, version: Version = None, by: By = "", reason: Reason = "", *, on: Day = None, as_json: AsJson = False
) -> None:
    """Set the first day on which an approved document may no longer be served; today when left out.

    Example: medinfo corpus expire evd-pipeline --on 2026-12-31
    """
    decision = Decision(name_of(by), utc_now(), reason, expires_date=_day(on, "--on") or datetime.now(UTC).date())
    _take(Step.EXPIRE, doc_id, version, decision, as_json=as_json)


def supersede(
    doc_id: DocId,
    version: Version = None,
    by: By = "",
    reason: Reason = "",
    *,
    successor: Annotated[str, typer.Option("--with", help="Document (and version, DOC@2.0) that replaces it.")],
    as_json: AsJson = False,
) -> None:
    """Take out an approved document because another one replaces it.

    Example: medinfo corpus supersede evd-esr1 --version 1.0 --with evd-esr1@2.0
    """
    decision = Decision(name_of(by), utc_now(), reason, superseded_by=successor)
    _take(Step.SUPERSEDE, doc_id, version, decision, as_json=as_json)


def withdraw(doc_id: DocId, version: Version = None, by: By = "", reason: Reason = "", *, as_json: AsJson = False) -> None:
    """Take a document out at once: no answer that ends after this command cites it.

    Example: medinfo corpus withdraw evd-pipeline --reason "figure corrected by the authors"
    """
    decision = Decision(name_of(by), utc_now(), reason)
    with open_desk() as desk:
        _say(desk.withdraw(doc_id, decision, version), as_json=as_json)


def history(doc_id: DocId, *, as_json: AsJson = False) -> None:
    """Show every step on record of a document, oldest first.

    Example: medinfo corpus history evd-esr1
    """
    with open_desk() as desk:
        doc_id = desk.find(doc_id).doc_id
        rows = desk.history(doc_id)
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not rows:
        print(f"{doc_id}: nothing was decided since it was written")
        return
    fixed = [Column(name, no_wrap=True) for name in ("when (UTC)", "step", "version")]
    table = Table(*fixed, "by", Column("from", no_wrap=True), Column("to", no_wrap=True), "reason")
    for row in rows:
        change = (str(row.get("before", "")), str(row.get("after", "")))
        table.add_row(
            row["at"][:16], row["step"], str(row.get("version", "")), str(row.get("by", "")), *change, row.get("reason", "")
        )
    Console().print(table)


def recover(*, as_json: AsJson = False) -> None:
    """Make the ledger of decisions anew from the audit log, when its file was lost or damaged.

    Example: medinfo corpus recover
    """
    with open_desk() as desk:
        ledger = desk.recover()
    count = len(ledger.standings)
    print(json.dumps({"documents": count, "steps": ledger.number}) if as_json else f"{ledger.number} steps, {count} documents")


def impact(doc_id: DocId, *, as_json: AsJson = False) -> None:
    """Show what a document has touched: answers that cited it, their cases, suggestions, test questions.

    Example: medinfo corpus impact evd-pipeline --json
    """
    settings = Settings()
    with open_store(settings, creates=True) as store:
        desk = _desk(settings, store)
        found = impact_to_json(find_impact(desk.find(doc_id).doc_id, desk.corpus(), store.database, store.audit))
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for name, count in found["counts"].items():
        print(f"{count:6,} {name.replace('_', ' ')}")
    for answer in found["answers"]:
        print(f"  {answer['at'][:19]}  {answer['answer_id']}  version {answer['version']}  release {answer['release']}")
    for case in found["cases"]:
        print(f"  case {case}")


@contextmanager
def open_desk() -> Iterator[ContentDesk]:
    """Open the content desk over the configured data; a database is made where there is none, since every step is recorded."""
    settings = Settings()
    with open_store(settings, creates=True) as store:
        yield _desk(settings, store)


def _desk(settings: Settings, store: Any) -> ContentDesk:
    return ContentDesk.of(settings, store.database, store.audit, utc_now)


def _take(step: Step, doc_id: str, version: str | None, decision: Decision, *, as_json: bool) -> None:
    with open_desk() as desk:
        _say([desk.take(step, doc_id, decision, version)], as_json=as_json)


def _say(taken: list[StepTaken], *, as_json: bool) -> None:
    rows = [step_to_json(each) for each in taken]
    if as_json:
        print(json.dumps(rows[0] if len(rows) == 1 else rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['id']} version {row['version']}: {row['before']} -> {row['after']} ({row['note']})")


def step_to_json(taken: StepTaken) -> dict[str, Any]:
    """Return a step as JSON: the document, where it stood and stands, the record of it, and what follows from it."""
    after = taken.after
    row = {
        "id": after.doc_id,
        "version": after.version,
        "step": taken.step.value,
        "before": taken.before.status.value,
        "after": after.status.value,
        "effective_date": after.effective_date.isoformat(),
        "review_due": after.review_due.isoformat(),
        "record_id": taken.record_id,
        "note": _note(taken),
    }
    return row if after.expires_date is None else {**row, "expires_date": after.expires_date.isoformat()}


def _note(taken: StepTaken) -> str:
    if taken.step is Step.APPROVE:
        is_done = taken.after.status.value == "approved"
        return "served with the next release" if is_done else "one more approval needed, by another person"
    if taken.step in (Step.WITHDRAW, Step.SUPERSEDE):
        return "no answer cites it from now on"
    return {Step.SUBMIT: "two approvals needed", Step.REJECT: "back with its author"}.get(taken.step, "in effect now")


def name_of(by: str) -> str:
    """Return who decides: the name given, else the one signed in with."""
    return by.strip() or getpass.getuser()


def _day(text: str | None, option: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{option} {text!r} is not a date of the calendar; write YYYY-MM-DD") from error
