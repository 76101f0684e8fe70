"""The packaged corpus behind the real index, built once and kept between runs under the test cache; a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.pipeline import Assistant
from assistant.settings import Settings
from corpus import load_corpus
from index import build_index, models_dir, open_embedder, open_index
from index.types import KnowledgeIndex

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="session")
def packaged_index(pytestconfig: pytest.Config) -> KnowledgeIndex:
    """The index of the packaged corpus with the real embedding; only what changed since the last run is embedded."""
    folder = Path(str(pytestconfig.cache.mkdir("medinfo"))) / "index"
    corpus = load_corpus()
    build_index(corpus, folder, open_embedder("all-MiniLM-L6-v2", models_dir(folder)))
    return open_index(folder, corpus)


@pytest.fixture(scope="session")
def packaged_assistant(packaged_index: KnowledgeIndex, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The assistant over the packaged corpus, in quote mode with default settings."""
    return Assistant(packaged_index, Settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A running Chromium. It ends with its module: while it runs, no other event loop can start in this thread."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: chromium-headless-shell)")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM)
        yield running
        running.close()
