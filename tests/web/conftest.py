"""Fixtures of the browser tests: one Chromium for the session, one scripted service, a fresh context per test.

Without a Chromium on the machine every test that needs one is skipped, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.web.chat import Chat
from tests.web.service import Service

Open = Callable[..., Chat]


@pytest.fixture
def service() -> Iterator[Service]:
    """A scripted service on a port of its own."""
    serving = Service()
    yield serving
    serving.close()


@pytest.fixture
def chat(browser: Any, service: Service) -> Iterator[Open]:
    """Open a page of the service in a fresh context; a fault in the page fails the test."""
    contexts: list[Any] = []
    faults: list[str] = []

    def start(path: str = "/chat", *, address: str = "", script: str = "", clock: bool = False, **options: Any) -> Chat:
        context = browser.new_context(**{"viewport": {"width": 460, "height": 740}, "locale": "en-US", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        if clock:
            page.clock.install()
        if script:
            page.add_init_script(script)
        page.goto((address or service.address) + path)
        return Chat(page, service)

    yield start
    for context in contexts:
        context.close()
    assert not faults, faults
