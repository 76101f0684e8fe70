"""`medinfo serve` as a person starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

MEDINFO = Path(sys.executable).parent / "medinfo"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A data folder of its own, without an index."""
    return os.environ | {"MEDINFO_DATA_DIR": str(tmp_path)}


def test_the_first_request_after_its_greeting_succeeds_and_it_stops_cleanly(
    environment: dict[str, str], tmp_path: Path
) -> None:
    process = subprocess.Popen([MEDINFO, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[3]
        with httpx.Client(timeout=30) as client:
            assert client.get(url + "/health/live").json() == {"status": "ok"}
            ready = client.get(url + "/health/ready").json()
            assert ready["parts"]["database"] == "ok" and "medinfo index build" in ready["parts"]["index"]
            assert "Medical information" in client.get(url + "/").text
        assert line == f"medinfo serves at {url} (chat widget: {url}/, staff console: {url}/staff). Stop with Ctrl-C.\n"
        assert "medinfo index build" in process.stdout.readline()
        assert "medinfo staff add" in process.stdout.readline()
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert {path.name for path in tmp_path.iterdir()} >= {"medinfo.sqlite3", "secret.key", "case.key"}


def has_ipv6() -> bool:
    """Whether this machine can listen on its own IPv6 address."""
    try:
        with socket.socket(socket.AF_INET6) as found:
            found.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
def test_an_address_of_ipv6_is_one_a_browser_opens_and_an_account_leaves_no_hint(environment: dict[str, str]) -> None:
    added = subprocess.run(
        [MEDINFO, "staff", "add", "anna@example.org", "--role", "admin"],
        env=environment, input="a long enough password 1\n", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    process = subprocess.Popen(
        [MEDINFO, "serve", "--port", "0", "--host", "::1"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[3]
        assert url.startswith("http://[::1]:") and httpx.get(url + "/health/live", timeout=30).json() == {"status": "ok"}
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0 and "medinfo staff add" not in rest


def test_a_taken_port_is_said_in_one_line(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [MEDINFO, "serve", "--port", port], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith("medinfo: cannot listen") and "--port" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize(("model", "said"), [("", "openai:gpt-5"), ("nonsense", "openai:gpt-5"), ("nobody:x", "nobody:x")])
def test_generate_mode_without_a_model_that_opens_does_not_start(environment: dict[str, str], model: str, said: str) -> None:
    given = environment | {"MEDINFO_MODE": "generate", "MEDINFO_MODEL": model}
    command = [MEDINFO, "serve", "--port", "0"]
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("medinfo: ") and said in done.stderr and done.stderr.count("\n") == 1


def test_demonstration_data_is_there_only_when_asked_for_and_never_in_the_real_database(
    environment: dict[str, str], tmp_path: Path
) -> None:
    command = [MEDINFO, "serve", "--port", "0", "--demo"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[3]
        accounts = [process.stdout.readline().split() for _ in range(5)]
        triage = next(words for words in accounts if words[2].startswith("triage@"))
        with httpx.Client(timeout=30, follow_redirects=True) as client:
            token = re.search(r'name="csrf" value="([^"]+)"', client.get(url + "/staff/sign-in").text)
            assert token
            fields = {"csrf": token[1], "email": triage[2], "password": triage[4]}
            assert "AE-SERIOUS" in client.post(url + "/staff/sign-in", data=fields).text
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert "demo.sqlite3" in {path.name for path in tmp_path.iterdir()}
    assert "medinfo.sqlite3" not in {path.name for path in tmp_path.iterdir()}
    refused = subprocess.run(
        command,
        env=environment | {"MEDINFO_DATABASE_URL": f"sqlite:///{tmp_path}/real.sqlite3"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 2 and "--demo" in refused.stderr and not (tmp_path / "real.sqlite3").exists()
