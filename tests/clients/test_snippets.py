"""Every snippet of the page on integrations runs as written (`test_pages` runs those of web pages)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from assistant.cli import app as cli
from tests.clients.conftest import NODE, NODE_TIMEOUT_S, Served
from tests.clients.snippets import PAGE, snippet, workspace

QUOTE = "an ESR1 mutation impacts efficacy"


def run(command: list[str], served: Served, **environment: str) -> str:
    """Run a program that is told where the service is; returns what it printed."""
    told = {"SERVICE": served.url, "API_KEY": served.key, **environment}
    done = subprocess.run(command, capture_output=True, text=True, timeout=NODE_TIMEOUT_S, env=os.environ | told, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_python(code: str, served: Served, **environment: str) -> str:
    """Run a Python snippet."""
    return run([sys.executable, "-c", code], served, **environment)


def test_openai_for_python(served: Served) -> None:
    printed = run_python(snippet("OpenAI for Python", "python"), served)
    assert QUOTE in printed and f"{served.url}/sources/VV-MED-156150" in printed and "answered []" in printed


@pytest.mark.parametrize("major", ["5", "6", "7"])
def test_openai_for_javascript(node: Callable[..., Any], served: Served, tmp_path: Path, major: str) -> None:
    script = workspace(tmp_path, openai=major) / "snippet.js"
    script.write_text(snippet("OpenAI for JavaScript", "js"))
    printed = run([str(NODE), "--no-warnings", str(script)], served)
    assert QUOTE in printed and f": {served.url}/sources/VV-MED-156150" in printed and "stop: answered" in printed


@pytest.mark.parametrize("major", ["5", "6", "7"])
def test_ai_sdk(node: Callable[..., Any], served: Served, tmp_path: Path, major: str) -> None:
    script = workspace(tmp_path, ai=major) / "snippet.js"
    script.write_text(snippet("AI SDK", "js"))
    printed = run([str(NODE), "--no-warnings", str(script)], served)
    assert QUOTE in printed and f" {served.url}/sources/VV-MED-156150" in printed


def test_mcp_over_http(served: Served) -> None:
    printed = run_python(snippet("MCP", "python"), served)
    assert QUOTE in printed and f"{served.url}/sources/VV-MED-156150" in printed


def test_mcp_configuration_is_a_command_with_options_it_has() -> None:
    entry = json.loads(snippet("MCP", "json"))["mcpServers"]["medinfo"]
    assert entry["command"] == "medinfo"
    assert set(entry["args"][1::2]) == {"--profession", "--country"}
    command = typer.main.get_command(cli).get_command(None, entry["args"][0])  # type: ignore[attr-defined]
    assert {option for param in command.params for option in param.opts} >= set(entry["args"][1::2])


def test_langchain_tool(served: Served) -> None:
    printed = run_python(snippet("LangChain", "python"), served)
    assert QUOTE in printed


def test_langchain_retriever(served: Served, packaged_index: Any, pytestconfig: pytest.Config) -> None:
    folder = str(pytestconfig.cache.mkdir("medinfo"))
    printed = run_python(snippet("LangChain", "python", 1), served, MEDINFO_DATA_DIR=folder)
    assert len(printed.splitlines()) >= 3 and "EVD-" in printed


def test_every_block_of_the_page_is_run_somewhere() -> None:
    languages = [line.removeprefix("```") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("```")]
    counted = {language: languages.count(language) for language in languages if language}
    assert counted == {"js": 3, "python": 4, "jsx": 1, "html": 1, "json": 1}
