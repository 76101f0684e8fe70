"""WCAG 2.2 AA as far as a machine can see it: axe on the states in every presentation, keyboard alone, live regions, reflow."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.web.chat import QUESTION, Chat
from tests.web.conftest import Open
from tests.web.scenes import SCENES

pytestmark = pytest.mark.browser

VENDOR = Path(__file__).resolve().parent.parent / "vendor"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# An open root with the panel shown gives axe this much to pass; a root it cannot see into gives it half.
PASSES_AT_LEAST = 28
PRESENTATIONS: dict[str, dict[str, Any]] = {
    "wide-light": {"viewport": {"width": 1280, "height": 800}},
    "wide-dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 320, "height": 568}, "has_touch": True},
    "phone-dark": {"viewport": {"width": 320, "height": 568}, "has_touch": True, "color_scheme": "dark"},
    "forced-colors": {"viewport": {"width": 1280, "height": 800}, "forced_colors": "active"},
    "more-contrast": {"viewport": {"width": 460, "height": 740}, "contrast": "more", "color_scheme": "dark"},
}
# These change colours alone, which axe cannot read under forced colours: without pictures, a few scenes are enough.
COLOURS_ONLY = ("forced-colors", "more-contrast")
FEW = ("gate", "complete", "safety", "failed", "handoff_form", "source")
# What lies over the page is judged by itself: axe cannot tell colours of what is beneath.
WITHIN = {"menu": ".menu", "exit": "dialog", "session_expiring": "dialog", "unsupported": "[part=launcher]"}
# Where to put a picture of each scene in each presentation; none are taken without it.
PICTURES = os.environ.get("WIDGET_PICTURES", "")


@cache
def axe() -> str:
    return (VENDOR / "axe.min.js").read_text(encoding="utf-8")


def findings(chat: Chat, within: str = "") -> list[str]:
    """What axe objects to, colours it could not judge included; too few passes on a whole page are an objection too."""
    chat.page.evaluate(axe())
    script = "([within, tags]) => axe.run(within ? {fromShadowDom: ['medinfo-chat', within]} : document, {runOnly: tags, resultTypes: ['violations', 'incomplete']})"
    result = chat.page.evaluate(script, [within, TAGS])
    wrong = [*result["violations"], *(rule for rule in result["incomplete"] if rule["id"] == "color-contrast")]
    if chat.page.evaluate("matchMedia('(forced-colors: active)').matches"):
        wrong = [rule for rule in wrong if rule["id"] != "color-contrast"]  # the system's colours, which axe cannot read
    told = [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in wrong for node in rule["nodes"]]
    return told if within or len(result["passes"]) >= PASSES_AT_LEAST else [*told, f"only {len(result['passes'])} passes"]


def widths(chat: Chat) -> list[str]:
    """Elements of the widget wider than the window (a table scrolls in a box of its own)."""
    script = """() => {
      const root = document.querySelector('medinfo-chat').shadowRoot;
      return [...root.querySelectorAll('.panel *')].filter((e) => !e.closest('.table,.unseen,.printer') && e.getBoundingClientRect().width
        && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)).map((e) => e.className || e.localName)
        .concat(document.documentElement.scrollWidth > innerWidth ? ['page'] : []);
    }"""
    return list(chat.page.evaluate(script))


@pytest.mark.slow
@pytest.mark.parametrize("presentation", list(PRESENTATIONS))
def test_axe_finds_nothing_in_any_state(chat: Open, presentation: str) -> None:
    """Every state, and all that opens over it; nothing is wider than the window; pictures where they are asked for."""
    wrong: dict[str, list[str]] = {}
    for name in SCENES if PICTURES or presentation not in COLOURS_ONLY else FEW:
        scene = SCENES[name]
        widget = chat(scene.path, script=scene.script, **(scene.options | PRESENTATIONS[presentation]))
        if scene.state:
            widget.state("ready" if scene.script else "gate")
        scene.act(widget)
        if scene.state:
            widget.state(scene.state)
        wrong[name] = findings(widget, WITHIN.get(name, "")) + widths(widget)
        if PICTURES:
            path = Path(PICTURES, presentation, f"{name}.png")
            widget.page.screenshot(path=path, animations="disabled", caret="hide")
        widget.page.context.close()
        widget.service.failing.clear()
    assert {state: told for state, told in wrong.items() if told} == {}


@pytest.mark.parametrize("path", ["/", "/chat", "/embed"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_pass_axe_and_reflow(chat: Open, path: str, width: int) -> None:
    widget = chat(path, viewport={"width": width, "height": 800})
    if path == "/" and width == 320:
        widget.button("Ask medical information").wait_for()
    else:
        widget.state("gate")
    assert findings(widget) + widths(widget) == []


def test_text_spacing_and_large_text_lose_nothing(chat: Open) -> None:
    """WCAG 1.4.12 spacing on top of text twice as large, on a phone."""
    widget = chat(viewport={"width": 320, "height": 568}).attest().answered()
    widget.page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('.panel{font-size:2rem}.panel *{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}');
      const root = document.querySelector('medinfo-chat').shadowRoot;
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    }""")
    assert widths(widget) == []
    assert widget.button("Send").is_visible() and widget.button("Contact a person").first.is_visible()


