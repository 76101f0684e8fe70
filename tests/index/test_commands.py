"""`medinfo index build` and `status` on a real corpus folder with the real model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli.index import app
from assistant.errors import BadInput
from tests.corpus.builder import BODY, document_text, write_document

RUNNER = CliRunner()


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("MEDINFO_CORPUS_DIR", str(tmp_path / "corpus"))
    write_document(tmp_path / "corpus", document_text())
    return tmp_path / "corpus"


def run(*words: str) -> tuple[int, dict[str, Any]]:
    result = RUNNER.invoke(app, [*words, "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.stdout)


def test_build_then_status_then_a_change_then_build_again(corpus: Path) -> None:
    assert run("status")[0] == 1
    code, built = run("build")
    assert (code, built["changed"], built["counts"]["statements"]) == (0, True, 2)
    assert run("build")[1]["changed"] is False
    code, state = run("status")
    assert (code, state["current"], state["model"]) == (0, True, "all-MiniLM-L6-v2@53aa51172d14")
    write_document(corpus, document_text(BODY.replace("Placebo helped 2%.", "Placebo helped 3%.")))
    code, state = run("status")
    assert code == 1
    assert state["reason"].endswith("run `medinfo index build`")
    code, built = run("build")
    assert (built["embedded"], built["reused"]) == (2, 2)


def test_without_json_both_speak_in_words(corpus: Path) -> None:
    assert "1 documents, 1 passages, 2 statements" in RUNNER.invoke(app, ["build"]).output
    assert "is up to date" in RUNNER.invoke(app, ["build"]).output
    assert "current" in RUNNER.invoke(app, ["status"]).output


def test_a_document_that_expires_makes_the_index_stale(corpus: Path) -> None:
    write_document(corpus, document_text(expires_date="2999-01-01"))
    run("build")
    assert run("status")[1]["holds_until"] == "2999-01-01"


def test_a_broken_corpus_names_the_command_that_shows_its_problems(corpus: Path) -> None:
    write_document(corpus, document_text(status="aproved"))
    result = RUNNER.invoke(app, ["build"])
    assert isinstance(result.exception, BadInput)
    assert "run `medinfo corpus check`" in result.exception.message


def test_a_model_that_is_not_here_is_bad_input(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDINFO_EMBEDDING_MODEL", "no/such-model")
    result = RUNNER.invoke(app, ["build"])
    assert isinstance(result.exception, BadInput)
    assert "is not on this machine" in result.exception.message
