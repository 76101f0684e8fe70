"""Many cases at once: closing and giving to somebody, shown first as a dry run.

A case that must be handed over to another desk is never touched here, whatever was chosen: one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from assistant.clock import Clock
from assistant.errors import BadInput
from assistant.storage import Database
from assistant.triage.queue import QueueFilter, matching_ids
from assistant.triage.repository import CaseRepository
from assistant.triage.roles import RoleTable
from assistant.triage.service import require_reason
from assistant.triage.types import Actor, Disposition, EventKind, Json, SafetyState

MAX_BULK = 500
Step = Callable[[Connection, str], None]


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What a bulk action did or, as a dry run, would do; each refusal says why."""

    matched: int
    done: tuple[str, ...]
    refused: Mapping[str, str]
    is_dry_run: bool


class BulkDesk:
    """Acts on every case that a filter matches, in one transaction."""

    def __init__(self, database: Database, repository: CaseRepository, roles: RoleTable, clock: Clock) -> None:
        self._database = database
        self._repository = repository
        self._roles = roles
        self._clock = clock

    def close(
        self, actor: Actor, wanted: QueueFilter, disposition: Disposition, reason: str, *, dry_run: bool = True
    ) -> BulkResult:
        """Record how every matching case ended and close it."""
        reason = require_reason(reason)
        steps: tuple[tuple[EventKind, Json], ...] = (
            (EventKind.DISPOSITION, {"value": disposition.value, "reason": reason}),
            (EventKind.CLOSED, {"reason": reason}),
        )
        return self._run(actor, wanted, steps, dry_run=dry_run)

    def assign(self, actor: Actor, wanted: QueueFilter, staff_id: str, *, dry_run: bool = True) -> BulkResult:
        """Give every matching case to somebody."""
        return self._run(actor, wanted, ((EventKind.ASSIGNED, {"assignee": staff_id}),), dry_run=dry_run)

    def _run(
        self, actor: Actor, wanted: QueueFilter, steps: tuple[tuple[EventKind, Json], ...], *, dry_run: bool
    ) -> BulkResult:
        self._roles.require(actor, "bulk")

        def work(connection: Connection) -> BulkResult:
            matched = matching_ids(connection, wanted)
            if len(matched) > MAX_BULK:
                raise BadInput(f"{len(matched)} cases match; at most {MAX_BULK} can be done together: narrow the filter.")
            refused = {case_id: why for case_id in matched if (why := self._refusal(connection, case_id))}
            allowed = [case_id for case_id in matched if case_id not in refused]
            for case_id in () if dry_run else allowed:
                for kind, content in steps:
                    self._repository.record(connection, case_id, kind, content, actor=actor, at=self._clock())
            return BulkResult(len(matched), tuple(allowed), refused, dry_run)

        return self._database.write(work)

    def _refusal(self, connection: Connection, case_id: str) -> str:
        state = self._repository.state(connection, case_id)
        if state.safety_state is not SafetyState.NONE:
            return "goes to another desk: work it by itself"
        return "" if state.is_open else "is closed already"
