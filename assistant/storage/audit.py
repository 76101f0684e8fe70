"""The audit log: who asked what, what was found and shown, with which versions. Insert-only, chained, verifiable, replayable.

A record is written in the transaction of the thing it records. Its content holds masked text only and can be erased; the
record stays.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from assistant.storage.anchors import AnchorFile, check_anchored
from assistant.storage.chain import Chain, Fault, Head, read_content
from assistant.storage.database import Database
from assistant.storage.ids import new_id
from assistant.storage.keys import derive_key
from assistant.storage.tables import audit_records, case_events, record_contents

Json = dict[str, Any]


class AuditKind(StrEnum):
    """What an audit record records."""

    RECEIVED = "received"
    SHOWN = "shown"
    ANSWERED = "answered"
    FAILED = "failed"
    FEEDBACK = "feedback"
    ERASED = "erased"
    HELD = "held"
    RELEASED = "released"
    RESTORED = "restored"
    STAFF = "staff"
    CONTENT = "content"


# Contents that say why other contents are gone; erasing them would make the chain unexplainable.
NEVER_ERASED = (AuditKind.ERASED, AuditKind.HELD, AuditKind.RELEASED, AuditKind.RESTORED, AuditKind.STAFF, AuditKind.CONTENT)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One record; `content` is None once erased."""

    seq: int
    record_id: str
    kind: AuditKind
    recorded_at: datetime
    conversation_id: str | None
    message_id: str | None
    answer_id: str | None
    content: Json | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of all chains found: the real heads and every fault, empty when all is well."""

    heads: tuple[Head, ...]
    faults: tuple[Fault, ...]


class AuditLog:
    """Writes and reads audit records, and checks both chains (audit records and case events).

    Args:
        key: the service's secret key; None leaves the signatures of the chain heads unchecked (reading only).
    """

    def __init__(self, database: Database, key: bytes | None) -> None:
        signing_key = None if key is None else derive_key(key, "chain heads")
        self._database = database
        self.audit = Chain("audit", audit_records, signing_key)
        self.cases = Chain("cases", case_events, signing_key)

    def append(
        self,
        connection: Connection,
        kind: AuditKind,
        content: Json,
        *,
        at: datetime,
        conversation_id: str | None = None,
        message_id: str | None = None,
        answer_id: str | None = None,
    ) -> str:
        """Write one record in the caller's transaction and return its id."""
        record_id = new_id("aud")
        fields = {
            "record_id": record_id,
            "kind": kind.value,
            "recorded_at": at,
            "conversation_id": conversation_id,
            "message_id": message_id,
            "answer_id": answer_id,
        }
        self.audit.append(connection, fields, content)
        return record_id

    def find(self, record_id: str) -> list[AuditRecord]:
        """Return the records under a record, answer, message or conversation id, oldest first."""
        columns = (
            audit_records.c.record_id,
            audit_records.c.answer_id,
            audit_records.c.message_id,
            audit_records.c.conversation_id,
        )
        query = select(audit_records).where(or_(*(column == record_id for column in columns))).order_by(audit_records.c.seq)
        with self._database.read() as connection:
            return [self._read(connection, row) for row in connection.execute(query).all()]

    def latest(self, kinds: Sequence[AuditKind], limit: int) -> list[AuditRecord]:
        """Return the latest records of some kinds, newest first."""
        wanted = audit_records.c.kind.in_([kind.value for kind in kinds])
        query = select(audit_records).where(wanted).order_by(audit_records.c.seq.desc()).limit(limit)
        with self._database.read() as connection:
            return [self._read(connection, row) for row in connection.execute(query).all()]

    def _read(self, connection: Connection, row: Row[Any]) -> AuditRecord:
        return AuditRecord(
            row.seq,
            row.record_id,
            AuditKind(row.kind),
            row.recorded_at,
            row.conversation_id,
            row.message_id,
            row.answer_id,
            read_content(connection, self.audit.name, row.seq),
        )

    def heads(self) -> tuple[Head, ...]:
        """Return the recorded ends of both chains."""
        with self._database.read() as connection:
            return tuple(chain.read_head(connection) for chain in self._chains)

    @property
    def _chains(self) -> Sequence[Chain]:
        return (self.audit, self.cases)

    def verify(self, anchors: AnchorFile | None = None) -> Verification:
        """Check every record of both chains, their heads and, when given, the anchor file."""
        heads: list[Head] = []
        faults: list[Fault] = []
        anchored = [] if anchors is None else anchors.read()
        with self._database.read() as connection:
            erased = self._erased(connection)
            for chain in self._chains:
                head, found = chain.verify(connection, erased.get(chain.name, frozenset()))
                heads.append(head)
                faults += found
            faults += check_anchored(connection, self._chains, anchored)
        return Verification(tuple(heads), tuple(faults))

    def _erased(self, connection: Connection) -> dict[str, frozenset[int]]:
        joined = audit_records.join(
            record_contents, (record_contents.c.seq == audit_records.c.seq) & (record_contents.c.chain == self.audit.name)
        )
        query = select(record_contents.c.content).select_from(joined).where(audit_records.c.kind == AuditKind.ERASED.value)
        erased: dict[str, set[int]] = {}
        for body in connection.execute(query).scalars():
            for chain, seqs in json.loads(body or "{}").get("records", {}).items():
                erased.setdefault(chain, set()).update(int(seq) for seq in seqs)
        return {chain: frozenset(seqs) for chain, seqs in erased.items()}
