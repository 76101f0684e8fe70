"""One bench per test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.triage.room_tools import Bench, open_bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A triage room over a database of its own."""
    return open_bench(tmp_path)
