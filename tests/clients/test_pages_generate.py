"""A generated answer in the page of another site: deep-chat, streaming, shows each sentence once it passed its check."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.generation import scripted
from tests.assistant.generation.scripted import Given, ScriptedServer
from tests.clients.conftest import BUDGET_S, Served
from tests.clients.pages import opened, site
from tests.clients.test_pages import ask_deep_chat, deep_chat_page, stored

pytestmark = pytest.mark.browser
ASKED = "What did EMBER-3 show for imlunestrant?"
FALSE = "In EMBER-3, imlunestrant cured 97% of all patients."


def test_each_sentence_shows_when_it_passed_and_none_that_failed(
    browser: Any, node: Callable[..., Any], writing: Served, model: ScriptedServer, tmp_path: Path
) -> None:
    gate = threading.Event()

    def write(given: Sequence[Given], prompt: str) -> Iterator[str]:
        if scripted.is_repair(prompt):
            return
        yield from scripted.lines([(given[0].text, given[0].key), (FALSE, given[0].key)])
        gate.wait(BUDGET_S)
        yield from scripted.lines([(given[1].text, given[1].key)])

    model.script = write
    folder = deep_chat_page(tmp_path, writing, streams=True)
    with site(folder, writing.page_port) as address, opened(browser, address) as page:
        page.locator("deep-chat #text-input").wait_for()
        answer = ask_deep_chat(page, ASKED)
        answer.filter(has_text="[1]").wait_for()
        early = answer.inner_text()
        assert page.locator("deep-chat #messages .streamed-message").count() == 1 and not gate.is_set()
        gate.set()
        page.locator("deep-chat #messages .streamed-message").wait_for(state="detached")
        body = stored(writing, ASKED)
        first, second = (segment["text"] for segment in body["segments"][:2])
        assert body["versions"]["mode"] == "generate"
        assert first in early and second not in early
        text = answer.inner_text()
        assert text.startswith(early.rstrip()) and second in text and "cured" not in text
        assert all(writing.url + citation["url"] in answer.inner_html().replace("&amp;", "&") for citation in body["citations"])
