"""A document is taken out while fifty clients ask about it: after the command has returned, no answer cites it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.types import KnowledgeIndex
from tests.api.server import connect, free_port, parts_of

CLIENTS = 50
BEFORE_S = 3.0
AFTER_S = 4.0
DOCUMENT = "EVD-ESR1"
QUESTION = "How common are ESR1 mutations after aromatase inhibitor therapy? ({number})"
RATE = "1000000/minute"


@dataclass(frozen=True)
class Ended:
    """An answer: when its last byte was read (monotonic seconds), and the documents it cites."""

    at_s: float
    documents: frozenset[str]


@pytest.fixture
def data_dir(packaged_index: KnowledgeIndex, pytestconfig: pytest.Config, tmp_path: Path) -> Path:
    """A data folder with the packaged index."""
    assert DOCUMENT in packaged_index.documents
    kept = Path(str(pytestconfig.cache.mkdir("medinfo")))
    for name in ("index", "models"):
        shutil.copytree(kept / name, tmp_path / name)
    return tmp_path


def environment(data_dir: Path) -> dict[str, str]:
    rates = dict.fromkeys(("MEDINFO_QUESTION_RATE", "MEDINFO_SESSION_RATE", "MEDINFO_READ_RATE"), RATE)
    return os.environ | rates | {"MEDINFO_DATA_DIR": str(data_dir)}


@pytest.fixture
def server(data_dir: Path) -> Iterator[str]:
    """The address of `medinfo serve` as a process of its own."""
    port = free_port()
    command = [sys.executable, "-c", "from assistant.cli import main; main()", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment(data_dir), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                if httpx.get(url + "/health/ready", timeout=5).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.2)
        else:
            raise RuntimeError("the server did not start")
        yield url
    finally:
        process.terminate()
        process.wait(30)


async def ask_until(http: httpx.AsyncClient, url: str, token: str, number: int, until_s: float, ended: list[Ended]) -> None:
    """Ask again and again; every other client reads the stream."""
    accept = "application/json" if number % 2 else "text/event-stream"
    headers = {"authorization": f"Bearer {token}", "accept": accept}
    while time.monotonic() < until_s:
        reply = await http.post(url + "/api/chat", json={"message": QUESTION.format(number=number)}, headers=headers)
        if reply.status_code == 200:
            ended.append(Ended(time.monotonic(), documents_of(reply)))
        else:
            assert reply.status_code == 503, reply.text


def documents_of(reply: httpx.Response) -> frozenset[str]:
    if reply.headers["content-type"].startswith("application/json"):
        body: dict[str, Any] = reply.json()
    else:
        body = next((part["data"] for part in parts_of(reply.text)[:-1] if part["type"] == "data-answer"), {"citations": []})
    return frozenset(citation["doc_id"] for citation in body["citations"])


async def withdraw(data_dir: Path) -> float:
    """Run the command and return the moment it returned."""
    command = (sys.executable, "-c", "from assistant.cli import main; main()", "corpus", "withdraw", DOCUMENT, "--json")
    process = await asyncio.create_subprocess_exec(*command, env=environment(data_dir), stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    returned_at_s = time.monotonic()
    assert json.loads(output)["after"] == "withdrawn"
    return returned_at_s


async def load(url: str, data_dir: Path) -> tuple[list[Ended], float]:
    ended: list[Ended] = []
    limits = httpx.Limits(max_connections=CLIENTS + 5)
    async with httpx.AsyncClient(limits=limits, timeout=60) as http:
        tokens = [connect(url).token for _ in range(CLIENTS)]
        stop = asyncio.get_running_loop().create_future()

        async def client(number: int) -> None:
            while not stop.done():
                await ask_until(http, url, tokens[number], number, time.monotonic() + 0.5, ended)

        clients = [asyncio.create_task(client(number)) for number in range(CLIENTS)]
        await asyncio.sleep(BEFORE_S)
        returned_at_s = await withdraw(data_dir)
        await asyncio.sleep(AFTER_S)
        stop.set_result(None)
        await asyncio.gather(*clients)
    return ended, returned_at_s


@pytest.mark.slow
def test_no_answer_cites_a_withdrawn_document_once_the_command_has_returned(server: str, data_dir: Path) -> None:
    ended, returned_at_s = asyncio.run(load(server, data_dir))
    before = [answer for answer in ended if answer.at_s <= returned_at_s]
    after = [answer for answer in ended if answer.at_s > returned_at_s]
    assert any(DOCUMENT in answer.documents for answer in before), "the question did not use the document"
    assert len(after) >= CLIENTS
    assert [answer for answer in after if DOCUMENT in answer.documents] == []
    assert any(answer.documents for answer in after), "what other documents state is still answered"
