"""The widget on the real service: every route it uses, over HTTP, with the service's own pages and policies."""

from __future__ import annotations

from typing import Any

import pypdf
import pytest

from tests.api.conftest import Running, running  # noqa: F401 - a fixture
from tests.web.chat import Chat
from tests.web.conftest import Open
from tests.web.test_embedding import VIOLATIONS

pytestmark = pytest.mark.browser
EVENTS = "addEventListener('medinfo:case', (event) => { (window.cases ??= []).push(event.detail.code) });"


@pytest.fixture
def served(chat: Open, running: Running) -> Any:  # noqa: F811
    """Open a page of the real service."""

    def start(path: str = "/chat", **options: Any) -> Chat:
        return chat(path, address=running.url, script=VIOLATIONS + ";" + EVENTS, **options)

    return start


def send_form(widget: Chat) -> None:
    widget.page.locator("form.form").get_by_role("button", name="Send").click()


def test_question_to_source_to_feedback(served: Any) -> None:
    widget: Chat = served().attest()
    widget.answered("What limits aromatase inhibitors?")
    turn = widget.page.locator(".turn")
    assert turn.locator(".statement").count() == 3
    widget.page.get_by_role("button", name="Source 3").first.click()
    source = widget.page.locator(".source")
    source.locator("mark").first.wait_for()
    marked = "".join(source.locator("mark").all_inner_texts())
    assert marked == "According to the speaker, testing at progression 🧬 guides the choice."
    assert "DOC-1, version 2.0" in source.inner_text()
    document = widget.page.get_by_role("link", name="Open document").get_attribute("href")
    widget.page.keyboard.press("Escape")
    widget.button("Not helpful").click()
    widget.page.get_by_label("It is wrong").check()
    widget.page.locator(".why").get_by_role("button", name="Send").click()
    widget.button("Change").wait_for()
    assert "MI-" in widget.page.get_by_role("status").text_content()
    widget.page.goto(document)
    assert "testing at progression" in widget.page.locator("mark").first.inner_text()
    assert widget.page.evaluate("window.violations ?? []") == []


def test_a_report_in_a_question_shows_its_case_before_the_answer(served: Any) -> None:
    widget: Chat = served().attest()
    widget.ask("My patient, 61F, got a rash after two weeks. What now?").state("safety")
    safety = widget.page.locator(".turn .safety")
    assert "MI-" in safety.inner_text() and "+1 800 555 0100" in safety.inner_text()
    assert safety.bounding_box()["y"] < widget.page.locator(".statement").first.bounding_box()["y"]
    assert widget.page.evaluate("window.cases") == ["AE-NONSER"]


def test_a_person_can_be_reached_and_a_report_made_without_a_question(served: Any) -> None:
    widget: Chat = served()
    widget.state("gate")
    widget.button("Report a side effect").click()
    widget.page.get_by_label("What happened").fill("Rash after the second dose")
    widget.page.get_by_label("Age or sex").fill("61, female")
    send_form(widget)
    widget.state("handoff_done")
    assert "Your case number is MI-" in widget.panel.inner_text()
    widget.button("Back").click()
    widget.state("gate")
    widget.attest().answered("What limits aromatase inhibitors?")
    widget.button("Contact a person").first.click()
    assert widget.page.locator("#handoff-question").input_value() == "What limits aromatase inhibitors?"
    widget.page.get_by_label("Your name").fill("A. Reader")
    widget.page.get_by_label("E-mail").fill("reader@example.org")
    widget.page.get_by_label("You may use these details").check()
    send_form(widget)
    widget.state("handoff_done")
    assert "Your case number is MI-" in widget.panel.inner_text()


def test_an_answer_is_saved_as_a_letter(served: Any) -> None:
    widget: Chat = served().attest()
    widget.answered("What limits aromatase inhibitors?")
    with widget.page.expect_download() as saved:
        widget.button("Save as PDF").click()
    letter = pypdf.PdfReader(saved.value.path())
    assert saved.value.suggested_filename == "medical-information-answer.pdf"
    assert "What limits aromatase inhibitors?" in letter.pages[0].extract_text()
    assert "DOC-1, version 2.0" in " ".join(page.extract_text() for page in letter.pages).replace("\n", " ")


def test_survey_and_the_end(served: Any) -> None:
    widget: Chat = served().attest()
    widget.answered("What limits aromatase inhibitors?").menu("End chat")
    widget.page.get_by_role("group", name="Relevance").get_by_label("Neutral").check()
    send_form(widget)
    widget.state("ended")


def test_pages_keep_their_policy(served: Any) -> None:
    for path in ("/", "/chat", "/embed"):
        widget: Chat = served(path)
        if path == "/":
            widget.button("Ask a question").click()
        widget.state("gate")
        assert widget.page.evaluate("window.violations ?? []") == []


def test_an_expired_session_asks_again(served: Any, running: Running) -> None:  # noqa: F811
    widget: Chat = served().attest()
    widget.page.evaluate("""() => {
      const key = Object.keys(sessionStorage)[0];
      sessionStorage.setItem(key, JSON.stringify({...JSON.parse(sessionStorage.getItem(key)), token: 'stale'}));
    }""")
    widget.page.reload()
    widget.ask("What limits aromatase inhibitors?").state("gate")
    assert "Your session has ended" in widget.panel.inner_text()
