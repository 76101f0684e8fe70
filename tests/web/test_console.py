"""The staff console in Chromium: WCAG 2.2 AA by axe on every page, reflow, keyboard alone, without script, hostile text inert."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.staff_world import HOSTILE, PASSWORD, World, busy_world

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PRESENTATIONS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "narrow": {"viewport": {"width": 320, "height": 568}, "has_touch": True},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "forced colours": {"viewport": {"width": 1280, "height": 800}, "forced_colors": "active"},
    "more contrast": {"viewport": {"width": 1280, "height": 800}, "contrast": "more"},
}
MIN_PASSES = 15
# Colours that cannot be seen in the other presentations are judged on the pages that have them all.
TELLING = ("/staff/queue", "/staff/cases/", "/staff/reports", "/staff/reconciliation", "/staff/account", "/staff/retention")
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One busy staff room for reading."""
    return busy_world(tmp_path_factory.mktemp("staff"))


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Where it is served."""
    with world.serve() as address:
        yield address


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Open]:
    """Open a page as somebody; anything the policy blocks or a script throws fails the test."""
    contexts: list[Any] = []
    faults: list[str] = []

    def start(path: str, role: str = "safety", at: str = "", **options: Any) -> Any:
        context = browser.new_context(**{"locale": "en-US", "timezone_id": "America/New_York"} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        sign_in(page, at or address, role)
        page.goto((at or address) + path)
        return page

    yield start
    for context in contexts:
        context.close()
    assert not faults, faults


def sign_in(page: Any, address: str, role: str) -> None:
    """Sign in with the form."""
    page.goto(f"{address}/staff/sign-in")
    page.get_by_label("E-mail address").fill(f"{role}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/staff/queue")


def pages(world: World) -> list[tuple[str, str]]:
    """Every page, and who opens it."""
    ids = world.ids
    return [
        ("/staff/queue", "safety"),
        ("/staff/queue?q=diarrhea&state=all&safety=undecided", "triage"),
        ("/staff/queue?q=nothing-like-this", "safety"),
        (f"/staff/cases/{ids['serious']}", "safety"),
        (f"/staff/cases/{ids['serious']}", "admin"),
        (f"/staff/cases/{ids['contact']}?template=received", "triage"),
        (f"/staff/cases/{ids['pregnancy']}?done=forward", "safety"),
        (f"/staff/cases/{ids['hostile']}", "quality"),
        ("/staff/quality?day=2026-11-19", "evaluator"),
        ("/staff/quality", "evaluator"),
        ("/staff/gaps", "evaluator"),
        ("/staff/test-set", "evaluator"),
        ("/staff/reconciliation", "quality"),
        ("/staff/reports", "admin"),
        ("/staff/reports?from=2020-01-01&to=2020-01-05", "admin"),
        ("/staff/documents", "evaluator"),
        ("/staff/people", "admin"),
        ("/staff/audit?id=con_0001", "admin"),
        ("/staff/account", "quality"),
        ("/staff/retention?id=con_0012", "admin"),
        ("/staff/retention?id=con_0001", "safety"),
        ("/staff/queue?look=due&bot=answered&language=en&asker=physician", "triage"),
        ("/staff/cases/MI-00000-00000", "safety"),
    ]


def objections(page: Any, presentation: str) -> list[str]:
    """What axe objects to, with every fold open so that it sees all there is."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations', 'incomplete', 'passes']})", TAGS
    )
    wrong = list(found["violations"])
    # What axe could not judge counts too, but for single figures, words in a plot (an image; the table has them as text), what a
    # table has scrolled out of sight, and colours of the system.
    if presentation in {"wide", "dark", "more contrast"}:
        wrong += [rule for rule in found["incomplete"] if rule["id"] == "color-contrast"]
    nodes = [(rule["id"], node) for rule in wrong for node in rule["nodes"]]
    reasons = [(name, node["html"][:160], [check["message"] for check in node["any"]]) for name, node in nodes]
    listed = [
        f"{name}: {html} {why}"
        for name, html, why in reasons
        if not html.startswith("<text") and "too short" not in "".join(why)
    ]
    return listed if len(found["passes"]) >= MIN_PASSES else [*listed, f"only {len(found['passes'])} checks passed"]


