"""The widget as a guest: strict foreign policies, hostile content, what it stores, what it sends, what it costs."""

from __future__ import annotations

import gzip
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assistant.cli.snippet import pinned_map, policy_for, render_snippet
from tests.web.chat import QUESTION, Chat
from tests.web.conftest import Open
from tests.web.service import Service
from web import ROOT, integrity, join_modules, packed_files, widget_files

RELEASE = version("medinfo-assistant")
AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe.min.js"
# On the wire, in the gzip format: every file of the widget, both languages.
LOADER_MAX_BYTES = 4_000
EVERYTHING_MAX_BYTES = 25_000
# The same files packed by `gzip -9`; and the modules as they lie in the folder, with their comments and types.
PLAIN_GZIP_MAX_BYTES = 26_000
FOLDER_MAX_BYTES = 38_500
VIOLATIONS = "addEventListener('securitypolicyviolation', (event) => { (window.violations ??= []).push(event.violatedDirective + ' ' + event.blockedURI) })"


def gzipped(files: Mapping[str, bytes]) -> dict[str, int]:
    """Bytes of each file after gzip."""
    return {name: len(gzip.compress(body, 9)) for name, body in files.items()}


def modules() -> dict[str, str]:
    """The modules of the widget as they lie in the folder."""
    return {one.name: one.read_text(encoding="utf-8") for one in (ROOT / "widget").iterdir() if one.name.endswith(".js")}


def host_faults(chat: Chat) -> list[str]:
    """What axe objects to on a page outside the widget."""
    chat.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = chat.page.evaluate("axe.run({include: document, exclude: 'medinfo-chat'})")
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.fixture
def host(service: Service) -> Iterator[Service]:
    """A page of another origin, with a strict policy, that embeds the widget."""
    serving = Service(host_of=service.address)
    yield serving
    serving.close()


def test_files_stay_within_their_budgets() -> None:
    packed = packed_files()
    assert {name: gzip.decompress(body) for name, body in packed.items()} == dict(widget_files())
    assert len(packed["loader.js"]) <= LOADER_MAX_BYTES
    assert sum(map(len, packed.values())) <= EVERYTHING_MAX_BYTES
    assert sum(gzipped(widget_files()).values()) <= PLAIN_GZIP_MAX_BYTES
    assert sum(gzipped({name: text.encode() for name, text in modules().items()}).values()) <= FOLDER_MAX_BYTES


