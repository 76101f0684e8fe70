"""What goes wrong on the way, played by a real server: nothing partial ever passes for an answer, nothing typed is lost."""

from __future__ import annotations

import pytest

from tests.web.chat import QUESTION, Chat
from tests.web.conftest import Open

pytestmark = pytest.mark.browser

ERRORS = "addEventListener('medinfo:error', (event) => { (window.faults ??= []).push(event.detail.code) }); addEventListener('medinfo:answer', (event) => { window.answer = event.detail })"


def codes(chat: Chat) -> list[str]:
    return list(chat.page.evaluate("window.faults ?? []"))


@pytest.mark.parametrize("word", ["#drop", "#reset", "#error"])
def test_an_answer_cut_off_is_marked_at_its_head_and_its_end(chat: Open, word: str) -> None:
    widget = chat(script=ERRORS).attest().ask(f"{word} {QUESTION}")
    widget.state("incomplete")
    turn = widget.page.locator(".turn")
    assert turn.get_by_role("heading", name="Answer, not complete").is_visible()
    assert "Do not rely on this part" in turn.inner_text()
    assert turn.locator(".statement").count() == 4
    assert not widget.button("Helpful").is_visible(), "only a finished answer is rated"
    assert codes(widget) == ["INCOMPLETE"]
    widget.button("Try again").click()
    widget.button("Save the question as a file").wait_for()


def test_a_broken_stream_is_read_again_to_its_end(chat: Open) -> None:
    widget = chat(script=ERRORS).attest().answered("#resume " + QUESTION)
    assert widget.page.locator(".statement").count() == 4
    assert len(widget.service.bodies("/api/chat")) == 1
    assert codes(widget) == []


@pytest.mark.parametrize("word", ["#slow", "#crlf", "#nodone"])
def test_odd_but_whole_streams_are_complete(chat: Open, word: str) -> None:
    widget = chat(script=ERRORS).attest().answered(f"{word} {QUESTION}")
    assert widget.page.locator(".statement").count() == 4
    assert codes(widget) == []


def test_unknown_parts_are_skipped_and_told(chat: Open) -> None:
    widget = chat(script=ERRORS).attest().answered(f"#unknown {QUESTION}")
    assert codes(widget) == ["UNKNOWN_PART", "UNKNOWN_PART"]


def test_bytes_one_at_a_time_keep_every_character(chat: Open) -> None:
    widget = chat(script=ERRORS).attest().answered("#bytes " + QUESTION)
    assert widget.page.locator(".statement").inner_text().startswith("Plasma 5 µg/mL, é, 𝛽-blocker, see [9].")


def test_a_number_without_a_source_stays_as_text_and_is_told(chat: Open) -> None:
    widget = chat(script=ERRORS).attest().answered("#hostile x")
    assert "[77]" in widget.page.locator(".statement").inner_text()
    assert codes(widget) == ["UNKNOWN_CITATION"]


@pytest.mark.parametrize(("status", "words"), [(503, "Scripted."), (422, "This question could not be taken.")])
def test_a_refused_request_says_what_to_do(chat: Open, status: int, words: str) -> None:
    widget = chat().attest()
    widget.service.failing["/api/chat"] = status
    widget.ask().state("failed")
    assert words in widget.page.locator(".turn").inner_text()
    assert "Scripted." in widget.page.locator(".turn").inner_text(), "what the service said of it"
    assert widget.button("Try again").is_visible() == (status >= 500)
    if status >= 500:
        widget.button("Try again").click()
        widget.button("Save the question as a file").wait_for()
        with widget.page.expect_download() as saved:
            widget.button("Save the question as a file").click()
        assert (saved.value.suggested_filename, saved.value.path().read_text()) == ("question.txt", QUESTION)
        widget.service.failing.clear()
        widget.button("Try again").click()
        widget.state("complete")


