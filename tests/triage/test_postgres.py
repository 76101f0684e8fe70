"""The triage room on PostgreSQL: a report's whole way, two processes' worth of sweeps, the daily list."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.storage import Database
from assistant.triage import Disposition, QueueFilter, SafetyState
from assistant.types import Code
from tests.assistant.storage_tools import POSTGRES_BIN, postgres_server
from tests.triage.room_tools import FRIDAY, SAFETY, TRIAGER, bench_over

pytestmark = pytest.mark.skipif(
    POSTGRES_BIN is None or os.geteuid() != 0,
    reason="needs an installed PostgreSQL server and root to start it as its own user",
)


def test_the_room_works_the_same_on_postgresql() -> None:
    with postgres_server() as url:
        database = Database(url)
        database.migrate()
        bench = bench_over(database)
        service = bench.room.service
        with ThreadPoolExecutor(8) as pool:
            ids = list(
                pool.map(lambda n: bench.case("a 100% rash on Verzenio", Code.AE_NONSER, conversation_id=f"con_{n}"), range(20))
            )
        assert len(set(ids)) == 20
        service.claim(SAFETY, ids[0])
        service.forward(SAFETY, ids[0], "report")
        assert bench.dispatch() == 1
        service.acknowledge(SAFETY, ids[0], desk="pv", safety_id="PV-1")
        service.dispose(SAFETY, ids[0], Disposition.REPORTABLE, "valid")
        service.close(SAFETY, ids[0], "done")
        bench.clock.forward(hours=21)
        with ThreadPoolExecutor(4) as pool:
            swept = list(pool.map(lambda _: bench.room.sweeper.run(bench.clock()).forwarded, range(4)))
        assert sorted(case_id for forwarded in swept for case_id in forwarded) == sorted(ids[1:])
        assert service.list(TRIAGER, QueueFilter(safety_states=(SafetyState.SENT.value,))).total == 19
        assert service.search(TRIAGER, "100% RASH").total == 20
        assert service.counts(TRIAGER).unacknowledged == 19
        lines = service.reconcile(SAFETY, FRIDAY.date()).lines
        assert len(lines) == 20 and sum(not line.discrepancies for line in lines) == 1
        assert bench.audit.verify().faults == ()
        database.close()
