"""`medinfo audit`: check the chains, answer again, reconcile, erase, hold.

`verify` exits with 1 when anything was changed, removed or reordered; `replay` with 1 when the answer differs; `reconcile`
with 1 when something is wrong with a day's hand-overs.
"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.api.records import answer_hash, comparable, screening_from_json
from assistant.cli.opening import Store, open_store
from assistant.clock import utc_now
from assistant.errors import BadInput, NotFound
from assistant.settings import Settings
from assistant.storage import AuditKind, AuditRecord
from assistant.storage.conversations import find_answer
from assistant.storage.retention import erase_conversation, expired_conversations, place_hold, release_hold
from assistant.triage import SYSTEM
from assistant.triage.reconciliation import Reconciliation
from assistant.types import Question
from assistant.wire import answer_to_json

Json = dict[str, Any]
app = typer.Typer(no_args_is_help=True, help="Check the record of every answer, repeat an answer, reconcile, erase, hold.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it goes on record.")]
MAX_SHOWN_CHARS = 120


@app.callback()
def audit() -> None:
    """Check the record of every answer, repeat an answer, reconcile, erase, hold."""


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Check every record of the audit log and of the cases, their ends, and the anchor file.

    Example: medinfo audit verify
    """
    with open_store(Settings()) as store:
        verification = store.audit.verify(store.anchors)
    if as_json:
        heads = {head.chain: {"records": head.seq, "hash": head.hash} for head in verification.heads}
        faults = [asdict(fault) for fault in verification.faults]
        print(json.dumps({"intact": not faults, "chains": heads, "faults": faults}, indent=2))
    else:
        for head in verification.heads:
            print(f"{head.chain}: {head.seq} records, last hash {head.hash[:16]}")
        for fault in verification.faults:
            print(f"{fault.kind}: {fault.chain} {fault.seq}: {fault.message}")
        print("intact" if not verification.faults else f"NOT INTACT: {len(verification.faults)} faults")
    raise typer.Exit(1 if verification.faults else 0)


