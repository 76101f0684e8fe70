"""Every state of the widget, reached as a person would reach it."""

from __future__ import annotations

import re

import pytest

from tests.web.chat import QUESTION
from tests.web.conftest import Open
from tests.web.scenes import SCENES
from web import ROOT

pytestmark = pytest.mark.browser


HELPFUL = [name for name, scene in SCENES.items() if scene.state and name not in {"gate", "gate-declined"}]


@pytest.mark.parametrize("name", HELPFUL)
def test_state_is_reached_and_help_stays_in_its_place(chat: Open, name: str) -> None:
    """Contact and safety report are offered, in the same place, in every state."""
    scene = SCENES[name]
    widget = chat(scene.path, script=scene.script, **scene.options)
    widget.state("ready")
    at = widget.page.locator(".strip .contact").bounding_box()
    scene.act(widget)
    widget.state(scene.state)
    assert widget.page.locator(".strip .contact").bounding_box() == at
    assert widget.page.locator(".foot .report").is_visible()


def test_every_state_has_its_scene() -> None:
    """The names of the state type, and what the reducer does not know: a browser that is too old."""
    types = (ROOT / "contract" / "types.d.ts").read_text(encoding="utf-8")
    phases = set(re.findall(r"'(\w+)'", types.split("export type Phase =")[1].split(";")[0]))
    assert phases | {"unsupported"} <= set(SCENES)


def test_sending_is_shown_until_the_service_speaks(chat: Open) -> None:
    widget = chat().attest()
    widget.page.route("**/api/chat", lambda _: None)
    widget.ask().state("sending")
    assert "Sending your question" in widget.panel.inner_text()


def test_a_case_is_told_once_and_after_what_the_answer_says(chat: Open) -> None:
    widget = chat(script=SCENES["ready"].script)
    widget.answered("#case dose of metformin?", "refused")
    said = widget.panel.inner_text()
    assert said.index("I found no approved document") < said.index("We have opened case MI-2026-000018")
    widget.answered("#case and in children?", "refused")
    widget.page.locator(".turn").nth(1).locator(".notice").wait_for()
    assert widget.panel.inner_text().count("MI-2026-000018") == 1


def test_what_the_service_says_is_marked_as_english(chat: Open) -> None:
    widget = chat(script=SCENES["spanish"].script)
    widget.answered("#decline dose of zolvantinib?", "refused")
    assert widget.page.locator(".notice").get_attribute("lang") == "en"
    assert widget.page.locator(".nearest ul").get_attribute("lang") == "en"
    widget.answered("#safety vómitos", "safety")
    ours, theirs = widget.page.locator(".safety p").first, widget.page.locator(".safety p").last
    assert (ours.get_attribute("lang"), theirs.get_attribute("lang")) == (None, "en")


def test_launcher_opens_the_gate_and_gets_the_focus_back(chat: Open) -> None:
    widget = chat("/")
    launcher = widget.button("Ask medical information")
    launcher.click()
    widget.state("gate")
    widget.focuses("gate-title")
    widget.button("Close").click()
    widget.until("document.querySelector('medinfo-chat').shadowRoot.activeElement?.textContent === 'Ask medical information'")
    assert not widget.panel.is_visible()


def test_gate_blocks_asking_but_not_a_safety_report(chat: Open, service: object) -> None:
    widget = chat()
    widget.state("gate")
    assert not widget.box.is_visible()
    widget.button("Report a side effect").click()
    widget.page.get_by_label("What happened").fill("Rash after the second dose")
    widget.page.locator("form.form").get_by_role("button", name="Send").click()
    widget.state("handoff_done")
    assert "MI-2026-000042" in widget.panel.inner_text()
    (case,) = widget.service.bodies("/api/cases")
    assert (case["kind"], case["description"], case["consent"]) == ("safety", "Rash after the second dose", False)
    widget.button("Back").click()
    widget.state("gate")


@pytest.mark.parametrize("how", ["button", "country"])
def test_people_outside_the_audience_are_told_so(chat: Open, how: str) -> None:
    widget = chat()
    if how == "button":
        widget.button("I am not a healthcare professional").click()
    else:
        widget.page.get_by_label("Your profession").select_option("nurse")
        widget.page.get_by_label("Country you").select_option("other")
        widget.page.get_by_label("I am a healthcare").check()
        widget.button("Continue").click()
    widget.page.get_by_role("heading", name="This service is not for you").wait_for()
    assert widget.page.get_by_role("link", name="Information for patients").is_visible()
    assert widget.button("Report a side effect").is_visible()
    assert not widget.service.bodies("/api/session")


def test_attestation_is_sent_as_it_was_made(chat: Open) -> None:
    widget = chat().attest()
    assert widget.service.bodies("/api/session") == [
        {"attestation": {"accepted": True, "profession": "physician", "country": "US"}}
    ]


