"""The service under load: `medinfo serve` in a process of its own, asked over HTTP, its answers audited in its database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import httpx

from assistant.errors import Unavailable
from eval.bench.timing import median_ms, requests_per_second, resident_mb

START_LIMIT_S = 120
ATTESTATION = {"attestation": {"accepted": True, "profession": "physician", "country": "US"}}
# Limits of the service are not what is measured.
NO_LIMITS = {f"MEDINFO_{name}_RATE": "1000000/minute" for name in ("QUESTION", "SESSION")}


def medinfo(*words: str) -> list[str]:
    """Return the command line of `medinfo` with this interpreter."""
    return [sys.executable, "-c", "from assistant.cli import main; main()", *words]


def measure_service(data_dir: Path, corpus_dir: Path, questions: Sequence[str]) -> dict[str, float]:
    """Return p50_ms, requests_per_s and resident_mb of a service over an index that is built, each question asked once."""
    with _running(data_dir, corpus_dir) as (address, pid), httpx.Client(base_url=address, timeout=60) as client:
        token = client.post("/api/session", json=ATTESTATION).raise_for_status().json()["token"]
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}

        def ask(question: str) -> object:
            return client.post("/api/chat", json={"message": question}, headers=headers).raise_for_status().json()

        warm, half = 3, len(questions) // 2
        for question in questions[:warm]:
            ask(question)
        p50_ms = median_ms(ask, questions[warm:half])
        rate = requests_per_second(ask, questions[half:])
        return {"p50_ms": p50_ms, "requests_per_s": rate, "resident_mb": resident_mb(pid)}


@contextmanager
def _running(data_dir: Path, corpus_dir: Path) -> Iterator[tuple[str, int]]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"MEDINFO_DATA_DIR": str(data_dir), "MEDINFO_CORPUS_DIR": str(corpus_dir), **NO_LIMITS}
    log = (data_dir / "service.log").open("w")
    process = subprocess.Popen(medinfo("serve", "--port", str(port)), env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready", timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise Unavailable("the service did not become ready; run `medinfo serve` to see why")
