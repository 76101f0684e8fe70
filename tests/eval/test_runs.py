"""The run store on a real folder: what is written is read back, interruptions lose nothing that was finished."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.errors import BadInput, NotFound
from eval.cli import app
from eval.comparison import compare_runs
from eval.report.page import render_comparison
from eval.runs import SAMPLES, RunStore, new_run_id, question_fingerprint
from eval.scores import Sample, Score, sample_from_json, sample_to_json, scored
from tests.eval.factories import make_run, make_sample

NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
SAMPLE_VALUES = {"complete": 1.0, "coverage": None}


def test_a_sample_survives_the_trip_through_json() -> None:
    sample = make_sample("q1", SAMPLE_VALUES, confidence=0.4)
    assert sample_from_json(sample_to_json(sample)) == sample


def test_scores_are_finite_or_unscored() -> None:
    with pytest.raises(ValueError, match="finite"):
        scored(float("nan"))
    assert scored(True) == Score(1.0)


def test_written_runs_are_listed_and_read(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = make_run("20261122-a", [make_sample("q1", SAMPLE_VALUES), make_sample("q2", SAMPLE_VALUES)])
    writer = store.begin(run.manifest)
    for sample in reversed(run.samples):
        writer.add(sample)
    writer.finish(["q1", "q2"], NOW, 1.5, {"corpus": "abc"})
    back = store.read("latest")
    assert [s.id for s in back.samples] == ["q1", "q2"]
    assert back.manifest.versions == {"corpus": "abc"}
    assert [m.run_id for m in store.manifests()] == ["20261122-a"]


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = make_run("r", [make_sample("q1", SAMPLE_VALUES), make_sample("q2", SAMPLE_VALUES)])
    store.begin(run.manifest).add(run.samples[0])
    with (tmp_path / "r" / SAMPLES).open("a") as stream:
        stream.write('{"id": "q2", "tor')
    again = store.begin(run.manifest)
    assert again.done == {"q1"}
    again.add(run.samples[1])
    assert [s.id for s in again.finish(["q1", "q2"], NOW, 1.0, {}).samples] == ["q1", "q2"]
    assert len((tmp_path / "r" / SAMPLES).read_text().splitlines()) == 2


def test_a_failed_sample_is_asked_again(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = make_run("r", [make_sample("q1", SAMPLE_VALUES)])
    failed = Sample("q1", ("?",), {}, "error", {}, {}, error="TimeoutError")
    store.begin(run.manifest).add(failed)
    assert store.begin(run.manifest).done == frozenset()


def test_a_run_cannot_go_on_with_other_questions(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.begin(make_run("r", [make_sample("q1", SAMPLE_VALUES)]).manifest)
    with pytest.raises(BadInput, match="other questions"):
        store.begin(make_run("r", [make_sample("q2", SAMPLE_VALUES)]).manifest)


def test_unknown_and_ambiguous_ids_say_what_to_do(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    for name in ("run-a", "run-b"):
        store.begin(make_run(name, [make_sample("q1", SAMPLE_VALUES)]).manifest)
    with pytest.raises(NotFound, match="medinfo eval list"):
        store.read("zzz")
    with pytest.raises(BadInput, match="matches 2 runs"):
        store.read("run")


def test_ids_sort_by_time_and_are_safe_as_folder_names() -> None:
    assert (
        new_run_id("answers", "questions/report", "no glossary", NOW) == "20261122T101500Z-answers-questions-report-no-glossary"
    )


def test_the_fingerprint_sees_order_and_words() -> None:
    base = question_fingerprint([("a", ["x"]), ("b", ["y"])])
    assert base != question_fingerprint([("b", ["y"]), ("a", ["x"])])
    assert base != question_fingerprint([("a", ["x"]), ("b", ["z"])])


def test_the_list_shows_ids_whole_and_sets_without_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(tmp_path))
    store = RunStore(tmp_path / "eval" / "runs")
    name = "20261122T101500Z-retrieval-a-folder-in-beir-layout-with-a-long-name-ours"
    store.begin(replace(make_run(name, [], "retrieval").manifest, dataset={"id": "folder", "sha256": "0"}, finished_at=""))
    result = CliRunner().invoke(app, ["list"])
    assert result.exit_code == 0, result.output
    assert name in result.output.splitlines()
    assert "0 of folder; code unknown; interrupted" in result.output


def test_runs_on_a_set_without_a_version_are_compared_as_a_page() -> None:
    runs = [make_run(name, [make_sample("q1", {"rr": 1.0}, record={"ranking": []})], "retrieval") for name in ("a", "b")]
    bare = [replace(run, manifest=replace(run.manifest, dataset={"id": "folder"})) for run in runs]
    page = render_comparison(compare_runs(*bare))
    assert "1 questions of folder." in page
