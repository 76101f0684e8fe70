"""The evaluator's pages in Chromium: axe on every page and presentation, reflow, the report inside its own policy, no script needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.api.engine import Engine
from assistant.api.staff.evaluator import Evaluator
from assistant.screening import Screener
from index.types import KnowledgeIndex
from tests.api.staff_world import World, busy_world
from tests.eval.test_desk import store_run
from tests.web.test_console import PRESENTATIONS, objections, sign_in

pytestmark = pytest.mark.browser
ASKED = "What was median PFS with vepdegestrant in ESR1-mutated disease in VERITAC-2?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, packaged_index: KnowledgeIndex) -> Iterator[str]:
    """A console with two runs and the packaged index."""
    folder = tmp_path_factory.mktemp("evaluation")
    world: World = busy_world(folder)
    for name, value in (("run-before", 1.0), ("run-after", 0.0)):
        store_run(folder, name, value)
    world.app.state.evaluator = Evaluator(
        world.settings, lambda: Engine(Screener(), index=packaged_index), lambda: datetime(2026, 11, 22, 12, tzinfo=UTC)
    )
    with world.serve() as served:
        yield served


@pytest.mark.parametrize("presentation", ["wide", "narrow", "dark", "forced colours"])
def test_every_page_passes_axe_and_reflows(browser: Any, address: str, presentation: str) -> None:
    context = browser.new_context(**{"locale": "en-US"} | PRESENTATIONS[presentation])
    page = context.new_page()
    sign_in(page, address, "evaluator")
    wrong = []
    for path in ("/staff/evaluation", "/staff/evaluation/review/run-after", "/staff/explain", "explained"):
        if path == "explained":
            page.get_by_label("Question", exact=True).fill(ASKED)
            page.get_by_role("button", name="Explain", exact=True).click()
            page.get_by_role("heading", name="Outcome: answered").wait_for()
        else:
            page.goto(address + path)
        wrong += [f"{path}: {fault}" for fault in objections(page, presentation)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{path}: scrolls sideways")
    context.close()
    assert not wrong, "\n".join(wrong)


def test_two_runs_are_chosen_and_the_report_works_inside_its_policy(browser: Any, address: str) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    sign_in(page, address, "evaluator")
    page.goto(f"{address}/staff/evaluation")
    page.get_by_label("A: run-before").check()
    page.get_by_label("B: run-after").check()
    page.get_by_role("button", name="Compare A and B").click()
    assert "B is worse on complete answers" in page.inner_text("ul.verdict")
    page.select_option("[name=change]", "regression")
    assert page.inner_text("#count") == "12 of 12 questions shown"
    assert not [text for text in complaints if "Content Security Policy" in text]
    context.close()


def test_an_answer_is_labelled_without_script(browser: Any, address: str) -> None:
    context = browser.new_context(locale="en-US", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "evaluator")
    page.goto(f"{address}/staff/evaluation/review/run-after")
    page.get_by_label("Judgement").first.select_option("incomplete")
    page.get_by_role("button", name="Keep").first.click()
    assert "Your judgement is kept" in page.inner_text("main")
    assert "1 of them labelled by you" in page.inner_text("main")
    context.close()
