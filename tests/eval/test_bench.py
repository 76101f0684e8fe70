"""The comparison of speed: its arithmetic, its steps in processes of their own, and its table."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assistant.errors import BadInput, Unavailable
from assistant.settings import Settings
from eval.bench.content import run_step
from eval.bench.dataset import measure_dataset
from eval.bench.table import content_rows, dataset_rows, row_to_json
from eval.bench.timing import median_ms, requests_per_second, resident_mb

SERVED = {"p50_ms": 20.0, "requests_per_s": 50.0, "resident_mb": 900.0}
BUILT = {"seconds": 10.0, "chunks_per_s": 30.0, "source_chars_per_s": 20_000.0}
RESULTS = {
    "recipe_build": BUILT,
    "recipe_serve": SERVED,
    "recipe_first": {"wall_s": 9.0},
    "content_build": {**BUILT, "chunks_per_s": 60.0},
    "content_retrieve": {**SERVED, "p50_ms": 8.0},
    "content_answer": {**SERVED, "p50_ms": 10.0, "requests_per_s": 199.0},
    "service": {"p50_ms": 12.0, "requests_per_s": 120.0, "resident_mb": 400.0},
    "first_answer": {"wall_s": 3.5},
    "unchanged": {"wall_s": 0.8},
    "one_changed": {"wall_s": 2.0},
}


def test_rows_hold_ratio_and_budget() -> None:
    rows = {row.name: row for row in content_rows(RESULTS)}
    assert rows["one retrieval"].ratio == pytest.approx(8 / 20)
    assert rows["one whole answer (their retrieval)"].holds is True
    assert rows["answers, 8 clients (their retrievals)"].holds is False
    assert rows["index build, chunks embedded"].holds is True
    assert rows["command to first answer"].holds is False
    assert rows["index build, one document changed"].holds is True
    assert rows["resident memory serving"].holds is True


def test_a_row_without_a_budget_says_nothing_of_one() -> None:
    printed = row_to_json(content_rows(RESULTS)[0])
    assert printed == {"name": "one retrieval", "unit": "ms, p50", "ours": 8.0, "theirs": 20.0, "ratio": 0.4}


def test_rows_of_a_set_compare_retrieval_with_retrieval() -> None:
    results = {"recipe_serve": SERVED, "recipe_build": BUILT, "set_retrieve": SERVED, "set_build": BUILT}
    assert [row.holds for row in dataset_rows(results)] == [False, False, False, None, None]


def test_every_question_is_asked_once_whatever_the_number_of_clients() -> None:
    asked: list[str] = []
    assert requests_per_second(asked.append, [str(n) for n in range(40)], clients=8) > 0
    assert sorted(asked, key=int) == [str(n) for n in range(40)]
    assert median_ms(asked.append, ["a", "b"]) >= 0


def test_resident_memory_is_that_of_the_process_asked_for() -> None:
    assert 1 < resident_mb() < 100_000
    if Path("/proc").exists():
        assert resident_mb(os.getpid()) == pytest.approx(resident_mb(), rel=0.5)


def test_steps_run_in_processes_of_their_own(tmp_path: Path) -> None:
    rows = [{"text_id": str(n), "title": f"Drug {n}", "text": f"Drug {n} causes event {n}."} for n in range(4)]
    (tmp_path / "texts.json").write_text(json.dumps(rows))
    places = {name: str(tmp_path / name) for name in ("index", "models")}
    arguments = {"texts": str(tmp_path / "texts.json"), "model": "all-MiniLM-L6-v2", **places}
    built = run_step("set_build", arguments)
    assert built["chunks"] == 4
    assert built["chunks_per_s"] == pytest.approx(4 / built["seconds"])
    served = run_step("set_retrieve", {**arguments, "questions": [f"event {n}?" for n in range(16)]})
    assert served["p50_ms"] > 0
    assert served["wall_s"] > 0


def test_a_failed_step_says_why() -> None:
    with pytest.raises(Unavailable, match=r"the step set_build failed: .*KeyError"):
        run_step("set_build", {})


def test_a_set_with_few_queries_is_refused(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d", "text": "x"}\n')
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "x"}\n')
    (tmp_path / "qrels" / "test.tsv").write_text("q\td\t1\n")
    with pytest.raises(BadInput, match="needs at least 16"):
        measure_dataset(tmp_path, 0, tmp_path / "work", Settings(), seed=1, report=print)


@pytest.mark.slow
def test_the_usual_recipe_finds_what_it_stored(tmp_path: Path) -> None:
    (tmp_path / "texts.json").write_text(json.dumps([{"text": "Everolimus inhibits mTOR."}, {"text": "Rash is common."}]))
    arguments = {"texts": str(tmp_path / "texts.json"), "folder": str(tmp_path / "recipe")}
    assert run_step("recipe_build", arguments)["chunks"] == 2
    assert run_step("recipe_first", {**arguments, "questions": ["mTOR?"]})["chunks"] == 2
