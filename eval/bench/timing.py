"""How long and how much: latencies, throughput under several clients, resident memory. Wall-clock, monotonic."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

Ask = Callable[[str], object]
CLIENTS = 8
KIB_PER_MIB = 1024


def median_ms(ask: Ask, questions: Sequence[str]) -> float:
    """Return the median latency in milliseconds, questions asked one after another."""
    taken = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        taken.append((time.perf_counter() - started) * 1000)
    return float(np.median(taken))


def requests_per_second(ask: Ask, questions: Sequence[str], clients: int = CLIENTS) -> float:
    """Return how many questions a second are answered when `clients` ask at the same time, each question once."""
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(ask, questions))
    return len(questions) / (time.perf_counter() - started)


def resident_mb(pid: int | None = None) -> float:
    """Return the resident memory of a process (this one when None) in MiB; the peak of this one where /proc is not there."""
    status = Path("/proc") / (str(pid) if pid else "self") / "status"
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / KIB_PER_MIB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (KIB_PER_MIB * KIB_PER_MIB if sys.platform == "darwin" else KIB_PER_MIB)