def test_answer_has_statements_sources_limits_resources_and_suggestions(chat: Open) -> None:
    widget = chat().attest().answered()
    turn = widget.page.get_by_role("article", name="Answer")
    assert turn.locator(".statement").count() == 4
    assert turn.get_by_role("heading", level=4).all_inner_texts()[:3] == [
        "Limitations of endocrine therapy",
        "How often it is found",
        "What to test",
    ]
    assert turn.get_by_role("group", name="Sources 1 and 2").get_by_role("button").all_inner_texts() == ["1", "2"]
    assert turn.locator(".sources > ol > li").count() == 3, "each document once"
    assert "not advice for one patient" in turn.inner_text()
    assert turn.get_by_role("link", name="Infographic").is_visible()
    widget.button("Which limitations apply to SERMs?").click()
    widget.until("document.querySelector('medinfo-chat').shadowRoot.querySelectorAll('.turn').length === 2")
    sent = widget.service.bodies("/api/chat")[-1]
    assert [m["parts"][0]["text"] for m in sent["messages"]] == [QUESTION, "Which limitations apply to SERMs?"]
    assert sent["trigger"] == "submit-message"


def test_citation_opens_the_section_with_the_statement_marked(chat: Open) -> None:
    widget = chat().attest().answered()
    widget.page.get_by_role("button", name="Source 2: Unmet Needs").first.click()
    source = widget.page.locator(".source")
    mark = source.locator("mark").first
    mark.wait_for()
    assert mark.inner_text().startswith(
        "An ESR1 mutation impacting the drug's efficacy is a limitation of AIs, SERMs and SERDs given by intramuscular injection (IM)."
    )
    widget.focuses("source-title")
    assert "VV-MED-156150, version 1.0" in source.inner_text()
    widget.button("Next source").click()
    widget.page.locator(".source h3", has_text="ESR1 mutations").wait_for()
    widget.button("Next source").click()
    widget.page.locator(".source", has_text="Video, 01:19 to 02:53").wait_for()
    assert "Speaker: Dr Joyce O'Shaughnessy" in source.inner_text()
    widget.page.keyboard.press("Escape")
    assert not source.is_visible()
    widget.focuses("Source 2")


def test_source_panel_falls_back_to_the_quote(chat: Open) -> None:
    widget = chat().attest().answered()
    widget.service.failing["/api/passages"] = 503
    widget.page.get_by_role("button", name="Source 3").first.click()
    widget.page.locator(".source", has_text="could not be loaded").wait_for()
    assert "30.6% (44/144)" in widget.page.locator(".source").inner_text()


def test_not_helpful_asks_why_opens_a_case_and_can_be_changed(chat: Open) -> None:
    widget = chat().attest().answered()
    widget.button("Not helpful").click()
    widget.page.get_by_label("It is wrong").check()
    widget.page.get_by_label("Anything to add").fill("The figure differs")
    widget.page.locator(".why").get_by_role("button", name="Send").click()
    widget.button("Change").wait_for()
    path = next(path for path, _ in widget.service.requests if path.endswith("/feedback"))
    assert widget.service.bodies(path) == [{"rating": "not_helpful", "reason": "wrong", "comment": "The figure differs"}]
    widget.button("Change").click()
    widget.button("Helpful").click()
    widget.button("Change").wait_for()
    assert widget.service.bodies(path)[-1] == {"rating": "helpful"}


def test_survey_is_asked_once_and_can_be_skipped(chat: Open) -> None:
    widget = chat().attest().answered().menu("End chat")
    widget.state("survey")
    group = widget.page.get_by_role("group", name="Credibility of information")
    group.get_by_label("Very satisfied").check()
    widget.page.locator("form.form").get_by_role("button", name="Send").click()
    widget.state("ended")
    (survey,) = widget.service.bodies("/api/survey")
    assert survey["credibility"] == 5 and "relevance" not in survey
    assert widget.page.evaluate("sessionStorage.length") == 0


def test_retry_keeps_the_old_answer(chat: Open) -> None:
    widget = chat().attest().answered()
    widget.button("Ask again").click()
    widget.page.get_by_text("Earlier answer").wait_for()
    widget.state("complete")
    assert [body["trigger"] for body in widget.service.bodies("/api/chat")] == ["submit-message", "regenerate-message"]


def test_identifiers_are_pointed_out_before_sending(chat: Open) -> None:
    widget = chat().attest().ask("Patient born 02/03/1960, mail a.b@example.org: options?")
    widget.page.get_by_text("This looks like it holds").wait_for()
    assert not widget.service.bodies("/api/chat")
    widget.button("Edit the question").click()
    widget.focuses("question")
    widget.box.press("Enter")
    widget.button("Send as it is").click()
    widget.state("complete")
    assert len(widget.service.bodies("/api/chat")) == 1


def test_enter_sends_shift_enter_does_not_and_neither_does_composition(chat: Open) -> None:
    widget = chat().attest()
    widget.box.fill("one")
    widget.box.press("Shift+Enter")
    widget.box.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    assert widget.box.input_value() == "one\n"
    assert not widget.service.bodies("/api/chat")


