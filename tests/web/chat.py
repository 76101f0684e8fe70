"""The widget as a person uses it: by what is written on its controls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.web.service import Service

QUESTION = "Which limitations of endocrine therapy apply to aromatase inhibitors?"
# What a screen reader is told, in order: both live regions, and alerts that come with new nodes.
LISTEN = """() => {
  const root = document.querySelector('medinfo-chat').shadowRoot;
  window.heard = [];
  const tell = (node) => { if (node.textContent.trim()) window.heard.push([node.getAttribute('role'), node.textContent.trim()]); };
  new MutationObserver((records) => {
    const live = new Set();
    for (const record of records) {
      const own = record.target.closest?.('[role=status],[role=alert]');
      if (own) live.add(own);
      for (const node of record.addedNodes) {
        if (node.nodeType === 1) [node, ...node.querySelectorAll('*')].filter((one) => one.matches('[role=alert]')).forEach((one) => live.add(one));
      }
    }
    live.forEach(tell);
  }).observe(root, {childList: true, subtree: true, characterData: true});
}"""


@dataclass
class Chat:
    """One open page with the widget on it."""

    page: Any
    service: Service

    @property
    def panel(self) -> Any:
        """The panel."""
        return self.page.locator("medinfo-chat .panel")

    @property
    def box(self) -> Any:
        """The textarea of the composer."""
        return self.page.locator("medinfo-chat #question")

    def button(self, name: str, **options: Any) -> Any:
        """A button by its exact name."""
        return self.page.get_by_role("button", name=name, exact=True, **options)

    def state(self, name: str) -> None:
        """Wait until the widget is in a state."""
        self.page.locator(f"medinfo-chat .panel[data-state={name}]").wait_for()

    def attest(self) -> Chat:
        """Pass the gate."""
        self.page.get_by_label("Your profession").select_option("physician")
        self.page.get_by_label("I am a healthcare professional").check()
        self.button("Continue").click()
        self.state("ready")
        return self

    def ask(self, question: str = QUESTION) -> Chat:
        """Type a question and send it."""
        self.box.fill(question)
        self.box.press("Enter")
        return self

    def answered(self, question: str = QUESTION, state: str = "complete") -> Chat:
        """Ask and wait for the end."""
        self.ask(question).state(state)
        return self

    def menu(self, item: str) -> Chat:
        """Choose from the menu."""
        self.page.locator("medinfo-chat summary", has_text="Menu").click()
        self.button(item).click()
        return self

    def until(self, expression: str, frame: Any = None) -> None:
        """Wait until an expression holds (asked from here: the pages' policy forbids evaluating text inside them)."""
        for _ in range(200):
            if (frame or self.page).evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never true: {expression}")

    def listen(self) -> Chat:
        """Start to note what a screen reader is told."""
        self.page.evaluate(LISTEN)
        return self

    def heard(self) -> list[tuple[str, str]]:
        """What was said so far, (role, text), in order."""
        return [(role, text) for role, text in self.page.evaluate("window.heard")]

    def focuses(self, start: str) -> None:
        """Wait until the focus is on what is called so."""
        for _ in range(100):
            if self.focused().startswith(start):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the focus is on {self.focused()}, not on {start}")

    def focused(self) -> str:
        """Tag, id or text of what has the focus inside the widget."""
        script = """() => {
          const one = document.querySelector('medinfo-chat').shadowRoot.activeElement;
          return one ? one.id || one.getAttribute('aria-label') || one.textContent.trim() : document.activeElement.localName;
        }"""
        return str(self.page.evaluate(script))
