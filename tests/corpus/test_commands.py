"""`medinfo corpus check` and `list` on real folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli.corpus import app
from assistant.errors import BadInput
from tests.corpus.builder import document_text, write_document

RUNNER = CliRunner()


def test_check_counts_what_it_validated(tmp_path: Path) -> None:
    write_document(tmp_path, document_text())
    result = RUNNER.invoke(app, ["check", "--corpus", str(tmp_path)])
    assert result.exit_code == 0
    assert "1 documents, 0 register entries" in result.output


def test_check_fails_with_the_problems(tmp_path: Path) -> None:
    write_document(tmp_path, document_text(status="aproved"))
    plain = RUNNER.invoke(app, ["check", "--corpus", str(tmp_path)])
    scripted = RUNNER.invoke(app, ["check", "--corpus", str(tmp_path), "--json"])
    assert plain.exit_code == scripted.exit_code == 1
    assert "documents/test-topic/t-one.md: status: is not a known status" in plain.output
    assert json.loads(scripted.output)["problems"][0]["field"] == "status"


def test_list_says_what_is_live_and_why_not(tmp_path: Path) -> None:
    write_document(tmp_path, document_text(id="T-LIVE"), "live.md")
    write_document(tmp_path, document_text(id="T-DRAFT", status="draft"), "draft.md")
    rows = json.loads(RUNNER.invoke(app, ["list", "--corpus", str(tmp_path), "--json"]).output)
    assert {row["id"]: row.get("reason") for row in rows} == {"T-DRAFT": "its status is draft", "T-LIVE": None}
    assert "T-LIVE" in RUNNER.invoke(app, ["list", "--corpus", str(tmp_path)]).output


def test_list_of_a_broken_corpus_names_the_command_that_shows_all(tmp_path: Path) -> None:
    write_document(tmp_path, "nothing")
    result = RUNNER.invoke(app, ["list", "--corpus", str(tmp_path)])
    assert isinstance(result.exception, BadInput)
    with pytest.raises(BadInput, match="run `medinfo corpus check`"):
        raise result.exception
