"""Every situation the widget can be in, and how a person gets there: by what is written on its controls, or by what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.web.chat import QUESTION, Chat

# A page with a token of its own has no gate.
KNOWN = "addEventListener('DOMContentLoaded', () => { document.querySelector('medinfo-chat').token = 'host' })"
OLD = "delete Document.prototype.adoptedStyleSheets; delete ShadowRoot.prototype.adoptedStyleSheets"


def in_locale(locale: str) -> str:
    """A page whose widget speaks a language."""
    return (
        f"addEventListener('DOMContentLoaded', () => document.querySelector('medinfo-chat').setAttribute('locale', '{locale}'))"
    )


@dataclass(frozen=True)
class Scene:
    """How to get there from the open page, which state it is, and what the page needs. Without a gate unless `script` is empty."""

    act: Callable[[Chat], object] = lambda _: None
    state: str = ""
    path: str = "/chat"
    script: str = KNOWN
    options: dict[str, Any] = field(default_factory=dict)


def hand_over(chat: Chat) -> None:
    chat.button("Contact a person").first.click()


def hand_over_done(chat: Chat) -> None:
    hand_over(chat)
    chat.page.get_by_label("Your name").fill("A. Reader")
    chat.page.get_by_label("E-mail").fill("reader@example.org")
    chat.page.locator("#handoff-question").fill("A question for a person")
    chat.page.get_by_label("You may use these details").check()
    chat.page.locator("form.form").get_by_role("button", name="Send").click()


def ask_refused_with(status: int) -> Callable[[Chat], None]:
    """Ask a service that answers with an error."""

    def act(chat: Chat) -> None:
        chat.service.failing["/api/chat"] = status
        chat.ask()

    return act


def ask_unheard(chat: Chat) -> None:
    chat.page.route("**/api/chat", lambda _: None)
    chat.ask()


def stop(chat: Chat) -> None:
    chat.ask("#hang " + QUESTION).state("streaming")
    chat.button("Stop").click()


def go_offline(chat: Chat) -> None:
    chat.ask()
    chat.state("complete")
    chat.page.context.set_offline(True)


def survey(chat: Chat) -> None:
    chat.answered().menu("End chat")


def wait_idle(chat: Chat, minutes: str) -> None:
    chat.answered().page.clock.fast_forward(minutes)


def expire(chat: Chat) -> None:
    wait_idle(chat, "28:05")
    chat.state("session_expiring")
    chat.page.clock.fast_forward("02:05")


def decline(chat: Chat) -> None:
    chat.button("I am not a healthcare professional").click()
    chat.page.get_by_role("heading", name="This service is not for you").wait_for()


def open_source(chat: Chat, name: str = "Source 3") -> None:
    chat.answered().page.get_by_role("button", name=name).first.click()
    chat.page.locator(".source mark").first.wait_for()


def leave(chat: Chat) -> None:
    open_source(chat)
    chat.page.locator(".source .references a").first.click()
    chat.page.get_by_role("dialog", name="You are leaving this site").wait_for()


def open_menu(chat: Chat) -> None:
    chat.answered().page.locator("medinfo-chat summary", has_text="Menu").click()


def say_why(chat: Chat) -> None:
    chat.answered().button("Not helpful").click()
    chat.page.locator(".why form").wait_for()


def rate(chat: Chat) -> None:
    chat.answered().button("Helpful").click()
    chat.button("Change").wait_for()


def ask_again(chat: Chat) -> None:
    chat.answered().button("Ask again").click()
    chat.page.get_by_text("Earlier answer").click()


def name_a_person(chat: Chat) -> None:
    chat.ask("Patient born 02/03/1960: options?")
    chat.page.get_by_text("This looks like it holds").wait_for()


# The states of the reducer first, by their names; then what opens over or inside them.
SCENES: dict[str, Scene] = {
    "closed": Scene(path="/", script="", options={"viewport": {"width": 1100, "height": 700}}),
    "gate": Scene(state="gate", script=""),
    "ready": Scene(state="ready"),
    "composing": Scene(lambda chat: chat.box.fill("half a question"), "composing"),
    "sending": Scene(ask_unheard, "sending"),
    "searching": Scene(lambda chat: chat.ask("#think " + QUESTION), "searching"),
    "streaming": Scene(lambda chat: chat.ask("#hang " + QUESTION), "streaming"),
    "complete": Scene(lambda chat: chat.ask(), "complete"),
    "refused": Scene(lambda chat: chat.ask("#decline dose of zolvantinib?"), "refused"),
    "safety": Scene(lambda chat: chat.ask("#safety had to stop after two weeks"), "safety"),
    "incomplete": Scene(lambda chat: chat.ask("#drop " + QUESTION), "incomplete"),
    "stopped": Scene(stop, "stopped"),
    "failed": Scene(ask_refused_with(503), "failed"),
    "failed-final": Scene(ask_refused_with(422), "failed"),
    "offline": Scene(go_offline, "offline"),
    "rate_limited": Scene(ask_refused_with(429), "rate_limited"),
    "session_expiring": Scene(lambda chat: wait_idle(chat, "28:05"), "session_expiring", options={"clock": True}),
    "expired": Scene(expire, "expired", options={"clock": True}),
    "handoff_form": Scene(hand_over, "handoff_form"),
    "safety_form": Scene(lambda chat: chat.button("Report a side effect").click(), "handoff_form"),
    "handoff_done": Scene(hand_over_done, "handoff_done"),
    "survey": Scene(survey, "survey"),
    "ended": Scene(lambda chat: chat.menu("End chat"), "ended"),
    "unsupported": Scene(script=OLD),
    "gate-declined": Scene(decline, "gate", script=""),
    "gate-lapsed": Scene(ask_refused_with(401), "gate"),
    "staff": Scene(lambda chat: chat.ask("#person " + QUESTION), "complete"),
    "identifiers": Scene(name_a_person, "composing"),
    "menu": Scene(open_menu, "complete"),
    "source": Scene(open_source, "complete"),
    "source-video": Scene(lambda chat: open_source(chat, "Source 4"), "complete"),
    "exit": Scene(leave, "complete"),
    "feedback": Scene(say_why, "complete"),
    "rated": Scene(rate, "complete"),
    "earlier": Scene(ask_again, "complete"),
    "spanish": Scene(lambda chat: chat.ask(), "complete", script=KNOWN + ";" + in_locale("es-US")),
    "right-to-left": Scene(lambda chat: chat.ask(), "complete", script=KNOWN + ";" + in_locale("he-IL")),
}
