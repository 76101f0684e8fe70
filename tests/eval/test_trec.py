"""TREC files: read back as written, scored as an independent reader scores them, refused with the line."""

from __future__ import annotations

import json
from pathlib import Path

import ir_measures
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from eval.cli import app
from eval.datasets import DatasetError
from eval.trec import read_qrels, read_run, score_run, write_qrels, write_run

NAMES = st.sampled_from([f"d{n:02d}" for n in range(25)])
QRELS = st.dictionaries(st.sampled_from(["q1", "q2", "q3"]), st.dictionaries(NAMES, st.integers(0, 3), min_size=1), min_size=1)
# Few different scores, so that ties are common.
RUNS = st.dictionaries(
    st.sampled_from(["q1", "q2", "q3"]), st.dictionaries(NAMES, st.integers(1, 6).map(float), min_size=1), min_size=1
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QRELS, RUNS)
def test_scores_agree_with_an_independent_reader(
    tmp_path: Path, qrels: dict[str, dict[str, int]], run: dict[str, dict[str, float]]
) -> None:
    write_qrels(tmp_path / "q", qrels)
    write_run(tmp_path / "r", {query: list(row.items()) for query, row in run.items()}, "ours")
    wanted = {
        ir_measures.nDCG @ 10: "ndcg_at_10",
        ir_measures.R @ 10: "recall_at_10",
        ir_measures.RR: "rr",
        ir_measures.AP: "ap",
    }
    theirs = {
        (metric.query_id, wanted[metric.measure]): metric.value
        for metric in ir_measures.iter_calc(
            list(wanted), ir_measures.read_trec_qrels(str(tmp_path / "q")), ir_measures.read_trec_run(str(tmp_path / "r"))
        )
    }
    for sample in score_run(read_qrels(tmp_path / "q"), read_run(tmp_path / "r")):
        for name, score in sample.scores.items():
            assert score.value == pytest.approx(theirs[sample.id, name], abs=1e-9)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QRELS, st.dictionaries(NAMES, st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_files_are_read_back_as_written(tmp_path: Path, qrels: dict[str, dict[str, int]], scores: dict[str, float]) -> None:
    write_qrels(tmp_path / "q", qrels)
    assert read_qrels(tmp_path / "q") == qrels
    write_run(tmp_path / "r", {"q1": list(scores.items())}, "ours")
    assert dict(read_run(tmp_path / "r")["q1"]) == scores


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("qrels", "q1 d1 1\n", r":1: 3 columns; `query 0 document grade` is needed"),
        ("qrels", "q1 0 d1 high\n", r":1: the grade 'high' is not a whole number"),
        ("qrels", "q1 0 d1 1\nq1 0 d1 2\n", r":2: 'q1' and 'd1' are judged twice"),
        ("qrels", "\n", r"is empty"),
        ("run", "q1 Q0 d1 1 x tag\n", r":1: the score 'x' is not a number"),
        ("run", "q1 Q0 d1 1 2.0 t\nq1 Q0 d1 2 1.0 t\n", r":2: 'q1' ranks 'd1' twice"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / "file"
    path.write_text(text)
    with pytest.raises(DatasetError, match=message):
        read_qrels(path) if name == "qrels" else read_run(path)


def test_the_command_counts_a_query_without_ranking_as_zero(tmp_path: Path) -> None:
    write_qrels(tmp_path / "q", {"q1": {"d1": 1}, "q2": {"d1": 1}})
    write_run(tmp_path / "r", {"q1": [("d1", 1.0)]}, "ours")
    result = CliRunner().invoke(app, ["trec", str(tmp_path / "q"), str(tmp_path / "r"), "--json"])
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert printed["measures"]["rr"]["value"] == 0.5
    assert printed["without_ranking"] == 1
