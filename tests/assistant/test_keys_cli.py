"""`medinfo keys`: a key is printed once, listed without its secret, and ended; what cannot be a key is refused in words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli.keys import app
from assistant.errors import BadInput, NotFound

ADD = ("add", "hospital portal", "--profession", "physician", "--country", "us")


@pytest.fixture(autouse=True)
def _data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(tmp_path))


def run(*arguments: str) -> Any:
    """Run the command; an error is raised as `medinfo` would meet it."""
    return CliRunner().invoke(app, arguments, catch_exceptions=False, standalone_mode=False)


def listed() -> list[dict[str, Any]]:
    """The keys as `list --json` prints them."""
    return list(json.loads(run("list", "--json").stdout))


def test_a_key_is_printed_once_and_nothing_else_goes_to_standard_output() -> None:
    done = run(*ADD)
    assert re.fullmatch(r"mik_[\w-]{43}\n", done.stdout)
    (row,) = listed()
    assert row["key_id"] in done.stderr
    assert (row["state"], row["scopes"], row["country"]) == ("live", ["ask", "search"], "US")
    assert done.stdout.strip() not in run("list").stdout + json.dumps(row)


def test_a_key_carries_what_was_asked_for() -> None:
    row = json.loads(run(*ADD, "--scope", "search", "--rate", "5/minute", "--days", "30", "--json").stdout)
    assert (row["scopes"], row["rate"], row["profession"]) == (["search"], "5/minute", "physician")
    assert row["expires_at"] > row["created_at"] and row["secret"].startswith("mik_")


def test_a_revoked_key_stays_listed() -> None:
    run(*ADD)
    key_id = listed()[0]["key_id"]
    assert run("revoke", key_id).stdout == f"revoked {key_id}\n"
    (row,) = listed()
    assert row["state"] == "ended" and row["revoked_at"]
    with pytest.raises(NotFound, match="no live API key"):
        run("revoke", key_id)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--profession": "patient"}, "profession must be one of"),
        ({"--country": "USA"}, "two-letter code"),
        ({"--scope": "everything"}, "scopes ask, search"),
        ({"--rate": "often"}, "30/minute"),
    ],
)
def test_what_cannot_be_a_key_is_refused(changes: dict[str, str], said: str) -> None:
    options = {"--profession": "nurse", "--country": "US"} | changes
    with pytest.raises(BadInput, match=said):
        run("add", "portal", *(word for pair in options.items() for word in pair))
    assert listed() == []


def test_a_key_needs_a_name() -> None:
    with pytest.raises(BadInput, match="name"):
        run("add", " ", "--profession", "nurse", "--country", "US")
