"""`medinfo check`: lines in, lines out, and refusals that name the line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SOURCE = "In TRIAL-9, the primary endpoint was not met with elacestrant."


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    code = "from assistant.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "check", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def test_each_line_gets_a_verdict_in_order(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "sentence": "Orserdu did not meet the primary endpoint in TRIAL-9.", "sources": [SOURCE]},
        {"id": "b", "sentence": "Elacestrant met the primary endpoint in TRIAL-9.", "sources": [SOURCE], "kind": "negation"},
        {"id": 3, "sentence": "Elacestrant was studied in TRIAL-9.", "sources": []},
    ]
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    done = run("--jsonl", str(path))
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(record["id"], record["supported"]) for record in records] == [("a", True), ("b", False), (3, False)]
    assert records[0]["reasons"] == []
    assert {reason["code"] for reason in records[1]["reasons"]} == {"negation"}
    assert {reason["code"] for reason in records[2]["reasons"]} == {"no_source"}


def test_a_bad_line_ends_with_2_and_its_number() -> None:
    good = json.dumps({"id": 1, "sentence": "x", "sources": [SOURCE]})
    for bad in ("not json", '{"id": 2}', '{"id": 2, "sentence": "x", "sources": "y"}'):
        done = run("--jsonl", "-", stdin=f"{good}\n{bad}\n")
        assert done.returncode == 2
        assert "line 2" in done.stderr
        assert done.stdout == ""


def test_a_missing_file_ends_with_2() -> None:
    done = run("--jsonl", "nowhere.jsonl")
    assert (done.returncode, "nowhere.jsonl" in done.stderr) == (2, True)