def test_targets_are_large_enough(chat: Open) -> None:
    """44 px for controls, 24 px for what stands in a line of text (WCAG 2.5.8)."""
    widget = chat(viewport={"width": 320, "height": 568}).attest().answered()
    sizes = widget.page.evaluate("""() => [...document.querySelector('medinfo-chat').shadowRoot.querySelectorAll('button,summary,a,textarea')]
      .filter((e) => e.checkVisibility()).map((e) => { const b = e.getBoundingClientRect(); const inline = e.matches('.cite,.link,a');
        return [e.textContent || e.id, inline ? 24 : 44, Math.round(b.width), Math.round(b.height)]; })""")
    assert len(sizes) > 15
    assert [one for one in sizes if min(one[2], one[3]) < one[1] - 0.5] == []


def test_everything_can_be_done_with_the_keyboard_alone(chat: Open) -> None:
    """From the host page into the widget, through gate, question, source and feedback, and out again: no trap, no mouse."""
    widget = chat("/")
    keys = widget.page.keyboard
    widget.page.get_by_role("link", name="Staff console").focus()

    def tab_to(name: str, limit: int = 40) -> None:
        for _ in range(limit):
            keys.press("Tab")
            if widget.focused().startswith(name):
                return
        raise AssertionError(f"{name} cannot be reached")

    tab_to("Ask medical information")
    keys.press("Enter")
    widget.state("gate")
    tab_to("gate-profession")
    keys.type("Ph")
    tab_to("gate-attest")
    keys.press("Space")
    keys.press("Enter")
    widget.state("ready")
    widget.focuses("question")
    keys.type(QUESTION)
    keys.press("Enter")
    widget.state("complete")
    widget.focuses("question")
    for _ in range(30):
        keys.press("Shift+Tab")
        if widget.focused().startswith("Source 1"):
            break
    keys.press("Enter")
    widget.page.locator(".source mark").first.wait_for()
    widget.focuses("source-title")
    keys.press("Escape")
    widget.focuses("Source 1")
    tab_to("Not helpful")
    keys.press("Enter")
    keys.press("Space")
    tab_to("Send")
    keys.press("Enter")
    widget.button("Change").wait_for()
    widget.box.focus()
    tab_to("body", 12)
    assert widget.panel.is_visible(), "leaving the panel with Tab does not close it"
    widget.box.focus()
    keys.press("Escape")
    assert not widget.panel.is_visible()
    widget.focuses("Ask medical information")


def test_escape_closes_the_innermost_layer_only(chat: Open) -> None:
    widget = chat("/")
    widget.button("Ask medical information").click()
    widget.attest().answered()
    widget.page.get_by_role("button", name="Source 3").first.click()
    widget.page.locator(".source .references a").first.click()
    for gone in ("dialog", ".source"):
        widget.page.keyboard.press("Escape")
        widget.page.locator(f"medinfo-chat {gone}").wait_for(state="hidden")
        assert widget.panel.is_visible()
    widget.page.locator("summary", has_text="Menu").click()
    widget.page.keyboard.press("Escape")
    assert not widget.button("Print").is_visible() and widget.panel.is_visible()
    widget.page.keyboard.press("Escape")
    assert not widget.panel.is_visible()


def test_full_screen_on_a_phone_silences_the_page_and_gives_it_back(chat: Open) -> None:
    widget = chat("/", viewport={"width": 320, "height": 568})
    widget.button("Ask medical information").click()
    widget.state("gate")
    assert widget.panel.get_attribute("aria-modal") == "true"
    assert widget.page.evaluate("document.querySelector('main').inert")
    box = widget.panel.bounding_box()
    assert (box["width"], box["height"]) == (320, 568)
    widget.button("Close").click()
    assert not widget.page.evaluate("document.querySelector('main').inert")
    wide = chat("/", viewport={"width": 1000, "height": 700})
    wide.button("Ask medical information").click()
    wide.state("gate")
    assert wide.panel.get_attribute("aria-modal") is None
    assert not wide.page.evaluate("document.querySelector('main').inert")


