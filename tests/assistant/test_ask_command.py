"""`medinfo ask`: readable output, JSON, JSON lines, and errors that say what to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import ask as command
from assistant.errors import BadInput
from assistant.pipeline import Assistant
from assistant.settings import Settings


@pytest.fixture(autouse=True)
def _opened(monkeypatch: pytest.MonkeyPatch, packaged_assistant: Assistant) -> None:
    """The packaged index stands in for the configured one."""

    def opened(_settings: Settings) -> Assistant:
        return packaged_assistant

    monkeypatch.setattr(command, "open_assistant", opened)


def run(arguments: Sequence[str], text: str | None = None) -> str:
    """What the command prints; errors are raised."""
    result = CliRunner().invoke(command.app, list(arguments), input=text, catch_exceptions=True)
    if isinstance(result.exception, BadInput):
        raise result.exception
    assert result.exit_code == 0
    return result.stdout


def test_a_question_is_answered_with_numbered_sources() -> None:
    """Text first, sources below."""
    out = run(["EMERALD PFS in ESR1m?"])
    assert "[1]" in out
    assert "Sources" in out


def test_json_is_one_answer() -> None:
    """The contract's object."""
    assert json.loads(run(["EMERALD PFS in ESR1m?", "--json"]))["outcome"] == "answered"


def test_lines_give_one_answer_each_with_their_id(tmp_path: Path) -> None:
    """From a file and from standard input alike; the last turn is answered."""
    lines = "\n".join(
        json.dumps({"id": name, "turns": turns})
        for name, turns in (("a", ["EMERALD PFS?"]), ("b", ["EMERALD PFS?", "and in wild type?"]))
    )
    path = tmp_path / "questions.jsonl"
    path.write_text(lines + "\n\n", encoding="utf-8")
    from_file = [json.loads(line) for line in run(["--jsonl", str(path)]).splitlines()]
    assert [row["id"] for row in from_file] == ["a", "b"]
    assert "interpreted_as" in from_file[1]
    assert [json.loads(line)["text"] for line in run(["--jsonl", "-"], lines).splitlines()] == [
        row["text"] for row in from_file
    ]


@pytest.mark.parametrize(
    ("arguments", "text", "told"),
    [
        ([], None, "either a question or --jsonl"),
        (["  "], None, "is empty"),
        (["x" * 2001], None, "at most 2,000"),
        (["--jsonl", "-"], '{"id": "a", "turns": ["ok"]}\nnot json', "line 2"),
        (["--jsonl", "-"], '{"id": "a", "turns": []}', "line 1"),
        (["--jsonl", "-"], '{"turns": ["ok"]}', "line 1"),
        (["--jsonl", "-"], '{"id": "a", "turns": [" "]}', "line 1"),
        (["--jsonl", "no-such-file.jsonl"], None, "cannot read"),
    ],
)
def test_bad_input_says_what_to_do(arguments: Sequence[str], text: str | None, told: str) -> None:
    """The line and the remedy are named."""
    with pytest.raises(BadInput, match=told):
        run(arguments, text)