@app.command()
def replay(
    record_id: Annotated[str, typer.Argument(metavar="ID", help="An answer's id, or that of its record or message.")],
    as_json: AsJson = False,
) -> None:
    """Answer a recorded question again and say what differs.

    Example: medinfo audit replay ans_7k3m9qxd20f4kca5e0b1
    """
    settings = Settings()
    with open_store(settings) as store:
        received, answered = _recorded(store, record_id)
        with store.database.read() as connection:
            stored = find_answer(connection, str(answered.answer_id))
    again = _answer_again(settings, received)
    recorded = (answered.content or {})["answer_hash"]
    body = None if stored is None else stored.body
    is_same = answer_hash(again) == recorded
    differences = {} if is_same else _differences(body, again)
    if as_json:
        record = {"answer_id": answered.answer_id, "same": is_same, "differences": differences}
        print(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        print("same" if is_same else "different")
        for name, (before, now) in differences.items():
            print(f"{name}\n  - {_shown(before)}\n  + {_shown(now)}")
    raise typer.Exit(0 if is_same else 1)


def _recorded(store: Store, record_id: str) -> tuple[AuditRecord, AuditRecord]:
    """Return the records of a question and of its (last) answer."""
    answered = [record for record in store.audit.find(record_id) if record.kind is AuditKind.ANSWERED]
    if not answered:
        raise NotFound(f"there is no answer under {record_id}")
    last = answered[-1]
    received = [record for record in store.audit.find(str(last.message_id)) if record.kind is AuditKind.RECEIVED]
    if not received or received[0].content is None or last.content is None:
        raise NotFound(f"the question of {record_id} was erased and cannot be asked again")
    return received[0], last


def _answer_again(settings: Settings, received: AuditRecord) -> Json:
    from assistant.cli.ask import open_assistant

    content = received.content or {}
    screening = screening_from_json(content["screening"], content["question"], content["history"])
    question = Question(
        text=content["question"],
        conversation_id=str(received.conversation_id),
        asked_at=received.recorded_at,
        history=tuple(content["history"]),
        market=content["market"],
    )
    return answer_to_json(open_assistant(settings).answer(question, screening))


def _differences(before: Json | None, now: Json) -> dict[str, tuple[Any, Any]]:
    """Return the fields that differ; the words themselves only when they were not erased."""
    if before is None:
        return {"answer": ("(erased; its recorded hash differs)", now["text"])}
    old, new = comparable(before), comparable(now)
    return {name: (old.get(name), new.get(name)) for name in sorted({*old, *new}) if old.get(name) != new.get(name)}


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN_CHARS else text[: MAX_SHOWN_CHARS - 1] + "…"


@app.command()
def reconcile(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Day of receipt, in the desks' time zone.")],
    received: Annotated[
        Path | None, typer.Option(help="The desk's own list: CSV with the columns case_id and safety_id.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List a day's reports and what is wrong with their hand-over.

    Example: medinfo audit reconcile 2026-11-20 --received pv.csv
    """
    with open_store(Settings()) as store:
        found = store.room.service.reconcile(SYSTEM, day.date(), None if received is None else _read_list(received))
    print(json.dumps(_list_json(found), indent=2) if as_json else _list_text(found))
    raise typer.Exit(1 if found.discrepancies else 0)


def _read_list(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return {row["case_id"].strip(): row["safety_id"].strip() for row in csv.DictReader(stream)}
    except (OSError, KeyError, AttributeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} must be CSV in UTF-8 with the columns case_id and safety_id") from error


def _list_json(found: Reconciliation) -> Json:
    def moment(value: datetime | None) -> str | None:
        return None if value is None else value.isoformat()

    lines = [
        {
            "case_id": line.case_id,
            "codes": list(line.codes),
            "received_at": moment(line.received_at),
            "state": line.safety_state,
            "forwarded_at": moment(line.forwarded_at),
            "acknowledged_at": moment(line.acknowledged_at),
            "safety_id": line.safety_id,
            "discrepancies": list(line.discrepancies),
        }
        for line in found.lines
    ]
    return {
        "day": found.day.isoformat(),
        "lines": lines,
        "unknown_ids": list(found.unknown_ids),
        "discrepancies": found.discrepancies,
    }


def _list_text(found: Reconciliation) -> str:
    lines = [
        f"{line.case_id or '(no case)':16} {','.join(line.codes):24} {line.safety_state:24} {line.safety_id or '-':12} "
        f"{'; '.join(line.discrepancies) or 'ok'}"
        for line in found.lines
    ]
    lines += [f"{case_id:16} on the desk's list, unknown here" for case_id in found.unknown_ids]
    return "\n".join([*lines, f"{len(found.lines)} reports on {found.day}, {found.discrepancies} discrepancies"])


@app.command()
def erase(
    conversation_id: Annotated[str, typer.Argument(help="The conversation to erase.")],
    reason: Reason,
    with_cases: Annotated[bool, typer.Option(help="Its closed cases too, when their own retention is over.")] = False,
) -> None:
    """Erase what was written in a conversation; the chain stays whole. Cases are kept unless asked for."""
    if not reason.strip():
        raise BadInput("erasing needs a reason: --reason TEXT")
    with open_store(Settings()) as store:
        erased = store.database.write(
            lambda connection: erase_conversation(
                connection, store.audit, conversation_id, reason=reason, at=utc_now(), include_cases=with_cases
            )
        )
    print(f"erased the content of {erased.records} records of {conversation_id}")
    if erased.kept_cases:
        print(f"kept, under a duty of their own: {', '.join(erased.kept_cases)}")


@app.command()
def expire(dry_run: Annotated[bool, typer.Option(help="Only list what would be erased.")] = False) -> None:
    """Erase the conversations that are past retention, are not held and have no open case."""
    settings, now = Settings(), utc_now()
    with open_store(settings) as store:
        with store.database.read() as connection:
            expired = expired_conversations(connection, now=now, retention_days=settings.retention_days)
        for conversation_id in expired:
            if not dry_run:
                _expire(store, conversation_id, now)
            print(conversation_id)
    print(f"{len(expired)} conversations {'would be' if dry_run else 'were'} erased")


def _expire(store: Store, conversation_id: str, now: datetime) -> None:
    store.database.write(
        lambda connection: erase_conversation(
            connection, store.audit, conversation_id, reason="past retention", at=now, include_cases=True
        )
    )


@app.command()
def hold(conversation_id: Annotated[str, typer.Argument(help="The conversation to hold.")], reason: Reason) -> None:
    """Forbid the erasure of a conversation."""
    with open_store(Settings()) as store:
        store.database.write(
            lambda connection: place_hold(connection, store.audit, conversation_id, reason=reason, at=utc_now())
        )
    print(f"{conversation_id} is held")


@app.command()
def release(conversation_id: Annotated[str, typer.Argument(help="The conversation to release.")], reason: Reason) -> None:
    """Allow the erasure of a conversation again."""
    with open_store(Settings()) as store:
        store.database.write(
            lambda connection: release_hold(connection, store.audit, conversation_id, reason=reason, at=utc_now())
        )
    print(f"{conversation_id} is released")
