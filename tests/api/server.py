"""The real app on a real uvicorn, in a thread or in a process of its own, and a client for it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

ATTESTATION = {"attestation": {"accepted": True, "profession": "physician", "country": "US"}}
OPEN_RATES = {
    "question_rate": "100000/second",
    "session_rate": "100000/second",
    "form_rate": "100000/second",
    "read_rate": "100000/second",
    "key_rate": "100000/second",
}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Client:
    """A caller with a session."""

    url: str
    token: str
    http: httpx.Client

    def headers(self, **more: str) -> dict[str, str]:
        """The headers of a request."""
        return {"authorization": f"Bearer {self.token}", **more}

    def post(self, path: str, body: Any, **more: str) -> httpx.Response:
        """Send JSON."""
        return self.http.post(self.url + path, json=body, headers=self.headers(**more))

    def get(self, path: str, **more: str) -> httpx.Response:
        """Fetch."""
        return self.http.get(self.url + path, headers=self.headers(**more))

    def ask(self, message: str, conversation_id: str | None = None) -> dict[str, Any]:
        """Ask and return the answer's JSON."""
        body = {"message": message} | ({} if conversation_id is None else {"conversation_id": conversation_id})
        response = self.post("/api/chat", body, accept="application/json")
        assert response.status_code == 200, response.text
        return dict(response.json())

    def stream(self, body: Any) -> list[Any]:
        """Ask as a chat client does and return the parts, `[DONE]` last."""
        response = self.post("/api/chat", body)
        assert response.status_code == 200, response.text
        return parts_of(response.text)


def parts_of(text: str) -> list[Any]:
    """The parts of a stream."""
    frames = [line.removeprefix("data: ") for line in text.split("\n\n") if line.startswith("data: ")]
    return [frame if frame == "[DONE]" else json.loads(frame) for frame in frames]


def connect(url: str) -> Client:
    """Start a session."""
    http = httpx.Client(timeout=30)
    reply = http.post(url + "/api/session", json=ATTESTATION)
    assert reply.status_code == 200, reply.text
    return Client(url, reply.json()["token"], http)


@contextmanager
def serving(app: FastAPI, port: int | None = None) -> Iterator[str]:
    """Run an app on uvicorn in a thread, on a free port when none is given; yields its address."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)


@contextmanager
def serving_process(data_dir: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run the scripted app in a process of its own; yields its address and the process."""
    port = free_port()
    variables = os.environ | {"MEDINFO_DATA_DIR": str(data_dir), "TEST_PORT": str(port)} | environment
    process = subprocess.Popen([sys.executable, "-m", "tests.api.server_main"], env=variables, cwd=Path(__file__).parents[2])
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                if httpx.get(url + "/health/live", timeout=1).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.05)
        else:
            raise RuntimeError("the server did not start")
        yield url, process
    finally:
        process.kill()
        process.wait()
