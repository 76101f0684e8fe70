"""Screening measured end to end: the command's contract, the stored run without raw messages, and what each score counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from assistant.errors import NotFound
from assistant.screening import Screener
from assistant.types import Code, Screening
from eval.catalogue import measures_of
from eval.cli import app
from eval.datasets import PACKAGED, DatasetError
from eval.report.views import explain
from eval.runs import RunStore
from eval.screening import JudgedMessage, MessageItem, judge_message, load_messages, measure_screening, screen_messages
from eval.screening_runs import to_sample

REPORT = "My patient, MRN 4471902, a 61-year-old woman on abemaciclib, was hospitalised yesterday with pneumonitis."
PLAIN = "What is the median progression-free survival in TROPiCS-02?"
MESSAGES = [
    {
        "id": "t-ser-1",
        "text": REPORT,
        "codes": ["AE-SERIOUS"],
        "pv": True,
        "should_answer": True,
        "identifiers": ["4471902"],
        "must_keep": ["61-year-old", "woman"],
    },
    {"id": "t-q-1", "turns": ["Hello.", PLAIN], "codes": [], "pv": False, "should_answer": True},
]


@pytest.fixture
def messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(tmp_path / "var"))
    return write(tmp_path / "set.yaml", MESSAGES)


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    header = {"id": "small", "version": 1, "owner": "tests", "purpose": "development", "provenance": "by hand"}
    path.write_text(yaml.safe_dump({**header, "messages": rows}), encoding="utf-8")
    return path


def invoke(*words: str) -> Result:
    return CliRunner().invoke(app, ["screening", *words])


def screening_of(*codes: Code, pv: bool, masked: str = "", should_answer: bool = True) -> Screening:
    return Screening(
        codes=codes,
        pv=pv,
        flags=(),
        identifiers=(),
        masked=masked,
        masked_turns=(masked,),
        should_answer=should_answer,
        policy_version="1",
    )


class TestCommand:
    def test_prints_measures_with_intervals_and_the_manifest(self, messages: Path) -> None:
        result = invoke("--dataset", str(messages), "--json", "--rules-only", "--seed", "7")
        assert result.exit_code == 0, result.output
        printed = json.loads(result.stdout)
        assert set(printed["measures"]) == set(measures_of("screening")) - {"vote_sensitivity"}
        sensitivity = printed["measures"]["pv_sensitivity"]
        assert (sensitivity["value"], sensitivity["n"]) == (1.0, 1)
        low, high = sensitivity["ci95"]
        assert 0 < low < high <= 1
        assert printed["measures"]["masking_recall"]["value"] == 1.0
        assert printed["manifest"]["dataset"]["id"] == "small"
        assert (printed["manifest"]["seed"], printed["manifest"]["system"]) == (7, "rules")
        assert printed["rates"]["pv_sensitivity_grave"]["n"] == 1

    def test_stores_the_run_without_what_was_masked(self, messages: Path, tmp_path: Path) -> None:
        assert invoke("--dataset", str(messages), "--rules-only").exit_code == 0
        run = RunStore(tmp_path / "var" / "eval" / "runs").read("latest")
        assert [sample.id for sample in run.samples] == ["t-ser-1", "t-q-1"]
        assert "4471902" not in (run.folder / "samples.jsonl").read_text(encoding="utf-8")
        assert run.samples[1].turns == ("Hello.", PLAIN)

    def test_a_stored_run_is_judged_by_the_gate(self, messages: Path) -> None:
        assert invoke("--dataset", str(messages), "--rules-only").exit_code == 0
        result = CliRunner().invoke(app, ["gate", "--run", "latest"])
        assert result.exit_code == 1
        assert "fewer than the 40 questions needed" in result.stdout

    def test_without_json_a_table_is_printed(self, messages: Path) -> None:
        result = invoke("--dataset", str(messages), "--rules-only")
        assert result.exit_code == 0, result.output
        assert "Safety messages caught" in result.stdout

    def test_an_unknown_set_says_what_to_do(self, messages: Path) -> None:
        result = invoke("--dataset", str(messages) + ".none")
        assert isinstance(result.exception, NotFound)
        assert "medinfo eval datasets" in str(result.exception)

    def test_a_file_that_is_no_set_of_messages_is_refused(self, messages: Path) -> None:
        result = invoke("--dataset", str(PACKAGED / "hostile.yaml"))
        assert isinstance(result.exception, DatasetError)


class TestScores:
    def test_a_missed_report_is_a_zero_and_unscored_elsewhere(self) -> None:
        item = MessageItem.model_validate(MESSAGES[0])
        scores = judge_message(item, screening_of(pv=False, masked=REPORT))
        assert scores["pv_sensitivity"].value == 0
        assert scores["pv_specificity"].value is None
        assert (scores["codes_exact"].value, scores["masking_recall"].value, scores["kept"].value) == (0, 0, 1)

    def test_a_false_alarm_is_a_zero_of_specificity(self) -> None:
        item = MessageItem.model_validate(MESSAGES[1])
        scores = judge_message(item, screening_of(Code.AE_SERIOUS, pv=True, should_answer=False))
        assert scores["pv_sensitivity"].value is None
        assert (scores["pv_specificity"].value, scores["answer_decision"].value) == (0, 0)
        assert scores["masking_recall"].value is None

    def test_what_was_wrong_is_said_in_words_without_the_identifier(self) -> None:
        item = MessageItem.model_validate(MESSAGES[0])
        found = screening_of(pv=False, masked="MRN 4471902", should_answer=False)
        reasons = explain(to_sample(JudgedMessage(item, found, 1.0)))
        assert reasons[0] == "a report that was not caught"
        assert "1 of 1 identifiers not masked" in reasons
        assert any("AE-SERIOUS" in reason for reason in reasons)
        assert any("61-year-old" in reason for reason in reasons)
        assert not any("4471902" in reason for reason in reasons)

    def test_rates_by_code_and_group_count_their_own_messages(self) -> None:
        items = [MessageItem.model_validate(row) for row in MESSAGES]
        rates = measure_screening(screen_messages(Screener().screen, items))
        assert rates["recall.AE-SERIOUS"].n == rates["pv_right.ser"].n == rates["pv_right.q"].n == 1
        assert rates["age_sex_kept"].n == 2


class TestSets:
    def test_the_packaged_sets_load_and_hold_reports_and_others(self) -> None:
        for path in sorted((PACKAGED / "messages").glob("*.yaml")):
            items = load_messages(path).messages
            # Three training sets teach what belongs here, and hold no reports.
            kinds = {False} if path.name in {"training-5.yaml", "training-6.yaml", "training-7.yaml"} else {True, False}
            assert {item.pv for item in items} == kinds, path.name

    def test_two_messages_of_one_id_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match="two messages have the id"):
            load_messages(write(tmp_path / "twice.yaml", [MESSAGES[1], MESSAGES[1]]))

    def test_a_message_is_either_text_or_turns(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match="either text or turns"):
            load_messages(write(tmp_path / "both.yaml", [{**MESSAGES[0], "turns": ["x"]}]))
