"""The desk behind the console: only runs of the list, blind readers, agreement with an interval, labels as a set."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.errors import BadInput, NotFound
from assistant.evaluation import open_evaluation
from assistant.settings import Settings
from eval.datasets import PACKAGED, load_questions
from eval.desk import Desk
from eval.reviews import kappa_interval, measure_agreement
from eval.runs import RunStore
from tests.eval.factories import make_run, make_sample

NOW = datetime(2026, 11, 22, tzinfo=UTC)
QUESTIONS = load_questions(PACKAGED / "questions" / "development.yaml").items[:12]


def store_run(folder: Path, name: str, value: float = 1.0) -> str:
    """A finished run of packaged questions in the settings' store."""
    samples = [make_sample(item.id, {"complete": value, "nugget_recall_vital": value}, turns=item.turns) for item in QUESTIONS]
    run = make_run(name, samples)
    writer = RunStore(folder / "eval" / "runs").begin(replace(run.manifest, finished_at=""))
    writer.extend(samples)
    writer.finish([s.id for s in samples], NOW, 1.0, {})
    return name


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    for name, value in (("before", 1.0), ("after", 0.0)):
        store_run(tmp_path, name, value)
    return Desk(Settings(data_dir=tmp_path))


def test_the_service_finds_it_by_its_entry_point(tmp_path: Path) -> None:
    assert type(open_evaluation(Settings(data_dir=tmp_path))).__name__ == "Desk"


def test_runs_say_what_they_compare_with(desk: Desk) -> None:
    assert {run.run_id: run.compares_with for run in desk.runs()} == {"before": ("after",), "after": ("before",)}


def test_the_report_is_that_of_the_command(desk: Desk) -> None:
    desk.label("after", QUESTIONS[0].id, "stf_1", "incomplete", "")
    page = desk.report("before", "after")
    assert "B is worse on complete answers" in page
    assert "incomplete (stf_1)" in page


@pytest.mark.parametrize("name", ["nowhere", "../runs/before", "before/", "bef"])
def test_only_runs_of_the_list_are_read(desk: Desk, name: str) -> None:
    with pytest.raises(NotFound):
        desk.report(name, "after")


def test_a_reader_sees_only_what_they_said_themselves(desk: Desk) -> None:
    desk.label("after", QUESTIONS[0].id, "stf_1", "incomplete", "the hazard ratio is missing")
    desk.label("after", QUESTIONS[0].id, "stf_1", "correct", "")
    mine, theirs = (desk.review("after", reader, 1) for reader in ("stf_1", "stf_2"))
    assert (mine.items[0].own, mine.labelled, mine.total, len(mine.items)) == ("correct", 1, 12, 10)
    assert (theirs.items[0].own, theirs.items[0].note, theirs.items[0].readers) == ("", "", 1)
    assert len(desk.review("after", "stf_1", 2).items) == 2


def test_two_readers_are_compared_with_an_interval(desk: Desk) -> None:
    for position, item in enumerate(QUESTIONS):
        desk.label("after", item.id, "stf_1", "correct" if position % 2 else "incomplete", "")
        desk.label("after", item.id, "stf_2", "correct" if position % 2 or position == 0 else "incomplete", "")
    (line,) = desk.review("after", "stf_1", 1).agreements
    assert (line.readers, line.n) == (("stf_1", "stf_2"), 12)
    assert line.observed == pytest.approx(11 / 12)
    # p_e = 1/2 * 5/12 + 1/2 * 7/12
    assert line.kappa == pytest.approx((11 / 12 - 1 / 2) / (1 / 2))
    assert line.interval is not None and line.interval[0] < line.kappa <= line.interval[1] <= 1.0


def test_kappa_has_no_interval_where_it_is_not_defined() -> None:
    same = {"a": "correct", "b": "correct"}
    assert measure_agreement(same, same).kappa is None
    assert kappa_interval(same, same) is None
    assert kappa_interval({"a": "correct"}, {"a": "correct"}) is None


@pytest.mark.parametrize(("sample", "label", "error"), [("none", "correct", NotFound), (QUESTIONS[0].id, "splendid", BadInput)])
def test_what_cannot_be_labelled_is_refused(desk: Desk, sample: str, label: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        desk.label("after", sample, "stf_1", label, "")


def test_labels_go_back_to_a_set_that_can_be_asked_again(desk: Desk, tmp_path: Path) -> None:
    desk.label("after", QUESTIONS[1].id, "stf_1", "correct", "")
    desk.label("after", QUESTIONS[1].id, "stf_2", "wrong_source", "")
    path = tmp_path / "reviewed.jsonl"
    path.write_text(desk.export("after"), encoding="utf-8")
    loaded = load_questions(path)
    assert [item.id for item in loaded.items] == [QUESTIONS[1].id]
    assert loaded.items[0].nuggets == QUESTIONS[1].nuggets
    assert [(r.reader, r.label) for r in loaded.items[0].reviews] == [("stf_1", "correct"), ("stf_2", "wrong_source")]
    assert json.loads(path.read_text().splitlines()[0])["purpose"] == "development"
