"""`medinfo screen`: the contract's rows, standard input, and what it says about bad lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli.screen import app
from assistant.errors import BadInput

RUNNER = CliRunner()
FIELDS = {"id", "codes", "pv", "spans", "masked", "should_answer"}


def rows(*args: str, given: str | None = None) -> list[dict[str, object]]:
    """What the command prints, one object per line."""
    result = RUNNER.invoke(app, [*args, "--rules-only"], input=given)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def failure(*args: str, given: str | None = None) -> str:
    """The message of the error the command raises (the program turns it into one line and exit code 2)."""
    result = RUNNER.invoke(app, [*args, "--rules-only"], input=given)
    assert isinstance(result.exception, BadInput)
    return result.exception.message


def test_one_message() -> None:
    """A text on the command line."""
    (row,) = rows("61F on abemaciclib, admitted last night with pneumonitis")
    assert set(row) == FIELDS
    assert row["codes"] == ["AE-SERIOUS"]
    assert row["pv"] is True


def test_lines_of_a_file(tmp_path: Path) -> None:
    """Ids in order; a conversation is judged as a whole and shows all its masked turns."""
    path = tmp_path / "messages.jsonl"
    turns = ["Pt Mary Sample on abemaciclib", "started 3 weeks ago", "she was admitted last night"]
    lines = [{"id": "a", "text": "How common is pneumonitis?"}, {"id": "b", "turns": turns}]
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    first, second = rows("--jsonl", str(path))
    assert [first["id"], second["id"]] == ["a", "b"]
    assert set(first) == FIELDS
    assert first["codes"] == []
    assert second["codes"] == ["AE-SERIOUS", "PRIVACY"]
    assert second["masked"] == turns[-1]
    assert second["masked_turns"] == ["Pt [name] on abemaciclib", *turns[1:]]
    assert "Mary" not in json.dumps(second)


def test_standard_input() -> None:
    """`-` reads lines from standard input."""
    (row,) = rows("--jsonl", "-", given='{"id": 7, "text": "hello"}\n')
    assert row["id"] == 7
    assert row["codes"] == ["GREETING"]


@pytest.mark.parametrize(
    "line", ["not json", '{"id": "x"}', '{"id": "x", "text": "a", "turns": ["b"]}', '{"id": "x", "turns": []}', '["a"]']
)
def test_a_bad_line_is_named(line: str) -> None:
    """The number of the line and what a line looks like."""
    message = failure("--jsonl", "-", given='{"id": "ok", "text": "fine"}\n' + line + "\n")
    assert message.startswith("line 2: ")
    assert '"turns"' in message


def test_bad_arguments(tmp_path: Path) -> None:
    """Neither a text nor a file, both, a missing file, a file that is not UTF-8."""
    binary = tmp_path / "latin.jsonl"
    binary.write_bytes(b'{"id": "x", "text": "se\xf1ora"}')
    assert "give a message" in failure()
    assert "not both" in failure("text", "--jsonl", "-")
    assert "cannot read" in failure("--jsonl", str(tmp_path / "missing"))
    assert "not UTF-8" in failure("--jsonl", str(binary))