def test_counter_appears_near_the_limit_and_stops_beyond_it(chat: Open) -> None:
    widget = chat().attest()
    widget.box.fill("x" * 1599)
    assert widget.page.locator("#counter").inner_text() == ""
    widget.box.fill("x" * 1600)
    assert widget.page.locator("#counter").inner_text() == "400 characters left"
    widget.ask("x" * 2001)
    assert widget.page.locator("#counter").inner_text() == "1 character too many"
    assert not widget.service.bodies("/api/chat")


def test_chat_and_draft_survive_a_reload_in_this_tab_only(chat: Open) -> None:
    widget = chat().attest().answered()
    widget.box.fill("a draft")
    widget.page.reload()
    widget.state("composing")
    assert widget.box.input_value() == "a draft"
    assert widget.page.locator(".statement").count() == 4
    assert widget.page.evaluate("localStorage.length") == 0
    assert widget.page.context.cookies() == []


def test_idle_chat_warns_can_be_kept_and_then_goes(chat: Open) -> None:
    widget = chat(clock=True).attest().answered()
    widget.page.clock.fast_forward("28:05")
    widget.state("session_expiring")
    widget.button("Keep it open").click()
    widget.state("complete")
    widget.page.clock.fast_forward("28:05")
    widget.state("session_expiring")
    widget.page.clock.fast_forward("02:05")
    widget.state("expired")
    assert widget.page.evaluate("sessionStorage.length") == 0
    assert QUESTION not in widget.panel.inner_text()


def test_saved_text_and_data_carry_references_and_versions(chat: Open) -> None:
    widget = chat().attest().answered()
    with widget.page.expect_download() as saved:
        widget.menu("Save as text")
    text = saved.value.path().read_text()
    for wanted in (
        QUESTION,
        "[1, 2]",
        "1. Unmet Needs and 2L Treatment",
        "VV-MED-156150, version 1.0",
        "Gradishar",
        "corpus c-2026",
        "not medically reviewed",
    ):
        assert wanted in text
    with widget.page.expect_download() as saved:
        widget.menu("Save as data (JSON)")
    assert '"outcome": "answered"' in saved.value.path().read_text()


def test_print_prints_the_chat_alone(chat: Open) -> None:
    note = "window.print = () => { window.top.printed = document.body.innerText }"
    widget = chat("/", script=note)
    widget.button("Ask medical information").click()
    widget.attest().answered().menu("Print")
    widget.until("window.printed")
    printed = widget.page.evaluate("window.printed")
    assert QUESTION in printed and "Gradishar" in printed and "How to read an answer" not in printed


def test_copy_takes_the_references_along(chat: Open) -> None:
    widget = chat(permissions=["clipboard-read", "clipboard-write"]).attest().answered()
    widget.button("Copy").click()
    widget.page.get_by_text("Copied with its references.").wait_for(state="attached")
    copied = widget.page.evaluate("navigator.clipboard.readText()")
    assert "[1, 2]" in copied and "VV-MED-156150" in copied


def test_links_off_the_site_ask_first(chat: Open) -> None:
    widget = chat().attest().answered()
    widget.page.get_by_role("button", name="Source 3").first.click()
    link = widget.page.locator(".source .references a").first
    link.click()
    dialog = widget.page.get_by_role("dialog", name="You are leaving this site")
    assert "doi.org is run by someone else" in dialog.inner_text()
    assert dialog.get_by_role("link", name="Continue").get_attribute("rel") == "noopener noreferrer"
    widget.button("Stay here").click()
    assert len(widget.page.context.pages) == 1
    assert widget.page.get_by_role("link", name="Open document").get_attribute("href").startswith(widget.service.address)


def test_spanish_interface_keeps_documents_in_their_language(chat: Open) -> None:
    script = (
        "addEventListener('DOMContentLoaded', () => { document.querySelector('medinfo-chat').setAttribute('locale', 'es-US') })"
    )
    widget = chat(script=script)
    widget.page.get_by_label("Su profesión").select_option("physician")
    widget.page.get_by_label("Soy profesional sanitario").check()
    widget.button("Continuar").click()
    widget.ask().state("complete")
    assert widget.panel.get_attribute("lang") == "es-US"
    assert widget.page.locator(".statement").first.get_attribute("lang") == "en"
    assert widget.page.get_by_role("heading", name="Respuesta").is_visible()


def test_old_browser_is_told_with_the_phone_lines(chat: Open) -> None:
    script = """delete Document.prototype.adoptedStyleSheets; delete ShadowRoot.prototype.adoptedStyleSheets;
      addEventListener('DOMContentLoaded', () => { document.querySelector('medinfo-chat').setAttribute('safety-phone', '1-800-555-0199') })"""
    widget = chat(script=script)
    widget.page.locator("medinfo-chat[data-state=unsupported]").wait_for()
    assert "1-800-555-0199" in widget.page.get_by_role("alert").inner_text()
