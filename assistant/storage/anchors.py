"""The anchor file: chain heads written outside the database, one JSON line each, never rewritten.

A database that was cut short or put back whole verifies by itself; against an anchor it does not. The file is worth most
where the database's administrator cannot reach it: copy it, or ship it with the logs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from assistant.clock import format_utc
from assistant.storage.chain import Chain, Fault, Head
from assistant.storage.tables import canonical_json


class AnchorFile:
    """Appends chain heads to a file and checks a database against what is there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._last: dict[str, int] = {}

    def write(self, heads: Sequence[Head], at: datetime) -> int:
        """Append the heads that have moved since the last call, synced to disk; return how many."""
        moved = [head for head in heads if head.seq > self._last.get(head.chain, 0)]
        if not moved:
            return 0
        stamp = format_utc(at)
        rows = ({"chain": head.chain, "seq": head.seq, "hash": head.hash, "at": stamp} for head in moved)
        lines = [canonical_json(row) + "\n" for row in rows]
        handle = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(handle, "".join(lines).encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        self._last |= {head.chain: head.seq for head in moved}
        return len(moved)

    def read(self) -> list[Head]:
        """Return the anchored heads in the order written; a line that was not finished is skipped."""
        if not self.path.exists():
            return []
        heads = []
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                continue
            heads.append(Head(str(row["chain"]), int(row["seq"]), str(row["hash"])))
        return heads


def check_anchored(connection: Connection, chains: Sequence[Chain], anchored: Sequence[Head]) -> list[Fault]:
    """Return a fault for each anchored head that the database does not hold.

    Read the file before the database's snapshot begins: what is anchored later may not be in it.
    """
    by_name = {chain.name: chain for chain in chains}
    faults = []
    for head in anchored:
        found = by_name[head.chain].hash_at(connection, head.seq) if head.chain in by_name else head.hash
        if found is None:
            faults.append(Fault(head.chain, head.seq, "truncated", f"record {head.seq} was anchored and is gone"))
        elif found != head.hash:
            faults.append(Fault(head.chain, head.seq, "anchor", f"record {head.seq} is not the one that was anchored"))
    return faults
