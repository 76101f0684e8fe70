"""Hash chains over insert-only tables: what was recorded cannot be changed, removed or reordered unseen.

Each row's hash covers all its other columns, among them the hash of the row before it (after the construction of Haber and
Stornetta 1991); content is kept beside the row and only its salted hash is in it, so that content can be erased while the
chain still verifies. The head of each chain is kept, signed (HMAC-SHA256), in `chain_heads`: cutting rows off the end, or
recomputing the chain without the key, shows. An old database put back whole is found only against the anchor file
(`assistant.storage.anchors`) or a copy of it elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from assistant.clock import format_utc
from assistant.storage import tables
from assistant.storage.prepared import Prepared
from assistant.storage.tables import canonical_json

_HEADS, _CONTENTS = tables.chain_heads, tables.record_contents
_READ_HEAD = select(_HEADS.c.seq, _HEADS.c.hash).where(_HEADS.c.chain == bindparam("name"))
_LOCK_HEAD = Prepared(_READ_HEAD.with_for_update())
_MOVE_HEAD = Prepared(
    update(_HEADS)
    .where(_HEADS.c.chain == bindparam("name"))
    .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"), signature=bindparam("new_signature"))
)
_ADD_CONTENT = Prepared(insert(_CONTENTS))
GENESIS_HASH = "0" * 64
SALT_BYTES = 16
Json = dict[str, Any]
Fields = Mapping[str, str | datetime | None]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: the number and hash of its last record (`seq` 0 and zeros when empty)."""

    chain: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a chain. `kind`: changed, removed, reordered, truncated, content, head, anchor."""

    chain: str
    seq: int
    kind: str
    message: str


class Chain:
    """One chain: its name, its table and the key that signs its head (None: heads are neither signed nor checked)."""

    def __init__(self, name: str, table: Table, signing_key: bytes | None) -> None:
        self.name = name
        self.table = table
        self._key = signing_key
        self._hashed = [column.name for column in table.columns if column.name != "hash"]
        self._add_row = Prepared(insert(table))

    def append(self, connection: Connection, fields: Fields, content: Json) -> int:
        """Insert one record with its content and return its `seq`; the caller's transaction makes it durable.

        `fields` are the table's own columns besides `seq`, the hashes and the content.
        """
        # On PostgreSQL the head stays locked until the transaction ends; on SQLite the transaction is the lock.
        seq, last_hash = _LOCK_HEAD.fetch_one(connection, {"name": self.name})
        head = Head(self.name, seq, last_hash)
        salt, body = secrets.token_hex(SALT_BYTES), canonical_json(content)
        row = dict.fromkeys(self._hashed) | dict(fields)
        row |= {"seq": head.seq + 1, "content_hash": hash_content(salt, body), "previous_hash": head.hash}
        row["hash"] = self.hash_row(row)
        self._add_row.run(connection, row)
        content_row = {"chain": self.name, "seq": row["seq"], "salt": salt, "content": body, "erased_at": None}
        _ADD_CONTENT.run(connection, content_row)
        self._move_head(connection, Head(self.name, head.seq + 1, str(row["hash"])))
        return head.seq + 1

    def read_head(self, connection: Connection) -> Head:
        """Return the recorded end."""
        row = connection.execute(_READ_HEAD, {"name": self.name}).one()
        return Head(self.name, row.seq, row.hash)

    def _move_head(self, connection: Connection, head: Head) -> None:
        values = {"name": self.name, "new_seq": head.seq, "new_hash": head.hash, "new_signature": self.sign(head)}
        _MOVE_HEAD.run(connection, values)

    def sign(self, head: Head) -> str:
        """Return the signature of a head, empty without a key."""
        if self._key is None:
            return ""
        return hmac.new(self._key, f"{head.chain}|{head.seq}|{head.hash}".encode(), hashlib.sha256).hexdigest()

    def hash_row(self, row: Mapping[str, Any]) -> str:
        """Return SHA-256 over the canonical JSON of every column but `hash`."""
        values = {name: format_utc(value) if isinstance(value := row[name], datetime) else value for name in self._hashed}
        return hashlib.sha256(canonical_json(values).encode()).hexdigest()

    def verify(self, connection: Connection, erased: frozenset[int]) -> tuple[Head, list[Fault]]:
        """Walk the chain and return its real head with every fault, in order of `seq`.

        Args:
            erased: the records whose content was erased by an erasure on record; content missing elsewhere is a fault.
        """
        faults: list[Fault] = []
        head = Head(self.name, 0, GENESIS_HASH)
        for row in self._rows(connection):
            faults += self._check_row(row, head, erased)
            head = Head(self.name, row["seq"], row["hash"])
        return head, faults + self._check_head(connection, head)

    def _rows(self, connection: Connection) -> Iterator[Json]:
        contents = tables.record_contents
        joined = self.table.outerjoin(contents, (contents.c.seq == self.table.c.seq) & (contents.c.chain == self.name))
        query = select(self.table, contents.c.salt, contents.c.content).select_from(joined).order_by(self.table.c.seq)
        for row in connection.execution_options(yield_per=500).execute(query).mappings():
            yield dict(row)

    def _check_row(self, row: Mapping[str, Any], head: Head, erased: frozenset[int]) -> list[Fault]:
        faults: list[Fault] = []
        seq = int(row["seq"])
        if seq != head.seq + 1:
            faults.append(Fault(self.name, seq, "removed", f"records {head.seq + 1} to {seq - 1} are missing"))
        elif row["previous_hash"] != head.hash:
            faults.append(Fault(self.name, seq, "reordered", f"record {seq} does not follow record {head.seq}"))
        if self.hash_row(row) != row["hash"]:
            faults.append(Fault(self.name, seq, "changed", f"record {seq} was changed after it was written"))
        if row["content"] is None or row["salt"] is None:
            if seq not in erased:
                faults.append(Fault(self.name, seq, "content", f"the content of record {seq} is gone, no erasure says so"))
        elif hash_content(row["salt"], row["content"]) != row["content_hash"]:
            faults.append(Fault(self.name, seq, "content", f"the content of record {seq} was changed"))
        return faults

    def _check_head(self, connection: Connection, real: Head) -> list[Fault]:
        heads = tables.chain_heads
        row = connection.execute(select(heads).where(heads.c.chain == self.name)).first()
        if row is None:
            return [Fault(self.name, real.seq, "head", "the chain has no recorded end")]
        stored = Head(self.name, row.seq, row.hash)
        faults: list[Fault] = []
        if stored.seq > real.seq:
            faults.append(Fault(self.name, stored.seq, "truncated", f"records {real.seq + 1} to {stored.seq} were cut off"))
        elif stored != real:
            faults.append(Fault(self.name, real.seq, "head", "the recorded end of the chain is not its last record"))
        if self._key is not None and stored.seq and not hmac.compare_digest(self.sign(stored), row.signature):
            faults.append(Fault(self.name, stored.seq, "head", "the recorded end of the chain was not signed with this key"))
        return faults

    def hash_at(self, connection: Connection, seq: int) -> str | None:
        """Return the hash of record `seq`, None when there is none."""
        found = connection.execute(select(self.table.c.hash).where(self.table.c.seq == seq)).scalar()
        return None if found is None else str(found)


def hash_content(salt: str, body: str) -> str:
    """Return SHA-256 of salt and content; without the salt an erased content cannot be guessed from its hash."""
    return hashlib.sha256(f"{salt}{body}".encode()).hexdigest()


def read_content(connection: Connection, chain: str, seq: int) -> Json | None:
    """Return the content of one record, None when it was erased."""
    contents = tables.record_contents
    body = connection.execute(select(contents.c.content).where((contents.c.chain == chain) & (contents.c.seq == seq))).scalar()
    return None if body is None else dict(json.loads(body))
