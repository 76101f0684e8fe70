"""The real service with its real documents on uvicorn, an API key and a session for it, and Node where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from assistant.api.app import create_app
from assistant.api.engine import Engine
from assistant.api.keys import KeyRequest
from assistant.api.service import Service
from assistant.pipeline import Assistant
from assistant.screening import Screener
from assistant.settings import Settings
from index.types import KnowledgeIndex
from tests.api.conftest import settings_in
from tests.api.server import connect, free_port, serving
from tests.assistant.generation.scripted import ScriptedServer, serve_scripted

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
NODE = shutil.which("node")
NODE_TIMEOUT_S = 60
BUDGET_S = 5.0
QUESTIONS = {
    "answer": "What are the limitations of SERDs?",
    "safety": "My patient, 61F on abemaciclib, was admitted last night with pneumonitis. What limits fulvestrant?",
    "decline": "What is the dose of zolvantinib?",
}


@dataclass(frozen=True)
class Served:
    """A running service, and what a program needs to ask it."""

    app: FastAPI
    url: str
    key: str
    page_port: int

    @property
    def service(self) -> Service:
        """The parts behind the app."""
        service: Service = self.app.state.service
        return service

    def token(self) -> str:
        """The token of a new session, as a page's reader gets it."""
        return connect(self.url).token

    def body_of(self, answer_id: str) -> dict[str, Any]:
        """The answer on record under an id."""
        from assistant.storage.conversations import find_answer

        with self.service.database.read() as connection:
            stored = find_answer(connection, answer_id)
        assert stored is not None and stored.body is not None
        return stored.body


@contextmanager
def serve(folder: Path, make_engine: Callable[[Settings], Engine], **changes: object) -> Iterator[Served]:
    """Run the service over a folder; a page on `page_port` may ask it too."""
    page_port, port = free_port(), free_port()
    settings = settings_in(
        folder,
        allowed_origins=(f"http://127.0.0.1:{page_port}",),
        public_url=f"http://127.0.0.1:{port}",
        safety_phone="+1 800 555 0100",
        **changes,
    )
    app = create_app(settings, make_engine(settings), runs_background=False)
    with serving(app, port) as url:
        keys: Any = app.state.service.keys
        _, secret = keys.add(KeyRequest("tests", ["ask", "search"], "physician", "US", "us-hcp-1"))
        yield Served(app, url, secret, page_port)


@pytest.fixture(scope="session")
def served(
    packaged_index: KnowledgeIndex, packaged_assistant: Assistant, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The service in quote mode."""
    engine = Engine(Screener(), packaged_assistant, packaged_index)
    with serve(tmp_path_factory.mktemp("served"), lambda _settings: engine) as running:
        yield running


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    """The model's server; each test sets what it does."""
    with serve_scripted() as state:
        yield state


@pytest.fixture(scope="module")
def writing(
    packaged_index: KnowledgeIndex, model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The service in generate mode."""
    with serve(
        tmp_path_factory.mktemp("writing"),
        lambda settings: Engine(Screener(), Assistant(packaged_index, settings), packaged_index),
        mode="generate",
        model=f"{model.url}#scripted",
        model_timeout_s=BUDGET_S,
        model_failures=1000,
    ) as running:
        yield running


@pytest.fixture(scope="session")
def node() -> Callable[..., Any]:
    """Run a script of `node/` with arguments and return the JSON it prints; skips where Node or the packages are missing."""
    if NODE is None:
        pytest.skip("no Node on this machine")
    if not MODULES.is_dir():
        pytest.skip("the packages of tests/clients are not installed (npm ci --prefix tests/clients)")

    def run(script: str, *arguments: str, **environment: str) -> Any:
        done = subprocess.run(
            [str(NODE), "--no-warnings", str(HERE / "node" / script), *arguments],
            capture_output=True,
            text=True,
            timeout=NODE_TIMEOUT_S,
            env=os.environ | environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
