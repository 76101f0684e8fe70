"""The content pages in Chromium: axe on the list, a document, every step and the preview; reflow; a step and the way back by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.governance import Verdict, release_content
from assistant.settings import Settings
from corpus.loaders import Intake, add_file
from corpus.steps import Decision, Step
from tests.api.staff_world import NAMES, START, World, busy_world
from tests.api.test_staff_content_preview import PAGE
from tests.corpus.builder import document_text, write_document
from tests.corpus.loaders.builder import TODAY
from tests.index.builder import WordEmbedder
from tests.web.test_console import PRESENTATIONS, objections, sign_in

pytestmark = pytest.mark.browser
LONG_OWNER = "Medical Information, Breast Oncology, United States"


def govern(folder: Path) -> World:
    """A staff room over the packaged documents and four of its own, with steps on record and two releases."""
    root = folder / "content"
    write_document(root, document_text(id="T-WAIT", status="in_review", review="pending", owner=LONG_OWNER), "wait.md")
    write_document(root, document_text(id="T-OLD", title="Older testimab", review_due="2026-02-10"), "old.md")
    write_document(root, document_text(id="T-OUT", title="Testimab and what was corrected in it since"), "out.md")
    source = folder / "testimab.txt"
    source.write_text(PAGE, encoding="utf-8")
    add_file(source, Intake(content_dir=root, topic="t", market="US", owner="MI", on=TODAY))
    world = busy_world(folder)
    world.now = START + timedelta(days=2)
    desk, settings = world.console.content, world.settings
    release(world, settings, "small gate passed")
    desk.take(Step.APPROVE, "T-WAIT", Decision(NAMES["quality"], START))
    desk.take(Step.WITHDRAW, "T-OUT", Decision(NAMES["admin"], START, "A figure of the first table was read off the wrong arm"))
    release(world, settings, "small gate passed")
    return world


def release(world: World, settings: Settings, gate: str) -> None:
    """Release what stands now."""
    release_content(settings, world.console.content, lambda _: Verdict(True, gate), NAMES["admin"], clock=world.clock)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Content in every standing, embedded by words."""
    embedder = WordEmbedder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.governance.releasing.open_embedder", lambda *_: embedder)
        yield govern(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Where it is served."""
    with world.serve() as served:
        yield served


PAGES = (
    "/staff/content",
    "/staff/content?done=Release+2026-11-22.1+serves+again.",
    "/staff/content/T-WAIT/1.0",
    "/staff/content/T-OLD/1.0",
    "/staff/content/T-OUT/1.0",
    "/staff/content/TESTIMAB/1.0",
    "/staff/content/TESTIMAB/preview",
    "/staff/content/TESTIMAB/preview?show=doubtful",
)


@pytest.mark.parametrize("presentation", sorted(PRESENTATIONS))
def test_every_page_passes_axe_and_reflows(browser: Any, address: str, presentation: str) -> None:
    context = browser.new_context(**{"locale": "en-US"} | PRESENTATIONS[presentation])
    page = context.new_page()
    sign_in(page, address, "quality")
    wrong = []
    for path in PAGES:
        response = page.goto(address + path)
        assert response.status == 200, path
        wrong += [f"{path}: {fault}" for fault in objections(page, presentation)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{path}: scrolls sideways")
    context.close()
    assert not wrong, "\n".join(wrong)


def test_a_step_is_taken_and_a_refused_one_says_why_without_script(browser: Any, address: str) -> None:
    context = browser.new_context(locale="en-US", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "quality")
    page.goto(f"{address}/staff/content")
    page.get_by_role("row").filter(has_text="T-OLD").get_by_role("link").click()
    page.get_by_label("Review due").fill("2027-05-01")
    page.get_by_role("button", name="Renew the review").click()
    assert "On record" in page.inner_text(".done")
    assert "1 May 2027" in page.inner_text("dl")
    page.goto(f"{address}/staff/content/T-WAIT/1.0")
    page.get_by_role("button", name="Approve").click()
    assert "the second approval is another person" in page.get_by_role("alert").inner_text()
    context.close()


def test_an_earlier_release_serves_again(browser: Any, address: str) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    sign_in(page, address, "admin")
    page.goto(f"{address}/staff/content")
    assert "What serves is release 2026-11-22.2" in page.inner_text(".lead")
    page.locator("summary", has_text="Go back to it").click()
    page.get_by_label("Reason").fill("A wrong figure in the newer one")
    page.get_by_role("button", name="Serve release 2026-11-22.1").click()
    assert "serves again" in page.inner_text(".done")
    assert "What serves is release 2026-11-22.1" in page.inner_text(".lead")
    context.close()
