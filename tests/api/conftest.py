"""A service per test, in memory of nothing but its own folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI

from assistant.api.app import create_app
from assistant.api.service import Service
from assistant.settings import Settings
from tests.api.scripted import scripted_engine
from tests.api.server import OPEN_RATES, Client, connect, serving
from tests.assistant.storage_tools import open_sqlite
from tests.triage.room_tools import MemoryCarrier


@dataclass
class Running:
    """A running service and a caller with a session."""

    app: FastAPI
    url: str
    client: Client
    carrier: MemoryCarrier

    @property
    def service(self) -> Service:
        """The parts behind the app."""
        service: Service = self.app.state.service
        return service


def settings_in(folder: Path, **changes: object) -> Settings:
    """Settings over a folder, with rates that no test reaches by accident."""
    return Settings(data_dir=folder, **(OPEN_RATES | changes))  # type: ignore[arg-type]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """The scripted service on uvicorn."""
    open_sqlite(tmp_path).close()
    carrier = MemoryCarrier()
    settings = settings_in(tmp_path, allowed_origins=("https://hcp.example",), safety_phone="+1 800 555 0100")
    app = create_app(settings, scripted_engine(), carrier=carrier, runs_background=False)
    with serving(app) as url:
        yield Running(app, url, connect(url), carrier)
