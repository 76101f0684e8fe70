"""Nothing that is already on the screen moves while the widget loads: as the browser measures it."""

from __future__ import annotations

import pytest

from tests.web.chat import Chat
from tests.web.conftest import Open
from tests.web.scenes import KNOWN, in_locale
from tests.web.service import Service

pytestmark = pytest.mark.browser

# What moved, by how much and what it was; after a person has just done something the browser expects movement and says so.
WATCH = """(() => {
  window.moved = [];
  const name = ({ node }) => node && `${node.localName ?? node.nodeName}.${node.className ?? ''}`;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) moved.push(`${one.value.toFixed(4)} ${one.sources.map(name)}`);
  }).observe({type: 'layout-shift', buffered: true});
})()"""
WIDTHS = (320, 460, 1280)
# The configuration brings the strip's second text, the phone line and the starters: it comes after the panel was painted.
LATE_S = 0.4


def loaded(chat: Open, service: Service, path: str, width: int, locale: str, script: str) -> Chat:
    """A page whose widget is open and has heard all it asked for."""
    service.delays_s["/api/config"] = LATE_S
    widget = chat(path, script=f"{WATCH};{in_locale(locale)};{script}", viewport={"width": width, "height": 740})
    if path == "/":
        widget.page.evaluate(
            "customElements.whenDefined('medinfo-chat').then(() => document.querySelector('medinfo-chat').open())"
        )
    widget.page.locator(".foot a").first.wait_for()
    widget.page.wait_for_timeout(200)
    return widget


@pytest.mark.parametrize("locale", ["en-US", "es-US"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("path", "script"), [("/chat", ""), ("/chat", KNOWN), ("/", "")], ids=["gate", "ready", "launcher"])
def test_nothing_moves_while_the_widget_loads(
    chat: Open, service: Service, path: str, script: str, width: int, locale: str
) -> None:
    widget = loaded(chat, service, path, width, locale, script)
    assert widget.page.locator(".strip p").first.inner_text().startswith("Demo")
    assert widget.page.evaluate("moved") == []


def test_what_moves_is_noticed(chat: Open, service: Service) -> None:
    widget = loaded(chat, service, "/chat", 460, "en-US", KNOWN)
    widget.page.evaluate(
        "document.querySelector('medinfo-chat').shadowRoot.querySelector('.strip').style.paddingBlock = '40px'"
    )
    widget.until("moved.length > 0")