@pytest.mark.parametrize("presentation", sorted(PRESENTATIONS))
def test_every_page_passes_axe_and_reflows(visit: Open, world: World, address: str, presentation: str) -> None:
    wrong = []
    signed_in: dict[str, Any] = {}
    for path, role in pages(world):
        if presentation in {"forced colours", "more contrast"} and not path.startswith(TELLING):
            continue
        page = signed_in.setdefault(role, None) or visit("/staff/queue", role, **PRESENTATIONS[presentation])
        signed_in[role] = page
        page.goto(address + path)
        wrong += [f"{path} as {role}: {fault}" for fault in objections(page, presentation)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{path}: scrolls sideways")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("presentation", ["wide", "narrow", "dark"])
def test_the_sign_in_page_passes_axe(browser: Any, address: str, presentation: str) -> None:
    context = browser.new_context(**PRESENTATIONS[presentation])
    page = context.new_page()
    page.goto(f"{address}/staff/sign-in?next=/staff/queue")
    wrong = objections(page, presentation)
    context.close()
    assert not wrong, wrong


class Keyboard:
    """A person with a keyboard and nothing else: moves by Tab, acts by Enter and Space."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def go_to(self, *, name: str, role: str = "") -> None:
        """Press Tab until the focus is on what is called `name`."""
        for _ in range(250):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(
                "() => { const at = document.activeElement; const label = at.labels?.[0]?.textContent || at.getAttribute('aria-label') "
                "|| at.textContent || ''; return [label.trim(), at.tagName, getComputedStyle(at).outlineStyle] }"
            )
            if found[0].startswith(name) and (not role or found[1] == role):
                assert found[2] != "none", f"the focus on {name!r} cannot be seen"
                return
        raise AssertionError(f"Tab never reached {name!r} {role}")

    def press(self, key: str) -> None:
        """Press a key and wait for what it loads."""
        self.page.keyboard.press(key)
        self.page.wait_for_load_state()

    def type(self, text: str) -> None:
        """Write where the focus is."""
        self.page.keyboard.type(text)


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_a_case_is_worked_from_sign_in_to_disposition_by_keyboard_alone(browser: Any, tmp_path: Path, has_script: bool) -> None:
    world = busy_world(tmp_path)
    case_id = world.ids["near"]
    with world.serve() as address:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=True)
        page = context.new_page()
        if not has_script:
            page.route("**/*.js", lambda route: route.abort())
        page.goto(f"{address}/staff")
        hands = Keyboard(page)
        hands.go_to(name="E-mail address")
        hands.type("safety@example.org")
        hands.go_to(name="Password")
        hands.type(PASSWORD)
        hands.press("Enter")
        page.wait_for_url("**/staff/queue")
        hands.go_to(name=case_id)
        hands.press("Enter")
        page.wait_for_url(f"**/{case_id}*")
        hands.go_to(name="Take this case")
        hands.press("Enter")
        page.get_by_role("status").filter(has_text="The case is yours").wait_for()
        hands.go_to(name="Go to the actions")
        hands.press("Enter")
        hands.go_to(name="Reason", role="INPUT")
        hands.type("An event in a patient on our product.")
        hands.press("Enter")
        page.get_by_role("status").filter(has_text="on its way").wait_for()
        hands.go_to(name="Their id")
        hands.type("PV-2026-0077")
        hands.press("Enter")
        page.get_by_role("status").filter(has_text="acknowledgement is on record").wait_for()
        hands.go_to(name="Disposition", role="SUMMARY")
        hands.press("Enter")
        hands.go_to(name="Reason", role="INPUT")
        hands.type("Handed over and acknowledged.")
        hands.press("Enter")
        page.get_by_role("status").filter(has_text="disposition is on record").wait_for()
        hands.go_to(name="Go to the actions")
        hands.press("Enter")
        hands.go_to(name="Reason", role="INPUT")
        hands.type("Nothing is open.")
        hands.press("Enter")
        page.get_by_role("status").filter(has_text="The case is closed").wait_for()
        context.close()
    state = world.room.service.get(world.people["safety"], case_id).state
    assert state.work_state.value == "closed" and state.safety_id == "PV-2026-0077" and state.disposition == "reportable"


def test_hostile_text_is_shown_and_does_nothing(visit: Open, world: World) -> None:
    for path in (f"/staff/cases/{world.ids['hostile']}", "/staff/queue?q=%3Cscript%3E"):
        page = visit(path)
        assert "<script>window.hacked=1</script>" in page.locator("main").inner_text()
        assert page.evaluate("window.hacked") is None
        assert page.locator("main script, main img").count() == 0
        assert "\u202e" not in page.locator("main").inner_text() and "\u202e" in HOSTILE


def test_keys_are_off_until_turned_on_and_never_act_in_a_field(visit: Open, world: World) -> None:
    page = visit(f"/staff/cases/{world.ids['near']}")
    here = page.url
    page.keyboard.press("j")
    assert page.url == here
    page.get_by_label("J and K keys").check()
    page.get_by_label("Note, internal: the asker never sees it").fill("")
    page.keyboard.press("j")
    assert page.url == here
    page.locator("h1").click()
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != here)


def test_two_people_on_one_case_see_each_other(visit: Open, world: World) -> None:
    visit(f"/staff/cases/{world.ids['complaint']}", "quality")
    page = visit(f"/staff/cases/{world.ids['complaint']}", "triage")
    others = page.locator("#others").inner_text()
    assert others.startswith("Also open:") and "Quinn Duarte" in others


def test_counts_of_an_open_page_follow_the_queue(browser: Any, tmp_path: Path) -> None:
    world = busy_world(tmp_path)
    with world.serve() as address:
        page = browser.new_page()
        page.clock.install()
        sign_in(page, address, "triage")
        before = int(page.locator("[data-view=open]").inner_text())
        from assistant.types import Code

        world.ask("Tablets from lot A1234 smell odd", codes=[Code.PQC], words="smell odd")
        page.clock.run_for(21_000)
        page.get_by_role("status").filter(has_text="1 new case").wait_for()
        assert int(page.locator("[data-view=open]").inner_text()) == before + 1
        page.close()


def test_an_original_is_opened_only_with_a_reason_and_the_look_is_on_record(visit: Open, world: World) -> None:
    page = visit(f"/staff/cases/{world.ids['serious']}")
    assert "Jane Roe" not in page.content()
    page.get_by_label("Reason to open the text as typed").fill("Name needed for the safety report")
    page.get_by_role("button", name="Open", exact=True).click()
    assert "Jane Roe" in page.locator("blockquote").inner_text()
    page.get_by_role("link", name="Back to the case").click()
    assert "Name needed for the safety report" in page.locator(".timeline").inner_text()
    assert "opened 1 time" in page.locator(".sealed").inner_text()