def test_a_screen_reader_hears_each_thing_once_and_in_order(chat: Open) -> None:
    widget = chat().attest().listen()
    widget.answered()
    widget.answered("#safety had to stop", "safety")
    widget.answered("#decline dose of zolvantinib?", "refused")
    widget.ask("#drop " + QUESTION).state("incomplete")
    widget.until("window.heard.length >= 9")
    assert widget.heard() == [
        ("status", "Looking for sources"),
        ("status", "Answer ready, 4 sentences, 4 sources"),
        ("status", "Looking for sources"),
        ("alert", "This may describe a side effect or a product problem. Please report it: 1-800-555-0199. We have also opened case MI-2026-000017 for our safety team. If you can, add the patient's age or sex, and how they are now."),
        ("status", "Answer ready, 4 sentences, 4 sources"),
        ("status", "Looking for sources"),
        ("status", "I found no approved document that answers this. A medical information specialist can help."),
        ("status", "Looking for sources"),
        ("alert", "The answer was cut off. Do not rely on this part."),
    ]  # fmt: skip
    log = widget.page.get_by_role("log", name="Conversation")
    assert (log.get_attribute("aria-live"), log.get_attribute("tabindex")) == ("off", "0")
    assert widget.page.get_by_role("article", name="Answer").count() == 4


def test_identifier_warning_and_form_faults_are_alerts(chat: Open) -> None:
    widget = chat().attest().listen()
    widget.ask("born 02/03/1960")
    widget.until("window.heard.length")
    assert widget.heard() == [
        ("alert", "This looks like it holds a full date. Please leave out names and other patient details.")
    ]
    widget.service.failing["/api/cases"] = 503
    widget.button("Report a side effect").click()
    widget.page.get_by_label("What happened").fill("Rash")
    widget.page.locator("form.form").get_by_role("button", name="Send").click()
    widget.until("window.heard.length > 1")
    assert widget.heard()[-1] == ("alert", "This could not be sent. What you wrote is still here.")
    assert widget.page.get_by_label("What happened").input_value() == "Rash"


def test_answers_can_be_read_aloud_sentence_by_sentence(chat: Open) -> None:
    widget = chat(clock=True).attest()
    widget.page.locator("medinfo-chat summary", has_text="Menu").click()
    widget.page.get_by_label("Read answers aloud as they arrive").check()
    widget.page.keyboard.press("Escape")
    widget.listen().answered()
    for _ in range(5):
        widget.page.clock.run_for(2100)
    said = [text for role, text in widget.heard() if text.startswith(("ESR1", "An ESR1", "At progression", "According"))]
    assert len(said) == len(set(said)) == 4
    assert not any("[" in text for text in said)


def test_answers_can_be_shown_only_when_complete(chat: Open) -> None:
    widget = chat().attest()
    widget.page.locator("medinfo-chat summary", has_text="Menu").click()
    widget.page.get_by_label("Show answers when complete").check()
    widget.page.keyboard.press("Escape")
    widget.ask("#hang " + QUESTION).state("streaming")
    assert widget.page.locator(".statement").count() == 0
    widget.button("Stop").click()
    widget.state("stopped")
    assert widget.page.locator(".statement").count() == 4


def test_the_reader_is_never_pulled_away(chat: Open) -> None:
    """A long answer starts at its start; a reader who scrolled up stays there while more arrives."""
    widget = chat(viewport={"width": 320, "height": 568}).attest().answered()
    top = widget.page.get_by_text("You asked").first.bounding_box()["y"]
    log = widget.page.locator(".log").bounding_box()
    assert log["y"] <= top < log["y"] + 60
    widget.button("Go to latest").click()
    widget.button("Go to start of answer").click()
    assert widget.page.get_by_text("You asked").first.bounding_box()["y"] < log["y"] + 60
    widget.ask("#slow " + QUESTION).state("streaming")
    widget.page.locator(".log").hover()
    widget.page.mouse.wheel(0, -2000)
    top = "document.querySelector('medinfo-chat').shadowRoot.querySelector('.log').scrollTop"
    widget.until(f"{top} === 0")
    widget.state("complete")
    assert widget.page.evaluate(top) == 0


def test_focus_in_an_earlier_sentence_survives_the_next_one(chat: Open) -> None:
    widget = chat().attest().ask("#slow " + QUESTION)
    widget.page.locator(".cite").first.focus()
    widget.state("complete")
    widget.focuses("Source 1")


def test_names_and_order_of_the_open_panel(chat: Open) -> None:
    widget = chat().attest().answered()
    order = widget.page.evaluate("""() => [...document.querySelector('medinfo-chat').shadowRoot.querySelectorAll('h2,h3,h4,textarea,[role=log],.strip button,summary,.foot button')]
      .filter((e) => e.checkVisibility()).map((e) => e.getAttribute('aria-label') || e.textContent.trim() || e.id)""")
    assert order[:4] == ["Medical information assistant", "Menu", "Contact a person", "Conversation"]
    assert order[-2:] == ["question", "Report a side effect"]
