"""Public keys of sites: a page of a site that has one must send it, and it opens no other site's door."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from assistant.api.app import create_app
from tests.api.conftest import settings_in
from tests.api.scripted import scripted_engine
from tests.api.server import serving
from tests.assistant.storage_tools import open_sqlite

ATTESTATION = {"attestation": {"accepted": True, "profession": "physician", "country": "US"}}
SITES = ("https://one.example", "https://two.example")


@pytest.mark.parametrize(
    ("origin", "key", "status"),
    [
        ("https://one.example", "pk_one", 200),
        ("https://one.example", "pk_two", 403),
        ("https://one.example", "", 403),
        ("https://two.example", "pk_two", 200),
        ("https://evil.example", "pk_one", 403),
        ("", "", 200),
    ],
)
def test_a_session_needs_the_key_of_its_site(tmp_path: Path, origin: str, key: str, status: int) -> None:
    open_sqlite(tmp_path).close()
    keys = {"pk_one": SITES[:1], "pk_two": SITES[1:]}
    app = create_app(settings_in(tmp_path, allowed_origins=SITES, site_keys=keys), scripted_engine(), runs_background=False)
    headers = {name: value for name, value in (("origin", origin), ("x-site-key", key)) if value}
    with serving(app) as url:
        assert httpx.post(f"{url}/api/session", json=ATTESTATION, headers=headers).status_code == status
        assert httpx.post(f"{url}/api/session", json=ATTESTATION, headers={"origin": url}).status_code == 200, "our own pages"