def test_what_is_served_is_the_modules_joined() -> None:
    """Every module arrives once, either in `app.js` or as itself, and no word of code is renamed or lost."""
    joined, parts = join_modules("app.js", modules())
    assert set(widget_files()) == {"app.js"} | (set(modules()) - set(parts))
    comments = re.compile(r"/\*\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)
    words = re.compile(r"\w+")
    for name in parts:
        own = re.sub(r"^(?:import .*|export )", "", comments.sub("", modules()[name]), flags=re.MULTILINE)
        assert " ".join(words.findall(own)).removesuffix(" export") in " ".join(
            words.findall(comments.sub("", joined))
        ).replace("export async function start", "async function start"), name


def test_what_is_left_out_of_a_file_is_no_part_of_a_regular_expression() -> None:
    quantifiers = re.compile(r"\\d\{\d+,?\d*\}")
    written = quantifiers.findall("".join(modules().values()))
    assert any("," in one for one in written)
    assert sorted(written) == sorted(quantifiers.findall("".join(body.decode() for body in widget_files().values())))


def test_two_modules_may_not_share_a_name() -> None:
    with pytest.raises(ValueError, match="use the name b"):
        join_modules(
            "a.js", {"a.js": "import { c } from './b.js';\nconst b = c;\n", "b.js": "const b = 1;\nexport const c = b;\n"}
        )


def test_every_file_of_the_room_ships() -> None:
    """What the tree holds is package data: nothing works from a checkout only."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["web"]
    root = Path(str(ROOT))
    held = [path.relative_to(root) for path in root.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}]
    assert len(held) > 30
    assert [str(path) for path in held if not any(path.match(pattern) for pattern in patterns)] == []


def test_styles_know_no_left_and_right() -> None:
    """Right-to-left languages need no second style sheet."""
    physical = re.compile(r"[;{\s](?:(?:margin|padding|border)-(?:left|right)|left|right|text-align:(?:left|right)|float)\b")
    sheets = [modules()[name] for name in ("styles.js", "loader.js")] + [(ROOT / "pages/pages.css").read_text(encoding="utf-8")]
    code = re.compile(r"^(?:const|export|import) .*|//.*|/\*\*.*?\*/", re.MULTILINE)
    assert [physical.search(code.sub("", sheet)) for sheet in sheets] == [None] * 3


def test_nothing_in_the_widget_makes_markup_or_inline_style() -> None:
    """No HTML from text, no style attribute, no evaluation, nothing kept beyond the tab."""
    banned = (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "localStorage",
        "setAttribute('style",
        "document.cookie",
    )
    for name, body in widget_files().items():
        assert [word for word in banned if word in body.decode()] == [], name


@pytest.mark.browser
def test_works_on_a_foreign_page_under_the_strictest_policy(chat: Open, host: Service, service: Service) -> None:
    """`default-src 'none'`, no inline anything, Trusted Types with no policy at all, another origin."""
    widget = chat("/", address=host.address, script=VIOLATIONS)
    service.requests.clear()
    widget.button("Ask medical information").click()
    widget.attest().answered()
    widget.page.get_by_role("button", name="Source 2: Unmet").first.click()
    widget.page.locator(".source mark").first.wait_for()
    assert widget.page.evaluate("window.violations ?? []") == []
    assert widget.page.locator(".source").evaluate("e => getComputedStyle(e).display") == "flex", (
        "styles apply under style-src 'self'"
    )
    sent = next(headers for path, headers in service.requests if path.startswith("/api/passages"))
    assert sent["authorization"] == "Bearer scripted" if "authorization" in sent else sent["Authorization"] == "Bearer scripted"
    assert "cookie" not in {name.lower() for name in sent}
    assert {path for path, _ in host.requests} <= {"/", "/favicon.ico"}


@pytest.mark.browser
@pytest.mark.parametrize("tampered", [False, True])
def test_the_printed_snippet_runs_under_its_policy_and_refuses_other_files(
    chat: Open, host: Service, service: Service, tampered: bool
) -> None:
    """What `medinfo snippet --sri` prints, under the policy that it names; a file with another checksum is not run."""
    inline = pinned_map(service.address, RELEASE)
    if tampered:
        inline = inline.replace(integrity(widget_files()["app.js"]), integrity(b"another file"))
    host.snippet, host.policy = render_snippet(service.address, inline, locale="en-US"), policy_for(service.address, inline)
    widget = chat("/", address=host.address, script=VIOLATIONS)
    widget.button("Ask medical information").click()
    if tampered:
        assert "could not be loaded" in widget.page.get_by_role("alert").inner_text()
    else:
        widget.attest().answered()
    assert widget.page.evaluate("window.violations ?? []") == []


@pytest.mark.browser
def test_the_modules_run_as_they_lie_in_the_folder(chat: Open, host: Service, service: Service) -> None:
    """Nothing depends on their being joined."""
    loader = f"{service.address}/widget/modules/loader.js"
    host.snippet = f"<script type=module src='{loader}'></script><medinfo-chat endpoint='{service.address}'></medinfo-chat>"
    host.policy = f"script-src {service.address}/widget/modules/; connect-src {service.address}"
    widget = chat("/", address=host.address)
    widget.button("Ask medical information").click()
    widget.attest().answered()


@pytest.mark.browser
def test_the_host_page_keeps_its_place_and_its_faults(chat: Open, host: Service) -> None:
    """Nothing of the host moves, and axe says of its own content what it said without the widget."""
    shift = "new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved = (window.moved ?? 0) + one.value; }).observe({type: 'layout-shift', buffered: true})"
    widget = chat("/", address=host.address, script=shift)
    widget.button("Ask medical information").wait_for()
    before = widget.page.locator("main").bounding_box()
    host.snippet = "<!-- no widget here -->"
    alone = chat("/", address=host.address)
    widget.button("Ask medical information").click()
    widget.state("gate")
    assert widget.page.locator("main").bounding_box() == before
    assert widget.page.evaluate("window.moved ?? 0") == 0
    assert host_faults(widget) == host_faults(alone)


@pytest.mark.browser
def test_nothing_is_fetched_before_someone_shows_interest_and_only_from_its_origin(
    chat: Open, host: Service, service: Service
) -> None:
    widget = chat("/", address=host.address)
    widget.button("Ask medical information").wait_for()
    assert [path for path, _ in service.requests] == ["/widget/v1/loader.js"]
    asked: list[str] = []
    widget.page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    widget.button("Ask medical information").click()
    widget.attest().answered()
    assert set(asked) == {urlsplit(service.address).netloc}


@pytest.mark.browser
def test_hostile_content_is_text(chat: Open) -> None:
    widget = chat(script=VIOLATIONS).attest().answered("#hostile <b>x</b>")
    widget.page.get_by_role("button", name="Source 1").first.click()
    widget.page.locator(".source:not([hidden])").wait_for()
    root = "document.querySelector('medinfo-chat').shadowRoot"
    assert widget.page.evaluate(f"{root}.querySelectorAll('img,script,b.x,iframe').length") == 0
    links = widget.page.evaluate(f"[...{root}.querySelectorAll('a')].map((a) => new URL(a.href).protocol)")
    assert set(links) <= {"http:", "https:", "tel:"}
    assert widget.page.evaluate("window.hacked") is None
    assert "<img src=x" in widget.page.locator(".statement").text_content()
    assert "<b>x</b>" in widget.page.locator(".question").text_content()


@pytest.mark.browser
def test_host_token_replaces_the_gate(chat: Open, service: Service) -> None:
    script = "addEventListener('DOMContentLoaded', () => { document.querySelector('medinfo-chat').getToken = async () => 'signed-by-host' })"
    widget = chat("/", script=script)
    widget.page.evaluate("document.querySelector('medinfo-chat').getToken = async () => 'signed-by-host'")
    widget.button("Ask medical information").click()
    widget.state("ready")
    widget.answered()
    assert not service.bodies("/api/session")


@pytest.mark.browser
def test_methods_and_events_carry_ids_only(chat: Open) -> None:
    script = "for (const name of ['ready','open','close','answer','case','error','exit']) addEventListener('medinfo:' + name, (event) => { (window.events ??= []).push([name, event.detail]) })"
    widget = chat("/", script=script)
    widget.page.evaluate("document.querySelector('medinfo-chat').ask('#safety had to stop')")
    widget.state("gate")
    widget.page.get_by_label("Your profession").select_option("physician")
    widget.page.get_by_label("I am a healthcare").check()
    widget.button("Continue").click()
    widget.state("composing")
    widget.box.press("Enter")
    widget.state("safety")
    widget.page.evaluate("document.querySelector('medinfo-chat').reset()")
    widget.state("ready")
    widget.page.evaluate("document.querySelector('medinfo-chat').close()")
    widget.page.locator(".panel").wait_for(state="hidden")
    events = widget.page.evaluate("window.events")
    assert [name for name, _ in events] == ["ready", "open", "case", "answer", "close"]
    assert events[2][1] == {"caseId": "MI-2026-000017", "code": "AE-NONSER"}
    assert "had to stop" not in str(events)


@pytest.mark.browser
@pytest.mark.parametrize("named", [True, False])
def test_frame_speaks_with_the_named_origin_only(chat: Open, host: Service, service: Service, named: bool) -> None:
    """The frame answers the page whose origin it was given, and neither hears nor tells any other."""
    widget = chat("/frame", address=host.address)
    origin = host.address if named else "https://other.example"
    widget.page.evaluate(f"frame.src = '{service.address}/embed?origin=' + encodeURIComponent('{origin}')")
    value = "document.querySelector('medinfo-chat').shadowRoot.querySelector('#question').value"
    widget.page.frame_locator("#frame").locator("medinfo-chat .panel[data-state=gate]").wait_for()
    widget.page.evaluate("frame.contentWindow.postMessage({type: 'medinfo:ask', text: 'from outside'}, '*')")
    if named:
        widget.until(f"{value} === 'from outside'", widget.page.frames[1])
        assert [service.address, "medinfo:open"] in widget.page.evaluate("inbox")
    else:
        widget.page.wait_for_timeout(300)
        assert widget.page.frames[1].evaluate(value) == ""
        assert widget.page.evaluate("inbox") == []


@pytest.mark.browser
def test_tab_holds_no_more_than_the_chat_and_ending_it_leaves_nothing(chat: Open) -> None:
    widget = chat().attest().answered()
    kept = widget.page.evaluate("Object.keys(sessionStorage)")
    assert len(kept) == 1 and kept[0].startswith("medinfo-chat ")
    widget.menu("End chat")
    widget.button("Skip").click()
    widget.state("ended")
    assert widget.page.evaluate("sessionStorage.length") == 0
    assert QUESTION not in widget.panel.inner_text()