def test_a_service_that_cannot_be_reached_is_told_in_our_words(chat: Open) -> None:
    widget = chat().attest()
    widget.page.route("**/api/chat", lambda route: route.abort())
    widget.ask().state("failed")
    assert "We could not send this." in widget.page.locator(".turn").inner_text()


def test_too_many_questions_wait_as_long_as_asked(chat: Open) -> None:
    widget = chat().attest()
    widget.service.failing["/api/chat"] = 429
    widget.ask().state("rate_limited")
    assert "Try again in 3 seconds" in widget.page.locator("#counter").inner_text()
    asked = len(widget.service.bodies("/api/chat"))
    widget.ask("another")
    assert len(widget.service.bodies("/api/chat")) == asked
    assert widget.box.input_value() == "another"
    widget.service.failing.clear()
    widget.state("composing")
    widget.button("Try again").click()
    widget.page.locator(".statement").first.wait_for()


def test_offline_keeps_the_question_until_there_is_a_line(chat: Open) -> None:
    widget = chat().attest().listen()
    widget.page.context.set_offline(True)
    widget.state("offline")
    widget.ask()
    widget.page.get_by_text("You are offline. Your question is kept here.", exact=True).first.wait_for()
    assert QUESTION in widget.page.locator(".turn").inner_text()
    widget.page.context.set_offline(False)
    widget.until("window.heard.some(([, text]) => text.startsWith('You are online again'))")
    widget.button("Try again").click()
    widget.state("complete")


def test_a_session_that_ended_asks_again_and_keeps_the_question(chat: Open) -> None:
    widget = chat().attest()
    widget.service.failing["/api/chat"] = 401
    widget.ask().state("gate")
    assert "Your session has ended" in widget.panel.inner_text()
    widget.service.failing.clear()
    widget.page.get_by_label("Your profession").select_option("nurse")
    widget.page.get_by_label("I am a healthcare").check()
    widget.button("Continue").click()
    widget.state("composing")
    assert widget.box.input_value() == QUESTION


def test_a_stream_that_falls_silent_is_given_up(chat: Open) -> None:
    widget = chat(clock=True).attest().listen()
    widget.ask("#hang " + QUESTION).state("streaming")
    widget.page.clock.run_for(9_000)
    assert ("status", "This is taking longer than usual.") in widget.heard()
    widget.page.clock.run_for(40_000)
    widget.state("incomplete")


def test_stop_keeps_the_part_and_frees_the_composer(chat: Open) -> None:
    widget = chat().attest().ask("#hang " + QUESTION)
    widget.state("streaming")
    widget.button("Stop").click()
    widget.state("stopped")
    assert "You stopped this answer" in widget.page.locator(".turn").inner_text()
    assert widget.page.locator(".statement").count() == 4
    widget.answered()


def test_the_widget_works_without_its_configuration(chat: Open) -> None:
    widget = chat("/", script=ERRORS)
    widget.page.context.close()
    widget = chat(
        script=ERRORS
        + ";addEventListener('DOMContentLoaded', () => document.querySelector('medinfo-chat').setAttribute('safety-phone', '555-0111'))"
    )
    widget.service.failing["/api/config"] = 503
    widget.page.reload()
    widget.attest().answered()
    assert "CONFIG" in codes(widget)
    assert "555-0111" in widget.page.locator(".foot").inner_text()


def test_a_widget_that_cannot_load_says_so_with_the_phone_lines(chat: Open) -> None:
    widget = chat("/", script=ERRORS)
    widget.page.evaluate("document.querySelector('medinfo-chat').setAttribute('safety-phone', '555-0111')")
    widget.page.route("**/widget/v1/app.js", lambda route: route.abort())
    widget.button("Ask medical information").click()
    alert = widget.page.get_by_role("alert")
    assert alert.inner_text() == "The assistant could not be loaded. Try again. Report a side effect: 555-0111."
    assert codes(widget) == ["LOAD"]
