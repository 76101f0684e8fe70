"""Pages of other sites in Chromium: `useChat` and deep-chat, as the documentation shows them, against the service."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import MODULES, QUESTIONS, Served
from tests.clients.pages import opened, site
from tests.clients.snippets import PLACEHOLDER, snippet, workspace

pytestmark = pytest.mark.browser
MAIN = """
import { createRoot } from "react-dom/client";
import { MedicalChat } from "./chat.jsx";
import { startSession } from "./session.js";
const service = "%s";
const token = await startSession(service, "physician", "US");
createRoot(document.getElementById("root")).render(<MedicalChat service={service} token={token} />);
"""
HTML = '<!doctype html><html lang="en"><title>Chat</title><div id="root"></div><script type="module" src="bundle.js"></script>'


def stored(served: Served, question: str) -> dict[str, Any]:
    """The newest answer on record to a question."""
    from sqlalchemy import select

    from assistant.storage.tables import answers

    with served.service.database.read() as connection:
        bodies = connection.execute(select(answers.c.body).order_by(answers.c.answered_at.desc())).scalars().all()
    return next(body for body in bodies if body["question"] == question)


@pytest.fixture(scope="class")
def react(browser: Any, node: Callable[..., Any], served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The React page of the documentation, bundled."""
    folder = workspace(tmp_path_factory.mktemp("react"))
    (folder / "chat.jsx").write_text(snippet("React with useChat", "jsx"))
    (folder / "main.jsx").write_text(MAIN % served.url)
    (folder / "index.html").write_text(HTML)
    options = ["--bundle", "--format=esm", "--jsx=automatic", "--outfile=bundle.js", "--log-level=error"]
    esbuild = MODULES / ".bin" / "esbuild"
    subprocess.run([str(esbuild), "main.jsx", *options], cwd=folder, check=True, timeout=60)
    with site(folder, served.page_port) as address, opened(browser, address) as page:
        yield page


def ask_react(page: Any, name: str) -> Any:
    """Ask and wait for the finished answer; returns its article."""
    count = page.locator("article.assistant").count()
    page.get_by_label("Question").fill(QUESTIONS[name])
    page.get_by_role("button", name="Send").click()
    article = page.locator("article.assistant").nth(count)
    article.wait_for()
    page.wait_for_function("() => !document.querySelector('button').disabled")
    return article


class TestUseChat:
    """`useChat` of `@ai-sdk/react`."""

    def test_answer_with_sources_that_open(self, react: Any, served: Served) -> None:
        article = ask_react(react, "answer")
        body = stored(served, QUESTIONS["answer"])
        assert article.locator("p").first.inner_text() == body["text"].strip()
        links = [link.get_attribute("href") for link in article.locator("a").all()]
        assert links == [served.url + citation["url"] for citation in body["citations"]]
        other = react.context.new_page()
        other.goto(links[0])
        marked = re.sub(r"\s+", "", "".join(other.locator("mark").all_inner_texts()))
        assert marked == re.sub(r"\s+", "", body["citations"][0]["quote"])
        other.close()

    def test_safety_notice_comes_first(self, react: Any, served: Served) -> None:
        article = ask_react(react, "safety")
        body = stored(served, QUESTIONS["safety"])
        notice = article.get_by_role("alert")
        assert body["safety"]["cases"][0]["case_id"] in notice.inner_text()
        assert notice.bounding_box()["y"] < article.locator("p").first.bounding_box()["y"]

    def test_decline(self, react: Any, served: Served) -> None:
        article = ask_react(react, "decline")
        assert stored(served, QUESTIONS["decline"])["text"] in article.inner_text()
        assert article.locator("a").count() == 0
        assert "incomplete" not in article.inner_text()


STREAM = ("chat.connect = { ", "chat.connect = { stream: true, ")


@pytest.fixture(scope="class", params=[False, True], ids=["whole", "stream"])
def deep(
    browser: Any,
    node: Callable[..., Any],
    served: Served,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Any]:
    """The deep-chat page of the documentation, as it stands and with `stream: true`."""
    folder = deep_chat_page(tmp_path_factory.mktemp("deep"), served, streams=request.param)
    with site(folder, served.page_port) as address, opened(browser, address) as page:
        page.locator("deep-chat #text-input").wait_for()
        page.is_streamed = request.param
        yield page


def deep_chat_page(folder: Path, served: Served, *, streams: bool) -> Path:
    """Write the page of the documentation with what it loads."""
    shutil.copy(MODULES / "deep-chat" / "dist" / "deepChat.bundle.js", folder)
    (folder / "session.js").write_text(snippet("Credentials", "js"))
    text = snippet("deep-chat", "html").replace(PLACEHOLDER, served.url)
    assert STREAM[0] in text
    (folder / "index.html").write_text("<!doctype html><meta charset=utf-8>" + (text.replace(*STREAM) if streams else text))
    return folder


def ask_deep_chat(page: Any, question: str) -> Any:
    """Type a question and send it; returns where its answer will stand."""
    shown = page.locator("deep-chat #messages .ai-message-text")
    before = shown.count()
    page.locator("deep-chat #text-input").click()
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    return shown.nth(before)


class TestDeepChat:
    """deep-chat in its OpenAI-compatible mode: one text is all it shows."""

    @pytest.mark.parametrize("name", QUESTIONS)
    def test_answer_citations_notice_and_decline(self, deep: Any, served: Served, name: str) -> None:
        with deep.expect_response("**/v1/chat/completions") as sent:
            answer = ask_deep_chat(deep, QUESTIONS[name])
        assert ("text/event-stream" in sent.value.headers["content-type"]) is deep.is_streamed
        answer.filter(has_text=". ").wait_for()
        deep.locator("deep-chat #messages .streamed-message").wait_for(state="detached")
        body = stored(served, QUESTIONS[name])
        text = answer.inner_text()
        assert all(segment["text"] in text for segment in body["segments"])
        assert all(citation["title"] in text and citation["doc_id"] in text for citation in body["citations"])
        links = [link.get_attribute("href") for link in answer.locator("a").all()]
        assert links == [served.url + citation["url"] for citation in body["citations"]]
        assert name != "decline" or body["text"] in text
        assert name != "safety" or body["safety"]["cases"][0]["case_id"] in text
