"""`medinfo snippet`: what is printed is what the service serves, checksums included, and nothing in it can break out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from assistant.cli.snippet import app, pinned_map, policy_for, render_snippet
from web import widget_files

RUN = CliRunner()
ADDRESS = "https://mi.example"
RELEASE = version("medinfo-assistant")


class Elements(HTMLParser):
    """The elements of a snippet, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))


def test_the_snippet_is_one_script_and_one_element() -> None:
    done = RUN.invoke(app, ["--endpoint", ADDRESS, "--locale", "es-US", "--site-key", "pk_1"])
    assert done.exit_code == 0
    (script, element) = Elements(done.stdout).found
    assert script == ("script", {"type": "module", "async": None, "src": f"{ADDRESS}/widget/v1/loader.js"})
    assert element == ("medinfo-chat", {"locale": "es-US", "site-key": "pk_1"})
    assert f"script-src {ADDRESS}/widget/v1/; connect-src {ADDRESS}" in done.stderr


def test_checksums_are_those_of_what_is_served() -> None:
    done = RUN.invoke(app, ["--endpoint", ADDRESS + "/", "--sri"])
    pinned = json.loads(re.findall(r'type="importmap">(.*?)</script>', done.stdout)[0])["integrity"]
    served = {f"{ADDRESS}/widget/v1/{RELEASE}/{name}": body for name, body in widget_files().items()}
    assert pinned == {
        path: "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode() for path, body in served.items()
    }
    attributes = Elements(done.stdout).found[1][1]
    assert attributes["integrity"] == pinned[str(attributes["src"])]
    inline = pinned_map(ADDRESS, RELEASE)
    assert f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'" in policy_for(ADDRESS, inline)
    assert inline in done.stdout


def test_a_site_gets_its_key_and_is_told_what_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDINFO_SITE_KEYS", '{"pk_hospital": ["https://hospital.example"]}')
    monkeypatch.setenv("MEDINFO_ALLOWED_ORIGINS", '["https://hospital.example"]')
    known = RUN.invoke(app, ["--endpoint", ADDRESS, "--site", "https://hospital.example"])
    assert 'site-key="pk_hospital"' in known.stdout and "Not allowed" not in known.stderr
    other = RUN.invoke(app, ["--endpoint", ADDRESS, "--site", "https://other.example"])
    assert "site-key" not in other.stdout
    assert 'MEDINFO_ALLOWED_ORIGINS=\'["https://hospital.example", "https://other.example"]\'' in other.stderr


@pytest.mark.parametrize("address", ["mi.example", "ftp://mi.example", "https://", "https://mi.example/path", "javascript:x"])
def test_an_address_that_is_no_origin_is_refused(address: str) -> None:
    done = RUN.invoke(app, ["--endpoint", address])
    assert done.exit_code != 0
    assert "must be an origin" in str(done.exception)


def test_attributes_cannot_break_out() -> None:
    html = render_snippet(ADDRESS, site_key='"><script>x</script>', locale="en")
    assert [tag for tag, _ in Elements(html).found] == ["script", "medinfo-chat"]
